"""Reads what an index missed of LucidBatches, when that comes to be known after the index was begun.

The sessions that are indexed stay. From the index's position downwards, to the block before which there is nothing of
the contract, its events are added; how far that came is stored with them, so that a kill loses nothing. The position's
hash fixes every block below it: a part counts when the position is on the chain after the part was read, and what the
chain has exchanged since is forgotten by the same rolling back as everything else.
"""

from __future__ import annotations

from collections.abc import Callable

from core.chain.index_source import BlockSource, Header, TooMuchAtOnce
from core.chain.index_store import BlockRef, IndexStore, Logged

_BLOCKS_AT_ONCE = 1000


class Missed:
    """What is missed of one contract; for one thread."""

    def __init__(self, store: IndexStore, source: BlockSource, batches: bytes) -> None:
        self._store = store
        self._all = source
        self._source = source.of_batches()
        self._batches = batches
        self._span = _BLOCKS_AT_ONCE
        self.events = 0  # that were added

    def catch_up(self, settle: Callable[[], BlockRef], first_block: int) -> bool:
        """Take one part in; True when nothing is missed any more.

        ``settle`` gives the index's position after going back to where index and chain agree. Raises what
        ``BlockSource`` does.
        """
        position = settle()
        lowest = self._store.missed_from(self._batches)
        if lowest is None:
            lowest = position if position.hash else BlockRef(first_block - 1, b"")
            self._store.miss(self._batches, BlockRef(lowest.number + 1, b""))
            return False
        if lowest.number <= first_block or not position.hash:
            self._store.know_batches(self._batches)
            return True
        self._take(position, lowest, first_block)
        return False

    def _take(self, position: BlockRef, lowest: BlockRef, first_block: int) -> None:
        """Take in the blocks right below the lowest one that was read."""
        last = min(lowest.number - 1, position.number)
        first = max(first_block, last - self._span + 1)
        read = self._verified if self._store.is_verified() else self._plain
        try:
            found = read(first, last, position, lowest)
        except TooMuchAtOnce:
            self._span = max(1, self._span // 4)
            return
        if found is None:
            return  # the chain changed meanwhile; the next part settles that first
        events, reached = found
        self._store.take_missed(events, reached)
        self._span = min(2 * self._span, _BLOCKS_AT_ONCE)
        self.events += len(events)

    def _plain(
        self, first: int, last: int, position: BlockRef, _lowest: BlockRef
    ) -> tuple[list[Logged], BlockRef] | None:
        logs = self._source.logs(first, last)
        numbers = {int(log["blockNumber"], 16) for log in logs}
        headers: dict[int, Header] = {}
        for number in numbers:
            header = self._all.header(number)
            if header is None:
                return None
            headers[number] = header
        events = self._source.read_logs(logs, headers)
        return (events, BlockRef(first, b"")) if self._is_there(position) else None

    def _verified(
        self, first: int, last: int, position: BlockRef, lowest: BlockRef
    ) -> tuple[list[Logged], BlockRef] | None:
        """Go down by each header's hash of the one before it, from a block that is known to be on the chain."""
        expected = lowest.hash if last < position.number else position.hash
        events: list[Logged] = []
        for number in range(last, first - 1, -1):
            header = self._all.header(number)
            if header is None or header.hash != expected:
                return None
            events += self._source.verified(header)
            expected = header.parent
        return (events, BlockRef(first, expected)) if self._is_there(position) else None

    def _is_there(self, block: BlockRef) -> bool:
        header = self._all.header(block.number)
        return header is not None and header.hash == block.hash
