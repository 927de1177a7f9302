"""The keys of this seat: which scan code each of the kernel's numbers becomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.joining.keys import SCAN_CODES, Stroke, strokes_of

EXTENDED, RELEASED = 0x100, 0xC000


@pytest.mark.parametrize(
    ("number", "code", "flags"),
    [
        (1, 1, 0),  # escape
        (30, 30, 0),  # A
        (28, 28, 0),  # enter
        (57, 57, 0),  # space
        (83, 83, 0),  # keypad point
        (88, 88, 0),  # F12
        (86, 86, 0),  # beside the left shift
        (96, 28, EXTENDED),  # keypad enter
        (97, 29, EXTENDED),  # right control
        (98, 53, EXTENDED),  # keypad divide
        (100, 56, EXTENDED),  # right alt
        (102, 71, EXTENDED),  # home
        (103, 72, EXTENDED),  # up
        (105, 75, EXTENDED),  # left
        (106, 77, EXTENDED),  # right
        (108, 80, EXTENDED),  # down
        (110, 82, EXTENDED),  # insert
        (111, 83, EXTENDED),  # delete
        (125, 91, EXTENDED),  # left Windows key
        (126, 92, EXTENDED),  # right Windows key
        (127, 93, EXTENDED),  # menu
    ],
)
def test_a_key_has_its_scan_code(number: int, code: int, flags: int) -> None:
    """A press has the scan code and its flag; letting go has the flags of a release besides."""
    (down,) = strokes_of(number, is_pressed=True)
    (up,) = strokes_of(number, is_pressed=False)
    assert (down.is_pressed, down.code, down.flags) == (True, code, flags)
    assert (up.is_pressed, up.code, up.flags) == (False, code, flags | RELEASED)


def test_keys_that_change_others_are_told_apart() -> None:
    """Shift, control, alt, the Windows keys and the lock keys have their symbols; the others have none."""
    named = {number: key.symbol for number, key in SCAN_CODES.items() if key.symbol}
    assert named == {
        29: 0xFFE3,
        42: 0xFFE1,
        54: 0xFFE2,
        56: 0xFFE9,
        58: 0xFFE5,
        69: 0xFF7F,
        97: 0xFFE4,
        100: 0xFFEA,
        125: 0xFFEB,
        126: 0xFFEC,
    }


def test_pause_is_a_sequence() -> None:
    """Pause is a special control and a num lock, so that the display knows it from both."""
    assert strokes_of(119, is_pressed=True) == [Stroke(True, 0, 29, 0x200), Stroke(True, 0, 69, 0)]
    assert strokes_of(119, is_pressed=False) == [
        Stroke(False, 0, 29, 0x200 | RELEASED),
        Stroke(False, 0, 69, RELEASED),
    ]


@given(st.integers())
def test_no_number_makes_what_a_gate_refuses(number: int) -> None:
    """Whatever the number, scan codes have one byte and flags two; a key that no keyboard has is nothing."""
    for is_pressed in (True, False):
        for stroke in strokes_of(number, is_pressed=is_pressed):
            assert 0 < stroke.code <= 0xFF
            assert 0 <= stroke.flags <= 0xFFFF
            assert stroke.is_pressed == is_pressed
    assert strokes_of(0, is_pressed=True) == []
