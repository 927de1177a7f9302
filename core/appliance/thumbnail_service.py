"""Thumbnails of the running session, while somebody watches."""

from __future__ import annotations

from collections.abc import Callable

from core.api.commands import WatchSession
from core.api.events import Event, ThumbnailTaken
from core.recording.picture import Picture
from core.recording.source import StreamPiece
from core.recording.thumbnail import ThumbnailMaker
from core.runtime.clock import Clock


class ThumbnailService:
    """Lives on the engine's loop."""

    def __init__(self, clock: Clock, publish: Callable[[Event], None]) -> None:
        self._publish = publish
        self._maker = ThumbnailMaker(clock, self._taken)
        self._session_id = ""

    async def watch(self, command: WatchSession) -> None:
        """Send thumbnails, or stop."""
        self._maker.watch(is_watched=command.is_watching)

    def offer(self, session_id: str, piece: StreamPiece) -> None:
        """Look at a piece on its way to the sealer."""
        self._session_id = session_id
        self._maker.offer(piece)

    async def close(self) -> None:
        """End the thread."""
        await self._maker.close()

    def _taken(self, picture: Picture) -> None:
        self._publish(ThumbnailTaken(self._session_id, picture.width, picture.height, picture.rgb))
