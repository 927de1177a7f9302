"""Keeps an index of the chain that sessions are anchored on, and asks it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.api.chain_index import (
    MOST_LISTED,
    AnchoredPage,
    AnchoredPhase,
    AnchoredShown,
    FollowChain,
    IndexShown,
    ListAnchored,
    StepShown,
)
from core.api.snapshots import failure_snapshot
from core.appliance.chain_service import ChainService
from core.appliance.progress import Progress
from core.chain import index_queries as queries
from core.chain.connection import NodeConnection
from core.chain.index import ChainIndex
from core.chain.index import Progress as Followed
from core.chain.index_source import BlockSource
from core.chain.index_store import IndexStore, Watched
from core.chain.network.terms import address_of
from core.chain.protocol import AnchorChain
from core.errors import (
    ContractsMissing,
    IndexDamaged,
    IndexMissing,
    SessionNotIndexed,
    StoreCorrupt,
    UsageFailure,
)
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker

_MOST_ROWS = (1 << 63) - 1
_ID_BYTES = 16
_ID_DIGITS = 2 * _ID_BYTES
_MS = 1000

T = TypeVar("T")


class IndexService:
    """Lives on the engine's loop; chain and file are read on a worker of their own, made for each command."""

    def __init__(self, path: Path, chain: ChainService) -> None:
        self._path = path
        self._chain = chain
        self._following = (
            asyncio.Lock()
        )  # two at once would each find the other's events in the way

    async def follow(self, command: FollowChain, tell: Progress) -> IndexShown:
        """Bring the index up to the chain's newest block; whoever is cancelled leaves it where it then is.

        Raises ContractsMissing, ChainUnreachable, AnchorMismatch, ChainDifferent, IndexDamaged, VaultLocked.
        """
        async with self._following:
            return await self._follow(command, tell)

    async def _follow(self, command: FollowChain, tell: Progress) -> IndexShown:
        watched, batches_block = await self._chain.use(_watched_on)
        endpoint = await self._chain.endpoint()
        loop, cancelled = asyncio.get_running_loop(), threading.Event()

        def told(done: Followed) -> None:
            begin = watched.first_block - 1
            loop.call_soon_threadsafe(tell, "blocks", done.block - begin, done.head - begin)

        def work(store: IndexStore) -> IndexShown:
            connection = NodeConnection(endpoint)
            try:
                index = ChainIndex(store, BlockSource(connection, watched))
                done = index.follow(
                    watched,
                    is_verified=command.is_verified,
                    batches_block=batches_block,
                    told=told,
                    is_cancelled=cancelled.is_set,
                )
            finally:
                connection.close()
            return _shown(store, done)

        return await self._on_worker(work, cancelled.set)

    async def list_anchored(self, command: ListAnchored) -> AnchoredPage:
        """Ask the index. Raises IndexMissing, IndexDamaged, SessionNotIndexed, UsageFailure."""
        wanted = _wanted(command)
        if not self._path.exists():
            raise IndexMissing(path=str(self._path))
        return await self._on_worker(lambda store: self._page(store, command, wanted))

    def _page(
        self, store: IndexStore, command: ListAnchored, wanted: queries.Wanted
    ) -> AnchoredPage:
        if store.watched() is None:
            raise IndexMissing(path=str(self._path))
        found = queries.sessions(store, wanted)
        index = _shown(store)
        if not command.session_id:
            is_more = len(found) > command.limit
            found = found[: command.limit]
            next_row = found[-1].row if is_more else None
            return AnchoredPage(index, tuple(map(_session, found)), next_row=next_row)
        if not found and queries.sessions(store, queries.Wanted(ids=wanted.ids, most=1)):
            raise UsageFailure(
                reason=f"{command.session_id} is in the index, but not of that owner, state and time"
            )
        if not found:
            raise SessionNotIndexed(session_id=command.session_id, block=index.block)
        if len(found) > 1:
            raise UsageFailure(
                reason=f"several sessions begin with {command.session_id}; give more of the ID"
            )
        whole = queries.session(store, found[0].session_id)
        steps = () if whole is None else tuple(map(_step, whole[1]))
        return AnchoredPage(index, (_session(found[0]),), steps)

    async def _on_worker(
        self, work: Callable[[IndexStore], T], on_cancelled: Callable[[], None] = lambda: None
    ) -> T:
        """Open the file, work on it, close it; whoever is cancelled waits until that has come to its end."""
        worker = Worker("index")

        def whole() -> T:
            try:
                store = IndexStore(self._path)
                try:
                    return work(store)
                finally:
                    store.close()
            except StoreCorrupt as error:
                reason = str(error.facts.get("reason", ""))
                raise IndexDamaged(path=str(self._path), reason=reason) from error

        try:
            return await to_its_end(worker.run(whole), on_cancelled=on_cancelled)
        finally:
            worker.close()  # its thread has nothing left to do: the loop does not wait


def _watched_on(client: AnchorChain) -> tuple[Watched, int]:
    """Say what there is to index, and the first block of LucidBatches; on the chain's worker."""
    contracts = client.contracts()
    if contracts is None:
        raise ContractsMissing(chain=client.status().chain_id)
    batches = client.batches.address()
    watched = Watched(contracts.chain_id, contracts.anchors, batches, contracts.first_block)
    return watched, client.batches.first_block()


def _wanted(command: ListAnchored) -> queries.Wanted:
    if not 1 <= command.limit <= MOST_LISTED:
        raise UsageFailure(reason=f"a list is of 1 to {MOST_LISTED} sessions")
    if command.before_row is not None and not 0 <= command.before_row <= _MOST_ROWS:
        raise UsageFailure(reason=f"no page ends with {command.before_row}")
    try:
        owner = None if command.owner is None else address_of(command.owner)
        ids = _ids(command.session_id) if command.session_id else None
    except ValueError as error:
        raise UsageFailure(reason=str(error)) from error
    phase = None if command.phase is None else queries.AnchoredState(command.phase.value)
    return queries.Wanted(
        owner=owner,
        state=phase,
        since_utc_s=_seconds(command.since_utc_ms),
        until_utc_s=_seconds(command.until_utc_ms),
        below_row=command.before_row,
        most=2 if ids else command.limit + 1,  # one more tells whether there is another page
        ids=ids,
    )


def _seconds(utc_ms: int | None) -> int | None:
    """Give the first whole second that is not before; blocks have whole seconds."""
    return None if utc_ms is None else -(-utc_ms // _MS)


def _ids(beginning: str) -> tuple[bytes, bytes]:
    """Give the lowest and the highest ID that begins so. Raises ValueError."""
    digits = beginning.replace("-", "").lower()
    if not digits or len(digits) > _ID_DIGITS or set(digits) - set("0123456789abcdef"):
        raise ValueError(f"{beginning} is not the beginning of a session's ID")
    low, high = digits.ljust(_ID_DIGITS, "0"), digits.ljust(_ID_DIGITS, "f")
    return bytes.fromhex(low), bytes.fromhex(high)


def _shown(store: IndexStore, done: Followed | None = None) -> IndexShown:
    watched, position, held = store.watched(), store.position(), queries.counts(store)
    assert watched is not None  # noqa: S101 - it was begun
    rewritten = None if done is None else done.rewritten
    return IndexShown(
        chain_id=watched.chain_id,
        anchors_address=_hex(watched.anchors),
        batches_address=None if watched.batches is None else _hex(watched.batches),
        is_verified=store.is_verified(),
        block=-1 if position is None else position.number,
        sessions=held.sessions,
        sealed=held.sealed,
        batches=held.batches,
        head=None if done is None else done.head,
        events=0 if done is None else done.events,
        rolled_back=0 if done is None else done.rolled_back,
        rewritten=None if rewritten is None else failure_snapshot(rewritten),
    )


def _session(found: queries.AnchoredSession) -> AnchoredShown:
    return AnchoredShown(
        row=found.row,
        session_id=str(found.session_id),
        owner=_hex(found.owner),
        phase=AnchoredPhase(found.state.value),
        is_void=found.is_void,
        opened_utc_ms=found.opened_at_utc_s * _MS,
        opened_block=found.opened_block,
        opened_transaction=_hex(found.opened_transaction),
        policy_hash=_hex(found.policy_hash),
        ephemeral_key=_hex(found.ephemeral_key),
        sealed_utc_ms=None if found.sealed_at_utc_s is None else found.sealed_at_utc_s * _MS,
        sealed_block=found.sealed_block,
        sealed_transaction=_hex_of(found.sealed_transaction),
        manifest_hash=_hex_of(found.manifest_hash),
        merkle_root=_hex_of(found.merkle_root),
        chunk_count=found.chunk_count,
    )


def _step(found: queries.AnchoredStep) -> StepShown:
    return StepShown(
        found.kind,
        found.number,
        _hex(found.hash),
        found.time_utc_s * _MS,
        found.block,
        _hex(found.transaction),
    )


def _hex_of(value: bytes | None) -> str | None:
    return None if value is None else _hex(value)


def _hex(value: bytes) -> str:
    return f"0x{value.hex()}"
