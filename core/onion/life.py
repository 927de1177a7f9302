"""One tor, from its start to its end: started, connected to, told what it has to do, and watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core.api.network import Bridge, TorPhase
from core.config.engine_options import NetworkOptions
from core.errors import BridgesStuck, Failure, TorLost, TorRefused, TorStuck
from core.onion.child import TorChild, start_tor
from core.onion.control import TorControl
from core.onion.control_connection import ControlEvent
from core.onion.health import Health
from core.onion.progress import Progress
from core.onion.system_tor import group_of_tor
from core.onion.torrc import TorPlaces, seen_directory
from core.runtime.clock import Clock
from core.runtime.workers import Worker

DEADLINE_S = 120.0
BRIDGE_DEADLINE_S = 150.0
HEARTBEAT_S = 10.0
FIRST_ANSWER_S = 20.0  # from the start of the program; a busy Raspberry Pi takes three
STOP_S = 5.0
_DYING_S = 1.0  # a connection that ends with its tor ends a moment before it
_POLL_S = 0.05
_LONG_S = 86_400.0
_SECOND_NS = 1_000_000_000


class Attached(Protocol):
    """What has to know of a tor that has come, and of one that has gone."""

    async def attach(self, control: TorControl, seen_run: str, group: int | None) -> None:
        """Tell a fresh tor everything; ``group`` is that of another user's tor. Raises TorLost."""

    def detach(self) -> None:
        """There is no tor any more."""

    async def leave(self) -> None:
        """Take back from a tor that runs on what it would keep."""

    async def refresh(self) -> None:
        """Try again what did not go. Raises TorLost."""

    def hear(self, event: ControlEvent) -> None:
        """Take an event."""


@dataclass(frozen=True)
class Surroundings:
    """What every life needs, and what it tells. ``moved`` is called when phase, progress or failure did."""

    options: NetworkOptions
    places: TorPlaces
    clock: Clock
    worker: Worker
    health: Health
    attached: Attached
    moved: Callable[[], None]
    report: Callable[[Failure], None]


class TorLife:
    """Runs one tor; for one loop."""

    def __init__(self, around: Surroundings, bridges: tuple[Bridge, ...]) -> None:
        self._around = around
        self._bridges = bridges
        self._tor: TorChild | None = None
        self._control = TorControl(around.worker, self._hear)
        self._has_begun = False
        self._deadline_ns = 0
        self.progress = Progress()
        self.phase = TorPhase.STARTING
        self.failure: Failure | None = None
        self.ready_ns: int | None = None  # when it was connected first

    @property
    def pid(self) -> int | None:
        """Tor's process, where it is ours and runs."""
        return None if self._tor is None else self._tor.pid

    @property
    def deadline_ns(self) -> int:
        """When connecting is not expected any more, on the monotonic clock."""
        return self._deadline_ns

    async def run(self, again: asyncio.Event) -> None:
        """Return when ``again`` is set, with tor ended.

        Raises what ended it or kept it from starting: TorLost, TorRefused, MissingProgram, DataDirectoryUnwritable.
        """
        patience_s = 0.0
        try:
            await self._begin()
            await self._watch(again)
            patience_s = STOP_S
        except asyncio.CancelledError:
            patience_s = STOP_S
            raise
        finally:
            await self._end(patience_s)

    def set_deadline(self) -> None:
        """Give the connecting its whole time, from now."""
        patience_s = BRIDGE_DEADLINE_S if self._bridges else DEADLINE_S
        self._deadline_ns = self._around.clock.now().mono_ns + int(patience_s * _SECOND_NS)
        self._move()

    async def _begin(self) -> None:
        around, group = self._around, None
        if around.options.system_control is not None:
            group = group_of_tor(around.options.system_control)
        else:
            self._tor = start_tor(
                around.options.program,
                around.places,
                bridges=self._bridges,
                network_lines=around.options.network_lines,
            )
        await self._open_control()
        await around.health.begin(self._control, self.progress)
        self._has_begun = True
        self.phase = TorPhase.CONNECTING
        self.set_deadline()
        seen = str(around.places.run)
        if self._tor is not None:
            seen = seen_directory(self._tor.run_descriptor)
        await around.attached.attach(self._control, seen, group)

    async def _open_control(self) -> None:
        """Connect to the control socket as soon as it is there."""
        tor, around = self._tor, self._around
        if tor is None:
            await self._control.open(around.options.system_control or Path(), None)
            return
        try:
            async with asyncio.timeout(FIRST_ANSWER_S):
                while not (around.places.control.is_socket() and around.places.cookie.exists()):
                    if await tor.wait(_POLL_S):
                        raise tor.ending()
        except TimeoutError:
            raise TorLost(reason=f"it did not come up within {FIRST_ANSWER_S:g} s") from None
        try:
            await self._control.open(around.places.control, around.places.cookie, FIRST_ANSWER_S)
        except TorLost:
            if await tor.wait(_DYING_S):
                raise tor.ending() from None
            raise

    async def _watch(self, again: asyncio.Event) -> None:
        clock = self._around.clock
        next_ns = clock.now().mono_ns + int(HEARTBEAT_S * _SECOND_NS)
        while True:
            await self._wait_until(next_ns, again)
            if again.is_set():
                return
            await self._raise_if_lost()
            if clock.now().mono_ns >= next_ns:
                next_ns = clock.now().mono_ns + int(HEARTBEAT_S * _SECOND_NS)
                await self._look()
            self._move()

    async def _look(self) -> None:
        """Ask tor how it stands. One that took its configuration, and refuses to say, may answer after a new start."""
        try:
            await self._around.health.look(self._control, self.progress)
            await self._around.attached.refresh()
        except TorRefused as refused:
            raise TorLost(
                reason=f"it does not say how it stands: {refused.facts['reason']}"
            ) from refused

    async def _wait_until(self, next_ns: int, again: asyncio.Event) -> None:
        now_ns = self._around.clock.now().mono_ns
        until_ns = min(next_ns, self._deadline_ns) if self.phase is TorPhase.CONNECTING else next_ns
        waits: list[Coroutine[Any, Any, object]] = [
            self._around.clock.sleep(max(0, until_ns - now_ns) / _SECOND_NS),
            self._control.lost.wait(),
            again.wait(),
        ]
        if self._tor is not None:
            waits.append(self._tor.wait(_LONG_S))
        await first_of(*waits)

    async def _raise_if_lost(self) -> None:
        tor = self._tor
        if tor is not None and not tor.is_alive:
            raise tor.ending()
        if self._control.lost.is_set():
            if tor is not None and await tor.wait(_DYING_S):
                raise tor.ending()
            raise TorLost(reason="its control connection ended")

    def _hear(self, event: ControlEvent) -> None:
        if event.kind == "HS_DESC":
            self._around.attached.hear(event)
            return
        self.progress.take(event)
        self._move()

    def _move(self) -> None:
        """Find the phase anew from how far tor is and what time it is."""
        if not self._has_begun:
            return
        now_ns, was = self._around.clock.now().mono_ns, self.phase
        if self.progress.is_ready:
            self.phase, self.failure = TorPhase.READY, None
            self.ready_ns = self.ready_ns or now_ns
        elif was is TorPhase.READY:
            self.phase = TorPhase.CONNECTING
            self.set_deadline()
            return
        else:
            self.phase = TorPhase.STUCK if now_ns >= self._deadline_ns else TorPhase.CONNECTING
            self.failure = self._hindrance()
        if self.phase is TorPhase.STUCK and was is not TorPhase.STUCK and self.failure is not None:
            self._around.report(self.failure)
        self._around.moved()

    def _hindrance(self) -> Failure | None:
        if self.progress.clock_failure is not None or self.phase is not TorPhase.STUCK:
            return self.progress.clock_failure
        progress = self.progress
        reason = progress.hindrance or "nothing answers"
        kind = BridgesStuck if self._bridges else TorStuck
        return kind(tag=progress.tag, percent=progress.percent, reason=reason)

    async def _end(self, patience_s: float) -> None:
        self._has_begun = False
        tor, self._tor = self._tor, None
        try:
            if tor is None:
                await self._around.attached.leave()
        finally:
            self._around.attached.detach()
            try:
                if tor is not None:
                    await tor.close(patience_s)
            finally:
                await self._control.close()


async def first_of(*waits: Coroutine[Any, Any, object]) -> None:
    """Return when the first of them has; the others are cancelled."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
