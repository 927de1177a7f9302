"""Decodes the pictures of one open chunk, from memory, each joined to its entry of the frame table.

The table says where each picture's packets lie, so that no demultiplexer has to find out: the pictures
are cut out, numbered by their place in the table, and the decoder gives the numbers back.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from core.recording.elementary_stream import picture_bytes
from core.recording.picture import open_decoder
from core.replay.chunk_reader import ReadableChunk

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

_LONGEST_DELAY = 16  # pictures that an H.264 decoder may hold back


class ChunkDecoder:
    """Decodes forward from key frames; for one thread."""

    def __init__(self, chunk: ReadableChunk) -> None:
        self._chunk = chunk
        self._at_ns = [frame.at_ns for frame in chunk.frames]
        self._keys = [place for place, frame in enumerate(chunk.frames) if frame.is_key]
        self._decoder = open_decoder()
        self._next = -1  # the place that the decoder expects; -1: it can only begin at a key frame
        self._newest: tuple[int, VideoFrame] | None = None

    def place_at(self, position_ns: int) -> int:
        """Find the place in the table of the picture that is on the screen at a position."""
        return max(0, bisect_right(self._at_ns, position_ns) - 1)

    def decode_to(self, place: int, most: int | None = None) -> tuple[int, VideoFrame] | None:
        """Decode the picture at ``place``; gives the place and the picture, None when none can be decoded.

        With ``most``, no more pictures than that are decoded: an earlier one comes instead, a key frame
        where that makes headway.
        """
        key = self._key_before(place)
        shown = self._newest[0] if self._newest else -1
        is_going_on = key < self._next <= place + 1
        start = self._next if is_going_on else key
        if most is not None and place - start >= most:
            place = start + most - 1 if is_going_on or key <= shown else key
        if not is_going_on:
            self._restart()
        for each in range(start, place + 1):
            self._feed(each)
        self._catch_up(place)
        return self._newest

    def _key_before(self, place: int) -> int:
        at = bisect_right(self._keys, place) - 1
        return self._keys[at] if at >= 0 else 0

    def _restart(self) -> None:
        self._decoder.flush_buffers()
        self._newest = None

    def _catch_up(self, place: int) -> None:
        """Feed on until the picture at ``place`` has come out; at the chunk's end, empty the decoder."""
        limit = min(len(self._at_ns), self._next + _LONGEST_DELAY)
        while self._next < limit and not self._has(place):
            self._feed(self._next)
        if not self._has(place) and self._next >= len(self._at_ns):
            self._receive(None, place)
            self._decoder.flush_buffers()
            self._next = -1

    def _has(self, place: int) -> bool:
        return self._newest is not None and self._newest[0] >= place

    def _feed(self, place: int) -> None:
        frames = self._chunk.frames
        begin = frames[place].offset
        end = frames[place + 1].offset if place + 1 < len(frames) else len(self._chunk.video)
        self._receive(picture_bytes(self._chunk.video[begin:end]), place)
        self._next = place + 1

    def _receive(self, data: bytes | None, place: int) -> None:
        """Give one picture's bytes to the decoder (None: no more come) and keep the newest that comes out."""
        import av

        packet = None
        if data is not None:
            packet = av.Packet(data)
            packet.pts = packet.dts = place
        try:
            decoded = self._decoder.decode(packet)
        except av.FFmpegError:
            return  # its encoder died in the middle of it: the picture before stays
        for frame in decoded:
            self._newest = (frame.pts if frame.pts is not None else place, frame)
