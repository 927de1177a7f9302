"""Goes on with work on a chain until it is done, however often the node is away in between, but not for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.chain.network.node import NetworkNode
from core.errors import ChainUnreachable
from core.runtime.clock import Clock

LOOK_EVERY_S = 0.25
LONGEST_AWAY = 240  # looks without an answer while nothing else is settled


class Work(Protocol):
    """Work that never waits itself."""

    @property
    def is_waiting(self) -> bool:
        """Whether nothing can be done before there is another block."""

    def advance(self) -> bool:
        """Do what can be done now; True when all is done. Raises ChainUnreachable."""

    def done(self) -> int:
        """Count what is settled."""


class Worker(Protocol):
    """A node on a thread of its own."""

    async def run(self, work: Callable[[NetworkNode], bool]) -> bool:
        """Ask there."""


async def until_done(asking: Worker, work: Work, clock: Clock, tell: Callable[[int], None]) -> None:
    """Go on until all is done; ``tell`` is given how much is settled.

    A node that answers some questions and not the one that matters is as good as away: only what gets settled counts.
    Raises ChainUnreachable when the node was away too often for that, and what the work raises.
    """
    most, away = -1, 0
    while True:
        is_away = False
        try:
            is_done = await asking.run(lambda _: work.advance())
        except ChainUnreachable:
            away += 1
            if away > LONGEST_AWAY:
                raise
            is_done, is_away = False, True
        tell(done := work.done())
        if is_done:
            return
        if done > most:
            most, away = done, 0
        if is_away or work.is_waiting:
            await clock.sleep(LOOK_EVERY_S)
