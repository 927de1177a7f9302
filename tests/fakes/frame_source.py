"""A frame source that plays clips from memory and fails as it is told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from core.errors import Failure
from core.recording.source import StreamPiece
from core.runtime.clock import Clock


class ClipSource:
    """Gives its pieces one by one, then waits until it is stopped, closed, or made to die."""

    def __init__(
        self,
        clock: Clock,
        pieces: Iterable[bytes],
        *,
        size: tuple[int, int] = (64, 48),
        failure: Failure | None = None,
    ) -> None:
        self._clock = clock
        self._pieces = deque(pieces)
        self._size = size
        self._failure = failure
        self._ended = asyncio.Event()
        self._last_words = "stopped"
        self.end_reason = ""
        self.is_started = False
        self.is_closed = False

    @property
    def encoder(self) -> str:
        """The encoder's name, once started."""
        return "clip" if self.is_started else ""

    @property
    def width(self) -> int:
        """The picture's width in pixels."""
        return self._size[0]

    @property
    def height(self) -> int:
        """The picture's height in pixels."""
        return self._size[1]

    async def start(self) -> None:
        """Start, or fail as told."""
        if self._failure is not None:
            raise self._failure
        self.is_started = True

    async def read(self) -> StreamPiece | None:
        """Give the next piece."""
        await asyncio.sleep(0)
        if not self._pieces:
            await self._ended.wait()
        if not self._pieces or self.is_closed:
            self.end_reason = self.end_reason or self._last_words
            return None
        return StreamPiece(self._pieces.popleft(), self._clock.now())

    async def stop(self) -> None:
        """End after the pieces that are left."""
        self._ended.set()

    async def close(self) -> None:
        """End at once."""
        self.is_closed = True
        self._ended.set()

    def die(self, reason: str = "encoder_died") -> None:
        """End as a source does whose encoder or display is gone."""
        self._last_words = reason
        self._pieces.clear()
        self._ended.set()
