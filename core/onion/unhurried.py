"""Work at tor that goes on when whoever asked for it has gone: tor may take its time, and is left in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Unhurried:
    """For one loop. Each work ends by itself: tor has a deadline for each answer."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    async def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it; raises what it does. Whoever is cancelled goes at once, and it is done all the same."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)
