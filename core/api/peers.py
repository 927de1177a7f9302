"""Peers: other appliances that this one may read from, by their admin API."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from core.api.access import Scope
from core.api.commands import Command
from core.api.devices import fingerprint_of
from core.api.events import Event


@dataclass(frozen=True)
class Peer:
    """An appliance that lets this one read. Times are UTC milliseconds."""

    peer_id: str  # 16 hex digits
    name: str
    address: str  # ADDRESS.onion, where it is now
    device: str  # its device's public key, in hex
    scopes: tuple[Scope, ...]
    added_utc_ms: int
    seen_utc_ms: int | None = None
    moves: int = 0  # how often its address changed, each by a statement that the old one signed
    device_fingerprint: str = field(init=False)  # of ``device``, in hex: what people compare

    def __post_init__(self) -> None:
        """Name the device as people compare it."""
        object.__setattr__(self, "device_fingerprint", fingerprint_of(self.device))


class PeerTopic(Enum):
    """What a peer can be asked."""

    HEALTH = "health"
    SESSIONS = "sessions"
    METRICS = "metrics"


@dataclass(frozen=True)
class AddPeer(Command):
    """Pair with an appliance by the line that it showed; it is asked once, to know that it is there. Result: Peer."""

    link: str = field(repr=False)
    name: str = ""  # "" takes the one that it calls itself


@dataclass(frozen=True)
class ListPeers(Command):
    """List the appliances that let this one read. Result: tuple[Peer, ...]."""


@dataclass(frozen=True)
class AskPeer(Command):
    """Read from a peer; its address moves with its statement, if it has one. Result: PeerAnswer."""

    peer_id: str
    topic: PeerTopic


@dataclass(frozen=True)
class FetchProof(Command):
    """Fetch a session's evidence bundle from a peer into a file. Result: ExportedFile."""

    peer_id: str
    session_id: str
    destination: str


@dataclass(frozen=True)
class FollowPeer(Command):
    """Look whether a peer has moved. Result: Peer, at the address where it is now."""

    peer_id: str


@dataclass(frozen=True)
class ForgetPeer(Command):
    """Forget a peer and its secrets. Result: None."""

    peer_id: str


@dataclass(frozen=True)
class PeerAnswer:
    """What a peer answered: JSON (text of the metrics), as it came, with when."""

    peer: Peer
    topic: PeerTopic
    document: str
    utc_ms: int


@dataclass(frozen=True)
class PeersChanged(Event):
    """A peer was added, forgotten, seen or has moved."""

    peers: tuple[Peer, ...]
