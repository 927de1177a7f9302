"""The log of calls: each is written down before it is answered, chained to the one before it.

An entry's hash is BLAKE3, in derive_key mode with a context of its own, over the hash before it and the entry as
canonical JSON. Where the log ended is sealed by the vault now and then (``head``), and so is where its oldest part was
cut off (``cut``): whoever has the disk but not the vault can change nothing before the head without being found out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from blake3 import blake3

from core.api.access import Call, CallOutcome
from core.canonical.documents import Json, canonical_json
from core.canonical.fields import Fields
from core.errors import CallsAltered, RecordAltered, VaultLocked
from core.runtime.clock import Clock
from core.runtime.workers import Worker
from core.storage.records import CallRow, RecordStore
from core.vault.sealed_records import SealedRecords

KIND: Final = "calls"
MOST_KEPT: Final = 100_000
HEAD_EVERY_S: Final = 60.0

# What is summed up of an access: it does not count as used by it.
SUMMED: Final = frozenset({CallOutcome.TOO_MANY, CallOutcome.EXPIRED, CallOutcome.REVOKED})

_CONTEXT = "lucid 2026-11 call v1"
_HASH_BYTES = 32
_SLACK = 1_000  # the log is cut when it is that much too long, so that not every call cuts it
_AT_ONCE = 500
_MS_IN_NS = 1_000_000
_NS = 1_000_000_000


@dataclass(frozen=True)
class Entry:
    """A call that is to be written down."""

    what: str
    outcome: CallOutcome
    access_id: str = ""
    name: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Mark:
    """A place in the log: an entry's sequence and hash. Before the first entry: 0, and zeros."""

    sequence: int = 0
    hash: bytes = bytes(_HASH_BYTES)


class CallLog:
    """Writes and reads the log; lives on the engine's loop. ``open`` it while the vault is open."""

    def __init__(
        self,
        records: SealedRecords,
        store: RecordStore,
        worker: Worker,
        clock: Clock,
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._records = records
        self._store = store
        self._worker = worker
        self._clock = clock
        self._most_kept = most_kept
        self._turn = asyncio.Lock()
        self._is_open = False
        self._last = Mark()
        self._cut = Mark()
        self._head = Mark()
        self._head_at_ns = 0
        self._altered_at = 0  # the entry at which the log was found changed; 0: none
        self._checks = 0  # how many check the log just now

    @property
    def altered_at(self) -> int:
        """Tell at which entry the log was found changed when it was opened; 0 where it was not."""
        return self._altered_at

    async def open(self) -> None:
        """Find where the log ends, and whether that is where it ended; raises VaultLocked, RecordAltered."""
        async with self._turn:
            self._cut, _ = await self._marked("cut")
            self._head, self._altered_at = await self._marked("head")
            last = await self._worker.run(self._store.last_call)
            self._last = self._cut if last is None else Mark(last.sequence, last.hash)
            self._head_at_ns = self._clock.now().mono_ns
            if not self._altered_at and not await self._has(self._head):
                self._altered_at = self._head.sequence
                await self._save_head()  # for good: what is written from now on must not hide it
            self._is_open = True

    async def close(self) -> None:
        """Seal where the log ends; nothing is written until it is opened again. Raises StorageFull."""
        async with self._turn:
            if self._is_open:
                self._is_open = False
                await self._save_head()

    async def write(self, entry: Entry) -> Call:
        """Write a call down; it is on the medium when this returns. Raises VaultLocked, StorageFull, StoreCorrupt."""
        async with self._turn:
            if not self._is_open:
                raise VaultLocked
            row = self._row(entry)
            await self._worker.run(self._store.add_call, row)
            self._last = Mark(row.sequence, row.hash)
            if self._clock.now().mono_ns - self._head_at_ns >= HEAD_EVERY_S * _NS:
                await self._save_head()
            length = self._last.sequence - self._cut.sequence
            if length > self._most_kept + _SLACK and not self._checks:
                await self._shorten()
        return _shown(row)

    async def read(
        self, limit: int, before: int | None = None, access_id: str = ""
    ) -> tuple[Call, ...]:
        """Read calls, newest first; takes no open vault."""
        rows = await self._worker.run(self._store.calls, limit, before, access_id)
        return tuple(_shown(row) for row in rows)

    async def count_since(self, sequence: int, access_id: str) -> tuple[int, Call | None]:
        """Count an access's calls after that entry, without those that are summed up, and give the newest of them."""
        found, newest, before = 0, None, None
        while True:
            later = [
                call
                for call in await self.read(_AT_ONCE, before, access_id)
                if call.sequence > sequence
            ]
            own = [call for call in later if call.outcome not in SUMMED]
            newest = newest or next(iter(own), None)
            found += len(own)
            if len(later) < _AT_ONCE:
                return found, newest
            before = later[-1].sequence

    async def verify(self) -> int:
        """Check the whole log and count its entries; CallsAltered names the oldest entry that does not fit.

        Calls go on being written meanwhile, and are not looked at; raises VaultLocked.
        """
        if not self._is_open:
            raise VaultLocked
        self._checks += 1  # as long as somebody checks, nothing is cut off
        try:
            count, wrong = await self._check(self._last, self._cut, self._head)
        finally:
            self._checks -= 1
        if wrong:
            raise CallsAltered(sequence=min(wrong))
        return count

    async def _check(self, last: Mark, cut: Mark, head: Mark) -> tuple[int, list[int]]:
        """Count the entries up to ``last``, and list those that do not fit."""
        wrong = [self._altered_at] if self._altered_at else []
        if last.sequence < head.sequence or not await self._has(last):
            wrong.append(last.sequence)
        newer: CallRow | None = None
        before, count = last.sequence + 1, 0
        while rows := await self._worker.run(self._store.calls, _AT_ONCE, before):
            kept = [row for row in rows if row.sequence > cut.sequence]
            wrong += await asyncio.to_thread(_wrong_in, newer, kept)
            count += len(kept)
            newer = kept[-1] if kept else newer
            before = rows[-1].sequence
            if len(kept) < len(rows):
                break
        wrong += [] if _follows(newer, cut) else [newer.sequence if newer else 1]
        if not await self._has(head):
            wrong.append(head.sequence)
        return count, wrong

    # --- parts -------------------------------------------------------------------------------

    def _row(self, entry: Entry) -> CallRow:
        row = CallRow(
            sequence=self._last.sequence + 1,
            utc_ms=self._clock.now().utc_ns // _MS_IN_NS,
            access_id=entry.access_id,
            name=entry.name,
            what=entry.what,
            subject=entry.subject,
            outcome=entry.outcome.value,
            hash=b"",
        )
        return replace(row, hash=_hash_after(self._last.hash, row))

    async def _has(self, mark: Mark) -> bool:
        """Tell whether the log has that entry with that hash; what was cut off it had."""
        if mark.sequence <= self._cut.sequence:
            return True
        found = await self._worker.run(self._store.calls, 1, mark.sequence + 1)
        return bool(found) and Mark(found[0].sequence, found[0].hash) == mark

    async def _shorten(self) -> None:
        """Cut off the oldest entries; the mark is kept first, so that a crash in between cuts nothing unmarked."""
        until = self._last.sequence - self._most_kept
        found = await self._worker.run(self._store.calls, 1, until + 1)
        cut = Mark(found[0].sequence, found[0].hash)
        await self._save("cut", cut)
        self._cut = cut
        await self._worker.run(self._store.forget_calls, cut.sequence)

    async def _save_head(self) -> None:
        await self._save("head", self._last)
        self._head, self._head_at_ns = self._last, self._clock.now().mono_ns

    async def _save(self, key: str, mark: Mark) -> None:
        document: dict[str, Json] = {
            "sequence": mark.sequence,
            "hash": mark.hash.hex(),
            "altered_at": self._altered_at,
        }
        await self._records.save(KIND, key, document)

    async def _marked(self, key: str) -> tuple[Mark, int]:
        document = await self._records.read(KIND, key)
        if document is None:
            return Mark(), 0
        fields = Fields(dict(document), lambda _: RecordAltered(kind=KIND))
        return fields.whole_of(
            lambda each: (
                Mark(each.whole("sequence"), each.octets("hash", _HASH_BYTES)),
                each.whole("altered_at"),
            )
        )


def _hash_after(before: bytes, row: CallRow) -> bytes:
    document: dict[str, Json] = {
        "sequence": row.sequence,
        "utc_ms": row.utc_ms,
        "access_id": row.access_id,
        "name": row.name,
        "what": row.what,
        "subject": row.subject,
        "outcome": row.outcome,
    }
    return blake3(before + canonical_json(document), derive_key_context=_CONTEXT).digest()


def _follows(row: CallRow | None, before: Mark) -> bool:
    """Tell whether an entry comes right after a mark, with the hash that it has then; no entry follows any."""
    if row is None:
        return True
    is_next = row.sequence == before.sequence + 1
    return is_next and row.hash == _hash_after(before.hash, row)


def _wrong_in(newer: CallRow | None, rows: Sequence[CallRow]) -> list[int]:
    """List the entries, given newest first, that do not follow the one before them."""
    wrong = []
    for older in rows:
        if newer is not None and not _follows(newer, Mark(older.sequence, older.hash)):
            wrong.append(newer.sequence)
        newer = older
    return wrong


def _shown(row: CallRow) -> Call:
    try:
        outcome = CallOutcome(row.outcome)
    except ValueError:
        raise CallsAltered(sequence=row.sequence) from None
    return Call(
        sequence=row.sequence,
        utc_ms=row.utc_ms,
        access_id=row.access_id,
        name=row.name,
        what=row.what,
        subject=row.subject,
        outcome=outcome,
    )
