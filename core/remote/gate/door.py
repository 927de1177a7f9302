"""The page that a peer sees while it sees nothing of the desktop: a sentence, and the place for the code."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

_WIDTH, _HEIGHT, _FIRST, _LAST, _MARGIN = 16, 32, 32, 126, 32
_INK, _PAPER = bytes((0xF0, 0xF2, 0xEE, 0)), bytes((0x24, 0x1C, 0x16, 0))
_LONGEST_CODE, _LONGEST_ENTRY = 16, 22  # the entry shows the code in fours
_BACKSPACE, ENTER = 0xFF08, {0xFF0D, 0xFF8D}
_SMALLER = 2  # the smaller glyphs are every second pixel of every second line of the large ones
_TOO_SMALL = "Your window is too small: make it at least 640 by 400."
CUT = "a window too small for the terms"  # why no key is taken there


class Layout(NamedTuple):
    """How a page is written: with glyphs of which size, and its lines without the entry."""

    divisor: int  # 1 for the large glyphs, 2 for those of half their size
    lines: tuple[str, ...]
    is_whole: bool  # all of it is there, and has room for the longest code


@lru_cache(maxsize=4)  # it is asked for at every key, and a stranger sends as many as it likes
def _lay_out(size: tuple[int, int], notice: str, *, has_entry: bool) -> Layout:
    """Choose the larger glyphs with which all of a page fits; where none do, only say so."""
    for divisor in (1, _SMALLER):
        columns, most = _room(size, divisor)
        lines = (*wrap(notice, max(1, columns)), *([""] if has_entry else []))
        if columns >= (_LONGEST_ENTRY if has_entry else 1) and len(lines) + has_entry <= most:
            return Layout(divisor, lines, is_whole=True)
    columns, _ = _room(size, _SMALLER)
    return Layout(_SMALLER, (*wrap(_TOO_SMALL, max(1, columns)),), is_whole=False)


def _room(size: tuple[int, int], divisor: int) -> tuple[int, int]:
    """Count the columns and lines on a screen; neither is below 0."""
    width, height = (max(0, each - 2 * _MARGIN) for each in size)
    return width * divisor // _WIDTH, height * divisor // _HEIGHT


class Page:
    """Draws with a fixed alphabet of one-bit glyphs, from a picture (PBM) beside this file."""

    def __init__(self) -> None:
        glyphs = (Path(__file__).parent / "glyphs.pbm").read_bytes()
        header, size, self._bits = glyphs.split(b"\n", 2)
        self._stride = (_LAST - _FIRST + 1) * _WIDTH // 8
        if header != b"P4" or size != b"%d %d" % (self._stride * 8, _HEIGHT):
            raise ValueError("the gate's glyphs are not those it was made for")
        inks = (_PAPER, _INK)
        self._pixels = {
            divisor: [
                b"".join(inks[byte >> bit & 1] for bit in range(8 - divisor, -1, -divisor))
                for byte in range(256)
            ]
            for divisor in (1, _SMALLER)
        }

    def is_whole(self, size: tuple[int, int], notice: str, entry: str) -> bool:
        """Tell whether all of it fits on a client's screen, whatever is typed; if not, ``rows`` only says that."""
        return _lay_out(size, notice, has_entry=bool(entry)).is_whole

    def rows(
        self, size: tuple[int, int], notice: str, entry: str
    ) -> Iterator[tuple[int, int, bytes]]:
        """Lay it out in the upper left of a client's screen: left, top and pixels of each row."""
        divisor, lines, is_whole = _lay_out(size, notice, has_entry=bool(entry))
        columns, most = _room(size, divisor)
        texts = (*lines, entry) if is_whole else lines
        height = _HEIGHT // divisor
        for number, text in enumerate(texts[:most] if columns else ()):
            for line in range(height):
                top = _MARGIN + number * height + line
                yield _MARGIN, top, self._row(text[:columns], line, divisor)

    def _row(self, text: str, line: int, divisor: int) -> bytes:
        known = [each if _FIRST <= ord(each) <= _LAST else "?" for each in text]
        start = ((line + 1) * divisor - 1) * self._stride
        places = [start + (ord(each) - _FIRST) * _WIDTH // 8 for each in known]
        glyphs = [self._bits[at : at + _WIDTH // 8] for at in places]
        return b"".join(self._pixels[divisor][byte] for glyph in glyphs for byte in glyph)


class Code:
    """The code that is being typed."""

    def __init__(self) -> None:
        self._typed = ""

    def __str__(self) -> str:
        fours = [self._typed[at : at + 4] for at in range(0, len(self._typed), 4)]
        return f"> {'-'.join(fours)}_"

    def type(self, symbol: int) -> str | None:
        """Take a key; gives the code, which may be empty, when it was entered."""
        if symbol in ENTER:
            entered, self._typed = self._typed, ""
            return entered
        if symbol == _BACKSPACE:
            self._typed = self._typed[:-1]
        elif symbol in range(128) and chr(symbol).isalnum() and len(self._typed) < _LONGEST_CODE:
            self._typed += chr(symbol).upper()
        return None
