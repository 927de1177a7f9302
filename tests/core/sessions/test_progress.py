"""What was sealed is anchored on the way, the newest standing for what still waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from core.chain.outbox_calls import decode_call
from core.errors import StorageFull
from core.sealing.merkle import merkle_root
from core.sessions.service import SessionService
from core.storage.metadata import OutboxRow
from tests.core.sessions.test_service import FailingStore
from tests.fakes.clocks import ManualClock
from tests.fakes.session_bench import SessionBench

_INTERVAL_S = 600


async def progress_rows(bench: SessionBench) -> list[OutboxRow]:
    """Read the progress that waits."""
    return await bench.on_store(bench.store.outbox_of_kind, "progress")


@asynccontextmanager
async def anchoring(bench: SessionBench) -> AsyncIterator[ManualClock]:
    """Anchor a session's progress by a clock of its own, while the session itself is recorded by the machine's."""
    clock = ManualClock()
    service = SessionService(replace(bench.parts, clock=clock), bench.closer)
    task = asyncio.ensure_future(service._anchor_progress(bench.sessions._running))
    yield clock
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 - a worker is at work
            await asyncio.sleep(0)


async def pass_interval(clock: ManualClock) -> None:
    """Let the interval pass as soon as it is waited for."""
    await until(lambda: clock._sleepers)
    await clock.advance(_INTERVAL_S)


def test_the_newest_progress_stands_for_the_ones_that_wait(tmp_path: Path) -> None:
    """Each interval with a new chunk leaves one row over all chunks so far; one without leaves it as it is."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = UUID((await bench.record()).session_id)
            leaves = bench.sessions._running.leaves
            woken = bench.woken
            async with anchoring(bench) as clock:
                for count in (1, 2):
                    leaves.append(bytes([count]) * 32)
                    await pass_interval(clock)
                    await until(lambda wanted=woken + count: bench.woken == wanted)
                    (row,) = await progress_rows(bench)
                    arguments = decode_call(row.call).arguments
                    assert arguments == (session_id.bytes, merkle_root(leaves), count)
                await pass_interval(clock)
                await until(lambda: clock._sleepers)
                assert await progress_rows(bench) == [row]

    asyncio.run(run())


def test_progress_that_does_not_fit_is_tried_again(tmp_path: Path) -> None:
    """A full disk is told, the recording goes on, and the next interval anchors what is there by then."""

    async def run() -> None:
        async with SessionBench(tmp_path, wrap_store=FailingStore) as bench:
            await bench.record()
            bench.sessions._running.leaves.append(bytes(32))
            woken = bench.woken
            bench.store.failures["supersede_outbox"] = StorageFull(path="db")
            async with anchoring(bench) as clock:
                await pass_interval(clock)
                await until(bench.incidents)
                assert bench.incidents() == ["storage_full"]
                bench.store.failures.clear()
                await pass_interval(clock)
                await until(lambda: bench.woken > woken)
                assert len(await progress_rows(bench)) == 1

    asyncio.run(run())
