"""Sessions that come fast share transactions; each is anchored once, whatever is cut off."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.chain.batching import BATCH, Rate, leaf_of, plan
from core.chain.outbox import OPEN_STATES
from core.config.engine_options import BatchOptions
from core.errors import Bug
from core.sealing.sorted_tree import root_over
from core.sessions.anchoring import opened_row, progress_row, sealed_row
from core.storage.metadata import OutboxRow
from tests.core.chain.sending import (
    EPHEMERAL,
    MANIFEST,
    POLICY,
    ROOT,
    Sender,
    deployment,
    open_quickly,
    session_rows,
    with_contracts,
)
from tests.fakes.clocks import ManualClock
from tests.fakes.crashing import CrashPlan
from tests.fakes.ledger_chain import Ledger
from tests.fakes.power_cut_disk import PowerCut

OPTIONS = BatchOptions(from_per_minute=3, gather_s=4.0, most=8)
SECOND_NS = 1_000_000_000


def _opened(session_id: UUID) -> OutboxRow:
    return opened_row(session_id, POLICY, EPHEMERAL)


def _sealed(session_id: UUID) -> OutboxRow:
    return sealed_row(session_id, MANIFEST, ROOT, 3)


def _plan(rows: list[OutboxRow], rate: Rate, at_s: float, batched: set[UUID] | None = None):  # noqa: ANN202 - see plan
    return plan(rows, batched or set(), rate, OPTIONS, int(at_s * SECOND_NS))


async def until_settled(sender: Sender) -> list[OutboxRow]:
    """Wait until no row is open, some of them because they were dropped, and give the others."""
    await sender.until(lambda: _is_nothing_open(sender))
    return await sender.rows()


async def _is_nothing_open(sender: Sender) -> bool:
    return not await sender.store_worker.run(sender.store.count_outbox, OPEN_STATES)


def test_below_the_rate_everything_goes_by_itself() -> None:
    """Two openings a minute are none too many, and neither is a third one a minute later."""
    rate, rows = Rate(OPTIONS), [_opened(uuid4()) for _ in range(3)]
    assert _plan(rows[:2], rate, 0).alone == tuple(rows[:2])
    found = _plan(rows[2:], rate, 60.5)
    assert (found.alone, found.together, found.is_gathering) == (tuple(rows[2:]), (), False)


def test_from_the_rate_on_openings_gather() -> None:
    """The third opening within a minute waits, with those that wait too, until the first has waited four seconds."""
    rate, rows = Rate(OPTIONS), [_opened(uuid4()) for _ in range(5)]
    assert _plan(rows[:2], rate, 0).alone == tuple(rows[:2])
    assert _plan(rows[2:4], rate, 30) == plan_of(gathering=True)
    assert _plan(rows[2:], rate, 33.9) == plan_of(gathering=True)
    assert _plan(rows[2:], rate, 34) == plan_of(together=rows[2:])


def plan_of(*, together: list[OutboxRow] | None = None, gathering: bool = False):  # noqa: ANN201 - see plan
    """Make a plan of rows that share a batch, or wait to."""
    from core.chain.batching import Plan

    return Plan((), tuple(together or ()), (), gathering)


def test_a_full_batch_waits_for_nobody() -> None:
    """As soon as there are as many as a batch takes it goes; the rest gathers for the next one."""
    rate, rows = Rate(OPTIONS), [_opened(uuid4()) for _ in range(9)]
    found = _plan(rows, rate, 0)
    assert found.together == tuple(rows[:8])
    assert found.is_gathering


def test_a_session_goes_one_way_to_its_end() -> None:
    """Opened by itself it is sealed by itself, opened in a batch in a batch, whatever the rate is by then."""
    rate, alone, together = Rate(OPTIONS), uuid4(), uuid4()
    many = [_opened(uuid4()) for _ in range(3)]
    found = _plan([*many, _sealed(alone)], rate, 0)
    assert [row.session_id for row in found.alone] == [alone]
    slow = Rate(OPTIONS)
    found = _plan([_sealed(alone), _sealed(together)], slow, 0, {together})
    assert [row.session_id for row in found.alone] == [alone]
    assert [row.session_id for row in found.together] == [together]


def test_a_signed_opening_is_not_taken_back() -> None:
    """What was signed goes by itself, and so does its seal, though many others wait."""
    rate, session_id = Rate(OPTIONS), uuid4()
    signed = replace(_opened(session_id), raw=b"signed")
    rows = [signed, _sealed(session_id), *(_opened(uuid4()) for _ in range(3))]
    assert _plan(rows, rate, 0).alone == (signed, rows[1])


def test_progress_of_a_session_in_a_batch_is_dropped() -> None:
    """A batch holds openings and seals; what would be said on the way waits for the opening, then is dropped."""
    rate, session_id = Rate(OPTIONS), uuid4()
    progress = progress_row(session_id, ROOT, 2)
    rows = [_opened(session_id), progress, *(_opened(uuid4()) for _ in range(3))]
    found = _plan(rows, rate, 0)
    assert (found.alone, found.dropped) == ((), ())
    assert _plan([progress], rate, 0, {session_id}).dropped == (progress,)


def test_only_openings_and_seals_are_records() -> None:
    """Anything else has no leaf."""
    with pytest.raises(Bug):
        leaf_of(progress_row(uuid4(), ROOT, 1), bytes(20))


def _check_anchored_once(ledger: Ledger, rows: list[OutboxRow], sessions: list[UUID]) -> None:
    """Each session is opened and sealed once, in a batch that is on the chain and proved, or by itself."""
    calls = {each.hash: each.call for each in ledger.mined if ledger.receipts[each.hash].is_success}
    for session_id in sessions:
        mine = [row for row in rows if row.session_id == session_id and row.kind != "progress"]
        assert [(row.kind, row.state) for row in mine] == [
            *(("opened", "confirmed"), ("sealed", "confirmed"))
        ]
        assert len({row.batch is None for row in mine}) == 1, "one way to its end"
        for row in mine:
            call = calls[row.transaction]
            if row.batch is None:
                assert call.arguments[0] == session_id.bytes
                continue
            (owner,) = {owner for owner, _ in ledger.anchored}
            path = [row.proof[at : at + 32] for at in range(0, len(row.proof), 32)]
            assert root_over(leaf_of(row, owner), path) == call.arguments[0]
    assert len(ledger.anchored) == ledger.effects().count("anchorBatch")


def _keep(path: Path, rows: list[OutboxRow]) -> None:
    """Put rows into the store before anybody sends them, as when the chain was away."""
    store = open_quickly(path)
    for row in rows:
        store.put_outbox(row)
    store.close()


def _many(count: int) -> tuple[list[UUID], list[OutboxRow]]:
    sessions = [uuid4() for _ in range(count)]
    return sessions, [row for each in sessions for row in session_rows(each)]


def test_many_sessions_share_a_few_transactions(tmp_path: Path) -> None:
    """Ten sessions that wait when the chain comes back need its contract and three batches, and no transaction each."""
    ledger, (sessions, rows) = with_contracts(), _many(10)

    async def run() -> None:
        _keep(tmp_path / "db", rows)
        async with Sender(tmp_path / "db", ledger, batches=OPTIONS) as sender:
            found = await until_settled(sender)
        _check_anchored_once(ledger, found, sessions)
        assert ledger.effects() == ["deploy", *["anchorBatch"] * 3]
        assert not [row for row in found if row.kind == "progress"]
        batch = next(row for row in found if row.kind == BATCH)
        assert {row.block_number for row in found if row.batch == batch.key} == {batch.block_number}

    asyncio.run(run())


def test_the_anchors_are_deployed_before_the_batches(tmp_path: Path) -> None:
    """On a chain without any contract the rows of many sessions wait for three deployments, then share batches."""
    ledger, (sessions, rows) = Ledger(), _many(4)
    _keep(tmp_path / "db", [*rows, *deployment(ledger)])

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger, batches=OPTIONS) as sender:
            found = await until_settled(sender)
        _check_anchored_once(ledger, found, sessions)
        assert ledger.effects() == ["deploy", "deploy", "deploy", "anchorBatch"]

    asyncio.run(run())


def test_a_few_sessions_need_no_contract_for_batches(tmp_path: Path) -> None:
    """Below the rate nothing is deployed and every row has a transaction of its own."""
    ledger, (sessions, rows) = with_contracts(), _many(2)

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger, batches=OPTIONS) as sender:
            await sender.put(*rows)
            found = await until_settled(sender)
        _check_anchored_once(ledger, found, sessions)
        assert "anchorBatch" not in ledger.effects()
        assert "deploy" not in ledger.effects()

    asyncio.run(run())


def test_what_gathers_goes_when_its_time_is_over(tmp_path: Path) -> None:
    """While openings gather nothing is sent; then one transaction takes them all."""
    clock, ledger = ManualClock(), with_contracts()
    rows = [_opened(uuid4()) for _ in range(4)]

    async def run() -> None:
        _keep(tmp_path / "db", rows)
        async with Sender(tmp_path / "db", ledger, clock=clock, batches=OPTIONS) as sender:
            await sender.until(lambda: _sleeps(clock))
            assert ledger.submissions == []
            while not await _is_nothing_open(sender):
                await clock.advance(0.25)
            found = await sender.rows()
        assert {row.transaction for row in found if row.kind == "opened"} == {ledger.mined[-1].hash}

    asyncio.run(run())


async def _sleeps(clock: ManualClock) -> bool:
    return bool(clock._sleepers)


def test_a_contract_that_is_refused_leaves_sessions_by_themselves(tmp_path: Path) -> None:
    """Where the chain does not take the contract for batches every session is anchored all the same."""
    ledger, (sessions, rows) = with_contracts(), _many(4)
    ledger.refused_for_good.add("deploy")

    async def run() -> None:
        _keep(tmp_path / "db", rows)
        async with Sender(tmp_path / "db", ledger, batches=OPTIONS) as sender:
            found = await until_settled(sender)
        _check_anchored_once(ledger, found, sessions)
        assert "anchorBatch" not in ledger.effects()

    asyncio.run(run())


def test_a_batch_that_is_there_already_settles_its_sessions(tmp_path: Path) -> None:
    """When the batch went there by another transaction of ours, that one is taken for all in it."""
    ledger, (sessions, rows) = with_contracts(), _many(4)

    async def run() -> None:
        _keep(tmp_path / "db", rows)
        async with Sender(tmp_path / "db", ledger, batches=OPTIONS) as sender:
            await until_settled(sender)
        async with Sender(tmp_path / "db", ledger, batches=OPTIONS) as sender:
            batch = next(row for row in await sender.rows() if row.kind == BATCH)
            again = replace(batch, state="waiting", raw=None, transaction=None, nonce=None)
            await sender.store_worker.run(sender.store.save_batch, again)
            sender.outbox.wake()
            found = await until_settled(sender)
        _check_anchored_once(ledger, found, sessions)

    asyncio.run(run())


def test_a_crash_at_any_moment_anchors_nothing_twice(tmp_path: Path) -> None:
    """Cut before any call of store and chain: the next life ends with every session anchored once."""

    async def live(path: Path, ledger: Ledger, rows: list[OutboxRow], plan: CrashPlan | None):  # noqa: ANN202
        _keep(path, rows)  # whoever put them there does so again
        async with Sender(path, ledger, plan=plan, batches=OPTIONS) as sender:
            return await until_settled(sender)

    whole = CrashPlan()
    asyncio.run(live(tmp_path / "whole.db", with_contracts(), _many(6)[1], whole))
    moments = len(whole.passed)
    assert moments > 40
    for at in range(moments):
        ledger, (sessions, rows) = with_contracts(), _many(6)
        path = tmp_path / f"{at}.db"
        with suppress(PowerCut):
            asyncio.run(live(path, ledger, rows, CrashPlan(at)))
        _check_anchored_once(ledger, asyncio.run(live(path, ledger, rows, None)), sessions)
