"""Live thumbnails, taken from the stream that is really being recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from core.recording.elementary_stream import find_key_picture, picture_bytes, picture_end
from core.recording.picture import Picture, open_decoder, to_picture
from core.recording.source import StreamPiece
from core.runtime.clock import Clock
from core.runtime.workers import Worker

THUMBNAIL_WIDTH = 320
_ANY_HEIGHT = 1 << 16
_INTERVAL_SECONDS = 1.0
_NANOSECONDS = 1_000_000_000
_LONGEST_PICTURE_BYTES = 8 << 20


class ThumbnailMaker:
    """Decodes the newest key picture, on a thread of its own, while somebody watches.

    ``on_taken`` is called on the event loop's thread, at most once a second. Nothing here blocks the
    recording or touches the disk; what comes while a picture is being decoded is passed over.
    """

    def __init__(self, clock: Clock, on_taken: Callable[[Picture], None]) -> None:
        self._clock = clock
        self._on_taken = on_taken
        self._worker = Worker("thumbnail")
        self._is_watched = False
        self._collected: bytearray | None = None
        self._decoding: asyncio.Task[None] | None = None
        self._began_ns = self._next_ns = 0

    @property
    def is_watched(self) -> bool:
        """Whether thumbnails are taken."""
        return self._is_watched

    def watch(self, *, is_watched: bool) -> None:
        """Start or stop taking thumbnails."""
        self._is_watched = is_watched
        self._collected = None

    def offer(self, piece: StreamPiece) -> None:
        """Look at a piece on its way to the sealer; takes microseconds, and nothing when not watched."""
        if not self._is_watched or self._decoding is not None:
            return
        if self._collected is None:
            if self._clock.now().mono_ns < self._next_ns:
                return
            start = find_key_picture(piece.data)
            if start < 0:
                return
            self._collected = bytearray(piece.data[start:])
            self._began_ns = self._clock.now().mono_ns
        else:
            self._collected += piece.data
        self._take_if_whole(self._collected)

    async def close(self) -> None:
        """Stop, and end the thread."""
        self.watch(is_watched=False)
        if self._decoding is not None:
            await asyncio.wait([self._decoding])
        self._worker.close()

    def _take_if_whole(self, collected: bytearray) -> None:
        end = picture_end(collected, 0)
        if end >= 0:
            self._collected = None
            self._next_ns = self._began_ns + int(_INTERVAL_SECONDS * _NANOSECONDS)
            self._decoding = asyncio.create_task(self._decode(bytes(collected[:end])))
        elif len(collected) > _LONGEST_PICTURE_BYTES:
            self._collected = None

    async def _decode(self, packets: bytes) -> None:
        try:
            picture = await self._worker.run(_decode_key_picture, packets)
            if picture is not None and self._is_watched:
                self._on_taken(picture)
        finally:
            self._decoding = None


def _decode_key_picture(packets: bytes) -> Picture | None:
    """Decode one key picture; None when its encoder died in the middle of it."""
    import av

    decoder = open_decoder()
    try:
        frames = decoder.decode(av.Packet(picture_bytes(packets))) + decoder.decode(None)
    except av.FFmpegError:
        return None
    return to_picture(frames[0], (THUMBNAIL_WIDTH, _ANY_HEIGHT)) if frames else None
