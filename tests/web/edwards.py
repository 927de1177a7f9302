"""The curve of Ed25519 (RFC 8032, section 5.1) in plain affine arithmetic, to make signatures that no signer makes."""

from __future__ import annotations

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
_ROOT = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]


def add(one: Point, other: Point) -> Point:
    """Add two points."""
    (x1, y1), (x2, y2) = one, other
    product = _D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


def times(factor: int, point: Point) -> Point:
    """Multiply a point."""
    found = (0, 1)
    while factor:
        if factor & 1:
            found = add(found, point)
        point, factor = add(point, point), factor >> 1
    return found


def point_at(y: int) -> Point | None:
    """Give the point with that y and an even x."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * _ROOT % P
    if x * x % P != square:
        return None
    return (P - x if x & 1 else x), y


def encode(point: Point) -> bytes:
    """Write a point in its 32 bytes."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


_FOUND = point_at(4 * pow(5, -1, P) % P)
assert _FOUND is not None
BASE: Point = _FOUND


def base_times(factor: int) -> Point:
    """Multiply the base point."""
    return times(factor, BASE)


def _small_points() -> list[Point]:
    """List the eight points of small order, the neutral one first."""
    y = 2
    while True:
        point = point_at(y)
        if point is not None:
            small = times(ORDER, point)
            multiples = [times(factor, small) for factor in range(8)]
            if len(set(multiples)) == len(multiples):
                return multiples
        y += 1


SMALL_POINTS = _small_points()
