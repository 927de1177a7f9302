"""Pictures are taken when something changes, and key pictures come as often as seeking needs them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recording.frame_plan import FramePlan

S = 1_000_000_000
MS = 1_000_000
CHANGED, REPEATED = 3 * MS, 300_000  # what a picture costs


def taken(
    seconds: float, every_ns: int | None, *, cost_ns: int = CHANGED, coded_bytes: int = 1000
) -> Iterator[tuple[int, bool, bool]]:
    """Play through a time in which something changes every so often: moment, changed, key picture."""
    plan, now, next_change = FramePlan(15), 0, 0
    while now < seconds * S:
        is_changed = every_ns is not None and next_change <= now
        due = plan.due_ns(is_changed=is_changed)
        if due > now:
            wake = due if is_changed or every_ns is None else min(due, next_change)
            now = wake
            continue
        if is_changed and every_ns is not None:
            next_change = max(next_change + every_ns, now + 1)
        is_key = plan.is_key(now, is_changed=is_changed)
        cost = cost_ns if is_changed else REPEATED
        plan.took(now, is_changed=is_changed, is_key=is_key, coded_bytes=coded_bytes, cost_ns=cost)
        yield now, is_changed, is_key


def keys_of(pictures: Iterator[tuple[int, bool, bool]]) -> list[int]:
    """List when key pictures were taken."""
    return [now for now, _, is_key in pictures if is_key]


def test_the_first_picture_is_a_key_picture_at_once() -> None:
    """Nothing is waited for before the first picture."""
    assert FramePlan(15).due_ns(is_changed=False) == 0
    assert next(taken(1, None)) == (0, False, True)


def test_what_changes_all_the_time_is_taken_at_the_frame_rate() -> None:
    """Sixty changes a second give fifteen pictures a second, and a key picture every two seconds."""
    pictures = list(taken(20, S // 60))
    assert 290 <= len(pictures) <= 301
    keys = keys_of(iter(pictures))
    assert all(1.9 * S <= b - a <= 2.1 * S for a, b in pairwise(keys))
    assert len(keys) in {10, 11}


def test_stillness_is_one_picture_a_second_and_few_key_pictures() -> None:
    """An hour without a change repeats its picture each second, with a key picture every ten minutes."""
    pictures = list(taken(3600, None))
    assert len(pictures) == 3600
    assert keys_of(iter(pictures)) == [each * 600 * S for each in range(6)]


def test_a_ticking_clock_does_not_cost_a_key_picture_each_time() -> None:
    """One change a second gives a key picture after twenty changes, not after two."""
    keys = keys_of(taken(100, S))
    assert len(keys) <= 6


def test_after_a_long_stillness_a_change_is_a_key_picture() -> None:
    """What was decoded in between has its price as well: a change after seven still minutes is a key picture."""
    plan = FramePlan(15)
    plan.took(0, is_changed=True, is_key=True, coded_bytes=1, cost_ns=CHANGED)
    for second in range(1, 420):
        assert not plan.is_key(second * S, is_changed=False)
        plan.took(second * S, is_changed=False, is_key=False, coded_bytes=1, cost_ns=REPEATED)
    assert plan.is_key(420 * S, is_changed=True)


def test_a_key_picture_comes_within_four_mebibytes() -> None:
    """Few but large pictures get a key picture as well, so that a chunk can be cut there."""
    pictures = list(taken(60, S // 3, coded_bytes=1 << 20))
    places = [place for place, (_, _, is_key) in enumerate(pictures) if is_key]
    assert all(b - a <= 7 for a, b in pairwise(places))  # two seconds at three a second, at most


def test_costly_pictures_are_taken_less_often() -> None:
    """Pictures of 60 ms of work each leave two thirds of a core alone, and never stop."""
    pictures = list(taken(20, S // 60, cost_ns=60 * MS))
    assert 4.5 <= len(pictures) / 20 <= 6
    assert len(list(taken(20, S // 60, cost_ns=10 * S))) >= 19


def test_a_single_costly_picture_delays_nothing() -> None:
    """A key picture of 100 ms among cheap ones leaves the next one in its place."""
    plan = FramePlan(15)
    for number in range(10):
        plan.took(number * S, is_changed=True, is_key=False, coded_bytes=1, cost_ns=2 * MS)
    plan.took(10 * S, is_changed=True, is_key=True, coded_bytes=1, cost_ns=80 * MS)
    assert plan.due_ns(is_changed=True) == 10 * S + S // 15


@given(
    st.lists(st.tuples(st.integers(0, 3 * S), st.booleans(), st.integers(0, 1 << 20)), max_size=200)
)
def test_it_is_never_long_until_a_key_picture(steps: list[tuple[int, bool, int]]) -> None:
    """Whatever happens, no more than twenty changed pictures that are two seconds apart lie between key ones."""
    plan, now, since, last_key = FramePlan(15), 0, 0, 0
    for wait, is_changed, size in steps:
        now = max(now + wait, plan.due_ns(is_changed=is_changed))
        is_key = plan.is_key(now, is_changed=is_changed)
        plan.took(now, is_changed=is_changed, is_key=is_key, coded_bytes=size, cost_ns=size * 10)
        since = 0 if is_key else since + is_changed
        last_key = now if is_key else last_key
        assert since <= 20 or now - last_key <= 2 * S + S // 15
        assert now - last_key <= 605 * S


@pytest.mark.parametrize("frame_rate", [1, 5, 15, 30])
def test_the_frame_rate_is_an_upper_bound(frame_rate: int) -> None:
    """No two changed pictures are closer than the frame rate allows."""
    plan = FramePlan(frame_rate)
    plan.took(5 * S, is_changed=True, is_key=True, coded_bytes=1, cost_ns=1)
    assert plan.due_ns(is_changed=True) - 5 * S == S // frame_rate
