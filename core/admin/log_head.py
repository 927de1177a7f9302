"""Where the log of calls ended, sealed by the vault, and with it which state each access is in.

A sealed record can be put back to what it was, or taken away, by whoever has the disk. What the head names holds
against that: the log must have the entry that the head names, and an access must not be older than there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.canonical.documents import Json
from core.canonical.fields import Fields
from core.errors import RecordAltered

KIND: Final = "calls"

_HASH_BYTES: Final = 32


@dataclass(frozen=True)
class Mark:
    """A place in the log: an entry's sequence and hash. Before the first entry: 0, and zeros."""

    sequence: int = 0
    hash: bytes = bytes(_HASH_BYTES)


@dataclass(frozen=True)
class Roll:
    """Every access that is kept, with the generation that its record is of at least.

    Granting and revoking make a new generation, of all accesses together; being used makes none.
    """

    generation: int = 0
    of: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """Where the log ended. ``altered_at`` is the entry at which it was found changed, 0 where it was not.

    ``seen_utc_ms`` is the latest time that the clock has shown: an access that is over stays over when it is set back.
    """

    mark: Mark = Mark()
    altered_at: int = 0
    roll: Roll = Roll()
    seen_utc_ms: int = 0


def write_head(head: Head) -> dict[str, Json]:
    """Write it as a document for the store."""
    return {
        **write_mark(head.mark),
        "altered_at": head.altered_at,
        "generation": head.roll.generation,
        "accesses": dict(head.roll.of),
        "seen_utc_ms": head.seen_utc_ms,
    }


def read_head(document: Mapping[str, Json]) -> Head:
    """Read it again; RecordAltered when it is not what ``write_head`` wrote."""
    return _fields(document).whole_of(
        lambda each: Head(
            _mark(each), each.whole("altered_at"), _roll(each), each.whole("seen_utc_ms")
        )
    )


def write_mark(mark: Mark) -> dict[str, Json]:
    """Write a place as a document."""
    return {"sequence": mark.sequence, "hash": mark.hash.hex()}


def read_mark(document: Mapping[str, Json]) -> Mark:
    """Read it again; RecordAltered when it is not what ``write_mark`` wrote."""
    return _fields(document).whole_of(_mark)


def _fields(document: Mapping[str, Json]) -> Fields:
    return Fields(dict(document), lambda _: RecordAltered(kind=KIND))


def _mark(fields: Fields) -> Mark:
    return Mark(fields.whole("sequence"), fields.octets("hash", _HASH_BYTES))


def _roll(fields: Fields) -> Roll:
    generation = fields.whole("generation")
    accesses = fields.take("accesses")
    if not isinstance(accesses, dict):
        raise fields.wrong("accesses")
    each = Fields(dict(accesses), lambda _: RecordAltered(kind=KIND))
    return Roll(generation, {name: each.whole(name, 1, generation) for name in accesses})
