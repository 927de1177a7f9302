"""Watches the free space while the engine runs, tells front ends, and ends a session that would fill the disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from core.api.events import Event, IncidentRecorded, SpaceChanged
from core.api.snapshots import SpaceLevel, SpaceSnapshot, failure_snapshot
from core.errors import Failure, SpaceClosing, SpaceLow
from core.monitoring.space import SpaceWatch, percent
from core.runtime.clock import Clock

EVERY_S = 1.0
_CLOSED = {SpaceLevel.REFUSING, SpaceLevel.CLOSING}


class SpaceService:
    """Lives on the engine's loop. ``end_running`` ends the running session for want of space."""

    def __init__(
        self,
        watch: SpaceWatch,
        clock: Clock,
        publish: Callable[[Event], None],
        running_id: Callable[[], str | None],
        end_running: Callable[[], Awaitable[None]],
    ) -> None:
        self._watch = watch
        self._clock = clock
        self._publish = publish
        self._running_id = running_id
        self._end_running = end_running
        self._level = SpaceLevel.FINE
        self.on_room: Callable[[], Awaitable[None]] = (
            _nothing  # hears when there is room for sessions again
        )

    def now(self) -> SpaceSnapshot:
        """Read the free space."""
        return self._watch.now()

    async def run(self) -> None:
        """Watch until cancelled."""
        is_told = False
        while True:
            try:
                await self.look()
                is_told = False
            except Failure as failure:  # a medium that does not answer may come back
                if not is_told:
                    self._report(failure)
                is_told = True
            await self._clock.sleep(EVERY_S)

    async def look(self) -> None:
        """Read the free space once and act on it."""
        space = self._watch.now()
        if (changed := self._watch.changed()) is not None:
            self._publish(SpaceChanged(changed))
        before, self._level = self._level, space.level
        if space.level is SpaceLevel.CLOSING and self._running_id() is not None:
            self._report(SpaceClosing(free_percent=_exact_percent(space)))
            await self._end_running()
        elif before in _CLOSED and space.level not in _CLOSED:
            await self.on_room()
        elif before is SpaceLevel.FINE and space.level is not SpaceLevel.FINE:
            self._report(SpaceLow(free_percent=percent(space)))

    def _report(self, failure: Failure) -> None:
        self._publish(IncidentRecorded(failure_snapshot(failure), self._running_id()))


async def _nothing() -> None:
    """Do nothing."""


def _exact_percent(space: SpaceSnapshot) -> float:
    return round(100 * space.free_bytes / space.total_bytes, 1) if space.total_bytes else 0.0
