"""The end of a session whose tor hangs: what was recorded is sealed at once, and nobody waits for the address."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from core.api.commands import EndSession
from core.api.snapshots import SessionState
from tests.end_to_end.joining_bench import checks
from tests.end_to_end.onion_bench import host_by_onion, network_of, onion_appliance, tor_pid
from tests.fakes.private_tor import PrivateTor

pytestmark = pytest.mark.timeout(240)

SOON_S = 9.0  # tor has 10 s for an answer; ending and sealing take one or two on a machine that does nothing else


@pytest.mark.expects_log_errors
def test_sealing_does_not_wait_for_a_tor_that_hangs(
    data_directory: Path, private_tor: PrivateTor
) -> None:
    """The session is sealed before tor could be missed, and its address is on no list any more."""
    with onion_appliance(data_directory, private_tor) as owner:
        hosting = host_by_onion(owner)
        os.kill(tor_pid(owner), signal.SIGSTOP)
        begun = time.monotonic()
        ended = owner.do(EndSession(hosting.session_id))
        took_s = time.monotonic() - begun
        assert ended.state is SessionState.ANCHORING
        assert took_s < SOON_S
        assert [each.purpose for each in network_of(owner).services] == []
        assert "fails" not in checks(owner, hosting.session_id).values()
