"""What is looked at now and then while tor runs: whether it answers, the clock, and the end of its support."""

from __future__ import annotations

import logging
from collections.abc import Callable

from core.errors import Failure, TorEnding
from core.onion.control import TorControl
from core.onion.end_of_life import day_of, ends_utc_ms, is_ending
from core.onion.progress import Progress, judge_clock
from core.runtime.clock import Clock

_JUMP_NS = 60_000_000_000  # tor itself takes 100 seconds for a jump
_GRACE_NS = (
    60_000_000_000  # after a jump, a clock that is right gets a new consensus within that time
)
_SECOND_NS = 1_000_000_000
_MS_NS = 1_000_000
_DAY_MS = 86_400_000

_log = logging.getLogger(__name__)


class Health:
    """Looks after tor's version and the clock; lives longer than one tor. ``report`` gets TorEnding once a day."""

    def __init__(self, clock: Clock, report: Callable[[Failure], None]) -> None:
        self._clock = clock
        self._report = report
        self._offset_ns = 0
        self._jumped_ns: int | None = None
        self._told_ms: int | None = None
        self.version = ""
        self.ends_utc_ms: int | None = None

    async def begin(self, control: TorControl, progress: Progress) -> None:
        """Look at a tor that has just come up. Raises TorLost, TorRefused."""
        now = self._clock.now()
        self._offset_ns, self._jumped_ns = now.utc_ns - now.mono_ns, None
        self.version = (await control.read("version")).partition(" ")[0][:40]
        self.ends_utc_ms = ends_utc_ms(self.version)
        progress.note_version(await control.read("status/version/current"))
        await self.look(control, progress)

    async def look(self, control: TorControl, progress: Progress) -> None:
        """Ask tor how it stands, and hold the clock against what it knows. Raises TorLost when it does not answer."""
        progress.take_bootstrap(await control.read("status/bootstrap-phase"))
        progress.set_circuits(has_circuits=await control.read("status/circuit-established") == "1")
        progress.set_alive(is_alive=await control.read("network-liveness") != "down")
        progress.set_received(await control.read("traffic/read"))
        await self._look_at_clock(control, progress)
        self._look_at_ending(progress)

    async def _look_at_clock(self, control: TorControl, progress: Progress) -> None:
        """Find out whether the clock is wrong. After a jump, tor drops its circuits by itself."""
        now = self._clock.now()
        jump_ns = now.utc_ns - now.mono_ns - self._offset_ns
        if abs(jump_ns) >= _JUMP_NS:
            _log.warning("the clock jumped by %d s", jump_ns // _SECOND_NS)
            self._offset_ns += jump_ns
            self._jumped_ns = now.mono_ns
        if progress.is_ready and self._jumped_ns is None:
            return
        has_jumped = self._jumped_ns is not None and now.mono_ns - self._jumped_ns >= _GRACE_NS
        progress.clock = judge_clock(
            now.utc_ns / _SECOND_NS,
            await control.read("consensus/valid-after"),
            await control.read("consensus/valid-until"),
            has_jumped=has_jumped and progress.is_alive,
        )
        if has_jumped and progress.is_ready:
            self._jumped_ns = None

    def _look_at_ending(self, progress: Progress) -> None:
        now_ms = self._clock.now().utc_ns // _MS_NS
        if progress.danger == "obsolete" and (
            self.ends_utc_ms is None or self.ends_utc_ms > now_ms
        ):
            self.ends_utc_ms = now_ms
        if self.ends_utc_ms is None or not is_ending(self.ends_utc_ms, now_ms):
            return
        if self._told_ms is None or now_ms >= self._told_ms + _DAY_MS:
            self._told_ms = now_ms
            self._report(TorEnding(version=self.version, day=day_of(self.ends_utc_ms)))
