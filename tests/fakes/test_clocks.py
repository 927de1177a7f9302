"""The clocks of tests pass time only when told, and in order."""

from __future__ import annotations

import asyncio

from core.runtime.clock import Clock
from tests.fakes.clocks import LeapingClock, ManualClock, settle


def test_sleepers_wake_in_the_order_of_their_moments() -> None:
    """Advancing over several moments wakes each sleeper at its own."""

    async def scenario() -> list[tuple[str, int]]:
        clock = ManualClock()
        woken: list[tuple[str, int]] = []
        start = clock.mono_ns

        async def sleeper(name: str, seconds: float) -> None:
            await clock.sleep(seconds)
            woken.append((name, clock.mono_ns - start))

        async with asyncio.TaskGroup() as group:
            group.create_task(sleeper("late", 2))
            group.create_task(sleeper("early", 1))
            await settle()
            assert woken == []
            await clock.advance(3)
        assert clock.mono_ns - start == 3_000_000_000
        return woken

    assert asyncio.run(scenario()) == [("early", 1_000_000_000), ("late", 2_000_000_000)]


def test_both_clocks_move_together() -> None:
    """The wall clock passes as the monotonic one does."""

    async def scenario() -> None:
        clock = ManualClock()
        before = clock.now()
        await clock.advance(1.5)
        after = clock.now()
        assert after.mono_ns - before.mono_ns == after.utc_ns - before.utc_ns == 1_500_000_000

    asyncio.run(scenario())


def test_a_leaping_clock_sleeps_at_once() -> None:
    """A sleep of an hour takes no time and moves the clock by an hour."""

    async def scenario() -> None:
        clock: Clock = LeapingClock()
        before = clock.now().mono_ns
        await clock.sleep(3600)
        assert clock.now().mono_ns - before == 3600 * 1_000_000_000

    asyncio.run(scenario())
