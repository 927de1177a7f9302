"""The channels of a real hosted session as a process: its end is the session's end, by its name."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.api.events import SessionChanged
from core.api.hosting import AuditKind, ReadTrail
from core.api.snapshots import SessionState
from tests.end_to_end.hosting_bench import hosted, join
from tests.end_to_end.remote_desk import RemoteDesk, pod_processes, remote_desk, until

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


def channels_pid() -> int:
    """Find the channels of the hosted session that this process runs."""
    for process in pod_processes(os.getpid()):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if b"core.remote.channels.program" in words and words.startswith(b"/usr/bin/python3"):
                return int(process.name)
    raise AssertionError("no channels run")


def test_channels_that_are_killed_end_the_session(data_directory: Path, desk: RemoteDesk) -> None:
    """Without them the client is cut off, what was recorded is sealed, and the trail says what ended."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        os.kill(channels_pid(), signal.SIGKILL)
        ended = owner.wait_for(
            lambda event: (
                isinstance(event, SessionChanged) and event.session.state is SessionState.ANCHORING
            )
        )
        assert isinstance(ended, SessionChanged)
        assert ended.session.end_reason == "host_lost"
        until(lambda: not desk.is_connected, "the client to be cut off")
        trail = owner.do(ReadTrail(hosting.session_id))
        incidents = [each.resource for each in trail if each.kind is AuditKind.INCIDENT]
        assert incidents[-1] == "channels"
