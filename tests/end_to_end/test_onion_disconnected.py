"""A peer that was disconnected, in a private Tor network, with a real xfreerdp: it is out, and the next comes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.api.hosting import AuditKind, DropPeer, Invite, PeerState
from core.api.network import ServicePhase
from tests.end_to_end.hosting_bench import TERMINAL, WHITE, agree, kinds, now
from tests.end_to_end.onion_bench import (
    CONNECT_S,
    host_and_port,
    host_by_onion,
    invitation_of,
    let_in,
    network_of,
    onion_appliance,
)
from tests.end_to_end.remote_desk import remote_desk, until
from tests.fakes.plain_tor import SocksRefused, plain_tor
from tests.fakes.private_tor import PrivateTor

GIVE_UP_S = 10.0  # Tor itself looks for a service that is gone for two minutes

pytestmark = pytest.mark.timeout(240)


def test_who_was_disconnected_does_not_reach_the_door(
    data_directory: Path, private_tor: PrivateTor, tmp_path: Path
) -> None:
    """Its address leads nowhere, though its tor knows the way; the next invitation has another, which lets one in."""
    with (
        plain_tor(tmp_path / "client", private_tor.network_lines) as client,
        remote_desk() as desk,
        onion_appliance(data_directory, private_tor) as owner,
    ):
        hosting = host_by_onion(owner)
        before = invitation_of(hosting)
        desk.connect(before, None, let_in(client, before))
        agree(owner, desk)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        owner.do(DropPeer(hosting.session_id))
        until(lambda: not desk.is_connected, "the client's end")
        until(lambda: now(owner).peer.state is PeerState.ABSENT, "the peer to be gone")
        with pytest.raises((SocksRefused, TimeoutError)):
            client.connect(*host_and_port(before.address), timeout_s=GIVE_UP_S)
        after = owner.do(Invite(hosting.session_id))
        assert after.address != before.address
        assert after.client_key != before.client_key
        assert after.certificate_sha256 == before.certificate_sha256
        until(lambda: now(owner).reach is ServicePhase.REACHABLE, "its address", CONNECT_S)
        assert [each.address for each in network_of(owner).services] == [after.address]
        desk.connect(after, None, let_in(client, after))
        agree(owner, desk)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop again")
        assert AuditKind.INCIDENT not in kinds(owner, hosting.session_id)
