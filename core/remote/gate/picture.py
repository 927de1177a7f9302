"""The session's picture: the display's pixels go in, and only what may be seen comes out.

``recorded`` is what the recorder takes; ``shown`` is what the peer's RDP server reads. Hidden pixels are never
copied, so they are in neither, not even for a moment. Pixels are four bytes (blue, green, red, unused). A
recorder reads a header first, whose sequence is odd while the picture is being written.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from core.remote.gate.display import Painted
from core.remote.gate.memory import Mapping, Segment, identity_of
from core.remote.lines.link import Rectangle
from core.remote.lines.rectangles import few, meet, pieces_of
from core.remote.lines.wire import Violation

_HEADER, _HEADER_BYTES = struct.Struct("<4sIIIQQI"), 64
_DARK = bytes((0x24, 0x1C, 0x16, 0))
SHIELDED = 1
_FUTURE_WRITE = 0x10  # a seal that Python has no name for before 3.13
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | _FUTURE_WRITE | fcntl.F_SEAL_SEAL


class Picture:
    """What is recorded and what is shown of a display of ``width`` times ``height`` pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.size, self.whole = (width, height), (0, 0, width, height)
        size = width * height * 4
        self.memory = os.memfd_create("lucid-picture", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.memory, _HEADER_BYTES + size)
        self._map = mmap.mmap(self.memory, _HEADER_BYTES + size)
        fcntl.fcntl(self.memory, fcntl.F_ADD_SEALS, _SEALS)  # only this mapping writes from now on
        os.fchmod(self.memory, 0o400)
        self._recorded = memoryview(self._map)[_HEADER_BYTES:]
        self.shown = Segment.make(size)
        self._source: Segment | Mapping | None = None
        self._sequence = 0
        self._hidden: tuple[Rectangle, ...] = ()
        self._seen: list[Rectangle] = []
        self.is_shielded, self.is_visible = True, False
        with self._writing():
            self._darken([self.whole])

    def attach(self, painted: Painted, descriptor: int | None = None) -> None:
        """Take note of where the pixels of what was painted are. Raises Violation.

        A mapped display's memory comes as a descriptor, which stays the caller's.
        """
        if painted.size != self.size:
            raise Violation(f"a display of {painted.size[0]}×{painted.size[1]}")
        identity = painted.segment if descriptor is None else identity_of(descriptor)
        if self._source is None or self._source.identity != identity:
            self.forget_source()
            make, number = (
                (Segment, painted.segment) if descriptor is None else (Mapping, descriptor)
            )
            self._source = make(number, len(self._recorded))

    def copy(self, rectangles: list[Rectangle]) -> list[Rectangle]:
        """Copy what may be seen of these rectangles; gives what that is."""
        inside = [found for each in rectangles if (found := meet(each, self.whole))]
        pieces = self._pieces(few(inside))
        if pieces:
            with self._writing():
                self._copy(pieces)
        return pieces

    def forget_source(self) -> None:
        """Let go of the display's pixels."""
        source, self._source = self._source, None
        if source is not None:
            source.close()

    def arrange(
        self,
        hidden: tuple[Rectangle, ...],
        *,
        is_shielded: bool,
        is_visible: bool,
        is_still: bool = True,
    ) -> list[Rectangle]:
        """Show what may be seen from now on, and nothing else; gives what has changed.

        Unless the display's pixels are still, nothing is copied from them: what is shown again must be painted again.
        """
        before, after = (self._hidden, self.is_shielded, self.is_visible), (is_shielded, is_visible)
        if before == (hidden, *after):
            return []
        changed = few([*self._hidden, *hidden]) if before[1:] == after else [self.whole]
        self._hidden, self.is_shielded, self.is_visible = hidden, *after
        self._seen = [] if is_shielded else pieces_of(self.whole, hidden)
        with self._writing():
            self._darken(changed)
            if is_still:
                self._copy(self._pieces(changed))
        return changed

    def draw(self, rows: Iterable[tuple[int, int, bytes]]) -> None:
        """Draw rows of pixels on dark ground for a peer that sees nothing of the desktop; not recorded."""
        self._fill([self.whole], self.shown.pixels)
        for x, y, row in rows:
            at = (y * self.size[0] + x) * 4
            self.shown.pixels[at : at + len(row)] = row

    def _pieces(self, rectangles: list[Rectangle]) -> list[Rectangle]:
        return [piece for each in rectangles for seen in self._seen if (piece := meet(each, seen))]

    def _copy(self, pieces: list[Rectangle]) -> None:
        if self._source is None:
            return
        for piece in pieces:
            for span in self._spans(piece):
                self._recorded[span] = self._source.pixels[span]
                if self.is_visible:
                    self.shown.pixels[span] = self._recorded[span]

    def _darken(self, rectangles: list[Rectangle]) -> None:
        self._fill(rectangles, self._recorded)
        self._fill(rectangles, self.shown.pixels)

    def _fill(self, rectangles: list[Rectangle], target: memoryview) -> None:
        for each in rectangles:
            if inside := meet(each, self.whole):
                for span in self._spans(inside):
                    target[span] = _DARK * ((span.stop - span.start) // 4)

    def _spans(self, inside: Rectangle) -> Iterator[slice]:
        x, y, width, height = inside
        stride = self.size[0] * 4
        if width == self.size[0]:  # the rows lie side by side
            yield slice(y * stride, (y + height) * stride)
            return
        for at in range(y * stride + x * 4, (y + height) * stride + x * 4, stride):
            yield slice(at, at + width * 4)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._stamp()
        yield
        self._stamp()

    def _stamp(self) -> None:
        self._sequence += 1
        now, flags = time.monotonic_ns(), SHIELDED * self.is_shielded
        _HEADER.pack_into(self._map, 0, b"LCPX", 1, *self.size, self._sequence, now, flags)
