"""Buckets hold a burst and fill steadily."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from core.admin.limits import Bucket, Buckets, Rate
from tests.fakes.clocks import LeapingClock

RATE = Rate(per_minute=60, burst=3)


def test_a_burst_is_taken_and_then_one_a_second() -> None:
    """Three at once; the fourth waits as long as it is told to wait, and no longer."""

    async def run() -> None:
        clock = LeapingClock()
        bucket = Bucket(RATE, clock)
        assert [bucket.take() for _ in range(4)] == [0, 0, 0, 1]
        await clock.sleep(1)
        assert [bucket.take() for _ in range(2)] == [0, 1]
        await clock.sleep(3600)
        assert [bucket.take() for _ in range(4)] == [0, 0, 0, 1]

    asyncio.run(run())


@given(st.lists(st.floats(0, 5), max_size=60))
def test_no_more_than_the_rate_ever_passes(pauses: list[float]) -> None:
    """However calls are spread, no more pass than the burst and what filled up meanwhile."""

    async def run() -> None:
        clock = LeapingClock()
        bucket = Bucket(RATE, clock)
        passed = 0
        for pause in pauses:
            await clock.sleep(pause)
            passed += bucket.take() == 0
        assert passed <= RATE.burst + sum(pauses) * RATE.per_minute / 60 + 1e-6

    asyncio.run(run())


def test_one_reader_does_not_use_up_anothers() -> None:
    """Each has a bucket of its own; a forgotten one begins anew."""
    buckets = Buckets(RATE, LeapingClock())
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.take("b") == 0
    buckets.forget("a")
    buckets.forget("a")
    assert buckets.take("a") == 0
