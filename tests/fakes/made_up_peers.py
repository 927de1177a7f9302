"""Made-up peers: other appliances that let this one read, and what they answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from core.api.access import Scope
from core.api.commands import Command
from core.api.peers import (
    AddPeer,
    AskPeer,
    FollowPeer,
    ForgetPeer,
    ListPeers,
    Peer,
    PeerAnswer,
    PeersChanged,
    PeerTopic,
)
from core.api.snapshots import FailureSnapshot
from tests.fakes import made_up_network as net
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import failure

if TYPE_CHECKING:
    from tests.fakes.made_up_appliance import MadeUpAppliance

LINK = (
    f"lucid-pair://{net.onion_of('peer 0')}:80?key={net.client_key_of('peer')}"
    f"&token=lucid_{'t' * 43}&device={made_up.hex_of('device of peer 0')}"
)
HEALTH = {
    "level": "warn",
    "checks": [
        {"name": "chain", "level": "ok", "sentence": "The chain answers, at block 18 204."},
        {"name": "space", "level": "warn", "sentence": "9 % of the disk is free."},
    ],
}
SESSIONS = {
    "sessions": [
        {
            "session_id": made_up.session_id(number),
            "state": "anchored" if number else "anchoring",
            "started_utc_ms": made_up.NOW_UTC_MS - number * 7_860_000,
            "duration_s": 300.0 + number * 917,
            "is_anchored": bool(number),
        }
        for number in range(3)
    ],
    "next": None,
}


def peer(number: int = 0, name: str = "Workshop", **changes: object) -> Peer:
    """Make a peer."""
    made = Peer(
        peer_id=made_up.hex_of(f"peer {number}")[:16],
        name=name,
        address=net.onion_of(f"peer {number}"),
        device=made_up.hex_of(f"device of peer {number}"),
        scopes=(Scope.HEALTH, Scope.SESSIONS, Scope.PROOFS),
        added_utc_ms=made_up.NOW_UTC_MS - 86_400_000,
        seen_utc_ms=made_up.NOW_UTC_MS - 3_600_000,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # made-up fields by name


class MadeUpPeers:
    """Knows the peers of an appliance; its answers run on the appliance's thread."""

    def __init__(self, appliance: MadeUpAppliance) -> None:
        self.known: tuple[Peer, ...] = ()
        self.documents: dict[PeerTopic, str] = {
            PeerTopic.HEALTH: json.dumps(HEALTH),
            PeerTopic.SESSIONS: json.dumps(SESSIONS),
        }
        self._appliance = appliance

    def answers(self) -> dict[type[Command], object]:
        """Give what answers the commands about peers."""
        return {
            ListPeers: lambda _command: self.known,
            AddPeer: self._add,
            AskPeer: self._ask,
            FollowPeer: self._follow,
            ForgetPeer: self._forget,
        }

    def set(self, known: tuple[Peer, ...]) -> None:
        """Let these be the peers, and say so."""
        self.known = known
        self._appliance.emit(PeersChanged(known))

    def _add(self, command: AddPeer) -> Peer | FailureSnapshot:
        if not command.link.startswith("lucid-pair://"):
            reason = "it does not begin with lucid-pair://"
            return failure("pairing_malformed", 2, reason=reason)
        made = peer(0, command.name or "pluatmca")
        self.set((*self.known, made))
        return made

    def _ask(self, command: AskPeer) -> PeerAnswer:
        document = self.documents[command.topic]
        return PeerAnswer(self._named(command.peer_id), command.topic, document, made_up.NOW_UTC_MS)

    def _follow(self, command: FollowPeer) -> Peer:
        known = self._named(command.peer_id)
        moved = replace(known, address=net.onion_of("elsewhere"), moves=known.moves + 1)
        self.set(tuple(moved if each is known else each for each in self.known))
        return moved

    def _forget(self, command: ForgetPeer) -> None:
        self.set(tuple(each for each in self.known if each.peer_id != command.peer_id))

    def _named(self, peer_id: str) -> Peer:
        return next(each for each in self.known if each.peer_id == peer_id)
