"""Sealed records and the log of calls: what the metadata store keeps besides sessions.

A *record* is a document that the vault sealed; the store knows its kind and its key, and cannot read it. A *call* is
a line of the log of the admin API, chained to the one before it by its hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class CallRow:
    """A call of the admin API as stored; ``hash`` (32 bytes) covers the row and the hash before it."""

    sequence: int
    utc_ms: int
    access_id: str
    name: str
    what: str
    subject: str
    outcome: str
    hash: bytes


class RecordStore(Protocol):
    """The part of a metadata store that keeps records and calls; each method is one transaction."""

    def save_record(self, kind: str, key: str, sealed: bytes) -> None:
        """Keep a record, in place of the one of that kind and key."""

    def record(self, kind: str, key: str) -> bytes | None:
        """Read a record; None where there is none."""

    def records(self, kind: str) -> list[tuple[str, bytes]]:
        """Read every record of a kind with its key, by key."""

    def forget_record(self, kind: str, key: str) -> None:
        """Remove a record; one that is not there is no error."""

    def add_call(self, row: CallRow) -> None:
        """Keep a call; StoreCorrupt where its sequence is taken."""

    def calls(self, limit: int, before: int | None = None, access_id: str = "") -> list[CallRow]:
        """Read calls, newest first: at most ``limit``, of a sequence below ``before``, of one access where given."""

    def last_call(self) -> CallRow | None:
        """Read the newest call; None where nothing was called yet."""

    def forget_calls(self, until: int) -> None:
        """Remove the calls up to that sequence, itself included."""
