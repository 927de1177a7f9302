"""The log of calls: chained, bounded, and whoever changes it is found out."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from core.admin.call_log import CallLog, Entry
from core.admin.log_head import (
    Head,
    Mark,
    Roll,
    read_head,
    read_mark,
    write_head,
    write_mark,
)
from core.admin.summing import SummedCalls
from core.api.access import CallOutcome
from core.errors import CallsAltered, RecordAltered, StorageFull, VaultLocked
from core.vault.sealed_records import SealedRecords
from tests.core.admin.admin_bench import ShiftedClock
from tests.fakes.session_bench import SessionBench

A, B = "a" * 16, "b" * 16


def entry(number: int = 0, access_id: str = A) -> Entry:
    """Make a call."""
    return Entry(f"GET /v1/{number}", CallOutcome.ANSWERED, access_id, "auditor")


class LogBench(SessionBench):
    """A log over a real store and vault."""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.records = SealedRecords(self.store, self.parts.store_worker, self.vault)
        return self

    def log(self, most_kept: int = 100_000) -> CallLog:
        """Make the log as a start of the appliance does."""
        worker = self.parts.store_worker
        return CallLog(self.records, self.store, worker, self.clock, most_kept)

    def tamper(self, statement: str) -> None:
        """Change the file behind everybody's back."""
        with sqlite3.connect(self.directory.database) as database:
            database.execute(statement)
        database.close()


def test_what_is_written_is_read_and_verified(data_directory: Path) -> None:
    """Calls come back newest first, of all or of one access, and the whole log verifies, also after a restart."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            await log.open()
            for number in range(1, 1203):
                await log.write(entry(number, A if number % 2 else B))
            assert [call.sequence for call in await log.read(2)] == [1202, 1201]
            assert [call.sequence for call in await log.read(2, 1201, B)] == [1200, 1198]
            assert await log.verify() == 1202
            count, newest = await log.count_since(202, B)
            assert count == 500
            assert newest is not None
            assert newest.sequence == 1202
            assert await log.count_since(1202, B) == (0, None)
            await log.close()
            again = at.log()
            await again.open()
            await again.write(entry())
            assert await again.verify() == 1203

    asyncio.run(run())


@pytest.mark.parametrize(
    "statement, named",
    [
        ("UPDATE calls SET name = 'nobody' WHERE sequence = 5", 5),
        ("UPDATE calls SET outcome = 'failed' WHERE sequence = 1", 1),
        ("UPDATE calls SET hash = zeroblob(32) WHERE sequence = 7", 7),
        ("DELETE FROM calls WHERE sequence = 4", 5),
        ("DELETE FROM calls WHERE sequence <= 3", 4),
        ("DELETE FROM calls WHERE sequence >= 8", 10),
        ("DELETE FROM calls", 10),
    ],
)
def test_a_change_is_found_and_named(data_directory: Path, statement: str, named: int) -> None:
    """It is found while the appliance runs and after a restart, and stays found whatever is written then."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            await log.open()
            for number in range(10):
                await log.write(entry(number))
            at.tamper(statement)
            with pytest.raises(CallsAltered) as found:
                await log.verify()
            assert found.value.facts["sequence"] == named
            await log.close()
            again = at.log()
            await again.open()
            for number in range(5):
                await again.write(entry(number))
            with pytest.raises(CallsAltered):
                await again.verify()

    asyncio.run(run())


def test_an_outcome_that_there_is_not_is_a_change(data_directory: Path) -> None:
    """Listing says so too, instead of leaving it out."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            await log.open()
            await log.write(entry())
            at.tamper("UPDATE calls SET outcome = 'odd'")
            with pytest.raises(CallsAltered):
                await log.read(1)

    asyncio.run(run())


@pytest.mark.parametrize("left", [0, 3, 20])
def test_a_head_that_was_taken_away_is_a_change(data_directory: Path, left: int) -> None:
    """Whatever else was removed with it: an access that counted later calls, or is there at all, tells of it."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            await log.open()
            for number in range(20):
                await log.write(entry(number))
            await log.close()
            at.tamper("DELETE FROM records WHERE kind = 'calls'")
            at.tamper(f"DELETE FROM calls WHERE sequence > {left}")  # noqa: S608 - a test's own
            for _ in range(2):
                again = at.log()
                await again.open(20, has_accesses=True)
                assert again.altered_at == 20
                assert again.roll is None
                with pytest.raises(CallsAltered):
                    await again.verify()
                await again.close()
            other = at.log()
            await other.open(has_accesses=True)
            assert other.altered_at == max(1, left)

    asyncio.run(run())


def test_a_log_is_sealed_before_its_first_entry(data_directory: Path) -> None:
    """So a head that is missing is always one that was taken away; a log that never was one is none."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            await log.open()
            assert (log.altered_at, log.roll) == (0, Roll())
            await log.write(entry())  # and the power goes
            again = at.log()
            await again.open(1, has_accesses=True)
            assert (again.altered_at, await again.verify()) == (0, 1)

    asyncio.run(run())


def test_an_access_that_counted_what_is_not_there_tells_of_it(data_directory: Path) -> None:
    """What came after the last head is held by who has counted it."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            await log.open()
            for number in range(5):
                await log.write(entry(number))
            at.tamper("DELETE FROM calls WHERE sequence > 3")
            again = at.log()
            await again.open(5)
            assert again.altered_at == 5

    asyncio.run(run())


def test_who_is_cancelled_while_the_disk_is_slow_leaves_a_whole_log(data_directory: Path) -> None:
    """A call or a sum that is on its way to the disk is taken as written, and counted once."""

    async def run() -> None:
        clock = ShiftedClock()
        async with LogBench(data_directory, clock=clock) as at:
            log = at.log()
            await log.open()
            summed = SummedCalls(log, clock)
            for _ in range(3):
                await summed.note(replace(entry(), outcome=CallOutcome.UNKNOWN))
            clock.ahead_s += 61
            for work in (log.write(entry(1)), summed.settle(), log.close()):
                name = "save_record" if log.close.__name__ in repr(work) else "add_call"
                await cancelled_in(at, name, work)
            await log.open()
            await log.write(entry(2))
            assert await log.verify() == 4
            assert [call.what for call in await log.read(9)].count("2 further calls") == 1

    asyncio.run(run())


async def cancelled_in(at: LogBench, name: str, work: Coroutine[Any, Any, object]) -> None:
    """Cancel work while the store's thread is at it."""
    begun, go_on = threading.Event(), threading.Event()
    real = getattr(at.store, name)

    def waiting(*given: object) -> object:
        begun.set()
        go_on.wait(20)
        return real(*given)

    setattr(at.store, name, waiting)
    working = asyncio.ensure_future(work)
    await asyncio.to_thread(begun.wait, 20)
    working.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await working
    setattr(at.store, name, real)


HEADS = st.builds(
    Head,
    st.builds(Mark, st.integers(0, 1 << 52), st.binary(min_size=32, max_size=32)),
    st.integers(0, 1 << 52),
    st.dictionaries(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), st.integers(1, 99)).map(
        lambda of: Roll(99, of)
    ),
    st.integers(0, 1 << 52),
)


@given(HEADS, st.data())
def test_a_head_comes_back_as_it_was_written(head: Head, data: st.DataObject) -> None:
    """Writing and reading gives the same; whatever stands in a member, it is refused or read as it stands."""
    document = write_head(head)
    assert read_head(document) == head
    assert read_mark(write_mark(head.mark)) == head.mark
    odd = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.dictionaries(st.text(), st.none())
    )
    changed = {**document, data.draw(st.sampled_from([*sorted(document), "more"])): data.draw(odd)}
    with suppress(RecordAltered):
        assert write_head(read_head(changed)) == changed


def test_a_log_that_was_written_anew_does_not_pass(data_directory: Path) -> None:
    """Whoever computes the whole chain again still lacks the vault, which sealed where it ended."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            await log.open()
            for number in range(4):
                await log.write(entry(number))
            await log.close()
            at.tamper("DELETE FROM calls")
            forger = at.log()
            forger._is_open = True  # it has no vault: it writes, and seals nothing
            forger._head_at_ns = at.clock.now().mono_ns
            for number in range(4):
                await forger.write(replace(entry(number), name="somebody else"))
            again = at.log()
            await again.open()
            assert again.altered_at == 4
            with pytest.raises(CallsAltered):
                await again.verify()
            await again.close()
            last = at.log()
            await last.open()
            assert last.altered_at == 4

    asyncio.run(run())


def test_only_the_last_are_kept(data_directory: Path) -> None:
    """The oldest go when there are far too many, and what is left verifies, also if the cut was not finished."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log(most_kept=10)
            await log.open()
            for number in range(1011):
                await log.write(entry(number))
            assert await log.verify() == 10
            assert len(await log.read(1000)) == 10
            await log.close()
            again = at.log(most_kept=10)
            await again.open()
            assert await again.verify() == 10
            kept = at.store.forget_calls
            at.store.forget_calls = _no_power
            with pytest.raises(StorageFull):
                await write_many(again)
            at.store.forget_calls = kept
            last = at.log(most_kept=10)
            await last.open()
            assert await last.verify() == 10

    asyncio.run(run())


async def write_many(log: CallLog) -> None:
    """Write more than is kept."""
    for number in range(1011):
        await log.write(entry(number))


def test_calls_are_written_while_the_log_is_checked(data_directory: Path) -> None:
    """Nobody waits for a check, and nothing is cut off under it; afterwards it is."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log(most_kept=10)
            await log.open()
            for number in range(1010):
                await log.write(entry(number))
            checking = asyncio.ensure_future(log.verify())
            await asyncio.sleep(0)
            await log.write(entry())
            assert await checking == 1010
            assert len(await log.read(2000)) == 1011
            await log.write(entry())
            assert len(await log.read(2000)) == 10
            assert await log.verify() == 10

    asyncio.run(run())


def _no_power(_until: int) -> None:
    raise StorageFull(path="the disk")


def test_what_cannot_be_written_fails_and_leaves_no_hole(data_directory: Path) -> None:
    """The failure reaches the caller, and the next call takes the number."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            with pytest.raises(VaultLocked):
                await log.write(entry())
            with pytest.raises(VaultLocked):
                await log.verify()
            await log.open()
            real: Callable[..., None] = at.store.add_call
            at.store.add_call = _no_power
            with pytest.raises(StorageFull):
                await log.write(entry())
            at.store.add_call = real
            assert (await log.write(entry())).sequence == 1
            assert await log.verify() == 1

    asyncio.run(run())


def test_what_anybody_can_call_is_summed_up(data_directory: Path) -> None:
    """A flood is two entries a minute: the first call, and how many followed."""

    async def run() -> None:
        clock = ShiftedClock()
        async with LogBench(data_directory, clock=clock) as at:
            log = at.log()
            await log.open()
            summed = SummedCalls(log, clock)
            stranger = Entry("GET /v1/sessions", CallOutcome.UNKNOWN)
            for _ in range(500):
                await summed.note(stranger)
            await summed.note(replace(stranger, outcome=CallOutcome.TOO_MANY))
            assert len(await log.read(1000)) == 2
            clock.ahead_s += 61
            await summed.settle()
            await summed.note(stranger)
            await summed.settle(is_all=True)
            found = [(call.what, call.outcome.value) for call in await log.read(1000)]
            assert found[::-1] == [
                ("GET /v1/sessions", "unknown"),
                ("GET /v1/sessions", "too_many"),
                ("499 further calls", "unknown"),
                ("GET /v1/sessions", "unknown"),
            ]

    asyncio.run(run())


@pytest.mark.parametrize("every_s", [30, 61, 600, 961])
def test_what_goes_on_for_days_is_told_ever_more_seldom(data_directory: Path, every_s: int) -> None:
    """Whoever calls day and night makes some eight entries an hour; once it is quiet, sums are of a minute again."""

    async def run() -> None:
        clock = ShiftedClock()
        async with LogBench(data_directory, clock=clock) as at:
            log = at.log()
            await log.open()
            summed = SummedCalls(log, clock)
            stranger = Entry("GET /v1/sessions", CallOutcome.UNKNOWN)
            for _ in range(24 * 3600 // every_s):
                await summed.note(stranger)
                clock.ahead_s += every_s
            assert len(await log.read(10_000)) < 24 * 8
            for seconds in (2_000, 0, 61):
                clock.ahead_s += seconds
                await summed.note(stranger)
            found = [call.what for call in await log.read(9)]
            assert found[:3] == ["GET /v1/sessions", "1 further call", "GET /v1/sessions"]

    asyncio.run(run())


def test_a_count_that_cannot_be_written_is_kept(data_directory: Path) -> None:
    """What is counted is told once the disk takes it again."""

    async def run() -> None:
        clock = ShiftedClock()
        async with LogBench(data_directory, clock=clock) as at:
            log = at.log()
            await log.open()
            summed = SummedCalls(log, clock)
            real = at.store.add_call
            at.store.add_call = _no_power
            with pytest.raises(StorageFull):
                await summed.note(entry())
            at.store.add_call = real
            for _ in range(3):
                await summed.note(entry())
            clock.ahead_s += 61
            at.store.add_call = _no_power
            with pytest.raises(StorageFull):
                await summed.settle()
            at.store.add_call = real
            await summed.settle()
            assert [call.what for call in await log.read(9)] == ["2 further calls", "GET /v1/0"]

    asyncio.run(run())


def test_the_chain_can_be_checked_without_lucid(data_directory: Path) -> None:
    """Whoever has the page docs/formats/call-log.md, SQLite and BLAKE3 finds the hashes by themselves."""

    async def run() -> None:
        async with LogBench(data_directory) as at:
            log = at.log()
            await log.open()
            for number in range(3):
                await log.write(entry(number))
            before = bytes(32)
            for row in rows_of(at.directory.database):
                document = {name: value for name, value in row.items() if name != "hash"}
                text = json.dumps(document, sort_keys=True, separators=(",", ":"))
                before = blake3(
                    before + text.encode(), derive_key_context="lucid 2026-11 call v1"
                ).digest()
                assert row["hash"] == before

    asyncio.run(run())


def rows_of(file: Path) -> list[dict[str, object]]:
    """Read the table as anybody could."""
    database = sqlite3.connect(file)
    database.row_factory = sqlite3.Row
    found = [dict(row) for row in database.execute("SELECT * FROM calls ORDER BY sequence")]
    database.close()
    return found
