"""Health: named checks of the appliance, each with a level and a sentence that names no person, path or address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from core.api.network import Network, NetworkMode, TorPhase
from core.api.snapshots import ChainSnapshot, SpaceLevel, SpaceSnapshot
from core.errors import Failure
from core.monitoring.space import percent
from core.runtime.clock import Clock

MOST_JUMP_S: Final = 60.0
MANY_WAITING: Final = 20
_NS = 1_000_000_000


class Level(Enum):
    """How a check is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class HealthCheck:
    """One check."""

    name: str  # stable: "store", "space", "vault", "recorder", "chain", "tor", "clock"
    level: Level
    sentence: str


@dataclass(frozen=True)
class Health:
    """All checks; the whole is as its worst one."""

    checks: tuple[HealthCheck, ...]

    @property
    def level(self) -> Level:
        """Tell the level of the worst check."""
        levels = [check.level for check in self.checks]
        return next((each for each in (Level.FAIL, Level.WARN) if each in levels), Level.OK)


@dataclass(frozen=True)
class Vitals:
    """Where the checks look. ``probe_store`` reads the store, and raises what it does when it cannot."""

    clock: Clock
    probe_store: Callable[[], Awaitable[object]]
    space: Callable[[], SpaceSnapshot]
    is_unlocked: Callable[[], bool]
    is_recording: Callable[[], bool]
    is_in_gap: Callable[[], bool]
    chain: Callable[[], ChainSnapshot | None]  # as it was seen last
    network: Callable[[], Network]


class HealthWatch:
    """Looks at the vitals; lives on the engine's loop. It remembers how the two clocks stood when it began."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals
        self._offset_ns = self._offset()

    async def look(self) -> Health:
        """Do every check."""
        return Health((await self._store(), *self._others()))

    async def _store(self) -> HealthCheck:
        try:
            await self._vitals.probe_store()
        except Failure as failure:
            return HealthCheck("store", Level.FAIL, f"The store cannot be read ({failure.code}).")
        return HealthCheck("store", Level.OK, "The store can be read.")

    def _others(self) -> Iterator[HealthCheck]:
        yield self._space()
        yield self._vault()
        yield self._recorder()
        yield _chain(self._vitals.chain())
        yield _tor(self._vitals.network())
        yield self._clock()

    def _space(self) -> HealthCheck:
        try:
            space = self._vitals.space()
        except Failure as failure:
            sentence = f"The free space cannot be read ({failure.code})."
            return HealthCheck("space", Level.FAIL, sentence)
        free = f"{percent(space)} % of the space is free"
        if space.level is SpaceLevel.FINE:
            return HealthCheck("space", Level.OK, f"{free}.")
        if space.level is SpaceLevel.LOW:
            return HealthCheck("space", Level.WARN, f"{free}: it is getting low.")
        return HealthCheck("space", Level.FAIL, f"{free}: no new session begins.")

    def _vault(self) -> HealthCheck:
        if self._vitals.is_unlocked():
            return HealthCheck("vault", Level.OK, "The vault is open.")
        return HealthCheck("vault", Level.WARN, "The vault is locked: nothing can be recorded.")

    def _recorder(self) -> HealthCheck:
        if not self._vitals.is_recording():
            return HealthCheck("recorder", Level.OK, "No session runs.")
        if self._vitals.is_in_gap():
            sentence = "A session runs of which no pictures are kept just now."
            return HealthCheck("recorder", Level.WARN, sentence)
        return HealthCheck("recorder", Level.OK, "A session runs and is recorded.")

    def _clock(self) -> HealthCheck:
        failure = self._vitals.network().tor.failure
        if failure is not None and failure.code == "clock_wrong":
            return HealthCheck("clock", Level.FAIL, "Tor says that the clock is wrong.")
        moved_s = abs(self._offset() - self._offset_ns) / _NS
        if moved_s > MOST_JUMP_S:
            sentence = f"The clock was moved by {moved_s:.0f} s since the appliance started."
            return HealthCheck("clock", Level.WARN, sentence)
        return HealthCheck("clock", Level.OK, "The clock runs evenly.")

    def _offset(self) -> int:
        now = self._vitals.clock.now()
        return now.utc_ns - now.mono_ns


def _chain(chain: ChainSnapshot | None) -> HealthCheck:
    if chain is None:
        return HealthCheck("chain", Level.OK, "The chain was not needed yet.")
    waiting = f"{chain.waiting_anchors} anchors wait"
    if not chain.is_reachable:
        return HealthCheck("chain", Level.FAIL, f"The chain does not answer; {waiting}.")
    if chain.waiting_anchors > MANY_WAITING:
        return HealthCheck("chain", Level.WARN, f"The chain answers, and {waiting}.")
    return HealthCheck("chain", Level.OK, f"The chain answers; {waiting}.")


def _tor(network: Network) -> HealthCheck:
    if network.mode is NetworkMode.OFFLINE:
        return HealthCheck("tor", Level.OK, "The appliance works offline.")
    tor = network.tor
    if tor.phase is TorPhase.READY:
        return HealthCheck("tor", Level.OK, "Tor is connected.")
    if tor.phase in {TorPhase.STARTING, TorPhase.CONNECTING}:
        return HealthCheck("tor", Level.WARN, f"Tor is connecting ({tor.percent} %).")
    return HealthCheck("tor", Level.FAIL, f"Tor is not connected ({tor.phase.value}).")
