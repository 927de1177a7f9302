"""The log of calls: each is written down before it is answered, chained to the one before it.

An entry's hash is BLAKE3, in derive_key mode with a context of its own, over the hash before it and the entry as
canonical JSON. Where the log ended is sealed by the vault at the first opening and now and then (``head``), and so is
where its oldest part was cut off (``cut``): whoever has the disk but not the vault can change nothing before the head
without being found out, unless they put everything back to what it was at an earlier time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from blake3 import blake3

from core.admin.log_head import (
    KIND,
    Head,
    Mark,
    Roll,
    read_head,
    read_mark,
    write_head,
    write_mark,
)
from core.api.access import Call, CallOutcome
from core.canonical.documents import Json, canonical_json
from core.errors import CallsAltered, VaultLocked
from core.runtime.clock import Clock
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker
from core.storage.records import CallRow, RecordStore
from core.vault.sealed_records import SealedRecords

MOST_KEPT: Final = 400_000
HEAD_EVERY_S: Final = 60.0

# What is summed up of an access: it does not count as used by it.
SUMMED: Final = frozenset({CallOutcome.TOO_MANY, CallOutcome.EXPIRED, CallOutcome.REVOKED})

_CONTEXT = "lucid 2026-11 call v1"
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
        self._roll: Roll | None = Roll()
        self._seen_ms = 0  # the latest time that the clock has shown
        self._checks = 0  # how many check the log just now

    @property
    def altered_at(self) -> int:
        """Tell at which entry the log was found changed when it was opened; 0 where it was not."""
        return self._altered_at

    @property
    def roll(self) -> Roll | None:
        """Give the accesses as the head has them; None where it was taken away, so that nobody knows how they stood."""
        return self._roll

    async def open(self, counted_to: int = 0, *, has_accesses: bool = False) -> None:
        """Find where the log ends, and whether that is where it ended; raises VaultLocked, RecordAltered, StorageFull.

        ``counted_to`` is the newest entry that any access has counted.
        """
        await to_its_end(self._open(counted_to, has_accesses=has_accesses))

    async def close(self) -> None:
        """Seal where the log ends; nothing is written until it is opened again. Raises StorageFull."""
        await to_its_end(self._close())

    async def write(self, entry: Entry) -> Call:
        """Write a call down; it is on the medium when this returns, and also when it is cancelled.

        Raises VaultLocked, StorageFull, StoreCorrupt.
        """
        return await to_its_end(self._write(entry))

    async def bind(self, roll: Roll) -> None:
        """Seal how the accesses stand now; raises VaultLocked, StorageFull. What fails is sealed with the next head."""
        await to_its_end(self._bind(roll))

    def latest_ms(self) -> int:
        """Give the time, or the latest one that was seen where the clock has been set back since: ms since 1970."""
        self._seen_ms = max(self._seen_ms, self._clock.now().utc_ns // _MS_IN_NS)
        return self._seen_ms

    async def keep_time(self) -> bool:
        """Seal the latest time that was seen, once a minute at most; tells whether it was. Raises StorageFull."""
        return await to_its_end(self._keep_time())

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

    async def _open(self, counted_to: int, *, has_accesses: bool) -> None:
        async with self._turn:
            cut = await self._records.read(KIND, "cut")
            self._cut = Mark() if cut is None else read_mark(cut)
            sealed = await self._records.read(KIND, "head")
            head = Head() if sealed is None else read_head(sealed)
            last = await self._worker.run(self._store.last_call)
            self._last = self._cut if last is None else Mark(last.sequence, last.hash)
            self._head, self._altered_at, self._roll = head.mark, head.altered_at, head.roll
            self._head_at_ns = self._clock.now().mono_ns
            self._seen_ms = max(self._seen_ms, head.seen_utc_ms)
            is_lost = sealed is None and (has_accesses or self._last.sequence > 0)
            if is_lost:
                self._roll = None
            if not self._altered_at:
                self._altered_at = await self._found_changed(counted_to, is_lost=is_lost)
            if self._roll is not None and (sealed is None or self._altered_at != head.altered_at):
                await self._save_head()  # for good: what is written from now on must not hide it
            self._is_open = True

    async def _found_changed(self, counted_to: int, *, is_lost: bool) -> int:
        """Name an entry that shows that the log is not as it was; 0 where none does."""
        if not await self._has(self._head):
            return self._head.sequence
        if counted_to > self._last.sequence:
            return counted_to
        return max(1, self._last.sequence) if is_lost else 0

    async def _close(self) -> None:
        async with self._turn:
            if self._is_open:
                self._is_open = False
                await self._save_head()

    async def _write(self, entry: Entry) -> Call:
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

    async def _bind(self, roll: Roll) -> None:
        async with self._turn:
            if not self._is_open:
                raise VaultLocked
            self._roll = roll
            await self._save_head()

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
        await self._records.save(KIND, "cut", write_mark(cut))
        self._cut = cut
        await self._worker.run(self._store.forget_calls, cut.sequence)

    async def _keep_time(self) -> bool:
        async with self._turn:
            is_due = self._clock.now().mono_ns - self._head_at_ns >= HEAD_EVERY_S * _NS
            if is_due and self._is_open:
                await self._save_head()
            return is_due

    async def _save_head(self) -> None:
        if self._roll is None:  # without one, whoever opens the log finds again that it was lost
            return
        head = Head(self._last, self._altered_at, self._roll, self.latest_ms())
        await self._records.save(KIND, "head", write_head(head))
        self._head, self._head_at_ns = self._last, self._clock.now().mono_ns


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
