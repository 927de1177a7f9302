"""The page that a peer sees while it sees nothing of the desktop: a sentence, and the place for the code."""

from __future__ import annotations

from pathlib import Path

from core.remote.gate.display import Rectangle

_WIDTH, _HEIGHT, _FIRST, _LAST = 16, 32, 32, 126
_INK = bytes((0xF0, 0xF2, 0xEE, 0))
_PAPER = bytes((0x17, 0x11, 0x0D, 0))
_PIXELS = [
    b"".join(_INK if byte >> bit & 1 else _PAPER for bit in range(7, -1, -1)) for byte in range(256)
]
_MARGIN = 32
_LONGEST_CODE = 16
_BACKSPACE, _ENTER = 0xFF08, {0xFF0D, 0xFF8D}


class Glyphs:
    """A fixed alphabet of one-bit glyphs, in a picture (PBM) beside this file."""

    def __init__(self) -> None:
        header, size, self._bits = (
            (Path(__file__).parent / "glyphs.pbm").read_bytes().split(b"\n", 2)
        )
        self._stride = (_LAST - _FIRST + 1) * _WIDTH // 8
        if header != b"P4" or size != b"%d %d" % (self._stride * 8, _HEIGHT):
            raise ValueError("the gate's glyphs are not those it was made for")

    def rows(self, text: str) -> list[bytes]:
        """Draw a line of text: one row of pixels for each of its 32 lines."""
        places = [
            (ord(each) if _FIRST <= ord(each) <= _LAST else ord("?")) - _FIRST for each in text
        ]
        return [b"".join(self._row(place, line) for place in places) for line in range(_HEIGHT)]

    def _row(self, place: int, line: int) -> bytes:
        at = line * self._stride + place * _WIDTH // 8
        return _PIXELS[self._bits[at]] + _PIXELS[self._bits[at + 1]]


def wrap(text: str, columns: int) -> list[str]:
    """Break a sentence into lines of at most that many characters."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > columns:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()[:columns]
    return lines


class Door:
    """The page, and the code that is being typed on it."""

    def __init__(self) -> None:
        self._glyphs = Glyphs()
        self.typed = ""

    def draw(
        self, width: int, height: int, notice: str, *, has_entry: bool
    ) -> list[tuple[Rectangle, list[bytes]]]:
        """Lay the page out in the upper left, where every client shows it."""
        columns = (width - 2 * _MARGIN) // _WIDTH
        lines = wrap(notice, columns) if columns > 0 else []
        if has_entry:
            lines += [
                "",
                "> "
                + "-".join(self.typed[at : at + 4] for at in range(0, len(self.typed), 4))
                + "_",
            ]
        fitting = lines[: max(0, (height - 2 * _MARGIN) // _HEIGHT)]
        return [
            (
                (_MARGIN, _MARGIN + number * _HEIGHT, len(line) * _WIDTH, _HEIGHT),
                self._glyphs.rows(line),
            )
            for number, line in enumerate(fitting)
            if line
        ]

    def type(self, symbol: int) -> str | None:
        """Take a key; gives the code when it was entered."""
        if symbol in _ENTER:
            entered, self.typed = self.typed, ""
            return entered or None
        if symbol == _BACKSPACE:
            self.typed = self.typed[:-1]
        elif symbol < 128 and chr(symbol).isalnum() and len(self.typed) < _LONGEST_CODE:
            self.typed += chr(symbol).upper()
        return None
