"""Two appliances in a private Tor network: the one reads from the other, and follows it where it moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from core.api.access import AccessGranted, GrantAccess, RevokeAccess, Scope
from core.api.commands import Command, EndSession, SourceKind, StartSession, VerifyBundle
from core.api.network import FinishRotation, RotateOnion, ServicePhase
from core.api.peers import AddPeer, AskPeer, FetchProof, FollowPeer, Peer, PeerTopic
from core.api.snapshots import VerificationReport
from core.vault.device import fingerprint
from tests.end_to_end.onion_bench import CONNECT_S, network_of, onion_appliance
from tests.end_to_end.remote_desk import until
from tests.fakes.front_end import FrontEnd, Refused
from tests.fakes.private_tor import PrivateTor

ASKED_S = 90.0  # more than any question takes before it is given up

pytestmark = pytest.mark.timeout(300)


def wait_reachable(owner: FrontEnd, count: int) -> None:
    """Wait until that many addresses of an appliance's own can be reached, and no other."""

    def are_there() -> bool:
        phases = [each.phase for each in network_of(owner).services]
        return phases == [ServicePhase.REACHABLE] * count

    until(are_there, "the appliance's own address", CONNECT_S)


def code_of(owner: FrontEnd, command: Command) -> str:
    """Give the code by which a command fails."""
    with pytest.raises(Refused) as refusal:
        owner.do(command)
    return refusal.value.failure.code


def ask(owner: FrontEnd, command: Command) -> Any:  # noqa: ANN401 - any result
    """Ask a peer, once."""
    return owner.do(command, ASKED_S)


def test_an_appliance_reads_from_another_and_follows_it(
    tmp_path: Path, private_tor: PrivateTor, x_display: str
) -> None:
    """Paired by a line; health, sessions and a proof that verifies; a rotation is followed; a revoked access ends."""
    with (
        onion_appliance(tmp_path / "read", private_tor) as there,
        onion_appliance(tmp_path / "reading", private_tor) as here,
    ):
        session = there.do(StartSession(SourceKind.DISPLAY, x_display))
        there.do(EndSession(session.session_id))
        scopes = (Scope.HEALTH, Scope.SESSIONS, Scope.PROOFS)
        granted = cast("AccessGranted", there.do(GrantAccess("Fleet", scopes)))
        wait_reachable(there, 1)
        peer = cast("Peer", ask(here, AddPeer(granted.link, "workshop")))
        assert (f"{peer.address}:80", set(peer.scopes)) == (granted.address, set(scopes))

        health = ask(here, AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert json.loads(health.document)["checks"]
        sessions = json.loads(ask(here, AskPeer(peer.peer_id, PeerTopic.SESSIONS)).document)
        assert [each["session_id"] for each in sessions["sessions"]] == [session.session_id]
        assert code_of(here, AskPeer(peer.peer_id, PeerTopic.METRICS)) == "peer_refused"

        place = tmp_path / "fetched.bundle"
        ask(here, FetchProof(peer.peer_id, session.session_id, str(place)))
        device = fingerprint(bytes.fromhex(peer.device))
        report = cast("VerificationReport", here.do(VerifyBundle(place, device=device)))
        assert report.holds

        moved = there.do(RotateOnion(1.0))
        wait_reachable(there, 2)
        assert ask(here, FollowPeer(peer.peer_id)).address == moved.address
        there.do(FinishRotation())
        answer = ask(here, AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert (answer.peer.address, answer.peer.moves) == (moved.address, 1)

        there.do(RevokeAccess(granted.access.access_id))
        until(lambda: network_of(there).services == (), "the address's end", CONNECT_S)
        assert code_of(here, AskPeer(peer.peer_id, PeerTopic.HEALTH)) == "peer_unreachable"
