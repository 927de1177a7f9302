"""Keeps a tor running: one life after the other, with a growing pause where they end by themselves."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from core.api.network import Bridge, TorPhase, TorStatus
from core.api.snapshots import failure_snapshot
from core.errors import Failure, MissingProgram, TorLost, TorRefused
from core.onion.life import Surroundings, TorLife, first_of

_BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
_STEADY_NS = 60_000_000_000  # a tor that was ready for so long begins with the shortest pause again
_MS_NS = 1_000_000

_log = logging.getLogger(__name__)


class Supervisor:
    """For one loop, between ``start`` and ``stop``; ``status`` is what a person sees of it."""

    def __init__(
        self, around: Surroundings, bridges: tuple[Bridge, ...], last: TorStatus | None = None
    ) -> None:
        # A life tells when it has moved; what it tells goes through the status first.
        self._around = replace(around, moved=self._follow)
        self._tell_moved = around.moved
        self._bridges = bridges
        self._life: TorLife | None = None
        self._running: asyncio.Task[None] | None = None
        self._again = asyncio.Event()
        self._in_a_row = 0
        self._seen = (0, "")
        self.failure: Failure | None = None
        self.status = last or TorStatus()  # of the one before, whose starts count too

    @property
    def pid(self) -> int | None:
        """Tor's process, where it is ours and runs."""
        return None if self._life is None else self._life.pid

    def start(self) -> None:
        """Begin to keep tor running."""
        self._show(TorPhase.STARTING)
        self._running = asyncio.ensure_future(self._keep_running())

    async def stop(self) -> None:
        """End tor, and start none any more."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        self.failure = None
        self.status = TorStatus(version=self.status.version, restarts=self.status.restarts)
        self._tell_moved()

    def retry(self) -> None:
        """Try now: with its whole time again where tor is connecting, with a new tor where it gets no further."""
        if self.status.phase is TorPhase.CONNECTING and self._life is not None:
            self._life.set_deadline()
        elif self.status.phase not in {TorPhase.READY, TorPhase.STARTING}:
            self._start_again()

    def use_bridges(self, bridges: tuple[Bridge, ...]) -> None:
        """Start tor afresh, with these bridges."""
        if bridges != self._bridges:
            self._bridges = bridges
            self._start_again()

    def _start_again(self) -> None:
        self._in_a_row = 0
        self._again.set()

    async def _keep_running(self) -> None:
        while True:
            self._again.clear()
            try:
                await self._live()
            except (
                MissingProgram,
                TorRefused,
            ) as failure:  # it is the same however often it is tried
                self._tell(failure)
                self._show(TorPhase.MISSING)
                await self._again.wait()
            except Failure as failure:
                self._tell(failure)
                await self._pause()
            except Exception:  # noqa: BLE001 - a task boundary: it is logged, told and tried again
                _log.exception("watching over tor failed")
                self._tell(TorLost(reason="there is a fault in Lucid, which its log tells"))
                await self._pause()

    async def _live(self) -> None:
        self.failure = None
        self._life = life = TorLife(self._around, self._bridges)
        self._show(TorPhase.STARTING)
        try:
            await life.run(self._again)
        finally:
            self._life = None
            now_ns = self._around.clock.now().mono_ns
            if life.ready_ns is not None and now_ns - life.ready_ns >= _STEADY_NS:
                self._in_a_row = 0

    def _tell(self, failure: Failure) -> None:
        _log.warning("tor: %s", failure)
        self.failure = failure
        self._around.report(failure)

    async def _pause(self) -> None:
        seconds = _BACK_OFF_S[min(self._in_a_row, len(_BACK_OFF_S) - 1)]
        self._in_a_row += 1
        retry_ms = self._around.clock.now().utc_ns // _MS_NS + int(seconds * 1000)
        self.status = replace(self.status, restarts=self.status.restarts + 1)
        self._show(TorPhase.RESTARTING, retry_utc_ms=retry_ms)
        await first_of(self._around.clock.sleep(seconds), self._again.wait())

    def _follow(self) -> None:
        """Take over what the life says."""
        if self._life is not None:
            self.failure = self._life.failure
            self._show(self._life.phase)

    def _show(self, phase: TorPhase, *, retry_utc_ms: int | None = None) -> None:
        now, life, health = self._around.clock.now(), self._life, self._around.health
        percent, tag, summary = 0, "", ""
        if life is not None:
            percent, tag, summary = life.progress.percent, life.progress.tag, life.progress.summary
        since_ms = self.status.since_utc_ms
        if (percent, tag) != self._seen or not since_ms:
            self._seen, since_ms = (percent, tag), now.utc_ns // _MS_NS
        deadline_ms = 0
        if phase is TorPhase.CONNECTING and life is not None:
            deadline_ms = (now.utc_ns + life.deadline_ns - now.mono_ns) // _MS_NS
        self.status = TorStatus(
            phase=phase,
            percent=percent,
            tag=tag,
            summary=summary,
            since_utc_ms=since_ms,
            deadline_utc_ms=deadline_ms,
            failure=None if self.failure is None else failure_snapshot(self.failure),
            version=health.version,
            ends_utc_ms=health.ends_utc_ms,
            restarts=self.status.restarts,
            retry_utc_ms=retry_utc_ms,
        )
        self._tell_moved()
