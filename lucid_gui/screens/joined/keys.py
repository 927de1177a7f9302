"""Which key of a US keyboard writes a character, by the kernel's numbers (``linux/input-event-codes.h``)."""

from __future__ import annotations

from typing import NamedTuple

ESCAPE, BACKSPACE, TAB, ENTER, CONTROL, SHIFT, ALT, SPACE = 1, 14, 15, 28, 29, 42, 56, 57
UP, LEFT, RIGHT, DOWN, DELETE = 103, 105, 106, 108, 111
# What X adds to the kernel's number.
X_OFFSET = 8
LARGEST = 0x2FF


class Stroke(NamedTuple):
    """A key, and whether shift is held with it."""

    code: int
    is_shifted: bool


# From the leftmost key of each row: its first number, then what the keys write without and with shift.
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
_STROKES = {
    character: Stroke(first + index, is_shifted)
    for first, plain, shifted in _ROWS
    for characters, is_shifted in ((plain, False), (shifted, True))
    for index, character in enumerate(characters)
} | {
    " ": Stroke(SPACE, is_shifted=False),
    "\t": Stroke(TAB, is_shifted=False),
    "\n": Stroke(ENTER, is_shifted=False),
}


def stroke_of(character: str) -> Stroke | None:
    """Find the key that writes a character; None where a US keyboard has none."""
    return _STROKES.get(character)


def native_code(scan_code: int) -> int | None:
    """Turn the platform's own number of a key into the kernel's; None where the platform gives none."""
    code = scan_code - X_OFFSET
    return code if 0 < code <= LARGEST else None
