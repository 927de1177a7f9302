"""The open chunk: video and frame table in one reused buffer, until it is sealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import Bug
from core.sealing.chunk_header import LARGEST_VIDEO, MOST_FRAMES
from core.sealing.frames import FRAME, Frame, pack_frame, unpack_frames
from core.storage.page_buffer import PageBuffer

LARGEST_PIECE = 4 << 20

# Staging may run past the chunk's end by a piece and the tables; untouched pages cost nothing.
_ROOM = LARGEST_VIDEO + max(LARGEST_PIECE + (1 << 16), MOST_FRAMES * FRAME.size)


@dataclass(frozen=True)
class TimeRange:
    """When the first and the last piece came: since the session's start, and in UTC."""

    first_at_ns: int
    last_at_ns: int
    first_utc_ns: int
    last_utc_ns: int


def plain_buffer() -> PageBuffer:
    """Make a buffer that an open chunk can fill."""
    return PageBuffer(_ROOM)


class FillingChunk:
    """One open chunk. ``index`` is where it will be sealed; a buffer serves one open chunk at a time."""

    def __init__(self, index: int, memory: PageBuffer) -> None:
        self.index = index
        self.memory = memory
        self.video_bytes = 0
        self.times: TimeRange | None = None
        self.frame_offsets: list[int] = []
        self._table = bytearray()

    @property
    def frames(self) -> int:
        """Count the frames."""
        return len(self.frame_offsets)

    def stage(self, data: bytes | memoryview) -> int:
        """Put ``data`` behind the video without making it part of the chunk; gives where it ends."""
        end = self.video_bytes + len(data)
        self.memory.view[self.video_bytes : end] = data
        return end

    def commit(self, end: int, frames: Iterable[Frame], times: TimeRange) -> None:
        """Make what was staged up to ``end`` part of the chunk, with the frames that begin in it."""
        if end == self.video_bytes:
            return
        for frame in frames:
            self.frame_offsets.append(frame.offset)
            self._table += pack_frame(frame)
        self.video_bytes = end
        self.times = TimeRange(
            self.times.first_at_ns if self.times else times.first_at_ns,
            times.last_at_ns,
            self.times.first_utc_ns if self.times else times.first_utc_ns,
            times.last_utc_ns,
        )

    def shorten(self, end: int) -> None:
        """Give up the video behind ``end``, in which no frame begins."""
        if self.frame_offsets and self.frame_offsets[-1] >= end:
            raise Bug("a frame would be cut off")
        self.video_bytes = end

    def video(self, start: int, end: int) -> memoryview:
        """Show a stretch of what was staged."""
        return self.memory.view[start:end]

    def table(self, first_frame: int, last_frame: int) -> bytes:
        """Give the packed entries of some frames."""
        return bytes(self._table[first_frame * FRAME.size : last_frame * FRAME.size])

    def plain(self) -> memoryview:
        """Put the table behind the video and show both; the chunk takes nothing more."""
        end = self.video_bytes + len(self._table)
        self.memory.view[self.video_bytes : end] = self._table
        return self.memory.view[:end]

    def restore(
        self, video: Iterable[memoryview], table: bytes | bytearray, times: TimeRange
    ) -> None:
        """Fill an empty chunk with what a journal held."""
        for piece in video:
            self.video_bytes = self.stage(piece)
        self._table += table
        self.frame_offsets += [frame.offset for frame in unpack_frames(table)]
        self.times = times
