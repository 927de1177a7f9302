"""Where a recording's pictures come from: the seam between a display and the recorder.

Every implementation passes the suite in ``tests/conformance/frame_source.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.runtime.clock import Instant

TS_PACKET_BYTES = 188


@dataclass(frozen=True, slots=True)
class StreamPiece:
    """A stretch of the stream: whole 188-byte MPEG-TS packets and the instant they arrived."""

    data: bytes
    instant: Instant


class FrameSource(Protocol):
    """A display that is being turned into H.264 in MPEG-TS; used once, from one event loop.

    Time stamps rise from run to run of the same session. Every key frame follows directly on a PAT and
    a PMT, and carries its parameter sets, so that the stream plays alone from any of them. Where pictures
    change all the time (ten a second and more) one is at most two seconds from the one before it;
    otherwise they may be further apart, as long as decoding from one to the next takes less than a second.
    """

    @property
    def encoder(self) -> str:
        """The encoder's name, once started."""

    @property
    def width(self) -> int:
        """The picture's width in pixels, even, once started."""

    @property
    def height(self) -> int:
        """The picture's height in pixels, even, once started."""

    @property
    def end_reason(self) -> str:
        """Why the stream ended: "stopped", "encoder_died" or "display_lost"; "" while it runs."""

    async def start(self) -> None:
        """Return once the first bytes wait to be read.

        Raises MissingProgram, DisplayUnavailable, EncoderUnavailable or RecorderFailed, and then
        leaves nothing behind.
        """

    async def read(self) -> StreamPiece | None:
        """Wait for the next piece; None when the stream ended, and everything is released by then.

        Nothing is read ahead beyond the pipe, so not reading holds the source back. A cancelled
        read loses nothing.
        """

    async def stop(self) -> None:
        """Ask for a clean end and return at once; what was encoded comes through ``read``, then None."""

    async def close(self) -> None:
        """End at once and release everything; what is on its way is lost; a waiting read gets None."""
