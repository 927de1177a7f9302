"""What observers are let in by: programs, a door, terms, a question, and the session's trail and front ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.api.permissions import Rule
from core.hosting.arrival import Notes
from core.hosting.consents import Consents
from core.hosting.door import Door
from core.hosting.ways import WayIn
from core.permissions.desk import Ask
from core.remote.entrance import Entrance
from core.remote.gate_link import Facts, GateLink
from core.runtime.clock import Clock


class Host(Protocol):
    """What an observer's programs run on, from their start to their end."""

    @property
    def gate(self) -> GateLink:
        """The line to the program that shows the picture."""

    @property
    def entrance(self) -> Entrance | None:
        """Where connections come, once it is open."""

    @property
    def certificate_sha256(self) -> str:
        """The fingerprint of its certificate, which is another than the session's."""

    async def open(self, place: Path | None = None) -> None:
        """Let connections come, to a Unix socket or, without one, to a port of loopback. Raises RemoteHostFailed."""

    async def start(self) -> None:
        """Start everything; nothing is left behind when that fails."""

    async def close(self) -> None:
        """End everything; harmless when that has been done."""


class MakesObserverHost(Protocol):
    """Makes a host for the recorded picture of the session that runs."""

    def __call__(
        self,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
        may_enter: Callable[[str], bool],
    ) -> Host:
        """Make it; it is not started yet."""


class Trail(Protocol):
    """The session's trail."""

    @property
    def note(self) -> Notes:
        """What takes an entry."""


class Tells(Protocol):
    """What front ends are told."""

    def changed(self) -> None:
        """Tell how it stands."""

    def report(self, error: BaseException) -> None:
        """Tell what went wrong."""


@dataclass(frozen=True)
class ObserverParts:
    """What observers are let in by. ``rule`` is the policy's for seeing: where it denies that, nobody watches."""

    session_id: str
    clock: Clock
    ask: Ask
    make_host: MakesObserverHost
    make_way: Callable[[], WayIn]
    door: Door
    consents: Callable[
        [str], Consents
    ]  # to the terms of a way in with this certificate; raises VaultLocked
    rule: Rule
    prompt_s: float
