"""Clocks whose time passes when a test says so."""

from __future__ import annotations

import asyncio

from core.runtime.clock import Instant

_NANOSECONDS = 1_000_000_000
_FIRST_UTC_NS = 1_800_000_000 * _NANOSECONDS


class ManualClock:
    """Time stands still until it is advanced; sleepers wake in the order of their moments."""

    def __init__(self) -> None:
        self.mono_ns = 1_000 * _NANOSECONDS
        self.utc_ns = _FIRST_UTC_NS
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    def now(self) -> Instant:
        """Read both clocks."""
        return Instant(self.mono_ns, self.utc_ns)

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was advanced that far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.mono_ns + round(seconds * _NANOSECONDS), waiting))
        await waiting

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking each sleeper at its moment."""
        target = self.mono_ns + round(seconds * _NANOSECONDS)
        while due := [each for each in self._sleepers if each[0] <= target]:
            moment, waiting = min(due, key=lambda each: each[0])
            self._sleepers.remove((moment, waiting))
            self._move_to(max(moment, self.mono_ns))
            if not waiting.done():
                waiting.set_result(None)
            await settle()
        self._move_to(target)
        await settle()

    def _move_to(self, moment: int) -> None:
        self.utc_ns += moment - self.mono_ns
        self.mono_ns = moment


class LeapingClock:
    """A sleep passes at once and moves the time on by its length."""

    def __init__(self) -> None:
        self.mono_ns = 1_000 * _NANOSECONDS

    def now(self) -> Instant:
        """Read both clocks."""
        return Instant(self.mono_ns, _FIRST_UTC_NS + self.mono_ns)

    async def sleep(self, seconds: float) -> None:
        """Move the time on."""
        self.mono_ns += max(0, round(seconds * _NANOSECONDS))
        await asyncio.sleep(0)


async def settle() -> None:
    """Let everything that can run now run."""
    for _ in range(20):
        await asyncio.sleep(0)
