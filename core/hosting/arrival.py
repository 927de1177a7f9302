"""How somebody comes in by one door: greeted or not, under the terms, with a code or a ticket, and with a consent.

It serves a session's peer and whoever only watches alike: each has a door, a way in and terms of its own. Nobody is
admitted whose consent is not in the trail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from core.api.hosting import AuditActor, AuditKind, PeerState
from core.errors import Bug, Failure
from core.evidence.consent import Consent, Means
from core.hosting.consents import Consents
from core.hosting.door import Door
from core.hosting.gate_facts import count_of, odd, text_of
from core.hosting.greeting import Greeting
from core.hosting.ways import WayIn
from core.permissions.limits import Knock
from core.remote.entrance import Entrance
from core.remote.gate_link import Facts
from core.runtime.clock import Clock

_LEAVING_S = 2.0  # for whoever is turned out to be gone


class Notes(Protocol):
    """Writes into the session's trail."""

    def __call__(
        self,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        *,
        decision: str = "",
        reason: str = "",
        consent: str = "",
    ) -> asyncio.Future[bool]:
        """Take an entry; the future tells whether it was written."""


@dataclass(frozen=True)
class ArrivalParts:
    """What an arrival works with. Only ``apply`` and ``drop`` wait.

    ``apply`` brings the gate, and what front ends are told, in line; ``changed`` only these. ``drop`` disconnects who
    is there; ``admit`` says to the gate which attempt was right; ``joined`` hears the name of who is in, before the
    gate does; ``came`` hears of each connection; ``begin`` begins a task; ``report`` tells front ends of a failure.
    The gate ``is_ready`` for one more client, or has one; ``is_ending`` is the end of everything.
    """

    clock: Clock
    door: Door
    actor: AuditActor
    note: Notes
    apply: Callable[[], Awaitable[None]]
    changed: Callable[[], None]
    drop: Callable[[], Awaitable[None]]
    admit: Callable[[int], None]
    joined: Callable[[str], None]
    came: Callable[[], None]
    begin: Callable[[Awaitable[None]], None]
    report: Callable[[BaseException], None]
    is_ready: Callable[[], bool]
    is_ending: Callable[[], bool]


class Arrival:
    """Who comes to one door, until they are in; lives on the engine's loop."""

    def __init__(self, parts: ArrivalParts) -> None:
        self._parts = parts
        self._door = parts.door
        self._entrance: Entrance | None = None
        self._consents: Consents | None = None
        self._greeting: Greeting | None = None
        self._is_gone = asyncio.Event()
        self._visit = object()  # another one with each knock
        self._written: asyncio.Future[bool] | None = (
            None  # the consent of who is in, given at the door
        )

    def open(
        self, entrance: Entrance, way: WayIn, consents: Consents, certificate_sha256: str
    ) -> None:
        """Begin: the entrance, or the way that leads to it, has an address, and the terms are signed."""
        self._entrance, self._consents = entrance, consents
        self._greeting = Greeting(
            consents,
            self._door,
            take=self._take,
            looked=self._looked,
            refused=self.refused,
            failed=self._parts.report,
        )
        self._door.open_at(
            way.address or entrance.address,
            certificate_sha256,
            consents.terms.text,
            client_key=way.client_key,
        )
        entrance.reception = self

    # --- at the entrance (core.remote.entrance.Reception) --------------------------------------

    def may_enter(self, user: str) -> bool:
        """Tell whether one more client is taken; each is counted but who comes under a ticket's user name."""
        entrance = self._entrance
        is_free = entrance is not None and entrance.visit is None and self._parts.is_ready()
        return is_free and self._door.may_connect(is_expected=self._door.tickets.expects(user))

    def came(self, user: str) -> bool:
        """Hear that a client comes; tells whether under the ticket's user name, with which nobody is there yet."""
        self._parts.came()
        return self._is_expected(user)

    async def make_way(self, user: str) -> None:
        """Turn out who is there for who comes under this name, where that one must make way; waits until it is gone."""
        visit = None if self._entrance is None else self._entrance.visit
        is_expected = self._is_expected(user)
        if not self._door.must_make_way(
            is_expected=is_expected,
            is_connected=visit is not None,
            has_spoken=visit is not None and visit.has_spoken,
        ):
            if is_expected and not self._parts.is_ready():
                await self._parts.apply()  # somebody has just left, and the gate is not told yet
            return
        reason = "somebody else wanted to come in, and it had come no further"
        self._parts.note(AuditKind.REFUSED, AuditActor.POLICY, reason=reason)
        await self._turn_out(visit.task if visit is not None else None)

    async def greet(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        welcome: Callable[[], None],
    ) -> None:
        """Speak with an appliance that comes; raises OSError when the line breaks."""
        self._parts.came()
        if self._greeting is not None and not self._parts.is_ending():
            await self._greeting.greet(reader, writer, welcome)

    def refused(self, reason: str) -> None:
        """Write down that a connection came to nothing."""
        if not self._parts.is_ending():
            self._parts.note(AuditKind.REFUSED, AuditActor.POLICY, reason=reason)

    def failed(self, error: Exception) -> None:
        """Write down, and tell, that a connection met a fault of the program."""
        self._parts.report(error)
        if not self._parts.is_ending():
            reason = "a connection met a fault of the program"
            self._parts.note(AuditKind.INCIDENT, AuditActor.APPLIANCE, "entrance", reason=reason)

    # --- at the door, as the gate tells --------------------------------------------------------

    def knocked(self, _: Facts) -> None:
        """Somebody is at the door; raises RemoteHostFailed where somebody else still is."""
        if self._door.peer.state is not PeerState.ABSENT:
            raise odd("knocked")
        if not self._parts.is_ending():
            self._is_gone.clear()
            self._visit = object()
            self._door.knocked()
            self._parts.note(AuditKind.KNOCKED, self._parts.actor)
            self._parts.begin(self._parts.apply())  # so that the channels know whose visit it is

    def met(self, facts: Facts) -> None:
        """Whoever is there says its name."""
        self._door.named(text_of(facts, "name"))
        self._parts.changed()

    def code(self, facts: Facts) -> None:
        """A code came from the door, or Enter alone; raises RemoteHostFailed for what no gate tells."""
        code, attempt = text_of(facts, "code"), count_of(facts, "attempt")
        is_typed = facts.get("typed") is True
        state = self._door.peer.state
        if self._parts.is_ending() or state is PeerState.ABSENT:
            return
        if state is PeerState.ADMITTED:  # it may not have heard of it yet
            self._parts.begin(self._let_in(attempt, self._visit))
            return
        self._try(code, attempt, is_typed=is_typed)

    def left(self) -> None:
        """Nobody is at the door, or behind it, any more."""
        self._door.left()
        self._is_gone.set()

    async def turn_out_late(self) -> None:
        """Let nobody hold the door who does not come in; to be called about once a second."""
        visit = None if self._entrance is None else self._entrance.visit
        reason = self._door.overdue(
            self._parts.clock.now(),
            is_connected=visit is not None,
            has_spoken=visit is not None and visit.has_spoken,
        )
        if reason:
            self._parts.note(AuditKind.REFUSED, AuditActor.POLICY, reason=reason)
            await self._parts.drop()

    # --- in common -----------------------------------------------------------------------------

    def _is_expected(self, user: str) -> bool:
        """Tell whether this is the ticket's user name; while somebody is there under it, it is anybody's."""
        visit = None if self._entrance is None else self._entrance.visit
        return self._door.tickets.expects(user) and (visit is None or visit.user != user)

    def _try(self, code: str, attempt: int, *, is_typed: bool) -> None:
        parts, door, consents = self._parts, self._door, self._consents
        if consents is None:
            raise Bug("somebody is at a door that was never opened")
        name = door.peer.name
        found = door.try_code(code, is_typed=is_typed)
        if found is Knock.AGREE:
            parts.begin(parts.apply())
        elif found is Knock.RIGHT:
            try:
                self._written = self._agreed(consents, door.means)
            except Failure as failure:  # the vault is locked: nobody can witness it
                parts.report(failure)
                parts.note(AuditKind.REFUSED, AuditActor.POLICY, name, reason=failure.code)
                parts.begin(parts.drop())
                return
            parts.note(AuditKind.JOINED, parts.actor, door.peer.name)
            parts.joined(door.peer.name)
            parts.begin(self._let_in(attempt, self._visit))
        elif found is not Knock.NOTHING:
            parts.note(AuditKind.WRONG_CODE, parts.actor, name, decision="denied")
            is_locked = door.locked_until_utc_ms is not None
            parts.begin(parts.drop() if is_locked else parts.apply())

    def _agreed(self, consents: Consents, means: Means) -> asyncio.Future[bool] | None:
        """Write down what was agreed to at the door; None where it is in the trail already. Raises VaultLocked."""
        if means is Means.SIGNED:
            return None
        return self._write(consents.given_at_door(self._door.peer.name, means))

    def _write(self, consent: Consent) -> asyncio.Future[bool]:
        return self._parts.note(
            AuditKind.CONSENTED,
            self._parts.actor,
            consent.receipt.party.name,
            reason=consent.receipt.receipt_hash.hex(),
            consent=consent.to_json().decode(),
        )

    async def _take(self, consent: Consent) -> bool:
        """Write down what an appliance has agreed to; tells whether it is written."""
        return not self._parts.is_ending() and await asyncio.shield(self._write(consent))

    def _looked(self, found: Knock) -> None:
        """Write down a wrong code that came in a greeting."""
        if found is Knock.WRONG:
            self._parts.note(AuditKind.WRONG_CODE, self._parts.actor, decision="denied")
            self._parts.begin(self._parts.apply())

    async def _let_in(self, attempt: int, visit: object) -> None:
        """Let somebody in: consent, notice and grants first, so that nothing is in force too early.

        The gate numbers the attempts of all who come, so that no other one's is taken for this one.
        """
        written = self._written
        if written is not None and not await asyncio.shield(written):
            return
        if visit is not self._visit or not self._door.is_taken:
            return  # it has left meanwhile; whoever is there now is somebody else
        self._door.let_in()
        await self._parts.apply()
        if not self._parts.is_ending():
            self._parts.admit(attempt)

    async def _turn_out(self, task: asyncio.Task[None] | None) -> None:
        await self._parts.drop()
        try:
            async with asyncio.timeout(_LEAVING_S):
                if task is not None:
                    await asyncio.wait({task})
                if self._door.peer.state is not PeerState.ABSENT:
                    await self._is_gone.wait()
                await self._parts.apply()
        except TimeoutError:
            return  # it is still there: whoever wanted to come in is turned away
