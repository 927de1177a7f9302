"""Decides which sessions go on the chain together, and puts them together.

Below a rate every session has transactions of its own, as soon as it can. From that rate on the openings of a few
seconds share one, and so do the seals. A session that was opened in a batch is sealed in a batch; what it would anchor
on the way is dropped, since a batch holds openings and seals only (docs/formats/anchors.md, *Batches*).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from uuid import UUID

from core.chain.batch_tree import opened_leaf, sealed_leaf
from core.chain.outbox_calls import decode_call, encode_call
from core.chain.protocol import anchor_batch
from core.config.engine_options import BatchOptions
from core.errors import Bug
from core.runtime.clock import Clock
from core.runtime.workers import Worker
from core.sealing.sorted_tree import SortedTree
from core.storage.metadata import MetadataStore, OutboxRow

BATCH = "batch"  # the kind of a batch's row
_OPENED, _PROGRESS = "opened", "progress"
_MINUTE_NS = 60_000_000_000
_NS = 1_000_000_000


class Readiness(Enum):
    """How far the contract for batches is."""

    THERE = "there"
    COMING = "coming"
    REFUSED = "refused"  # the chain does not take it; it was told, and sessions go by themselves


@dataclass(frozen=True)
class Plan:
    """What becomes of the rows that wait by themselves."""

    alone: tuple[OutboxRow, ...]  # go now, each by itself
    together: tuple[OutboxRow, ...]  # share a batch that is made now
    dropped: tuple[OutboxRow, ...]  # stand for nothing any more
    is_gathering: bool  # some wait for others to share a batch with


class Rate:
    """Counts the openings of the last minute and remembers since when each row waits."""

    def __init__(self, options: BatchOptions) -> None:
        self._options = options
        self._seen_ns: dict[str, int] = {}

    def note(self, rows: Sequence[OutboxRow], now_ns: int) -> None:
        """Take note of the rows that there are; what is gone for a minute is forgotten."""
        keys = {row.key for row in rows}
        for row in rows:
            self._seen_ns.setdefault(row.key, now_ns)
        for key, seen_ns in list(self._seen_ns.items()):
            if key not in keys and now_ns - seen_ns > _MINUTE_NS:
                del self._seen_ns[key]

    def is_high(self, now_ns: int) -> bool:
        """Tell whether sessions begin so fast that they share transactions."""
        openings = [
            seen
            for key, seen in self._seen_ns.items()
            if key.startswith(f"{_OPENED}:") and now_ns - seen <= _MINUTE_NS
        ]
        return len(openings) >= self._options.from_per_minute

    def has_waited(self, row: OutboxRow, now_ns: int) -> bool:
        """Tell whether a row has waited for others long enough."""
        return now_ns - self._seen_ns[row.key] >= self._options.gather_s * _NS


def plan(
    rows: Sequence[OutboxRow],
    batched: set[UUID],
    rate: Rate,
    options: BatchOptions,
    now_ns: int,
) -> Plan:
    """Sort the rows that wait; ``batched`` are the sessions with a row in a batch."""
    rate.note(rows, now_ns)
    is_high = rate.is_high(now_ns)
    held_sessions = set(batched)
    alone: list[OutboxRow] = []
    held: list[OutboxRow] = []
    dropped: list[OutboxRow] = []
    for row in rows:
        is_new = row.raw is None and row.session_id is not None
        if is_new and row.kind == _OPENED and is_high and row.session_id is not None:
            held_sessions.add(row.session_id)
        if not is_new or row.session_id not in held_sessions:
            alone.append(row)
        elif row.kind == _PROGRESS:
            if row.session_id in batched:
                dropped.append(row)
        else:
            held.append(row)
    first = held[: options.most]
    is_due = bool(first) and (
        not is_high or len(held) >= options.most or rate.has_waited(first[0], now_ns)
    )
    together = tuple(first) if is_due else ()
    return Plan(tuple(alone), together, tuple(dropped), len(held) > len(together))


def make_batch(rows: Sequence[OutboxRow], owner: bytes) -> tuple[OutboxRow, list[OutboxRow]]:
    """Make the row of a batch over rows that wait, and those rows with their place in it."""
    tree = SortedTree([leaf_of(row, owner) for row in rows])
    call = encode_call(anchor_batch(tree.root, len(rows)))
    batch = OutboxRow(key=f"{BATCH}:{tree.root.hex()}", kind=BATCH, call=call)
    members = [
        replace(row, batch=batch.key, proof=b"".join(tree.path(index)))
        for index, row in enumerate(rows)
    ]
    return batch, members


def leaf_of(row: OutboxRow, owner: bytes) -> bytes:
    """Give the leaf of what a row wants said."""
    call = decode_call(row.call)
    session, *rest = call.arguments
    if not isinstance(session, bytes):
        raise Bug("a session's call names no session")
    session_id = UUID(bytes=session)
    match call.function, rest:
        case "openSession", [bytes() as policy_hash, bytes() as ephemeral_key]:
            return opened_leaf(owner, session_id, policy_hash, ephemeral_key)
        case "sealSession", [bytes() as manifest_hash, bytes() as merkle_root, int() as count]:
            return sealed_leaf(owner, session_id, manifest_hash, merkle_root, count)
    raise Bug(f"{call.function} travels by itself")


class Batching:
    """Makes batches of an outbox's rows; lives on the engine's loop.

    ``prepare`` sees to it that the contract for batches is there or on its way, and tells how far it is.
    """

    def __init__(
        self,
        *,
        store: MetadataStore,
        store_worker: Worker,
        owner: bytes,
        clock: Clock,
        options: BatchOptions,
        prepare: Callable[[], Awaitable[Readiness]],
    ) -> None:
        self._store = store
        self._worker = store_worker
        self._owner = owner
        self._clock = clock
        self._options = options
        self._prepare = prepare
        self._rate = Rate(options)

    async def sort(self, rows: Sequence[OutboxRow]) -> tuple[list[OutboxRow], bool]:
        """Give the rows that go by themselves, a new batch's among them, and whether others wait to share one."""
        batched = await self._worker.run(self._store.batched_sessions)
        now_ns = self._clock.now().mono_ns
        found = plan(rows, batched, self._rate, self._options, now_ns)
        for row in found.dropped:
            await self._worker.run(self._store.drop_outbox, row.key)
        alone = list(found.alone)
        is_under_way = any(row.kind == BATCH for row in rows)  # the next one gathers meanwhile
        if not found.together or is_under_way:
            return alone, found.is_gathering or bool(found.together)
        readiness = await self._prepare()
        if readiness is Readiness.REFUSED:
            return alone + list(found.together), found.is_gathering
        if readiness is Readiness.COMING:
            return alone, True
        stored = await self._worker.run(self._put, found.together)
        return alone + ([] if stored is None else [stored]), found.is_gathering or stored is None

    def _put(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
        """Store a batch; None when one of its rows has changed meanwhile. On the store's worker."""
        batch, members = make_batch(rows, self._owner)
        if not self._store.put_batch(batch, members):
            return None
        return self._store.outbox_row(batch.key)
