"""The node, put together."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from core.chain.node.answering import Answering
from core.chain.node.genesis import settle_genesis
from core.chain.node.ledger import Ledger
from core.chain.node.methods import Methods
from core.chain.node.pool import TransactionPool
from core.chain.node.producer import BlockProducer
from core.chain.node.server import Server
from core.chain.node.store import ChainStore
from core.errors import Failure
from core.runtime.clock import Clock

STORE_NAME = "chain.db"


class Node:
    """Store, ledger, pool, producer and server of one chain; for one event loop."""

    def __init__(self, store: ChainStore, ledger: Ledger, clock: Clock) -> None:
        self._store = store
        self._failure: asyncio.Future[Failure] = asyncio.get_running_loop().create_future()
        pool = TransactionPool(ledger)
        self._producer = BlockProducer(ledger, pool, clock)
        self._server = Server(Answering(Methods(ledger, pool, self._producer.wake)), self._fail)

    @classmethod
    def open(
        cls, directory: Path, clock: Clock, *, chain_id: int | None, accounts: tuple[bytes, ...]
    ) -> Node:
        """Open the directory's chain, or make it. Raises StoreCorrupt, StoreNewer, StorageFull, UsageFailure."""
        now_utc_s = clock.now().utc_ns // 1_000_000_000
        genesis = settle_genesis(directory, chain_id, accounts, now_utc_s)
        store = ChainStore(directory / STORE_NAME)
        try:
            return cls(store, Ledger(store, genesis), clock)
        except BaseException:
            store.close()
            raise

    @property
    def http_port(self) -> int | None:
        """The port on loopback, if there is one."""
        return self._server.http_port

    async def listen(self, socket: Path, http_port: int | None) -> None:
        """Begin to answer."""
        await self._server.listen_unix(socket)
        if http_port is not None:
            await self._server.listen_http(http_port)

    def _fail(self, failure: Failure) -> None:
        if not self._failure.done():
            self._failure.set_result(failure)

    async def run_until(self, stopped: asyncio.Event) -> None:
        """Make blocks until asked to stop. Raises the Failure that makes going on impossible."""
        producing = asyncio.ensure_future(self._producer.run())
        stopping = asyncio.ensure_future(stopped.wait())
        try:
            ends: set[asyncio.Future[Any]] = {producing, stopping, self._failure}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if producing.done():
                producing.result()
            if self._failure.done():
                raise self._failure.result()
        finally:
            producing.cancel()
            stopping.cancel()
            await asyncio.gather(producing, stopping, return_exceptions=True)

    async def close(self) -> None:
        """Stop answering and close the store."""
        await self._server.close()
        self._store.close()
