"""An outbox over a real store and a chain in memory, and the rows that tests send by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Self
from uuid import UUID

from core.api.snapshots import AnchorKind
from core.appliance.anchor_service import AnchorService
from core.chain.batching import Batching, Readiness
from core.chain.outbox import OPEN_STATES, AnchorOutbox
from core.chain.outbox_calls import encode_call
from core.config.engine_options import BatchOptions
from core.runtime.workers import Worker
from core.sessions.anchoring import opened_row, progress_row, sealed_row
from core.storage.metadata import MetadataStore, OutboxRow
from core.storage.sqlite_metadata import SqliteMetadataStore
from tests.fakes.clocks import LeapingClock, ManualClock
from tests.fakes.crashing import Crashing, CrashPlan
from tests.fakes.ledger_chain import Ledger, LedgerChain
from tests.fakes.power_cut_disk import PowerCut

POLICY, EPHEMERAL, MANIFEST, ROOT = (bytes([each]) * 32 for each in range(1, 5))
BATCHES_KEY = "contracts:LucidBatches"
DEPLOYMENT = ("contracts:LucidAnchors", "contracts:LucidChunkStore")


def open_quickly(path: Path) -> SqliteMetadataStore:
    """Open a store that is not synced: here processes end, not machines."""
    store = SqliteMetadataStore(path)
    store._database.execute("PRAGMA synchronous = OFF")
    return store


class Sender:
    """An outbox over a store and a ledger, as the appliance has it, for one life of the process."""

    def __init__(
        self,
        path: Path,
        ledger: Ledger,
        *,
        clock: LeapingClock | ManualClock | None = None,
        plan: CrashPlan | None = None,
        batches: BatchOptions | None = None,
    ) -> None:
        self._path = path
        self.ledger = ledger
        self.clock = clock or LeapingClock()
        self._plan = plan
        self._batches = batches
        self.store_worker, self._chain_worker = Worker("store"), Worker("chain")
        self.settled: list[OutboxRow] = []
        self.changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.store: MetadataStore = await self.store_worker.run(open_quickly, self._path)
        self.chain = LedgerChain(self.ledger)
        finder = AnchorService(self.store, self.store_worker, lambda _: None)
        store, chain = self.store, self.chain
        if self._plan is not None:
            store, chain = Crashing(store, self._plan), Crashing(chain, self._plan)
        self.outbox = AnchorOutbox(
            store=store,
            store_worker=self.store_worker,
            chain=chain,
            chain_worker=self._chain_worker,
            clock=self.clock,
            settled=self._settled,
            find_done=lambda row: finder.find_done(chain, row),
            batching=None if self._batches is None else self._batching(store, self._batches),
        )
        self._task = asyncio.ensure_future(self.outbox.run())
        return self

    def _batching(self, store: MetadataStore, options: BatchOptions) -> Batching:
        return Batching(
            store=store,
            store_worker=self.store_worker,
            owner=self.chain.account,
            clock=self.clock,
            options=options,
            prepare=self._prepare,
        )

    async def _prepare(self) -> Readiness:
        """Have the contract for batches deployed, as the chain service does."""
        if self.chain.contracts() is None:
            return Readiness.COMING
        if self.chain.batches.address() is not None:
            return Readiness.THERE
        row = await self.store_worker.run(self.store.outbox_row, BATCHES_KEY)
        if row is None:
            call = encode_call(self.chain.batches.deploy_call())
            planned = OutboxRow(key=BATCHES_KEY, kind=AnchorKind.CONTRACTS.value, call=call)
            await self.store_worker.run(self.store.put_outbox, planned)
        elif row.state == "confirmed":
            self.chain.batches.adopt(bytes.fromhex(row.contract_address[2:]))
            return Readiness.THERE
        elif row.state == "rejected":
            return Readiness.REFUSED
        return Readiness.COMING

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError, PowerCut):
            await self._task
        await self.store_worker.run(self.store.close)
        for worker in (self.store_worker, self._chain_worker):
            await asyncio.to_thread(worker.close)

    async def put(self, *rows: OutboxRow) -> None:
        """Put rows into the outbox and wake it."""
        for row in rows:
            await self.store_worker.run(self.store.put_outbox, row)
        self.outbox.wake()

    async def rows(self, *states: str) -> list[OutboxRow]:
        """Read the rows of those states, all unless some are named."""
        return await self.store_worker.run(self.store.outbox, states)

    async def until_settled(self) -> list[OutboxRow]:
        """Wait until no row is open and give all of them."""
        while True:
            self.changed.clear()
            if not await self.store_worker.run(self.store.count_outbox, OPEN_STATES):
                return await self.rows()
            waiting = asyncio.ensure_future(self.changed.wait())
            await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if self._task.done():
                self._task.result()

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something is so; raises what the outbox ended by."""
        while not await is_so():
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0)

    async def _settled(self, row: OutboxRow) -> None:
        self.settled.append(row)
        self.changed.set()
        deployed = [each for each in self.settled if each.kind == AnchorKind.CONTRACTS.value]
        if row in deployed and self.ledger.contracts is None:
            known = {each.key: each for each in await self.rows("confirmed")}
            if all(key in known for key in DEPLOYMENT):
                first, second = (
                    bytes.fromhex(known[key].contract_address[2:]) for key in DEPLOYMENT
                )
                self.chain.adopt_contracts(first, second, 0)


def deployment(ledger: Ledger) -> list[OutboxRow]:
    """Plan the contracts."""
    calls = LedgerChain(ledger).deploy_calls(0)
    return [
        OutboxRow(key=key, kind=AnchorKind.CONTRACTS.value, call=encode_call(call))
        for key, call in zip(DEPLOYMENT, calls, strict=True)
    ]


def session_rows(session_id: UUID) -> list[OutboxRow]:
    """Announce a whole session."""
    return [
        opened_row(session_id, POLICY, EPHEMERAL),
        progress_row(session_id, ROOT, 2),
        sealed_row(session_id, MANIFEST, ROOT, 3),
    ]


def with_contracts() -> Ledger:
    """Make a chain on which the contracts are already."""
    ledger = Ledger()
    chain = LedgerChain(ledger, b"somebody else")
    for nonce, call in enumerate(chain.deploy_calls(0)):
        chain.submit(chain.sign(call, nonce).raw)
    ledger.mine()
    first, second = ledger.code
    chain.adopt_contracts(first, second, 0)
    ledger.mined.clear()
    ledger.submissions.clear()
    return ledger


WHOLE_SESSION = ["openSession", "anchorProgress", "sealSession"]
