"""Thumbnails of the running session, while somebody watches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from core.api.commands import WatchSession
from core.api.events import Event, ThumbnailTaken
from core.errors import Failure
from core.recording.picture import Picture
from core.recording.shared_picture import SharedPicture
from core.recording.source import StreamPiece
from core.recording.thumbnail import THUMBNAIL_WIDTH, ThumbnailMaker
from core.runtime.clock import Clock
from core.runtime.workers import Worker

_LOOK_S = 0.5


class ThumbnailService:
    """Lives on the engine's loop.

    A hosted session has its picture in memory (``shared_picture``), and is looked at there: its stream has a key
    picture only now and then. Any other session is looked at in its stream.
    """

    def __init__(self, clock: Clock, publish: Callable[[Event], None]) -> None:
        self._clock = clock
        self._publish = publish
        self._maker = ThumbnailMaker(clock, self._taken)
        self._worker = Worker("shared-thumbnail")
        self._looking: asyncio.Task[None] | None = None
        self._session_id = ""
        self.shared_picture: Callable[[], SharedPicture | None] = lambda: None

    async def watch(self, command: WatchSession) -> None:
        """Send thumbnails, or stop."""
        await self._stop_looking()
        self._maker.watch(is_watched=command.is_watching)
        if command.is_watching and self.shared_picture() is not None:
            self._maker.watch(is_watched=False)
            self._looking = asyncio.ensure_future(self._look(command.session_id))

    def offer(self, session_id: str, piece: StreamPiece) -> None:
        """Look at a piece on its way to the sealer."""
        self._session_id = session_id
        self._maker.offer(piece)

    async def close(self) -> None:
        """End the threads."""
        await self._stop_looking()
        await self._maker.close()
        await asyncio.to_thread(self._worker.close)

    async def _look(self, session_id: str) -> None:
        """Look at the shared picture whenever it has changed, until it is gone."""
        seen = -1
        while (picture := self.shared_picture()) is not None and not picture.is_closed:
            try:
                sequence = picture.header().sequence
                if sequence != seen:
                    taken = await self._worker.run(picture.thumbnail, THUMBNAIL_WIDTH)
                    self._publish(ThumbnailTaken(session_id, taken.width, taken.height, taken.rgb))
                    seen = sequence
            except Failure:
                return  # the picture is gone, or no longer one: the recorder tells, thumbnails just end
            await self._clock.sleep(_LOOK_S)

    async def _stop_looking(self) -> None:
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    def _taken(self, picture: Picture) -> None:
        self._publish(ThumbnailTaken(self._session_id, picture.width, picture.height, picture.rgb))
