"""What is kept of a peer, its secrets among it; sealed by the vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.api.access import Scope
from core.api.peers import Peer
from core.canonical.documents import Json
from core.canonical.fields import Fields
from core.errors import AddressRefused, RecordAltered
from core.onion.statement import Place
from core.peers.pairing import Pairing
from core.transport.addresses import read_onion_host

KIND = "peer"
LONGEST_NAME = 64
_FORMAT = "lucid-peer"
_VERSION = 1


@dataclass(frozen=True)
class PeerRecord:
    """A peer as it is kept. ``sequence`` is that of the last statement that was followed, 0 for none."""

    peer: Peer
    client_key: str
    token: str
    sequence: int = 0

    def __repr__(self) -> str:
        return f"PeerRecord({self.peer.peer_id})"

    @property
    def place(self) -> Place:
        """Where it is, as far as its statements were followed."""
        return Place(self.peer.address, self.sequence)

    def seen(self, utc_ms: int) -> PeerRecord:
        """Give it as it is once it has answered."""
        return replace(self, peer=replace(self.peer, seen_utc_ms=utc_ms))

    def moved(self, place: Place) -> PeerRecord:
        """Give it as it is at another address."""
        peer = replace(self.peer, address=place.address, moves=self.peer.moves + 1)
        return replace(self, peer=peer, sequence=place.sequence)

    def paired(self, pairing: Pairing) -> PeerRecord:
        """Give it with the secrets that a new line holds, which is of the same device at the same address."""
        return replace(self, client_key=pairing.client_key, token=pairing.token)


def write_peer(record: PeerRecord) -> dict[str, Json]:
    """Write it as a document for the store."""
    peer = record.peer
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "peer_id": peer.peer_id,
        "name": peer.name,
        "address": peer.address,
        "device": peer.device,
        "scopes": [scope.value for scope in peer.scopes],
        "added_utc_ms": peer.added_utc_ms,
        "seen_utc_ms": peer.seen_utc_ms,
        "moves": peer.moves,
        "sequence": record.sequence,
        "client_key": record.client_key,
        "token": record.token,
    }


def read_peer(document: Mapping[str, Json]) -> PeerRecord:
    """Read it again; RecordAltered when it is not what ``write_peer`` wrote."""
    fields = Fields(dict(document), lambda _: RecordAltered(kind=KIND))
    return fields.whole_of(_read)


def _read(fields: Fields) -> PeerRecord:
    fields.constant("format", _FORMAT)
    fields.whole("version", _VERSION, _VERSION)
    peer = Peer(
        peer_id=fields.matching("peer_id", r"[0-9a-f]{16}"),
        name=fields.text("name", 1, LONGEST_NAME),
        address=_address(fields),
        device=fields.octets("device", 32).hex(),
        scopes=fields.choices("scopes", Scope),
        added_utc_ms=fields.whole("added_utc_ms"),
        seen_utc_ms=fields.optional_whole("seen_utc_ms"),
        moves=fields.whole("moves"),
    )
    return PeerRecord(
        peer,
        sequence=fields.whole("sequence"),
        client_key=fields.text("client_key", 1),
        token=fields.text("token", 1),
    )


def _address(fields: Fields) -> str:
    try:
        return read_onion_host(fields.text("address"))
    except AddressRefused as error:
        raise fields.wrong("address") from error
