"""Guests at an entrance: so many at each stage, and nobody is crowded out from behind."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from core.remote.guests import Guests, Stage

Guest = asyncio.Task[None]


async def some(count: int) -> list[Guest]:
    """Begin tasks that wait for ever."""
    return [asyncio.ensure_future(asyncio.Event().wait()) for _ in range(count)]  # type: ignore[arg-type]


def test_one_more_than_fit_sends_the_oldest_away() -> None:
    """Of its stage only."""

    async def scene() -> None:
        guests = Guests(2)
        speaking, *silent = await some(5)
        guests.enter(speaking, Stage.SPEAKING)
        for each in silent:
            guests.enter(each, Stage.SILENT)
        await asyncio.sleep(0)
        assert [each.cancelled() for each in (speaking, *silent)] == [
            False,
            True,
            True,
            False,
            False,
        ]
        assert (guests.at(Stage.SILENT), guests.at(Stage.SPEAKING)) == (2, 1)

    asyncio.run(scene())


def test_who_goes_on_leaves_its_place() -> None:
    """To the next one; and who is no guest any more is sent away by nobody."""

    async def scene() -> None:
        guests = Guests(1)
        first, second, third = await some(3)
        guests.enter(first, Stage.SILENT)
        guests.enter(first, Stage.HANDSHAKE)
        guests.enter(second, Stage.SILENT)
        guests.leave(first)
        guests.leave(first)
        guests.enter(second, Stage.HANDSHAKE)
        guests.enter(third, Stage.HANDSHAKE)
        await asyncio.sleep(0)
        assert [each.cancelled() for each in (first, second, third)] == [False, True, False]

    asyncio.run(scene())


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([*Stage, None])), max_size=60))
def test_nobody_goes_but_for_one_at_the_same_stage(moves: list[tuple[int, Stage | None]]) -> None:
    """Whatever ten guests do: never more than fit, and a guest is cancelled only as the oldest of its stage."""

    async def scene() -> None:
        guests = Guests(2)
        tasks = await some(10)
        there: dict[Stage, list[Guest]] = {stage: [] for stage in Stage}
        gone: set[Guest] = set()
        for number, stage in moves:
            task = tasks[number]
            for each in there.values():
                each[:] = [one for one in each if one is not task]
            if stage is None:
                guests.leave(task)
            else:
                guests.enter(task, stage)
                there[stage].append(task)
                if len(there[stage]) > 2:
                    gone.add(there[stage].pop(0))
            assert [guests.at(each) for each in Stage] == [len(there[each]) for each in Stage]
        assert {each for each in tasks if each.cancelling()} == gone

    asyncio.run(scene())
