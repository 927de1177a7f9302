"""Follows a chain block by block into an index, through re-orgs, kills and nodes that lie.

Position and events are stored in one transaction, so an index that was killed goes on where it was. When the chain
exchanged blocks, the last common one is looked for among the hashes that are kept, what is above it is forgotten, and
the chain is followed from there. Further back than ``depth`` there are checkpoints, a block in 1,024: from the last one
that is still on the chain the index is made anew, and that is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.chain.index_batches import Missed
from core.chain.index_source import BlockSource, Header, TooMuchAtOnce
from core.chain.index_store import CHECKPOINT_EVERY, BlockRef, IndexStore, Logged, Watched
from core.errors import AnchorMismatch, ChainDifferent, ChainRewritten, ChainUnreachable

DEPTH = 256
_EVENTS_AT_ONCE = 4000
_BLOCKS_AT_ONCE = 1000
_FIRST_SPAN = 16
_MOST_FAILED_STEPS = 16  # more often than that no chain changes under one's hands


@dataclass(frozen=True)
class Progress:
    """How far an index is; ``rewritten`` tells of a re-org that was deeper than the index can undo."""

    block: int
    head: int
    events: int  # that were taken in since the call began
    rolled_back: int  # blocks that were forgotten since
    rewritten: ChainRewritten | None = None


class ChainIndex:
    """One index over one node; for one thread."""

    def __init__(self, store: IndexStore, source: BlockSource, *, depth: int = DEPTH) -> None:
        self._store = store
        self._source = source
        self._depth = depth
        self._span = _FIRST_SPAN
        self._events = 0
        self._rolled_back = 0
        self._rewritten: ChainRewritten | None = None
        self._is_cancelled: Callable[[], bool] = lambda: False

    def follow(
        self,
        watched: Watched,
        *,
        is_verified: bool = False,
        batches_block: int = 0,
        told: Callable[[Progress], None] = lambda _: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Progress:
        """Take in whatever the chain has beyond the position, up to its head as it is now.

        ``told`` hears of each step. An index of other contracts, or one that was not verified and now is to be, is
        begun anew. Of a contract for batches that comes to be known later, only what was missed is read;
        ``batches_block`` is the block before which there is nothing of it. Raises ChainDifferent when the node is on
        another chain than the one that is indexed; ChainUnreachable; AnchorMismatch when the node contradicts itself.
        """
        self._events = self._rolled_back = 0
        self._rewritten, self._is_cancelled = None, is_cancelled
        if self._begin(watched, is_verified=is_verified):
            self._catch_up(watched, max(batches_block, watched.first_block), told, is_cancelled)
        take = self._take_verified if self._store.is_verified() else self._take_plain
        failed_steps = 0
        while failed_steps < _MOST_FAILED_STEPS:
            head = self._source.head()
            position = self._settle(watched)
            if position.number >= head.number or is_cancelled():
                return self._progress(position, head)
            failed_steps += 1
            if (taken := take(position, head)) is not None:
                failed_steps = 0
                told(self._progress(taken, head))
        raise AnchorMismatch(field="parent_hash")

    def _begin(self, watched: Watched, *, is_verified: bool) -> bool:
        """Begin anew if need be; True when all that is wanting is what was missed of the contract for batches."""
        if (found := self._source.chain_id()) != watched.chain_id:
            raise ChainDifferent(expected=watched.chain_id, found=found)
        is_enough = self._store.is_verified() or not is_verified
        indexed = self._store.watched()
        if indexed == watched and is_enough:
            if watched.batches is None:
                self._store.forget_missed()  # the position is about to move on past what was read of it
            return False
        if indexed == replace(watched, batches=None) and is_enough:
            return True
        self._store.begin(watched, is_verified=is_verified)
        return False

    def _catch_up(
        self,
        watched: Watched,
        first_block: int,
        told: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> None:
        """Add what was missed of the contract for batches, part by part."""
        assert watched.batches is not None  # noqa: S101 - it is what was missed
        missed = Missed(self._store, self._source, watched.batches)
        failed_steps = 0
        while not is_cancelled():
            before = self._store.missed_from(watched.batches)
            if missed.catch_up(lambda: self._settle(watched), first_block):
                break
            failed_steps = (
                failed_steps + 1 if before == self._store.missed_from(watched.batches) else 0
            )
            if failed_steps == _MOST_FAILED_STEPS:
                raise AnchorMismatch(field="parent_hash")
            told(self._progress(self._settle(watched), self._source.head()))
        self._events += missed.events

    def _progress(self, position: BlockRef, head: Header) -> Progress:
        done = max(position.number, -1), head.number, self._events, self._rolled_back
        return Progress(*done, self._rewritten)

    # --- re-orgs -----------------------------------------------------------------------------

    def _settle(self, watched: Watched) -> BlockRef:
        """Give the position after going back to where index and chain agree; before the first block it has no hash."""
        start = BlockRef(watched.first_block - 1, b"")
        kept = self._store.blocks()
        if not kept:
            return start
        if self._is_there(kept[0]):
            return kept[0]
        agreed = self._last_agreed(kept)
        reached = start if agreed is None else agreed
        if reached.number < kept[0].number - self._depth or agreed is None:
            lowest = min(each.number for each in kept if each.number > reached.number)
            again_from = max(reached.number, watched.first_block)
            self._rewritten = ChainRewritten(block=lowest, checkpoint=again_from)
        self._rolled_back += kept[0].number - reached.number
        self._store.roll_back(reached.number)
        return reached

    def _is_there(self, block: BlockRef) -> bool:
        header = self._source.header(block.number)
        return header is not None and header.hash == block.hash

    def _last_agreed(self, kept: list[BlockRef]) -> BlockRef | None:
        """Halve the way to the highest kept block that is on the chain still; all below it are, too."""
        low, high = (
            0,
            len(kept),
        )  # kept[high] is there, or there is none; all before kept[low] are gone
        while low < high:
            middle = (low + high) // 2
            if self._is_there(kept[middle]):
                high = middle
            else:
                low = middle + 1
        return kept[low] if low < len(kept) else None

    # --- taking in ---------------------------------------------------------------------------

    def _take_verified(self, position: BlockRef, head: Header) -> BlockRef | None:
        """Take in the next blocks, each of which must follow from the one before; None when the chain changed.

        A node that stops answering half-way does not undo what was verified by then.
        """
        blocks: list[BlockRef] = []
        events: list[Logged] = []
        try:
            self._gather(position, head, blocks, events)
        except ChainUnreachable:
            if blocks:
                self._store_all(blocks, events)
            raise
        return self._store_all(blocks, events) if blocks else None

    def _gather(
        self, before: BlockRef, head: Header, blocks: list[BlockRef], events: list[Logged]
    ) -> None:
        while before.number < head.number and len(blocks) < _BLOCKS_AT_ONCE:
            if self._is_cancelled():
                return
            header = self._source.header(before.number + 1)
            if header is None or not _follows(header, before):
                return
            events += self._source.verified(header)
            before = header.ref
            blocks.append(before)
            if len(events) >= _EVENTS_AT_ONCE:
                return

    def _take_plain(self, position: BlockRef, head: Header) -> BlockRef | None:
        """Take in a range; after a node that stopped answering half-way, a shorter one is tried next."""
        try:
            return self._take_range(position, head)
        except ChainUnreachable:
            self._span = max(1, self._span // 4)
            raise

    def _take_range(self, position: BlockRef, head: Header) -> BlockRef | None:
        """Take in the logs of a range; None when the chain changed meanwhile, or the range was too long."""
        first = position.number + 1
        last = min(head.number, position.number + self._span)
        end = self._source.header(last)
        begin = self._source.header(first)
        if end is None or begin is None or not _follows(begin, position):
            return None
        try:
            logs = self._source.logs(first, last)
        except TooMuchAtOnce:
            self._span = max(1, self._span // 4)
            return None
        headers = self._headers(
            {first: begin, last: end}, {int(log["blockNumber"], 16) for log in logs}, head
        )
        if headers is None or not self._is_there(end.ref):
            return None  # the last block's hash fixes all below it, so that nothing changed if it is there still
        events = self._source.read_logs(logs, headers)
        self._adapt(len(logs), last - position.number)
        return self._store_all([each.ref for _, each in sorted(headers.items())], events)

    def _headers(
        self, known: dict[int, Header], wanted: set[int], head: Header
    ) -> dict[int, Header] | None:
        """Ask for the headers of blocks with events, of checkpoints, and of all that may be exchanged yet."""
        first, last = min(known), max(known)
        wanted |= set(range(max(first, head.number - self._depth + 1), last + 1))
        wanted |= set(
            range(-(-first // CHECKPOINT_EVERY) * CHECKPOINT_EVERY, last, CHECKPOINT_EVERY)
        )
        for number in sorted(wanted - set(known)):
            header = None if self._is_cancelled() else self._source.header(number)
            if header is None:
                return None
            known[number] = header
        return known

    def _adapt(self, found: int, blocks: int) -> None:
        """Ask for as many blocks next as probably hold a bounded number of events."""
        likely = _EVENTS_AT_ONCE * blocks // max(found, 1)
        self._span = max(1, min(likely, 2 * self._span, _BLOCKS_AT_ONCE))

    def _store_all(self, blocks: list[BlockRef], events: list[Logged]) -> BlockRef:
        self._store.take(blocks, events, self._depth)
        self._events += len(events)
        return blocks[-1]


def _follows(header: Header, before: BlockRef) -> bool:
    """Tell whether a block is the next; before the first one there is nothing to compare with."""
    return not before.hash or header.parent == before.hash
