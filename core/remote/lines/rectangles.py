"""Rectangles of pixels: what two of them share, and what is left of one where others are cut out."""

from __future__ import annotations

from core.remote.lines.link import Rectangle

_MOST_RECTANGLES, _MOST_PIECES = 64, 1024


def meet(one: Rectangle, other: Rectangle) -> Rectangle | None:
    """Give what two rectangles share; None when that is nothing."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right = min(one[0] + one[2], other[0] + other[2])
    bottom = min(one[1] + one[3], other[1] + other[3])
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def few(rectangles: list[Rectangle]) -> list[Rectangle]:
    """Give these rectangles, or the one around them when they are many or would cover it more than once."""
    is_few = len(rectangles) <= _MOST_RECTANGLES and _sum(rectangles) == area(rectangles)
    return rectangles if is_few else [_around(rectangles)]


def area(rectangles: list[Rectangle]) -> int:
    """Give about how many pixels they cover, and no more than lie in the rectangle around them."""
    _, _, width, height = _around(rectangles) if rectangles else (0, 0, 0, 0)
    return min(_sum(rectangles), width * height)


def _sum(rectangles: list[Rectangle]) -> int:
    return sum(width * height for _, _, width, height in rectangles)


def _around(rectangles: list[Rectangle]) -> Rectangle:
    left, top = min(each[0] for each in rectangles), min(each[1] for each in rectangles)
    right = max(each[0] + each[2] for each in rectangles)
    bottom = max(each[1] + each[3] for each in rectangles)
    return left, top, right - left, bottom - top


def pieces_of(whole: Rectangle, hidden: tuple[Rectangle, ...]) -> list[Rectangle]:
    """Cut hidden rectangles out of one; gives nothing when that takes more pieces than can be kept apart."""
    pieces = [whole]
    for hole in hidden:
        pieces = [piece for each in pieces for piece in _without(each, hole)]
        if len(pieces) > _MOST_PIECES:
            return []
    return pieces


def _without(piece: Rectangle, hole: Rectangle) -> list[Rectangle]:
    shared = meet(piece, hole)
    if shared is None:
        return [piece]
    x, y, width, height = piece
    left, top, shared_width, shared_height = shared
    right, bottom = left + shared_width, top + shared_height
    around = [
        (x, y, width, top - y),
        (x, bottom, width, y + height - bottom),
        (x, top, left - x, shared_height),
        (right, top, x + width - right, shared_height),
    ]
    return [each for each in around if each[2] > 0 and each[3] > 0]
