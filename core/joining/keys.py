"""The keys of this seat, as the display of a joined session takes them.

The kernel's numbers (``linux/input-event-codes.h``) become the scan codes of a PC's keyboard (set 1), which is what
RDP and the display's driver speak; those that follow E0 there are *extended*. The display goes by the scan code alone;
the symbol beside it only tells keys that change others from keys that type.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_PLAIN_TO = 83  # up to here, the kernel's number is the scan code
_EXTENDED_FLAG, _RELEASED_FLAGS, _PAUSE_FLAG = 0x100, 0xC000, 0x200
PAUSE = 119
_LEFT_CONTROL, _NUM_LOCK = 29, 69


class ScanCode(NamedTuple):
    """A key: its scan code, whether it follows E0, and the X symbol where it changes other keys."""

    code: int
    is_extended: bool = False
    symbol: int = 0


_MODIFIERS = {
    29: ScanCode(29, symbol=0xFFE3),  # left control
    42: ScanCode(42, symbol=0xFFE1),  # left shift
    54: ScanCode(54, symbol=0xFFE2),  # right shift
    56: ScanCode(56, symbol=0xFFE9),  # left alt
    58: ScanCode(58, symbol=0xFFE5),  # caps lock
    69: ScanCode(69, symbol=0xFF7F),  # num lock
    97: ScanCode(29, is_extended=True, symbol=0xFFE4),  # right control
    100: ScanCode(56, is_extended=True, symbol=0xFFEA),  # right alt
    125: ScanCode(91, is_extended=True, symbol=0xFFEB),  # left Windows key
    126: ScanCode(92, is_extended=True, symbol=0xFFEC),  # right Windows key
}
_OTHERS = {
    86: ScanCode(86),  # the key between left shift and Z
    87: ScanCode(87),  # F11
    88: ScanCode(88),  # F12
    96: ScanCode(28, is_extended=True),  # keypad enter
    98: ScanCode(53, is_extended=True),  # keypad divide
    99: ScanCode(55, is_extended=True),  # print screen
    102: ScanCode(71, is_extended=True),  # home
    103: ScanCode(72, is_extended=True),  # up
    104: ScanCode(73, is_extended=True),  # page up
    105: ScanCode(75, is_extended=True),  # left
    106: ScanCode(77, is_extended=True),  # right
    107: ScanCode(79, is_extended=True),  # end
    108: ScanCode(80, is_extended=True),  # down
    109: ScanCode(81, is_extended=True),  # page down
    110: ScanCode(82, is_extended=True),  # insert
    111: ScanCode(83, is_extended=True),  # delete
    127: ScanCode(93, is_extended=True),  # menu
}
SCAN_CODES: Mapping[int, ScanCode] = MappingProxyType(
    {number: ScanCode(number) for number in range(1, _PLAIN_TO + 1)} | _MODIFIERS | _OTHERS
)


class Stroke(NamedTuple):
    """What the display is told of one key: whether it goes down, symbol, scan code, flags."""

    is_pressed: bool
    symbol: int
    code: int
    flags: int


def strokes_of(number: int, *, is_pressed: bool) -> list[Stroke]:
    """Write a key as the display takes it; none for a key that a PC's keyboard does not have."""
    if number == PAUSE:  # it has no scan code of its own, but a sequence
        return [
            _stroke(ScanCode(_LEFT_CONTROL), _PAUSE_FLAG, is_pressed=is_pressed),
            _stroke(ScanCode(_NUM_LOCK), 0, is_pressed=is_pressed),
        ]
    found = SCAN_CODES.get(number)
    if found is None:
        return []
    flags = _EXTENDED_FLAG if found.is_extended else 0
    return [_stroke(found, flags, is_pressed=is_pressed)]


def _stroke(key: ScanCode, flags: int, *, is_pressed: bool) -> Stroke:
    return Stroke(is_pressed, key.symbol, key.code, flags | (0 if is_pressed else _RELEASED_FLAGS))
