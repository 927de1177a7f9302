"""Makes one block of what waits, never more than one a second, and none when nothing waits."""

from __future__ import annotations

import asyncio
import logging

from eth.abc import SignedTransactionAPI

from core.chain.node.ledger import CannotApply, Ledger
from core.chain.node.pool import TransactionPool
from core.errors import DataDirectoryUnwritable, StorageFull
from core.runtime.clock import Clock

SHORTEST_INTERVAL_NS = 1_000_000_000
_GATHER_S = 0.01  # transactions sent one right after the other share a block
_RETRY_S = 5.0  # the disk is full or away: nothing is lost by waiting
_LOG = logging.getLogger("core.chain.node.producer")


class BlockProducer:
    """Turns the pool into blocks; sleeps without a timer while nothing waits."""

    def __init__(self, ledger: Ledger, pool: TransactionPool, clock: Clock) -> None:
        self._ledger = ledger
        self._pool = pool
        self._clock = clock
        self._woken = asyncio.Event()
        self._last_mono_ns = clock.now().mono_ns - SHORTEST_INTERVAL_NS

    def wake(self) -> None:
        """Something was put into the pool."""
        self._woken.set()

    async def run(self) -> None:
        """Make blocks until cancelled. Raises StoreCorrupt."""
        while True:
            await self._woken.wait()
            await self._clock.sleep(self._seconds_to_wait())
            self._woken.clear()
            try:
                self.produce()
            except (StorageFull, DataDirectoryUnwritable) as error:
                _LOG.error("a block cannot be written: %s", error)
                self._woken.set()
                await self._clock.sleep(_RETRY_S)

    def _seconds_to_wait(self) -> float:
        since_ns = self._clock.now().mono_ns - self._last_mono_ns
        return max(_GATHER_S, (SHORTEST_INTERVAL_NS - since_ns) / 1e9)

    def produce(self) -> int | None:
        """Put what can be executed into a block and give its number; None when nothing can."""
        chosen = self._executable()
        while chosen:
            try:
                block = self._ledger.append(chosen, self._clock.now().utc_ns // 1_000_000_000)
            except CannotApply as error:
                self._drop(chosen[error.position], error.reason)
                chosen = self._executable()
                continue
            self._last_mono_ns = self._clock.now().mono_ns
            self._pool.settle(chosen)
            if self._executable():
                self._woken.set()
            return block.number
        return None

    def _executable(self) -> list[SignedTransactionAPI]:
        with self._ledger.state(self._ledger.head) as state:
            return self._pool.executable(state.get_nonce)  # type: ignore[arg-type]  # eth_typing's Address is bytes

    def _drop(self, transaction: SignedTransactionAPI, reason: str) -> None:
        _LOG.warning("dropped transaction 0x%s: %s", transaction.hash.hex(), reason)
        self._pool.drop(transaction)
