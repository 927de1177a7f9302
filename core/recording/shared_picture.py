"""The picture that a gate shares: a header and pixels in memory that the gate writes and we only read.

It is read with ``preadv``, never mapped: a file that was cut short then gives a short read, and not a
signal that ends the process. The layout is little-endian: a header of 64 bytes (magic "LCPX", u32
version, u32 width, u32 height, u64 sequence, u64 monotonic nanoseconds of the last change, u32 flags,
zeros), then height × width × 4 bytes, blue, green, red, unused, without padding. The sequence is odd
while the gate writes and changes with each picture, so a reader can tell that what it has read is whole.
"""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import DisplayUnavailable, RecorderFailed
from core.recording.picture import Picture, to_picture

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

HEADER_BYTES = 64
SHIELDED = 1
_HEADER = struct.Struct("<4sIIIQQI28s")
_MAGIC, _VERSION = b"LCPX", 1
_PIXEL_BYTES = 4
_LARGEST_SIDE = 8192
_MOST_ATTEMPTS, _MOST_HEADER_ATTEMPTS = 100, 20
_PAUSE_SECONDS = 0.001
_MOST_BUFFERS = 1024  # IOV_MAX of Linux
_ANY_HEIGHT = 1 << 16


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What the gate says about its picture; ``changed_ns`` is on the monotonic clock."""

    width: int
    height: int
    sequence: int
    changed_ns: int
    is_shielded: bool

    @property
    def is_being_written(self) -> bool:
        """Whether the gate is in the middle of a change."""
        return self.sequence % 2 == 1


def read_header(data: bytes) -> PictureHeader:
    """Read a header; raises RecorderFailed when it is not one of a picture that can be recorded."""
    if len(data) != HEADER_BYTES:
        raise _unusable("it ends early")
    magic, version, width, height, sequence, changed_ns, flags, rest = _HEADER.unpack(data)
    if (magic, version) != (_MAGIC, _VERSION) or any(rest):
        raise _unusable("its header is of another kind")
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        raise _unusable(f"its size is {width}×{height}")
    return PictureHeader(width, height, sequence, changed_ns, bool(flags & SHIELDED))


class SharedPicture:
    """A gate's picture, read-only, and the event descriptor on which the gate tells of changes.

    Owns both descriptors from when it is made until ``close``; when making it raises RecorderFailed, the
    caller still owns them. Of two readers of ``changes`` each would see half of them: only the frame
    source waits there. Methods may be called from any thread.
    """

    @classmethod
    def adopt(cls, memory: int, changes: int) -> SharedPicture:
        """Make one that owns both descriptors in any case: they are closed when that raises."""
        try:
            return cls(memory, changes)
        except BaseException:
            os.close(memory)
            os.close(changes)
            raise

    def __init__(
        self, memory: int, changes: int, *, pause: Callable[[float], None] | None = None
    ) -> None:
        self.memory = memory
        self.changes = changes
        self._pause = pause or _pause
        self._closers: list[Callable[[], None]] = []
        self._size = (0, 0)
        header = self.header()
        self._size = (header.width, header.height)
        with _read_errors():
            size_bytes = os.fstat(memory).st_size
        if size_bytes < HEADER_BYTES + self._pixels_bytes:
            raise _unusable("it ends early")

    @property
    def width(self) -> int:
        """The width in pixels."""
        return self._size[0]

    @property
    def height(self) -> int:
        """The height in pixels."""
        return self._size[1]

    @property
    def is_closed(self) -> bool:
        """Whether the picture is gone."""
        return self.memory < 0

    def header(self) -> PictureHeader:
        """Read the header as it is now; raises RecorderFailed, or DisplayUnavailable once closed.

        A header that the gate has half written looks like any other that makes no sense, for a moment.
        """
        attempt = 1
        while True:
            try:
                return self._header_now()
            except RecorderFailed:
                if attempt == _MOST_HEADER_ATTEMPTS:
                    raise
            attempt += 1
            self._pause(_PAUSE_SECONDS)

    def read_into(self, rows: Sequence[memoryview]) -> PictureHeader | None:
        """Copy one whole picture into writable buffers that are as large together.

        None when the gate wrote all the time, about 100 ms long; the buffers then hold something torn.
        Raises RecorderFailed, or DisplayUnavailable once closed.
        """
        for _ in range(_MOST_ATTEMPTS):
            before = self.header()
            if not before.is_being_written:
                self._copy(rows)
                if self.header().sequence == before.sequence:
                    return before
            self._pause(_PAUSE_SECONDS)
        return None

    def thumbnail(self, width: int) -> Picture:
        """Make a small picture of what is there now, at most that wide.

        Blocks for some milliseconds: for a worker's thread. Raises RecorderFailed when no whole picture
        is to be had, or DisplayUnavailable once closed.
        """
        frame = new_frame(self.width, self.height)
        if self.read_into(frame_rows(frame, self.width, self.height)) is None:
            raise _unusable("it is never whole")
        return to_picture(frame, (width, _ANY_HEIGHT))

    def on_close(self, tell: Callable[[], None]) -> None:
        """Have ``tell`` called when the picture is closed."""
        self._closers.append(tell)

    def forget(self, tell: Callable[[], None]) -> None:
        """Do not call ``tell`` any more."""
        if tell in self._closers:
            self._closers.remove(tell)

    def close(self) -> None:
        """Let go of the picture, and end what is recording it; harmless when closed already."""
        closers, self._closers = self._closers, []
        for tell in closers:
            tell()
        descriptors = (self.memory, self.changes)
        self.memory = self.changes = -1
        for descriptor in descriptors:
            if descriptor >= 0:
                os.close(descriptor)

    @property
    def _pixels_bytes(self) -> int:
        return self.width * self.height * _PIXEL_BYTES

    def _header_now(self) -> PictureHeader:
        if self.is_closed:
            raise DisplayUnavailable(display="the shared picture")
        with _read_errors():
            header = read_header(os.pread(self.memory, HEADER_BYTES, 0))
        if self._size not in {(0, 0), (header.width, header.height)}:
            raise _unusable("its size has changed")
        return header

    def _copy(self, rows: Sequence[memoryview]) -> None:
        at = HEADER_BYTES
        for first in range(0, len(rows), _MOST_BUFFERS):
            some = rows[first : first + _MOST_BUFFERS]
            wanted = sum(row.nbytes for row in some)
            with _read_errors():
                count = os.preadv(self.memory, some, at)
            if count != wanted:
                raise _unusable("it ends early")
            at += wanted


def new_frame(width: int, height: int) -> VideoFrame:
    """Make a frame for the picture, in PyAV's memory, with an even size; what is added is black."""
    import av

    frame = av.VideoFrame(width + width % 2, height + height % 2, "bgr0")
    plane = frame.planes[0]
    plane.update(bytes(plane.buffer_size))
    return frame


def frame_rows(frame: VideoFrame, width: int, height: int) -> list[memoryview]:
    """Show where in a frame the picture's rows go: one buffer where they lie side by side."""
    plane = frame.planes[0]
    pixels, step, row = memoryview(plane), plane.line_size, width * _PIXEL_BYTES
    if step == row:
        return [pixels[: height * row]]
    return [pixels[y * step : y * step + row] for y in range(height)]


@contextmanager
def _read_errors() -> Iterator[None]:
    """Turn the system's word on a failed read into ours."""
    try:
        yield
    except OSError as error:
        raise _unusable(error.strerror or "it cannot be read") from error


def _unusable(reason: str) -> RecorderFailed:
    return RecorderFailed(attempts=1, reason=f"the shared picture cannot be used: {reason}")


def _pause(seconds: float) -> None:
    """Wait for so long from now on.

    ``time.sleep`` waits for a moment instead, and a clock that is faked by libfaketime, as tests do, refuses one that
    has passed meanwhile.
    """
    select.select((), (), (), seconds)
