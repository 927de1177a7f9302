"""Readings that cost much are spared: whatever is called from afar, recording goes on undisturbed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from core.runtime.clock import Clock

T = TypeVar("T")

_SHARE = 10  # it is read for a tenth of the time at most


class Spared(Generic[T]):
    """Reads once for all who ask at the same time; lives on the engine's loop.

    It reads again only after nine times as long as reading took; until then it gives what it read last.
    """

    def __init__(self, read: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._turn = asyncio.Lock()
        self._found: list[T] = []  # one, once it was read
        self._again_at_ns = 0

    async def get(self) -> T:
        """Give what there is, no older than that; raises what reading raises, and then reads again for the next."""
        async with self._turn:
            begun_ns = self._clock.now().mono_ns
            if not self._found or begun_ns >= self._again_at_ns:
                self._found = []
                self._found = [await self._read()]
                ended_ns = self._clock.now().mono_ns
                self._again_at_ns = ended_ns + (_SHARE - 1) * (ended_ns - begun_ns)
            return self._found[0]
