"""What costs much is read once for many, and no oftener than it may."""

from __future__ import annotations

import asyncio

import pytest

from core.admin.sparing import Spared
from core.errors import StoreCorrupt
from tests.fakes.clocks import ManualClock, settle


class DearReading:
    """Takes two seconds on the clock and gives how often it was read."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.times = 0
        self.fails = False

    async def __call__(self) -> int:
        """Read."""
        self.times += 1
        await self.clock.sleep(2)
        if self.fails:
            raise StoreCorrupt(reason="made up")
        return self.times


def test_one_reading_serves_all_who_ask_meanwhile() -> None:
    """A crowd costs one reading, and for nine times as long as it took nobody costs another."""

    async def run() -> None:
        clock = ManualClock()
        reading = DearReading(clock)
        spared = Spared(reading, clock)
        crowd = [asyncio.ensure_future(spared.get()) for _ in range(50)]
        await settle()
        await clock.advance(2)
        assert await asyncio.gather(*crowd) == [1] * 50
        await clock.advance(17.9)
        assert await spared.get() == 1
        await clock.advance(0.2)
        again = asyncio.ensure_future(spared.get())
        await settle()
        await clock.advance(2)
        assert await again == reading.times == 2

    asyncio.run(run())


def test_a_failure_is_told_and_not_kept() -> None:
    """Whoever asks next has it read again."""

    async def run() -> None:
        clock = ManualClock()
        reading = DearReading(clock)
        reading.fails = True
        spared = Spared(reading, clock)
        failing = asyncio.ensure_future(spared.get())
        await settle()
        await clock.advance(2)
        with pytest.raises(StoreCorrupt):
            await failing
        reading.fails = False
        going = asyncio.ensure_future(spared.get())
        await settle()
        await clock.advance(2)
        assert await going == 2

    asyncio.run(run())


def test_somebody_who_goes_away_takes_nothing_along() -> None:
    """A cancelled reading leaves the next who asks a reading of their own."""

    async def run() -> None:
        clock = ManualClock()
        reading = DearReading(clock)
        spared = Spared(reading, clock)
        gone = asyncio.ensure_future(spared.get())
        waiting = asyncio.ensure_future(spared.get())
        await settle()
        await clock.advance(1)
        gone.cancel()
        await settle()
        await clock.advance(2)
        assert await waiting == 2

    asyncio.run(run())
