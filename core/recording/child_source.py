"""What every frame source does whose encoder is a child: reading packets on demand, stopping, closing."""

from __future__ import annotations

import asyncio
import signal
from abc import ABC, abstractmethod

from core.recording.child import Child
from core.recording.source import TS_PACKET_BYTES, StreamPiece
from core.runtime.clock import Clock

_STOP_SECONDS = 3.0
_LAST_READ_SECONDS = 1.0
_READ_BYTES = 512 << 10


class ChildSource(ABC):
    """A child that writes MPEG-TS to a pipe, and ends cleanly on SIGINT; a subclass starts it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._child: Child | None = None
        self._size = (0, 0)
        self._rest = b""
        self._end_reason = ""
        self._is_stopping = False
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def width(self) -> int:
        """The picture's width in pixels, even, once started."""
        return self._size[0]

    @property
    def height(self) -> int:
        """The picture's height in pixels, even, once started."""
        return self._size[1]

    @property
    def end_reason(self) -> str:
        """Why the stream ended: "stopped", "encoder_died" or "display_lost"; "" while it runs."""
        return self._end_reason

    @property
    def pid(self) -> int | None:
        """The process id of the child, while it runs."""
        return self._child.pid if self._child and self._child.is_alive else None

    async def read(self) -> StreamPiece | None:
        """Wait for the next piece; None when the stream ended, and everything is released by then."""
        if len(self._rest) >= TS_PACKET_BYTES:
            return StreamPiece(self._whole_packets(b""), self._clock.now())
        while self._child is not None:
            data = self._child.output.read_ready(_READ_BYTES)
            if data is None:
                await self._child.output.wait_ready()
            elif not data:
                await self._finish(self._child)
            elif piece := self._whole_packets(data):
                return StreamPiece(piece, self._clock.now())
        return None

    async def stop(self) -> None:
        """Ask the child for a clean end; it is killed if it has not obeyed within three seconds."""
        self._is_stopping = True
        if self._child is not None and self._deadline is None:
            self._child.send(signal.SIGINT)
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(_STOP_SECONDS, self._child.send, signal.SIGKILL)

    async def close(self) -> None:
        """Kill the child and release everything."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._rest = b""
        child, self._child = self._child, None
        if child is not None:
            self._end_reason = self._end_reason or "stopped"
            await child.close()

    @abstractmethod
    def _death_reason(self, child: Child) -> str:
        """Say why a child ended that nobody stopped: "encoder_died" or "display_lost"."""

    async def _read_first(self, child: Child, seconds: float) -> bool:
        """Wait for the first bytes and keep them; False when it ended without any. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await child.output.wait_ready()
        self._rest = child.output.read_ready(_READ_BYTES) or b""
        if not self._rest:
            await child.wait(_LAST_READ_SECONDS)
        return bool(self._rest)

    def _whole_packets(self, data: bytes) -> bytes:
        """Join what was left over before, and leave over what is not a whole packet."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        over = len(data) % TS_PACKET_BYTES
        if over:
            self._rest = data[-over:]
            data = data[:-over]
        return data

    async def _finish(self, child: Child) -> None:
        """Note why the pipe has ended, and release the child."""
        await child.wait(_LAST_READ_SECONDS)
        self._end_reason = "stopped" if self._is_stopping else self._death_reason(child)
        await self.close()
