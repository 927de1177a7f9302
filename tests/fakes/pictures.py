"""Something to record that needs no display: clips from memory, one source after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.errors import Failure
from core.recording.source import FrameSource
from core.runtime.clock import Clock, Instant
from core.sessions.sources import PictureRequest
from tests.fakes.clip import make_clip
from tests.fakes.frame_source import ClipSource


class ClipPictures:
    """Opens clips; every session gets sources that give ``pieces``."""

    def __init__(
        self,
        clock: Clock,
        pieces: Sequence[bytes] | None = None,
        *,
        failure: Failure | None = None,
        source_failure: Failure | None = None,
    ) -> None:
        self._clock = clock
        self._pieces = make_clip(30).pieces() if pieces is None else pieces
        self._failure = failure
        self._source_failure = source_failure
        self.sources: list[ClipSource] = []
        self.closed = 0
        self.opened = 0
        self.on_open: Callable[[], None] = lambda: None

    @property
    def label(self) -> str:
        """Name it as lists do."""
        return "clip"

    async def __call__(self, request: PictureRequest) -> ClipPictures:
        """Open it, or fail as told."""
        self.on_open()
        if self._failure is not None:
            raise self._failure
        self.opened += 1
        return self

    def make_source(self, session_start: Instant) -> FrameSource:
        """Make a source that gives the pieces."""
        self.sources.append(ClipSource(self._clock, self._pieces, failure=self._source_failure))
        return self.sources[-1]

    async def close(self) -> None:
        """Count."""
        self.closed += 1
