"""A host without programs: a gate that only talks, an entrance that nobody comes through, a picture that stays dark."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.remote.entrance import Reception
from core.remote.gate_link import Facts
from core.remote.monitors import Monitors
from core.runtime.clock import Clock
from tests.fakes.puppet_gate import PuppetGate
from tests.fakes.shared_picture import FakeGate

ADDRESS, FINGERPRINT = "127.0.0.1:3389", "ab" * 32


class Caller:
    """Somebody who has connected."""

    def __init__(self, user: str = "") -> None:
        self.user = user
        self.has_spoken = False


class PuppetEntrance:
    """An entrance whose visits are made by a test."""

    def __init__(self) -> None:
        self.visit: Caller | None = None
        self.turned_out = 0
        self.address = ADDRESS
        self.reception: Reception | None = None

    def turn_out(self) -> None:
        """End the visit, and count."""
        self.turned_out += self.visit is not None
        self.visit = None


async def _nothing(_: str) -> None:
    """Do nothing."""


class PuppetHost:
    """Stands in for RemoteHost; ``failures`` raise at the step of that name."""

    def __init__(
        self,
        clock: Clock,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
        may_enter: Callable[[str], bool] = lambda _: True,
        **_: Any,  # noqa: ANN401 - size and rules are the programs'
    ) -> None:
        self.puppet, self.channels = PuppetGate(), PuppetGate()
        ends = (self.puppet.engine_end, self.channels.engine_end)
        self.gate = Monitors(*ends, clock, heard=heard, lost=self.lose)
        self.entrance: PuppetEntrance | None = None
        self.place: Path | None = None
        self.certificate_sha256 = FINGERPRINT
        self.failures: dict[str, BaseException] = {}
        self.before = _nothing  # awaited at each step
        self.closed = 0
        self.hear = heard  # tells something by itself
        self._lost = lost
        self._may_enter = may_enter
        self._picture: FakeGate | None = None

    async def start(self) -> None:
        """Start nothing."""
        try:
            await self._step("start")
            self._picture = FakeGate()
        except BaseException:
            await self.close()
            raise

    async def open(self, place: Path | None = None) -> None:
        """Make the entrance, and note where it was to listen."""
        await self._step("open")
        self.place = place
        self.entrance = PuppetEntrance()

    def give_picture(self) -> tuple[int, int]:
        """Give descriptors of a picture; with a failure, of something that is none."""
        if self._picture is None:
            raise AssertionError("it was not started")
        if "picture" in self.failures:
            return (os.open(os.devnull, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY))
        return (os.dup(self._picture.memory), os.dup(self._picture.changes))

    async def close(self) -> None:
        """End everything, and count."""
        self.closed += 1
        await self.gate.close()
        self.puppet.close()
        self.channels.close()
        if self._picture is not None:
            self._picture.close()
            self._picture = None

    def lose(self, program: str) -> None:
        """Let a program end by itself."""
        if not self.closed:
            self._lost(program)

    def come(self, user: str = "") -> Caller | None:
        """Let somebody connect; None when nobody may."""
        if self.entrance is None:
            return None
        if self.entrance.reception is not None:
            self.entrance.reception.came(user)
        if not self._may_enter(user):
            return None
        self.entrance.visit = Caller(user)
        return self.entrance.visit

    async def _step(self, name: str) -> None:
        await self.before(name)
        if name in self.failures:
            raise self.failures[name]
