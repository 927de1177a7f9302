"""The outbox: whatever goes on the chain is written down first and finished only on the chain's word.

A row is made in the same transaction as the fact it announces. It is signed once, the signed bytes are
kept before they are sent, and they are sent again until the chain has them, so that a crash at any point
sends the same transaction again and never a second one. One that no block takes is offered more for, the same call at
the same nonce, so that at most one of the two can ever be in a block. Should a nonce have been used up by another
transaction of the same key, the chain is asked whether the row's effect is there already before the row
is signed anew; the contracts refuse to do it twice in any case.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from core.chain.batching import BATCH, Batching
from core.chain.outbox_calls import decode_call
from core.chain.protocol import AnchorChain, TransactionReceipt
from core.errors import ChainRejected, ChainUnreachable, NonceUsed
from core.runtime.clock import Clock
from core.runtime.workers import Worker
from core.storage.metadata import MetadataStore, OutboxRow

OPEN_STATES = ("waiting", "submitted")
_RECEIPT_POLL_S = 0.25
_SHORTEST_BACK_OFF_S = 0.5
_LONGEST_BACK_OFF_S = 30.0
_RESUBMIT_AFTER_POLLS = 20
_STUCK_AFTER_NS = 120_000_000_000  # ten blocks of Ethereum


class AnchorOutbox:
    """Sends the outbox's rows to the chain in order; lives on the engine's loop."""

    def __init__(
        self,
        *,
        store: MetadataStore,
        store_worker: Worker,
        chain: AnchorChain,
        chain_worker: Worker,
        clock: Clock,
        settled: Callable[[OutboxRow], Awaitable[None]],
        find_done: Callable[[OutboxRow], OutboxRow | None],
        batching: Batching | None = None,
    ) -> None:
        """``settled`` is told of each row that was confirmed or rejected, after it was stored so.

        ``find_done`` asks the chain, on its worker, whether the row's effect is there already, and gives
        the row with the transaction and block that did it. Without ``batching`` every row goes by itself.
        """
        self._store = store
        self._store_worker = store_worker
        self._chain = chain
        self._chain_worker = chain_worker
        self._clock = clock
        self._settled = settled
        self._find_done = find_done
        self._batching = batching
        self._woken = asyncio.Event()
        self._polls: dict[str, int] = {}
        self._waiting_since: dict[str, int] = {}

    def wake(self) -> None:
        """Look at the rows at once: one was added, or the chain is back."""
        self._woken.set()

    async def run(self) -> None:
        """Send rows until cancelled; a chain that does not answer is tried again with back-off."""
        back_off = _SHORTEST_BACK_OFF_S
        while True:
            self._woken.clear()
            try:
                is_busy = await self._pass()
            except ChainUnreachable:
                await self._wait(back_off)
                back_off = min(back_off * 2, _LONGEST_BACK_OFF_S)
                continue
            back_off = _SHORTEST_BACK_OFF_S
            await self._wait(_RECEIPT_POLL_S if is_busy else None)

    async def _wait(self, seconds: float | None) -> None:
        if seconds is None:
            await self._woken.wait()
            return
        waker = asyncio.ensure_future(self._woken.wait())
        sleeper = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({waker, sleeper}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waker.cancel()
            sleeper.cancel()

    async def _pass(self) -> bool:
        """Take every row one step further; tells whether one waits for the chain's word."""
        blocked: set[object] = set()
        rows = await self._store_worker.run(self._store.outbox_by_itself, OPEN_STATES)
        is_gathering = False
        if self._batching is not None:
            rows, is_gathering = await self._batching.sort(rows)
        for row in sorted(rows, key=lambda row: (_lane(row) is not None, row.sequence)):
            # A session's rows build on each other, batches go one by one, and everything builds on the contracts.
            if _lane(row) in blocked or None in blocked:
                continue
            if not await self._step(row):
                blocked.add(_lane(row))
        return bool(blocked) or is_gathering

    async def _step(self, row: OutboxRow) -> bool:
        """Take a row one step further; True when nothing more is to be done for it."""
        if row.raw is None:
            signed = await self._sign(row)
            if signed is None:
                return True
            row = signed
        if row.state == "waiting":
            return await self._submit(row)
        return await self._collect(row)

    async def _sign(self, row: OutboxRow) -> OutboxRow | None:
        """Sign a row and keep it; None when it was refused, or a newer one stands for it by now."""
        nonce = await self._free_nonce()
        call = decode_call(row.call)
        try:
            signed = await self._chain_worker.run(self._chain.sign, call, nonce)
        except ChainRejected as error:
            await self._settle_refused(row, str(error.facts.get("reason", "")))
            return None
        row = replace(row, raw=signed.raw, transaction=signed.hash, nonce=signed.nonce)
        return row if await self._save(row) else None

    async def _free_nonce(self) -> int:
        """Find the first nonce that neither the chain nor an open row has; a hole would hold up all above it."""
        nonce = await self._chain_worker.run(self._chain.next_nonce)
        taken = await self._store_worker.run(self._store.taken_nonces, OPEN_STATES)
        while nonce in taken:
            nonce += 1
        return nonce

    async def _submit(self, row: OutboxRow) -> bool:
        raw = row.raw
        assert raw is not None  # noqa: S101 - _step signs first
        row = replace(row, attempts=row.attempts + 1)
        try:
            await self._chain_worker.run(self._chain.submit, raw)
        except NonceUsed:
            return await self._nonce_was_used(row)
        except ChainRejected as error:
            row = await self._settle_refused(row, str(error.facts.get("reason", "")))
            return row.state != "waiting"
        await self._save(replace(row, state="submitted"))
        self._polls[row.key] = 0
        return False

    async def _collect(self, row: OutboxRow) -> bool:
        assert row.transaction is not None  # noqa: S101 - it was submitted
        receipt = await self._chain_worker.run(self._chain.receipt, row.transaction)
        if receipt is not None:
            await self._settle(row, receipt)
            return True
        polls = self._polls.get(row.key, _RESUBMIT_AFTER_POLLS) + 1
        self._polls[row.key] = polls
        if polls > _RESUBMIT_AFTER_POLLS:
            return await self._submit(await self._replaced(row))
        return False

    async def _replaced(self, row: OutboxRow) -> OutboxRow:
        """Offer more for a transaction that holds all others up; gives the row as it then is.

        The better offer is kept once the node has taken it. Should the process end in between, or a block take the
        former one, then the row's effect is found on the chain. A deployment's is not, so that is never replaced.
        """
        now_ns = self._clock.now().mono_ns
        since_ns = self._waiting_since.setdefault(row.key, now_ns)
        is_repeatable = row.kind == BATCH or row.session_id is not None
        if (
            not is_repeatable
            or now_ns - since_ns < _STUCK_AFTER_NS
            or not await self._is_first(row)
        ):
            return row
        self._waiting_since[row.key] = now_ns
        offer = await self._chain_worker.run(self._chain.outbid, row.raw or b"")
        if offer is None:
            return row
        try:
            await self._chain_worker.run(self._chain.submit, offer.raw)
        except ChainRejected:
            return row  # the former one was mined meanwhile, or it is not enough: it is asked after again
        better = replace(row, raw=offer.raw, transaction=offer.hash)
        return better if await self._save(better) else row

    async def _is_first(self, row: OutboxRow) -> bool:
        """Tell whether no other row's transaction has to be in a block first."""
        nonces = await self._store_worker.run(self._store.taken_nonces, OPEN_STATES)
        return row.nonce == min(nonces, default=None)

    async def _nonce_was_used(self, row: OutboxRow) -> bool:
        """Tell our own mined transaction from somebody else's with the same key and nonce."""
        assert row.transaction is not None  # noqa: S101 - it was signed
        receipt = await self._chain_worker.run(self._chain.receipt, row.transaction)
        if receipt is not None:
            await self._settle(row, receipt)
            return True
        if (done := await self._chain_worker.run(self._find_done, row)) is not None:
            await self._finish(replace(done, state="confirmed"))
            return True
        await self._save(replace(row, state="waiting", raw=None, transaction=None, nonce=None))
        return False

    async def _settle(self, row: OutboxRow, receipt: TransactionReceipt) -> None:
        row = replace(
            row,
            block_number=receipt.block_number,
            block_hash=receipt.block_hash,
            block_time_utc_s=receipt.block_time_utc_s,
            contract_address=_hex(receipt.contract_address),
        )
        if receipt.is_success:
            await self._finish(replace(row, state="confirmed"))
        else:
            await self._settle_refused(row, receipt.revert_reason or "reverted")

    async def _settle_refused(self, row: OutboxRow, reason: str) -> OutboxRow:
        if (done := await self._chain_worker.run(self._find_done, row)) is not None:
            return await self._finish(replace(done, state="confirmed"))
        return await self._finish(replace(row, state="rejected", reason=reason))

    async def _save(self, row: OutboxRow) -> bool:
        return await self._store_worker.run(self._keep, row)

    def _keep(self, row: OutboxRow) -> bool:
        """Keep a row unless it was dropped while it was unsigned; on the store's worker, so in one go."""
        there = self._store.outbox_row(row.key)
        if there is None or there.state not in OPEN_STATES:
            return False
        if row.kind == BATCH:
            self._store.save_batch(row)
        else:
            self._store.save_outbox(row)
        return True

    async def _finish(self, row: OutboxRow) -> OutboxRow:
        self._polls.pop(row.key, None)
        self._waiting_since.pop(row.key, None)
        if await self._save(row):
            await self._settled(row)
        return row


def _lane(row: OutboxRow) -> object:
    """Name what a row waits in line with; None for the contracts."""
    return BATCH if row.kind == BATCH else row.session_id


def _hex(address: bytes | None) -> str | None:
    return None if address is None else f"0x{address.hex()}"
