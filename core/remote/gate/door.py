"""The page that a peer sees while it sees nothing of the desktop: a sentence, and the place for the code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

_WIDTH, _HEIGHT, _FIRST, _LAST, _MARGIN = 16, 32, 32, 126, 32
_INK, _PAPER = bytes((0xF0, 0xF2, 0xEE, 0)), bytes((0x24, 0x1C, 0x16, 0))
_LONGEST_CODE = 16
_BACKSPACE, _ENTER = 0xFF08, {0xFF0D, 0xFF8D}


class Page:
    """Draws with a fixed alphabet of one-bit glyphs, from a picture (PBM) beside this file."""

    def __init__(self) -> None:
        glyphs = (Path(__file__).parent / "glyphs.pbm").read_bytes()
        header, size, self._bits = glyphs.split(b"\n", 2)
        self._stride = (_LAST - _FIRST + 1) * _WIDTH // 8
        if header != b"P4" or size != b"%d %d" % (self._stride * 8, _HEIGHT):
            raise ValueError("the gate's glyphs are not those it was made for")
        inks = (_PAPER, _INK)
        bits = [[byte >> bit & 1 for bit in range(7, -1, -1)] for byte in range(256)]
        self._pixels = [b"".join(inks[bit] for bit in each) for each in bits]

    def rows(
        self, size: tuple[int, int], notice: str, entry: str
    ) -> Iterator[tuple[int, int, bytes]]:
        """Lay it out in the upper left of a client's screen: left, top and pixels of each row."""
        columns, most = (size[0] - 2 * _MARGIN) // _WIDTH, (size[1] - 2 * _MARGIN) // _HEIGHT
        texts = [*wrap(notice, max(1, columns)), "", entry[: max(0, columns)]]
        lines = most * _HEIGHT if columns > 0 else 0
        for number, text in enumerate(texts):
            for line in range(number * _HEIGHT, min((number + 1) * _HEIGHT, lines)):
                yield _MARGIN, _MARGIN + line, self._row(text, line % _HEIGHT)

    def _row(self, text: str, line: int) -> bytes:
        known = [each if _FIRST <= ord(each) <= _LAST else "?" for each in text]
        places = [line * self._stride + (ord(each) - _FIRST) * _WIDTH // 8 for each in known]
        glyphs = [self._bits[at : at + _WIDTH // 8] for at in places]
        return b"".join(self._pixels[byte] for glyph in glyphs for byte in glyph)


class Code:
    """The code that is being typed."""

    def __init__(self) -> None:
        self._typed = ""

    def __str__(self) -> str:
        fours = [self._typed[at : at + 4] for at in range(0, len(self._typed), 4)]
        return f"> {'-'.join(fours)}_"

    def type(self, symbol: int) -> str | None:
        """Take a key; gives the code, which may be empty, when it was entered."""
        if symbol in _ENTER:
            entered, self._typed = self._typed, ""
            return entered
        if symbol == _BACKSPACE:
            self._typed = self._typed[:-1]
        elif symbol in range(128) and chr(symbol).isalnum() and len(self._typed) < _LONGEST_CODE:
            self._typed += chr(symbol).upper()
        return None
