"""The session's picture as it is recorded: read in whole states, compared band by band with what is shown.

The layout is the gate's (``core.remote.gate.picture``). It is read with ``preadv`` and never mapped: of a file that
was cut short then comes a short read, and no signal that ends the process.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable
from typing import NamedTuple

from core.remote.lines.link import Rectangle
from core.remote.lines.wire import Violation

_HEADER, _HEADER_BYTES = struct.Struct("<4sIIIQQI28x"), 64
_MAGIC, _VERSION = b"LCPX", 1
_BAND_ROWS, _LARGEST_SIDE = 16, 8192
_MOST_TRIES, _PAUSE_S = 20, 0.001  # for a picture that is being written just now


class _Header(NamedTuple):
    magic: bytes
    version: int
    width: int
    height: int
    sequence: int
    changed_ns: int
    flags: int


class Recorded:
    """A recorded picture behind a descriptor, which stays the caller's; raises Violation for anything else."""

    def __init__(self, descriptor: int, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._descriptor, self._pause = descriptor, pause
        self.size = (0, 0)
        header = self._header()
        self.size = (header.width, header.height)
        self._stride = header.width * 4
        rows = [min(_BAND_ROWS, header.height - top) for top in range(0, header.height, _BAND_ROWS)]
        self._shown = [bytearray(self._stride * each) for each in rows]
        self._read = [bytearray(self._stride * each) for each in rows]
        self._sequence = -1  # of what is shown

    def show(self, target: memoryview, *, is_anew: bool) -> list[Rectangle] | None:
        """Copy what is new, or everything ``is_anew``, into pixels that hold what was shown last.

        Gives what that was; None when the picture was being written all the time: then nothing is copied.
        """
        for _ in range(_MOST_TRIES):
            before = self._header().sequence
            if before == self._sequence and not is_anew:
                return []
            if before % 2 == 0 and self._take(before):
                return self._copy(target, is_anew=is_anew)
            self._pause(_PAUSE_S)
        return None

    def _take(self, sequence: int) -> bool:
        """Read it; whether all of it is of one state."""
        try:
            count = os.preadv(self._descriptor, self._read, _HEADER_BYTES)
        except OSError as error:
            raise Violation("a recorded picture that cannot be read") from error
        if count != sum(map(len, self._read)):
            raise Violation("a recorded picture that ends early")
        is_whole = self._header().sequence == sequence
        if is_whole:
            self._sequence = sequence
        return is_whole

    def _copy(self, target: memoryview, *, is_anew: bool) -> list[Rectangle]:
        changed: list[Rectangle] = []
        top = 0
        for number, (old, new) in enumerate(zip(self._shown, self._read, strict=True)):
            rows = len(new) // self._stride
            if is_anew or old != new:
                target[top * self._stride : (top + rows) * self._stride] = new
                self._shown[number], self._read[number] = new, old
                changed.append((0, top, self.size[0], rows))
            top += rows
        return _joined(changed)

    def _header(self) -> _Header:
        """Read the header; one that is half written may make no sense for a moment."""
        for _ in range(_MOST_TRIES):
            try:
                data = os.pread(self._descriptor, _HEADER_BYTES, 0)
            except OSError as error:
                raise Violation("a recorded picture that cannot be read") from error
            if len(data) == _HEADER_BYTES:
                found = _Header(*_HEADER.unpack(data))
                if self._is_ours(found):
                    return found
            self._pause(_PAUSE_S)
        raise Violation("a recorded picture of another kind")

    def _is_ours(self, found: _Header) -> bool:
        sides = (found.width, found.height)
        is_sound = all(0 < each <= _LARGEST_SIDE for each in sides)
        is_same = self.size in {(0, 0), sides}
        return (found.magic, found.version) == (_MAGIC, _VERSION) and is_sound and is_same


def _joined(bands: list[Rectangle]) -> list[Rectangle]:
    """Join bands that lie one below the other."""
    joined: list[Rectangle] = []
    for x, top, width, height in bands:
        if joined and joined[-1][1] + joined[-1][3] == top:
            joined[-1] = (x, joined[-1][1], width, joined[-1][3] + height)
        else:
            joined.append((x, top, width, height))
    return joined
