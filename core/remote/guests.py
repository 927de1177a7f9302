"""Connections that have not shown yet that they are welcome: so many of each kind, and no kind crowds out another."""

from __future__ import annotations

import asyncio
from enum import Enum


class Stage(Enum):
    """How far a guest has come; each stage costs it more than the one before."""

    SILENT = "silent"  # it has said nothing yet, or not its whole first packet
    HANDSHAKE = "handshake"  # TLS is being agreed on
    SPEAKING = "speaking"  # it has a line to say, or an answer to hear


class Guests:
    """Knows the tasks that speak with guests; ``most`` of them at each stage: one more, and its oldest is cancelled.

    So whoever opens connections and says nothing takes no place from who is further, and who only begins the handshake
    none from who has ended it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._stages: dict[Stage, list[asyncio.Task[None]]] = {stage: [] for stage in Stage}

    def enter(self, guest: asyncio.Task[None], stage: Stage) -> None:
        """Note that a guest is at a stage, and no longer at the one before."""
        self.leave(guest)
        there = self._stages[stage]
        there.append(guest)
        if len(there) > self._most:
            there.pop(0).cancel()

    def leave(self, guest: asyncio.Task[None]) -> None:
        """Note that it is no guest any more, or gone; harmless when it was none."""
        for there in self._stages.values():
            if guest in there:
                there.remove(guest)

    def at(self, stage: Stage) -> int:
        """Give how many are at a stage."""
        return len(self._stages[stage])
