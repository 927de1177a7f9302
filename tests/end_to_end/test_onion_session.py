"""Sessions that are reached by onion addresses of their own, in a private Tor network, with a real xfreerdp."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.api.commands import EndSession
from core.api.hosting import AuditKind
from core.api.permissions import Capability
from tests.end_to_end.hosting_bench import TERMINAL, WHITE, agree, allow, kinds
from tests.end_to_end.joining_bench import checks
from tests.end_to_end.onion_bench import (
    host_and_port,
    host_by_onion,
    invitation_of,
    let_in,
    listening_ports,
    network_of,
    onion_appliance,
)
from tests.end_to_end.remote_desk import RemoteDesk, remote_desk, session_home, until
from tests.fakes.plain_tor import PlainTor, SocksRefused, plain_tor
from tests.fakes.private_tor import PrivateTor

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


@pytest.fixture(scope="module")
def client(private_tor: PrivateTor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainTor]:
    """Give a tor with nothing of ours, which a peer goes by."""
    home = tmp_path_factory.mktemp("client") / "tor"
    with plain_tor(home, private_tor.network_lines) as each:
        yield each


def test_a_session_is_reached_recorded_and_gone(
    data_directory: Path, private_tor: PrivateTor, client: PlainTor, desk: RemoteDesk
) -> None:
    """Only who has the key finds it; what is done there is recorded and verifies; with its end its address is gone."""
    with onion_appliance(data_directory, private_tor) as owner:
        hosting = host_by_onion(owner)
        invitation = invitation_of(hosting)
        host, port = host_and_port(invitation.address)
        assert listening_ports(private_tor.pid, client.pid) == set()
        with pytest.raises(SocksRefused):
            client.connect(host, port)
        way = let_in(client, invitation)
        desk.connect(invitation, None, way)
        agree(owner, desk)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        desk.press("a")
        allow(owner, Capability.KEYBOARD)
        desk.press("BackSpace")
        desk.type("touch ~/typed")
        until((session_home() / "typed").exists, "what was typed")
        owner.do(EndSession(hosting.session_id))
        until(lambda: not desk.is_connected, "the client's end")
        with pytest.raises(SocksRefused):
            client.connect(host, port)
        assert network_of(owner).services == ()
        found = checks(owner, hosting.session_id)
        assert {found[each] for each in ("chunk_contents", "trail", "policy")} == {"holds"}
        assert AuditKind.JOINED in kinds(owner, hosting.session_id)
