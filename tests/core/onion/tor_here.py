"""A tor of ours under test: without a network, or in the private one; never in Tor's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from core.api.network import Bridge, TorPhase
from core.config.engine_options import NetworkOptions
from core.errors import Failure
from core.onion.service import Onion
from core.runtime.clock import Clock, SystemClock

NO_NETWORK = ("DisableNetwork 1",)  # tor runs and answers, and connects to nothing
PATIENCE_S = 45.0


class Watched:
    """An Onion, and what it told."""

    def __init__(
        self, options: NetworkOptions, directory: Path, clock: Clock | None = None
    ) -> None:
        self.reports: list[Failure] = []
        self.phases: list[TorPhase] = []
        self.onion = Onion(
            options,
            run=directory / "run",
            data=directory / "data",
            clock=clock or SystemClock(),
            changed=self._note,
            report=self.reports.append,
        )

    async def until(self, condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Return when the condition holds."""
        async with asyncio.timeout(patience_s):
            while not condition():  # noqa: ASYNC110 - it is another process that changes it
                await asyncio.sleep(0.01)

    async def until_phase(self, *phases: TorPhase, patience_s: float = PATIENCE_S) -> None:
        """Return in one of the phases."""
        await self.until(lambda: self.onion.status.phase in phases, patience_s)

    @property
    def codes(self) -> list[str]:
        """The codes of what was reported."""
        return [failure.code for failure in self.reports]

    def _note(self) -> None:
        phase = self.onion.status.phase
        if not self.phases or self.phases[-1] is not phase:
            self.phases.append(phase)


@asynccontextmanager
async def running_tor(
    directory: Path,
    *,
    lines: Sequence[str] = NO_NETWORK,
    program: str = "tor",
    clock: Clock | None = None,
    bridges: tuple[Bridge, ...] = (),
) -> AsyncIterator[Watched]:
    """Run a tor for the length of a block; it is ended behind it."""
    watched = Watched(NetworkOptions(program=program, network_lines=tuple(lines)), directory, clock)
    await watched.onion.start(bridges)
    try:
        yield watched
    finally:
        await watched.onion.stop()
    assert watched.onion.status.phase is TorPhase.OFF


def with_tor(
    directory: Path, script: Callable[[Watched], Awaitable[None]], **options: object
) -> Watched:
    """Run a test's script with a tor, and give what it told until its end."""

    async def run() -> Watched:
        async with running_tor(directory, **options) as watched:  # type: ignore[arg-type]
            await script(watched)
        return watched

    return asyncio.run(run())
