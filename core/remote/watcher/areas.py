"""Parts of the screen: where something was a short while ago, and few rectangles that cover many."""

from __future__ import annotations

from collections.abc import Iterable

from core.remote.lines.link import Rectangle

_MOST_STEPS = 16


class Trail:
    """Where something was, in two generations; a long list becomes the rectangle around it.

    A rectangle is forgotten when the trail has aged twice.
    """

    def __init__(self) -> None:
        self._newer: list[Rectangle] = []
        self._older: list[Rectangle] = []

    def __bool__(self) -> bool:
        return bool(self._newer or self._older)

    @property
    def rectangles(self) -> list[Rectangle]:
        """All of it."""
        return self._newer + self._older

    def add(self, left: Rectangle) -> None:
        """Note that something was here until now."""
        if left not in self._newer:
            self._newer.append(left)
        if len(self._newer) > _MOST_STEPS:
            self._newer = [around(self._newer)]

    def age(self) -> None:
        """Let the older generation go."""
        self._newer, self._older = [], self._newer


def around(rectangles: Iterable[Rectangle]) -> Rectangle:
    """Give the smallest rectangle around some."""
    lefts, tops, widths, heights = zip(*rectangles, strict=True)
    left, top = min(lefts), min(tops)
    right = max(map(int.__add__, lefts, widths))
    bottom = max(map(int.__add__, tops, heights))
    return left, top, right - left, bottom - top


def cover(rectangles: Iterable[Rectangle], most: int) -> list[Rectangle]:
    """Cover all of these with at most so many; neighbours become one where there are too many."""
    covering = sorted(set(rectangles), key=lambda each: (each[1], each[0]))
    while len(covering) > most:
        pairs = (covering[at : at + 2] for at in range(0, len(covering), 2))
        covering = [around(pair) for pair in pairs]
    return covering
