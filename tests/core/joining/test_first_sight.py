"""When the other end has shown something: by its first change of the picture, and also when that one was hidden."""

from __future__ import annotations

from core.joining.first_sight import FirstSight

QUIET_LOOKS = 30


class Line:
    """A picture's number, and bytes that have come."""

    def __init__(self) -> None:
        self.sequence, self.received = 2, 0
        self.sight = FirstSight(lambda: self.sequence, lambda: self.received)
        self.sight.begin()

    def change_here(self, *, is_met: bool = False) -> None:
        """Change the picture from here; ``is_met`` by a change of the other end."""
        before = self.sight.changes_here()
        self.sequence += 2
        if is_met:
            self.received += 5_000
            self.sequence += 2
        self.sight.changed_here(before)

    def looks(self, count: int) -> list[bool]:
        """Look so often."""
        return [self.sight.is_shown() for _ in range(count)]


def test_the_first_change_after_something_came_is_the_other_ends() -> None:
    """Bytes alone show nothing, and neither does a change before any came."""
    line = Line()
    line.change_here()
    assert not line.sight.is_shown()
    line.received = 2_000
    assert not any(line.looks(2 * QUIET_LOOKS))
    line.sequence += 2
    assert line.sight.is_shown()


def test_a_change_that_was_there_before_is_not_taken_for_ones_own() -> None:
    """What is changed here afterwards does not hide it, nor does a second change that was begun before."""
    line = Line()
    line.received, line.sequence = 5_000, line.sequence + 2
    line.change_here()
    assert line.sight.is_shown()
    line = Line()
    first, second = line.sight.changes_here(), line.sight.changes_here()
    line.sequence += 2
    line.sight.changed_here(first)
    line.received, line.sequence = 5_000, line.sequence + 2
    line.sight.changed_here(second)
    assert line.sight.is_shown()


def test_a_change_that_was_hidden_is_seen_when_nothing_more_comes() -> None:
    """The desktop may stay as it is for good; as long as more comes, its next change may yet be seen."""
    line = Line()
    line.change_here(is_met=True)
    for _ in range(2 * QUIET_LOOKS):
        line.received += 100
        assert not line.sight.is_shown()
    assert line.looks(QUIET_LOOKS) == [False] * (QUIET_LOOKS - 1) + [True]


def test_nothing_that_came_is_nothing_that_was_shown() -> None:
    """Whatever is changed here, without a connection nobody is watched."""
    line = Line()
    for _ in range(3):
        line.change_here()
    line.sequence += 2
    assert not any(line.looks(2 * QUIET_LOOKS))
