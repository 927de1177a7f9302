"""The clock is injected, so that days pass in milliseconds under test."""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple, Protocol


class Instant(NamedTuple):
    """One moment on both clocks.

    ``mono_ns`` never jumps and means nothing across restarts; ``utc_ns`` is nanoseconds since
    1970-01-01 UTC and may jump.
    """

    mono_ns: int
    utc_ns: int


class Clock(Protocol):
    """What the engine knows about time."""

    def now(self) -> Instant:
        """Read both clocks."""

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds on the monotonic clock."""


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> Instant:
        """Read both clocks."""
        return Instant(time.monotonic_ns(), time.time_ns())

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)
