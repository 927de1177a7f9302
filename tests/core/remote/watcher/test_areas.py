"""Trails and covers never lose a place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.remote.lines.link import Rectangle
from core.remote.lines.rectangles import meet
from core.remote.watcher.areas import Trail, around, cover

BOXES = st.tuples(
    st.integers(-99, 999), st.integers(-99, 999), st.integers(1, 99), st.integers(1, 99)
)


def is_in(box: Rectangle, others: list[Rectangle]) -> bool:
    """Whether one of the others contains a rectangle."""
    return any(meet(box, each) == box for each in others)


@given(st.lists(st.none() | BOXES, max_size=80))
def test_a_trail_keeps_a_place_until_it_has_aged_twice(steps: list[Rectangle | None]) -> None:
    """What was added since the time before the last ageing (None) is covered; the trail stays short."""
    trail = Trail()
    ages: list[list[Rectangle]] = [[], []]
    for step in steps:
        if step is None:
            trail.age()
            ages = [*ages, []]
        else:
            trail.add(step)
            ages[-1].append(step)
        assert all(is_in(each, trail.rectangles) for each in ages[-1] + ages[-2])
        assert len(trail.rectangles) <= 32
        assert bool(trail) == bool(ages[-1] + ages[-2])


@given(st.lists(BOXES, max_size=200), st.integers(1, 40))
def test_a_cover_covers_all_with_few(boxes: list[Rectangle], most: int) -> None:
    """Each rectangle is in one of the cover's, which are no more than asked for; few ones stay as they are."""
    covering = cover(boxes, most)
    assert len(covering) <= most
    assert all(is_in(each, covering) for each in boxes)
    if len(set(boxes)) <= most:
        assert set(covering) == set(boxes)


@given(st.lists(BOXES, min_size=1, max_size=20))
def test_around_is_the_smallest(boxes: list[Rectangle]) -> None:
    """The rectangle around some contains each and touches some on every side."""
    left, top, width, height = around(boxes)
    assert all(is_in(each, [(left, top, width, height)]) for each in boxes)
    assert (left, top) == (min(each[0] for each in boxes), min(each[1] for each in boxes))
    assert left + width == max(each[0] + each[2] for each in boxes)
    assert top + height == max(each[1] + each[3] for each in boxes)
