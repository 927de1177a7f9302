"""A gate that shares a picture without a session behind it: it paints what a test tells it to."""

from __future__ import annotations

import mmap
import os
import random
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.recording.shared_picture import HEADER_BYTES, SHIELDED, SharedPicture

HEADER = struct.Struct("<4sIIIQQI28s")
DARK = (0x24, 0x1C, 0x16)
LIGHT = (0xE8, 0xED, 0xF2)
Colour = tuple[int, int, int]
Rectangle = tuple[int, int, int, int]
_GLYPH = (8, 16)


class FakeGate:
    """The gate's end: memory to paint in and an event to tell of it. Colours are blue, green, red."""

    def __init__(self, size: tuple[int, int] = (640, 480)) -> None:
        self.width, self.height = size
        self._bytes = HEADER_BYTES + self.width * self.height * 4
        self.memory = os.memfd_create("fake-picture", os.MFD_CLOEXEC)
        self.changes = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        os.ftruncate(self.memory, self._bytes)
        self._attach()
        self.is_shielded = False
        self.hidden: list[Rectangle] = []
        self.paint((0, 0, self.width, self.height), DARK)

    @classmethod
    def inherited(cls, memory: int, changes: int) -> FakeGate:
        """Paint in a picture that another process made."""
        gate = cls.__new__(cls)
        gate.memory, gate.changes = memory, changes
        _, _, gate.width, gate.height, *_ = HEADER.unpack(os.pread(memory, HEADER_BYTES, 0))
        gate._bytes = HEADER_BYTES + gate.width * gate.height * 4
        gate.is_shielded, gate.hidden = False, []
        gate._attach()
        return gate

    def share(self, **options: Any) -> SharedPicture:  # noqa: ANN401  (passed on)
        """Give a reader descriptors of its own."""
        return SharedPicture(os.dup(self.memory), os.dup(self.changes), **options)

    def paint(self, rectangle: Rectangle, colour: Colour) -> None:
        """Fill a rectangle, and tell; what is hidden stays dark, at no moment anything else."""
        _, _, width, height = rectangle
        self.blit(rectangle, [bytes((*colour, 0)) * width] * height)

    def blit(self, rectangle: Rectangle, rows: list[bytes]) -> None:
        """Write rows of pixels, and tell."""
        x, y, _, _ = rectangle
        with self.change():
            for number, row in enumerate(rows):
                self._write(x, y + number, self._redacted(x, y + number, row))

    def scroll(self, lines: int) -> None:
        """Move everything up by that many rows, what goes out at the top coming in at the bottom; tell."""
        step = lines * self.width * 4
        pixels = self._map[HEADER_BYTES : self._bytes]
        with self.change():
            self._map[HEADER_BYTES : self._bytes] = pixels[step:] + pixels[:step]

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make a change of several steps, whole for the reader, and tell."""
        self.write_header(is_open=True)
        yield
        self.write_header(is_open=False)
        os.eventfd_write(self.changes, 1)

    def write_header(self, *, is_open: bool) -> None:
        """Write the header as the real gate does: the sequence is odd while the picture is open."""
        self.sequence += 1 if is_open != bool(self.sequence % 2) else 2
        flags = SHIELDED if self.is_shielded else 0
        now_ns = time.monotonic_ns()
        fields = (b"LCPX", 1, self.width, self.height, self.sequence, now_ns, flags, b"")
        HEADER.pack_into(self._map, 0, *fields)

    def write_raw(self, offset: int, data: bytes) -> None:
        """Write bytes anywhere, as only a broken gate does."""
        self._map[offset : offset + len(data)] = data

    def close(self) -> None:
        """Let go of everything."""
        self._map.close()
        os.close(self.memory)
        os.close(self.changes)

    def _attach(self) -> None:
        self._map = mmap.mmap(self.memory, self._bytes)
        self.sequence = HEADER.unpack(self._map[:HEADER_BYTES])[4]

    def _write(self, x: int, y: int, row: bytes) -> None:
        at = HEADER_BYTES + (y * self.width + x) * 4
        self._map[at : at + len(row)] = row

    def _redacted(self, x: int, y: int, row: bytes) -> bytes:
        pixels = bytearray(row)
        for left, top, width, height in self.hidden:
            begin, end = max(x, left), min(x + len(row) // 4, left + width)
            if top <= y < top + height and begin < end:
                pixels[(begin - x) * 4 : (end - x) * 4] = bytes((*DARK, 0)) * (end - begin)
        return bytes(pixels)


class Painter:
    """A thread that paints as fast as it is told to, until it is closed."""

    def __init__(self, gate: FakeGate, every_seconds: float = 0.02) -> None:
        self._gate = gate
        self._every_seconds = every_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="painter")
        self.pictures = 0
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        whole = (0, 0, self._gate.width, self._gate.height)
        while not self._ended.wait(self._every_seconds):
            self.pictures += 1
            shade = self.pictures * 16 % 256
            self._gate.paint(whole, (shade, shade, shade))


class Terminal:
    """Types text-like glyphs into a gate's picture, as a terminal does."""

    def __init__(self, gate: FakeGate, seed: int = 1) -> None:
        self._gate = gate
        self._random = random.Random(seed)
        self._columns, self._rows = gate.width // _GLYPH[0], gate.height // _GLYPH[1]
        self._glyphs = [self._glyph() for _ in range(64)]
        self._at = 0

    def type_one(self) -> None:
        """Put one glyph behind the last."""
        column, row = self._at % self._columns, self._at // self._columns % self._rows
        self._at += 1
        place = (column * _GLYPH[0], row * _GLYPH[1], *_GLYPH)
        self._gate.blit(place, self._random.choice(self._glyphs))

    def fill(self, share: float = 0.4) -> None:
        """Fill that share of each line of the screen in one change each."""
        for row in range(self._rows):
            self._write_line(row, int(self._columns * share))

    def scroll_one(self) -> None:
        """Scroll by a line and write a new one at the bottom."""
        self._gate.scroll(_GLYPH[1])
        self._write_line(self._rows - 1, int(self._columns * 0.6))

    def _write_line(self, row: int, count: int) -> None:
        chosen = [self._random.choice(self._glyphs) for _ in range(count)]
        rows = [b"".join(glyph[line] for glyph in chosen) for line in range(_GLYPH[1])]
        blank = bytes((*DARK, 0)) * (self._gate.width - count * _GLYPH[0])
        whole = (0, row * _GLYPH[1], self._gate.width, _GLYPH[1])
        self._gate.blit(whole, [line + blank for line in rows])

    def _glyph(self) -> list[bytes]:
        """Draw strokes: two bars each way, one pixel wide, in the middle of a cell."""
        lit: set[tuple[int, int]] = set()
        for _ in range(2):
            column, row = self._random.randrange(1, 7), self._random.randrange(3, 13)
            lit |= {(column, y) for y in range(3, 13)} | {(x, row) for x in range(1, 7)}
        return [
            b"".join(bytes((*(LIGHT if (x, y) in lit else DARK), 0)) for x in range(_GLYPH[0]))
            for y in range(_GLYPH[1])
        ]
