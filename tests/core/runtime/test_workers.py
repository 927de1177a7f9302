"""A worker is one thread: what is given to it runs there, in order, and its failures come back."""

from __future__ import annotations

import asyncio
import threading

import pytest

from core.errors import Bug
from core.runtime.workers import Worker


def test_work_runs_in_order_on_the_worker_s_thread() -> None:
    """All of it runs on one thread with the worker's name; the loop's thread is not it."""

    async def run() -> None:
        worker = Worker("tester")
        names = [worker.run(lambda: threading.current_thread().name) for _ in range(3)]
        assert len(set(await asyncio.gather(*names))) == 1
        seen: list[int] = []
        await asyncio.gather(*(worker.run(seen.append, number) for number in range(20)))
        assert seen == list(range(20))
        await worker.run(worker.assert_here)
        with pytest.raises(Bug):
            worker.assert_here()
        worker.close()

    asyncio.run(run())


def test_failures_come_back_and_the_worker_goes_on() -> None:
    """What the work raises is raised to who gave it; one worker may wait for another."""

    async def run() -> None:
        first, second = Worker("first"), Worker("second")
        with pytest.raises(ZeroDivisionError):
            await first.run(lambda: 1 // 0)
        assert await first.run(second.run_blocking, int, "7") == 7
        with pytest.raises(ValueError, match="seven"):
            await first.run(second.run_blocking, int, "seven")
        for worker in (first, second):
            worker.close()

    asyncio.run(run())
