"""Tests of core.chain.node.producer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.chain.fees import Fees
from core.chain.node.producer import BlockProducer
from core.errors import StorageFull
from tests.core.chain.node.examples import (
    OTHER_SIGNER,
    SIGNER,
    Chain,
    chain_on,
    mine,
    raw_transaction,
    transaction,
)
from tests.fakes.clocks import ManualClock, settle


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """Lend a chain with nothing on it."""
    with chain_on(tmp_path / "chain.db") as lent:
        yield lent


def _run(chain: Chain, script: Callable[[BlockProducer, ManualClock], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = ManualClock()
        producer = BlockProducer(chain.ledger, chain.pool, clock)
        running = asyncio.ensure_future(producer.run())
        try:
            await script(producer, clock)
            assert not running.done()
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    asyncio.run(run())


async def _add(chain: Chain, producer: BlockProducer, *nonces: int) -> None:
    for nonce in nonces:
        chain.pool.add(raw_transaction(nonce))
    producer.wake()
    await settle()


def test_nothing_happens_when_nothing_waits(chain: Chain) -> None:
    """Without transactions there are no blocks, however long it takes."""

    async def script(_: BlockProducer, clock: ManualClock) -> None:
        await clock.advance(10_000)
        assert chain.ledger.head.block_number == 0

    _run(chain, script)


def test_one_block_takes_what_waits(chain: Chain) -> None:
    """The first transaction is in a block at once, with those that were sent right after it."""

    async def script(producer: BlockProducer, clock: ManualClock) -> None:
        await _add(chain, producer, 0)
        await clock.advance(0.005)
        await _add(chain, producer, 1)
        await clock.advance(0.01)
        assert chain.ledger.head.block_number == 1
        assert len(chain.ledger.block(chain.ledger.head).transactions) == 2

    _run(chain, script)


def test_never_more_than_one_block_a_second(chain: Chain) -> None:
    """However fast transactions come, blocks are a second apart."""

    async def script(producer: BlockProducer, clock: ManualClock) -> None:
        for tenth in range(30):
            await _add(chain, producer, tenth)
            await clock.advance(0.1)
        assert 3 <= chain.ledger.head.block_number <= 4
        await clock.advance(1)
        assert len(chain.pool) == 0

    _run(chain, script)


def test_what_became_invalid_does_not_take_others_with_it(chain: Chain) -> None:
    """A transaction that the rules refuse when its turn comes is dropped; the block has all others."""

    async def script(producer: BlockProducer, clock: ManualClock) -> None:
        price = 10**21 * 6 // 10 // 21_000  # the balance pays for one of these, not for two
        for nonce in (0, 1):
            chain.pool.add(raw_transaction(nonce, gas=21_000, fees=Fees(price, price)))
        chain.pool.add(raw_transaction(0, signer=OTHER_SIGNER))
        producer.wake()
        await settle()
        await clock.advance(1)
        included = chain.ledger.block(chain.ledger.head).transactions
        senders = [each.sender for each in included]
        assert senders == [SIGNER.address, OTHER_SIGNER.address]
        assert len(chain.pool) == 0

    _run(chain, script)


def test_a_transaction_that_was_overtaken_is_dropped(chain: Chain) -> None:
    """A waiting transaction whose nonce was used meanwhile never stops the others."""

    async def script(producer: BlockProducer, clock: ManualClock) -> None:
        await _add(chain, producer, 0, 1)
        mine(chain, raw_transaction(0))
        await clock.advance(1)
        assert [each.nonce for each in chain.ledger.block(chain.ledger.head).transactions] == [1]

    _run(chain, script)


def test_a_transaction_that_cannot_be_applied_is_dropped(chain: Chain) -> None:
    """One that slipped through the door is found out while its block is made, and only it is lost."""

    async def script(producer: BlockProducer, clock: ManualClock) -> None:
        too_dear = transaction(0, fees=Fees(10**18, 10**18))
        chain.pool._waiting[too_dear.sender] = {0: too_dear}
        chain.pool._by_hash[too_dear.hash] = too_dear
        await _add(chain, producer, 1)
        await clock.advance(2)
        assert chain.ledger.head.block_number == 0
        assert [each.nonce for each in chain.pool._by_hash.values()] == [1]
        await _add(chain, producer, 0)
        await clock.advance(2)
        included = chain.ledger.block(chain.ledger.head).transactions
        assert [each.nonce for each in included] == [0, 1]

    _run(chain, script)


@pytest.mark.expects_log_errors
def test_a_full_disk_is_waited_out(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without space no block is made and nothing is lost; with space again, it is made."""

    async def script(producer: BlockProducer, clock: ManualClock) -> None:
        def no_space() -> None:
            raise StorageFull(path="chain.db")

        with monkeypatch.context() as full:
            full.setattr(chain.store, "commit", no_space)
            await _add(chain, producer, 0)
            await clock.advance(3)
            assert chain.ledger.head.block_number == 0
            assert len(chain.pool) == 1
        await clock.advance(7)
        assert chain.ledger.head.block_number == 1

    _run(chain, script)
