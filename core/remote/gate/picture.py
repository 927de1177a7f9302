"""The session's picture: the display's pixels go in, and only what may be seen comes out.

``recorded`` is what the recorder takes; ``shown`` is what the peer's RDP server reads. Hidden pixels are never
copied, so they are in neither, not even for a moment. Pixels are four bytes (blue, green, red, unused).
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import time

from core.remote.gate.display import Rectangle
from core.remote.gate.wire import Violation

_HEADER = struct.Struct("<4sIIIQQI")
_HEADER_BYTES = 64
_READ_ONLY, _CREATE, _REMOVE, _STATUS = 0o10000, 0o1000, 0, 2
_MOST_PIECES = 4096
_DARK = bytes((0x24, 0x1C, 0x16, 0))
SHIELDED = 1

_libc = ctypes.CDLL(None, use_errno=True)
_libc.shmat.restype = ctypes.c_void_p
_libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
_libc.shmdt.argtypes = [ctypes.c_void_p]


class Segment:
    """A System V shared memory segment, attached."""

    def __init__(self, identifier: int, size: int, *, is_read_only: bool) -> None:
        status = (ctypes.c_uint8 * 256)()
        if _libc.shmctl(identifier, _STATUS, status) != 0:
            raise Violation(f"shared memory {identifier} is not there")
        if int.from_bytes(bytes(status[48:56]), "little") < size:
            raise Violation("shared memory that is too small")
        address = _libc.shmat(identifier, None, _READ_ONLY if is_read_only else 0)
        if address in {None, ctypes.c_void_p(-1).value}:
            raise Violation(f"shared memory {identifier} cannot be attached")
        self.identifier = identifier
        self._address = address
        self.pixels = memoryview((ctypes.c_uint8 * size).from_address(address)).cast("B")

    @classmethod
    def make(cls, size: int, mode: int) -> Segment:
        """Make a segment that goes away with its last user."""
        identifier = _libc.shmget(0, ctypes.c_size_t(size), _CREATE | mode)
        if identifier < 0:
            raise OSError(ctypes.get_errno(), "no shared memory is left")
        segment = cls(identifier, size, is_read_only=False)
        _libc.shmctl(identifier, _REMOVE, None)
        return segment

    def close(self) -> None:
        """Detach it."""
        self.pixels.release()
        _libc.shmdt(self._address)


class Mapping:
    """Shared memory that came as a descriptor, mapped."""

    def __init__(self, descriptor: int, size: int) -> None:
        if os.fstat(descriptor).st_size < size:
            raise Violation("shared memory that is too small")
        try:
            self._map = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
        except OSError as error:
            raise Violation("shared memory that cannot be mapped") from error
        self.identifier = identity_of(descriptor)
        self.pixels = memoryview(self._map)

    def close(self) -> None:
        """Let go of it."""
        self.pixels.release()
        self._map.close()


class Picture:
    """What is recorded and what is shown of a display of ``width`` times ``height`` pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        size = width * height * 4
        self.memory = os.memfd_create("lucid-picture", os.MFD_CLOEXEC)
        os.ftruncate(self.memory, _HEADER_BYTES + size)
        self._map = mmap.mmap(self.memory, _HEADER_BYTES + size)
        self._recorded = memoryview(self._map)[_HEADER_BYTES:]
        self.shown = Segment.make(size, 0o660)
        self._source: Segment | Mapping | None = None
        self._hidden: list[Rectangle] = []
        self._sequence = 0
        self.is_shielded = True
        self.is_visible = False
        self._darken([self.whole], self._recorded)
        self._darken([self.whole], self.shown.pixels)
        self._seal()

    @property
    def whole(self) -> Rectangle:
        """All of the picture."""
        return (0, 0, self.width, self.height)

    def take(
        self, segment: int, rectangles: list[Rectangle], width: int, height: int
    ) -> list[Rectangle]:
        """Copy what may be seen of these rectangles; gives those that have changed. Raises Violation."""
        self._check_size(width, height)
        if self._source is None or self._source.identifier != segment:
            self.forget_source()
            self._source = Segment(segment, width * height * 4, is_read_only=True)
        return [] if self.is_shielded else self._copy(rectangles)

    def take_mapped(
        self, descriptor: int, rectangles: list[Rectangle], width: int, height: int
    ) -> list[Rectangle]:
        """Do the same with memory that came as a descriptor, which stays the caller's. Raises Violation."""
        self._check_size(width, height)
        if self._source is None or self._source.identifier != identity_of(descriptor):
            self.forget_source()
            self._source = Mapping(descriptor, width * height * 4)
        return [] if self.is_shielded else self._copy(rectangles)

    def _check_size(self, width: int, height: int) -> None:
        if (width, height) != (self.width, self.height):
            raise Violation(f"a display of {width}×{height}")

    def forget_source(self) -> None:
        """Let go of the display's pixels."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def hide(self, hidden: list[Rectangle]) -> list[Rectangle]:
        """Hide these rectangles and no others; gives what has changed."""
        shown_again = pieces_of(self._hidden, hidden) if self._hidden else []
        self._hidden = hidden
        self._open()
        self._darken(hidden, self._recorded)
        self._darken(hidden, self.shown.pixels)
        self._seal()
        again = [] if self.is_shielded else self._copy(shown_again)
        return [*hidden, *again]

    def shield(self, *, is_on: bool) -> list[Rectangle]:
        """Darken everything, or show it again; gives what has changed."""
        if is_on == self.is_shielded:
            return []
        self.is_shielded = is_on
        self._open()
        self._darken([self.whole], self._recorded)
        if self.is_visible:
            self._darken([self.whole], self.shown.pixels)
        self._seal()
        if not is_on:
            self._copy([self.whole])
        return [self.whole]

    def show(self, *, is_visible: bool) -> list[Rectangle]:
        """Let the peer see what is recorded, or nothing; gives what has changed."""
        if is_visible == self.is_visible:
            return []
        self.is_visible = is_visible
        if is_visible:
            self.shown.pixels[:] = self._recorded
        else:
            self._darken([self.whole], self.shown.pixels)
        return [self.whole]

    def draw_for_peer(self, rectangle: Rectangle, rows: list[bytes]) -> None:
        """Draw for the peer, who sees nothing of the desktop now; not recorded."""
        x, y, width, _ = rectangle
        for number, row in enumerate(rows):
            at = ((y + number) * self.width + x) * 4
            self.shown.pixels[at : at + width * 4] = row

    def blank_for_peer(self) -> None:
        """Darken what the peer sees."""
        self._darken([self.whole], self.shown.pixels)

    def _copy(self, rectangles: list[Rectangle]) -> list[Rectangle]:
        if self._source is None:
            return []
        pieces = pieces_of(
            [inside for each in rectangles if (inside := meet(each, self.whole))], self._hidden
        )
        self._open()
        for piece in pieces:
            self._copy_rows(piece, self._source.pixels, self._recorded)
            if self.is_visible:
                self._copy_rows(piece, self._recorded, self.shown.pixels)
        self._seal()
        return pieces

    def _copy_rows(self, piece: Rectangle, source: memoryview, target: memoryview) -> None:
        x, y, width, height = piece
        stride = self.width * 4
        if width == self.width:
            target[y * stride : (y + height) * stride] = source[y * stride : (y + height) * stride]
            return
        for at in range(y * stride + x * 4, (y + height) * stride + x * 4, stride):
            target[at : at + width * 4] = source[at : at + width * 4]

    def _darken(self, rectangles: list[Rectangle], target: memoryview) -> None:
        for each in rectangles:
            if inside := meet(each, self.whole):
                x, y, width, height = inside
                row = _DARK * width
                for line in range(y, y + height):
                    at = (line * self.width + x) * 4
                    target[at : at + width * 4] = row

    def _open(self) -> None:
        self._sequence += 1 + self._sequence % 2
        self._write_header()

    def _seal(self) -> None:
        self._sequence += 1 + (self._sequence + 1) % 2
        self._write_header()

    def _write_header(self) -> None:
        flags = SHIELDED if self.is_shielded else 0
        _HEADER.pack_into(
            self._map,
            0,
            b"LCPX",
            1,
            self.width,
            self.height,
            self._sequence,
            time.monotonic_ns(),
            flags,
        )


def identity_of(descriptor: int) -> tuple[int, int]:
    """Tell shared memory apart, whichever descriptor it came with."""
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def meet(one: Rectangle, other: Rectangle) -> Rectangle | None:
    """Give what two rectangles share; None when that is nothing."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right = min(one[0] + one[2], other[0] + other[2])
    bottom = min(one[1] + one[3], other[1] + other[3])
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def pieces_of(rectangles: list[Rectangle], hidden: list[Rectangle]) -> list[Rectangle]:
    """Cut hidden rectangles out of others; raises Violation when that takes too many pieces."""
    pieces = list(rectangles)
    for hole in hidden:
        pieces = [piece for each in pieces for piece in _without(each, hole)]
        if len(pieces) > _MOST_PIECES:
            raise Violation("more pieces than can be kept apart")
    return pieces


def _without(piece: Rectangle, hole: Rectangle) -> list[Rectangle]:
    shared = meet(piece, hole)
    if shared is None:
        return [piece]
    x, y, width, height = piece
    left, top, shared_width, shared_height = shared
    bottom, right = top + shared_height, left + shared_width
    around = [
        (x, y, width, top - y),
        (x, bottom, width, y + height - bottom),
        (x, top, left - x, shared_height),
        (right, top, x + width - right, shared_height),
    ]
    return [each for each in around if each[2] > 0 and each[3] > 0]
