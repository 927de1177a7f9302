"""The crash happens where it was planned, and nothing happens after it."""

from __future__ import annotations

import pytest

from tests.fakes.crashing import Crashing, CrashPlan
from tests.fakes.power_cut_disk import PowerCut


def test_a_crash_keeps_everything_after_it_from_happening() -> None:
    """Calls before the chosen one happen; it and all later ones do not."""
    for at, expected in [(0, []), (1, [1]), (2, [1, 2])]:
        done: list[int] = []
        crashing = Crashing(done, CrashPlan(at))
        with pytest.raises(PowerCut):
            list(map(crashing.append, (1, 2, 3)))
        assert done == expected
        with pytest.raises(PowerCut):
            crashing.append(4)
        assert done == expected


def test_without_a_moment_it_only_counts() -> None:
    """A plan without a crash tells the calls there were."""
    plan = CrashPlan()
    Crashing([], plan).append(1)
    assert plan.passed == ["append"]


def test_counting_can_begin_later() -> None:
    """Calls before the beginning do not count, and the crash comes at the chosen one after it."""
    plan = CrashPlan()
    done: list[int] = []
    crashing = Crashing(done, plan)
    crashing.append(1)
    plan.begin(1)
    crashing.append(2)
    with pytest.raises(PowerCut):
        crashing.append(3)
    assert done == [1, 2]
    assert plan.passed == ["append", "append"]
