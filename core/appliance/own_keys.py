"""The keys of this appliance's own onion address, as one sealed record: the newest, and the one that goes.

Everything that a rotation changes lies in this one record, so that a crash leaves all of the change or none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.canonical.documents import Json
from core.canonical.fields import Fields
from core.errors import Failure, RecordAltered
from core.onion.keys import KEY_BYTES, ServiceKey

KIND = "onion"
KEY = "own"
MOST_MOVES = 256  # whoever has not looked for so many moves cannot follow any more
_VERSION = "1"
_LONGEST_MOVE = 4096


@dataclass(frozen=True)
class OldKey:
    """The key of the address that is being left, and when it goes (UTC milliseconds)."""

    key: ServiceKey
    until_utc_ms: int


@dataclass(frozen=True)
class OwnKeys:
    """The appliance's keys. ``moves`` holds a signed statement each, oldest first; ``sequence`` counts them all."""

    key: ServiceKey
    rotated_utc_ms: int | None = None
    old: OldKey | None = None
    sequence: int = 0
    moves: tuple[str, ...] = ()

    def to_document(self) -> Mapping[str, Json]:
        """Write them as the record holds them."""
        old: Json = None
        if self.old is not None:
            old = {"seed": self.old.key.seed.hex(), "until_utc_ms": self.old.until_utc_ms}
        return {
            "version": _VERSION,
            "seed": self.key.seed.hex(),
            "rotated_utc_ms": self.rotated_utc_ms,
            "old": old,
            "sequence": self.sequence,
            "moves": list(self.moves),
        }


def read_own_keys(document: Mapping[str, Json]) -> OwnKeys:
    """Read a record; raises RecordAltered where it is none of ours."""
    return Fields(document, _altered).whole_of(_read)


def _read(fields: Fields) -> OwnKeys:
    fields.constant("version", _VERSION)
    moves = fields.array("moves", MOST_MOVES)
    if not all(isinstance(each, str) and len(each) <= _LONGEST_MOVE for each in moves):
        raise fields.wrong("moves")
    return OwnKeys(
        key=ServiceKey(fields.octets("seed", KEY_BYTES)),
        rotated_utc_ms=fields.optional_whole("rotated_utc_ms"),
        old=fields.optional_members("old", _read_old),
        sequence=fields.whole("sequence"),
        moves=tuple(str(each) for each in moves),
    )


def _read_old(fields: Fields) -> OldKey:
    seed, until_utc_ms = fields.octets("seed", KEY_BYTES), fields.whole("until_utc_ms")
    return OldKey(ServiceKey(seed), until_utc_ms)


def _altered(_field: str) -> Failure:
    return RecordAltered(kind=KIND)
