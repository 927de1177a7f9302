"""What goes on the chain goes there once, whatever is cut off, refused or away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chain.outbox_calls import decode_call, encode_call
from core.chain.protocol import AnchorCall
from core.sessions.anchoring import opened_row, progress_row, sealed_row
from tests.conformance.metadata_store import session_row
from tests.core.chain.sending import (
    DEPLOYMENT,
    EPHEMERAL,
    MANIFEST,
    POLICY,
    ROOT,
    WHOLE_SESSION,
    Sender,
    deployment,
    session_rows,
    with_contracts,
)
from tests.fakes.clocks import LeapingClock, ManualClock
from tests.fakes.crashing import CrashPlan
from tests.fakes.ledger_chain import Ledger, LedgerChain
from tests.fakes.power_cut_disk import PowerCut


def test_a_session_gets_to_the_chain_behind_the_contracts(tmp_path: Path) -> None:
    """The contracts go first, though they were put in last, then the session's rows in their order."""
    ledger = Ledger()

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            ledger.is_down = True
            await sender.put(*session_rows(uuid4()), *deployment(ledger))
            ledger.is_down = False
            rows = await sender.until_settled()
        assert {row.state for row in rows} == {"confirmed"}
        assert ledger.effects() == ["deploy", "deploy", *WHOLE_SESSION]
        assert [row.kind for row in sender.settled] == [
            *("contracts", "contracts", "opened", "progress", "sealed")
        ]
        for row in rows:
            receipt = ledger.receipts[row.transaction]
            assert (row.block_number, row.block_hash) == (receipt.block_number, receipt.block_hash)
            assert row.block_time_utc_s == receipt.block_time_utc_s

    asyncio.run(run())


def count_moments(path: Path) -> int:
    """Count the moments of a life without a crash."""
    plan = CrashPlan()

    async def run() -> None:
        ledger = Ledger()
        async with Sender(path, ledger, plan=plan) as sender:
            await sender.put(*deployment(ledger), *session_rows(uuid4()))
            await sender.until_settled()

    asyncio.run(run())
    return len(plan.passed)


def test_a_crash_at_any_moment_sends_nothing_twice(tmp_path: Path) -> None:
    """Cut before any call of store and chain: the next life ends with one transaction a row."""
    moments = count_moments(tmp_path / "whole.db")
    assert moments > 50

    async def run(at: int) -> None:
        ledger, path = Ledger(), tmp_path / f"{at}.db"
        rows = [*deployment(ledger), *session_rows(uuid4())]
        with suppress(PowerCut):
            async with Sender(path, ledger, plan=CrashPlan(at)) as sender:
                await sender.put(*rows)
                await sender.until_settled()
                pytest.fail(f"moment {at} never came")
        async with Sender(path, ledger) as sender:
            await sender.put(*rows)  # whoever put them there does so again
            await adopt(sender)
            settled = await sender.until_settled()
        assert {row.state for row in settled} == {"confirmed"}, at
        assert ledger.effects() == ["deploy", "deploy", *WHOLE_SESSION], at
        assert len(ledger.mined) == len(rows), at

    async def adopt(sender: Sender) -> None:
        """Adopt contracts whose settling was cut off, as the chain service does at its start."""
        known = {row.key: row for row in await sender.rows("confirmed")}
        if all(key in known for key in DEPLOYMENT) and sender.ledger.contracts is None:
            await sender._settled(known[DEPLOYMENT[1]])

    for at in range(moments - 1):
        asyncio.run(run(at))


class PauseClock(LeapingClock):
    """Keeps the pauses that were waited out, and brings the chain back after so many."""

    def __init__(self, ledger: Ledger, back_after: int) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self._ledger = ledger
        self._back_after = back_after

    async def sleep(self, seconds: float) -> None:
        """Let the pause pass at once."""
        self.pauses.append(seconds)
        self._ledger.is_down = len(self.pauses) < self._back_after
        await super().sleep(seconds)


def test_a_chain_that_is_away_is_asked_less_and_less_often(tmp_path: Path) -> None:
    """The pauses double from half a second to thirty; with the chain back the row goes there once."""
    ledger = with_contracts()
    ledger.is_down = True
    clock = PauseClock(ledger, back_after=8)

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger, clock=clock) as sender:
            await sender.put(opened_row(uuid4(), POLICY, EPHEMERAL))
            await sender.until_settled()
        assert clock.pauses[:8] == [0.5, 1, 2, 4, 8, 16, 30, 30]
        assert set(clock.pauses[8:]) == {0.25}  # the receipt is asked for
        assert ledger.effects() == ["openSession"]

    asyncio.run(run())


def test_a_row_wakes_an_outbox_that_waits_out_its_pause(tmp_path: Path) -> None:
    """When the chain is back and somebody says so, nobody waits for the rest of the pause."""
    clock, ledger = ManualClock(), with_contracts()

    async def run() -> None:
        ledger.is_down = True
        async with Sender(tmp_path / "db", ledger, clock=clock) as sender:
            await sender.put(opened_row(uuid4(), POLICY, EPHEMERAL))
            await sender.until(lambda: _has(clock._sleepers))
            ledger.is_down = False
            sender.outbox.wake()
            await sender.until(lambda: _is(sender, "submitted"))

    asyncio.run(run())


async def _is(sender: Sender, state: str) -> bool:
    return [row.state for row in await sender.rows()] == [state]


def test_a_nonce_that_another_transaction_took_is_given_up(tmp_path: Path) -> None:
    """A row whose nonce somebody with the same key used is signed anew and goes there once."""
    ledger, session_id = with_contracts(), uuid4()

    async def run() -> None:
        ledger.is_down = True
        async with Sender(tmp_path / "db", ledger) as sender:
            row = opened_row(session_id, POLICY, EPHEMERAL)
            ledger.is_down = False
            other = sender.chain.sign(opened_row_call(uuid4()), 0)
            mine = sender.chain.sign(decode_call(row.call), 0)
            ledger.take(other.raw)
            ledger.mine()
            signed = replace(row, raw=mine.raw, transaction=mine.hash, nonce=0)
            await sender.put(signed)
            (settled,) = await sender.until_settled()
        assert (settled.state, settled.nonce) == ("confirmed", 1)
        assert ledger.effects() == ["openSession", "openSession"]
        assert settled.transaction != mine.hash

    asyncio.run(run())


def opened_row_call(session_id: UUID) -> AnchorCall:
    """Open some session."""
    return decode_call(opened_row(session_id, POLICY, EPHEMERAL).call)


def test_what_is_on_the_chain_already_is_not_sent_again(tmp_path: Path) -> None:
    """When the row's effect is there by another transaction of ours, that one settles the row."""
    ledger, session_id = with_contracts(), uuid4()

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            row = opened_row(session_id, POLICY, EPHEMERAL)
            there = sender.chain.sign(decode_call(row.call), 0)
            ledger.take(there.raw)
            ledger.mine()
            await sender.put(row)
            (settled,) = await sender.until_settled()
        assert (settled.state, settled.transaction) == ("confirmed", there.hash)
        assert settled.block_number == ledger.receipts[there.hash].block_number
        assert ledger.effects() == ["openSession"]

    asyncio.run(run())


def test_an_id_that_somebody_else_took_is_refused_for_good(tmp_path: Path) -> None:
    """A call that reverts is rejected with the contract's word, and the rest of the session with it."""
    ledger, session_id = with_contracts(), uuid4()

    async def run() -> None:
        thief = LedgerChain(ledger, b"a thief")
        ledger.take(thief.sign(opened_row_call(session_id), 0).raw)
        ledger.mine()
        async with Sender(tmp_path / "db", ledger) as sender:
            await sender.put(*session_rows(session_id))
            rows = await sender.until_settled()
        assert [row.state for row in rows] == ["rejected"] * 3
        assert [row.reason for row in rows] == [
            *("SessionAlreadyKnown", "NotSessionOwner", "NotSessionOwner")
        ]

    asyncio.run(run())


@pytest.mark.parametrize("where", ["sign", "submit"])
def test_a_refusal_for_good_holds_nothing_else_up(tmp_path: Path, where: str) -> None:
    """A row that can never be valid is settled as rejected; other sessions go on, without a hole in the nonces."""
    ledger, refused, other = with_contracts(), uuid4(), uuid4()

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            progress = progress_row(refused, ROOT, 2)
            if where == "submit":
                ledger.refused_for_good.add("anchorProgress")
            else:
                sender.outbox._chain = _RefusesToSign(ledger)
            await sender.put(
                opened_row(refused, POLICY, EPHEMERAL),
                progress,
                sealed_row(refused, MANIFEST, ROOT, 3),
                opened_row(other, POLICY, EPHEMERAL),
            )
            rows = {row.key: row for row in await sender.until_settled()}
        assert rows[progress.key].state == "rejected"
        assert rows[progress.key].reason == "invalid transaction"
        assert [each.key for each in sender.settled].count(progress.key) == 1
        assert sorted(ledger.effects()) == ["openSession", "openSession", "sealSession"]

    asyncio.run(run())


class _RefusesToSign(LedgerChain):
    def sign(self, call: AnchorCall, nonce: int) -> object:
        from core.errors import ChainRejected

        if call.function == "anchorProgress":
            raise ChainRejected(reason="invalid transaction")
        return super().sign(call, nonce)


def test_a_transaction_refused_on_its_second_try_leaves_no_hole(tmp_path: Path) -> None:
    """When the pool was lost and a row is then refused for good, the next row takes its nonce."""
    ledger = with_contracts()
    ledger.is_mining = False
    first, second, third = uuid4(), uuid4(), uuid4()

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            await sender.put(
                opened_row(first, POLICY, EPHEMERAL), opened_row(second, POLICY, EPHEMERAL)
            )
            await sender.until(lambda: _count(sender, "submitted", 2))
        ledger.pool.clear()
        ledger.refused_for_good.add("openSession")
        async with Sender(tmp_path / "db", ledger) as sender:
            await sender.until(lambda: _count(sender, "rejected", 2))
            ledger.refused_for_good.clear()
            ledger.is_mining = True
            await sender.put(opened_row(third, POLICY, EPHEMERAL))
            await sender.until_settled()
        assert ledger.effects() == ["openSession"]
        assert ledger.mined[0].nonce == 0

    asyncio.run(run())


async def _count(sender: Sender, state: str, count: int) -> bool:
    return len(await sender.rows(state)) == count


def test_a_transaction_that_the_node_forgot_is_sent_again(tmp_path: Path) -> None:
    """While there is no receipt the same bytes go to the node every now and then, which knows them or not."""
    ledger = with_contracts()
    ledger.is_mining = False

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            await sender.put(opened_row(uuid4(), POLICY, EPHEMERAL))
            await sender.until(lambda: _count(sender, "submitted", 1))
            (lost,) = ledger.pool.values()
            ledger.pool.clear()
            await sender.until(lambda: _has(ledger.pool))
            assert list(ledger.pool.values()) == [lost]
            assert len(set(ledger.submissions)) == 1
            ledger.is_mining = True
            (settled,) = await sender.until_settled()
        assert settled.attempts >= 2
        assert len(ledger.mined) == 1

    asyncio.run(run())


async def _has(some: object) -> bool:
    return bool(some)


def test_a_newer_progress_stands_for_an_unsigned_one(tmp_path: Path) -> None:
    """Progress that waits without a signature is dropped for the newer one, even while it is being signed."""
    ledger, row = with_contracts(), session_row()
    session_id = row.session_id
    old, new = progress_row(session_id, ROOT, 1), progress_row(session_id, ROOT, 2)

    class DropsMeanwhile(LedgerChain):
        is_armed = True

        def sign(self, call: AnchorCall, nonce: int) -> object:
            if call.function == "anchorProgress" and self.is_armed:
                self.is_armed = False
                worker.run_blocking(replace_progress)
                loop.call_soon_threadsafe(wake)
            return super().sign(call, nonce)

    async def run() -> None:
        nonlocal worker, store, loop, wake
        async with Sender(tmp_path / "db", ledger) as sender:
            worker, store, wake = sender.store_worker, sender.store, sender.outbox.wake
            loop = asyncio.get_running_loop()
            sender.outbox._chain = DropsMeanwhile(ledger)
            await sender.put(opened_row(session_id, POLICY, EPHEMERAL), old)
            rows = await sender.until_settled()
        assert [each.key for each in rows] == [f"opened:{session_id}", new.key]
        assert ledger.effects() == ["openSession", "anchorProgress"]
        assert ledger.sessions[session_id].progress == 2

    def replace_progress() -> None:
        store.supersede_outbox(new)

    worker = store = loop = wake = None
    asyncio.run(run())


def test_a_session_waits_for_its_own_rows_only(tmp_path: Path) -> None:
    """Without a block one session's first row is submitted, its second waits, and another session goes on."""
    ledger = with_contracts()
    ledger.is_mining = False
    first, second = uuid4(), uuid4()

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            await sender.put(*session_rows(first), *session_rows(second))
            await sender.until(lambda: _count(sender, "submitted", 2))
            submitted = {row.key for row in await sender.rows("submitted")}
            assert submitted == {f"opened:{first}", f"opened:{second}"}
            assert all(row.raw is None for row in await sender.rows("waiting"))
            ledger.is_mining = True
            await sender.until_settled()
        for session_id in (first, second):
            calls = [each.call for each in ledger.mined]
            names = [each.function for each in calls if each.arguments[0] == session_id.bytes]
            assert names == WHOLE_SESSION

    asyncio.run(run())


@given(
    st.text(),
    st.text(),
    st.lists(
        st.binary() | st.integers() | st.text().filter(lambda text: not text.startswith("0x"))
    ),
)
def test_a_call_is_read_back_as_it_was_written(
    contract: str, function: str, arguments: list[bytes | int | str]
) -> None:
    """Any call survives being kept as JSON."""
    call = AnchorCall(contract, function, tuple(arguments))
    assert decode_call(encode_call(call)) == call
