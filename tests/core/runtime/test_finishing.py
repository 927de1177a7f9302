"""Work that is done to its end: cancelling waits for it, and takes nothing back."""

from __future__ import annotations

import asyncio

import pytest

from core.errors import StorageFull
from core.runtime.finishing import to_its_end


def test_it_gives_what_the_work_gives() -> None:
    """Undisturbed it is no more than awaiting, for what is given and for what is raised."""

    async def run() -> None:
        assert await to_its_end(asyncio.sleep(0, "done")) == "done"
        with pytest.raises(StorageFull):
            await to_its_end(_full())

    asyncio.run(run())


async def _full() -> None:
    raise StorageFull(path="the disk")


@pytest.mark.parametrize("times", [1, 3])
def test_who_is_cancelled_waits_for_the_end(times: int) -> None:
    """However often it is cancelled, the work ends first, whole."""

    async def run() -> None:
        gate, steps = asyncio.Event(), list[str]()

        async def work() -> None:
            steps.append("begun")
            await gate.wait()
            steps.append("ended")

        asking = asyncio.ensure_future(to_its_end(work()))
        for _ in range(times):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            asking.cancel()
        await asyncio.sleep(0)
        assert (asking.done(), steps) == (False, ["begun"])
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert steps == ["begun", "ended"]

    asyncio.run(run())


def test_what_failed_meanwhile_is_told_with_the_cancelling() -> None:
    """The failure is the cancelling's cause, and is no task's that nobody asked."""

    async def run() -> None:
        gate = asyncio.Event()

        async def work() -> None:
            await gate.wait()
            raise StorageFull(path="the disk")

        asking = asyncio.ensure_future(to_its_end(work()))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.sleep(0)
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(run())


@pytest.mark.parametrize("times", [0, 1, 3])
def test_work_that_can_end_sooner_is_told(times: int) -> None:
    """It hears once that nobody waits for it any more, and its end is waited for all the same."""

    async def run() -> None:
        heard, gate = list[str](), asyncio.Event()
        asking = asyncio.ensure_future(
            to_its_end(gate.wait(), on_cancelled=lambda: heard.append("cancelled"))
        )
        for _ in range(times):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            asking.cancel()
        await asyncio.sleep(0)
        assert not asking.done()
        gate.set()
        await asyncio.wait([asking])
        assert heard == ["cancelled"][:times]
        assert asking.cancelled() == (times > 0)

    asyncio.run(run())
