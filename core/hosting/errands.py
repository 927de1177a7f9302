"""What a hosted session does besides, in tasks: none outlives it, and none fails unheard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Errands:
    """The tasks of one session; ``failed`` hears of one that did not do what it was to do."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Awaitable[None]) -> None:
        """Begin one."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._look_at)

    async def cancel(self) -> None:
        """Cancel all but the one that asks for it, and wait until they have ended."""
        others = {each for each in self._tasks if each is not asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _look_at(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)
