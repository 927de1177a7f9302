"""How a session is reached: what front ends are told of it, and what of it is written down."""

from __future__ import annotations

from core.api.hosting import AuditActor, AuditKind
from core.api.network import ServicePhase
from core.errors import Failure
from core.hosting.arrival import Notes
from core.hosting.observer_parts import Tells
from core.hosting.ways import WayIn

TOR = "tor"  # what the trail calls it


class Reach:
    """Follows one way in; lives on the engine's loop.

    With ``note``, it is written down when Tor no longer leads to the session, and when it does again.
    """

    def __init__(self, way: WayIn, telling: Tells, note: Notes | None = None) -> None:
        self.way = way
        self._telling = telling
        self._note = note
        self._seen = way.phase
        self._is_lost = self._is_over = False

    @property
    def phase(self) -> ServicePhase | None:
        """Whether the session can be found; None where it is reached on this machine only."""
        return self.way.phase

    async def settle(self) -> None:
        """Wait until it is found for the first time, and tell; or tell why it is not. Raises nothing of that."""
        address = self.way.address
        try:
            await self.way.wait_reachable()
        except Failure as failure:  # Tor goes on trying, unless nobody wants it any more
            if not self._is_over and address == self.way.address:
                self._telling.report(failure)
        if not self._is_over:
            self.look()

    def renew(self) -> bool:
        """Have another address lead here from now on; tells whether one is to, which ``open_again`` sees to then."""
        if self._is_over or not self.way.renew():
            return False
        self._seen = self.way.phase  # nobody has lost an address that was not found yet
        return True

    async def open_again(self) -> None:
        """Have the new address lead here, and tell once it is found; or tell why it is not. Raises nothing of that."""
        try:
            await self.way.open()
        except Failure as failure:
            if not self._is_over:
                self._telling.report(failure)
            return
        await self.settle()

    def end(self) -> None:
        """Follow it no more: it is about to be closed."""
        self._is_over = True

    def look(self) -> None:
        """Take note of what has changed since the last look."""
        before, self._seen = self._seen, self.way.phase
        if before is self._seen:
            return
        if before is ServicePhase.REACHABLE:
            self._is_lost = True
            self._write("it no longer leads to this session")
        elif self._is_lost and self._seen is ServicePhase.REACHABLE:
            self._is_lost = False
            self._write("it leads to this session again")
        self._telling.changed()

    def _write(self, reason: str) -> None:
        if self._note is not None:
            self._note(AuditKind.INCIDENT, AuditActor.APPLIANCE, TOR, reason=reason)
