"""Who may only watch: a way in of its own, a question of its own, and a pod that knows nothing of the session.

At most one observer at a time. Whatever goes wrong with it ends it, and never the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from core.api.hosting import AuditActor, AuditKind, Invitation, Observing, PeerState
from core.api.permissions import Capability, GrantLength, Rule
from core.api.questions import PermissionQuestion
from core.errors import (
    Cancelled,
    Failure,
    RemoteHostFailed,
    SessionNotHosted,
    UsageFailure,
)
from core.hosting.arrival import Arrival, ArrivalParts
from core.hosting.errands import Errands
from core.hosting.gate_facts import count_of, odd, text_of
from core.hosting.observer_parts import Host, ObserverParts, Tells, Trail
from core.hosting.premises import Premises
from core.hosting.reach import Reach
from core.hosting.watching import DENIED, EXPIRED, watching_notice
from core.hosting.ways import WayIn
from core.permissions.desk import PromptDesk, Visitor, Why
from core.permissions.grants import GrantTable
from core.remote.gate_link import Facts, GateState

WATCHING = "watching"  # what the trail calls what an observer is allowed
FAREWELL_S = 5.0  # to read why it is turned out
_PATIENCE_S = 2.0  # a program that does not answer for so long is ended


class MakesObservers(Protocol):
    """Makes the observers of a session that is being made."""

    def __call__(self, trail: Trail, telling: Tells) -> Observers:
        """Make them."""


class Observers:
    """The observers of one session; lives on the engine's loop."""

    def __init__(self, parts: ObserverParts, trail: Trail, telling: Tells) -> None:
        rule = Rule.DENY if parts.rule is Rule.DENY else Rule.ASK
        self._parts, self._trail, self._telling = parts, trail, telling
        self._door = parts.door
        self._grants = GrantTable([(Capability.VIEW, rule)])
        self._desk = PromptDesk(
            clock=parts.clock,
            grants=self._grants,
            ask=parts.ask,
            outcomes=self,
            failed=telling.report,
            prompt_s=parts.prompt_s,
            is_observer=True,
        )
        self._errands = Errands(self._fail)
        self._arrival = self._make_arrival()
        self._ends: set[asyncio.Task[None]] = set()  # of hosts that are no longer used
        self._starting, self._order = asyncio.Lock(), asyncio.Lock()
        self._host: Host | None = None
        self._premises: Premises[Host] | None = None  # the host's, and the way to it
        self._reach: Reach | None = None
        self._session = GateState()  # what the session's gate was told last
        self._told: GateState | None = None
        self._held: object | None = None  # a grant that is not in the trail yet
        self._starter: asyncio.Task[None] | None = None
        self._farewell = ""  # why whoever is there must leave
        self._has_ended, self._drops = False, 0

    def _make_arrival(self) -> Arrival:
        return Arrival(
            ArrivalParts(
                clock=self._parts.clock,
                door=self._door,
                actor=AuditActor.OBSERVER,
                note=self._trail.note,
                apply=self._tell,
                changed=self._telling.changed,
                drop=self._disconnect,
                admit=self._admit,
                joined=self._joined,
                came=lambda: None,  # the door counts them
                begin=self._errands.begin,
                report=self._telling.report,
                is_ready=lambda: self._host is not None and not self._has_ended,
                is_ending=lambda: self._has_ended,
            )
        )

    # --- what the owner does -----------------------------------------------------------------

    async def invite(self) -> Invitation:
        """Make a way in, and a code for it.

        Raises UsageFailure where the policy lets nobody see the desktop, PeerPresent, DoorLocked, MissingProgram,
        RemoteHostFailed, SessionNotHosted once the session has ended, and Cancelled when it was dropped meanwhile.
        """
        if self._parts.rule is Rule.DENY:
            raise UsageFailure(reason="the policy of this session lets nobody see the desktop")
        drops = self._drops
        async with self._starting:
            self._refuse_over(drops)
            is_new = self._host is None
            if is_new:
                await self._wait_started(drops)
            try:
                invitation = self._door.invite()
            except Failure:
                if is_new:
                    self._leave()
                raise
        self._desk.forgive(Capability.VIEW)  # a no was to whoever was there before
        self._trail.note(AuditKind.INVITED, AuditActor.OWNER, WATCHING)
        await self._tell()
        self._refuse_over(drops)
        self._need_host()
        return invitation

    async def drop(self) -> None:
        """Disconnect whoever watches and close the way in, also one that is being made; in effect when this returns."""
        self._drops += 1
        await self._stop_starting()
        was_granted = self._grants.revoke(Capability.VIEW, self._parts.clock.now())
        await self._tell()
        if was_granted:
            await asyncio.shield(
                self._trail.note(AuditKind.REVOKED, AuditActor.OWNER, WATCHING, decision="revoked")
            )
        self._leave()
        await self._wait_closed()

    def end(self) -> None:
        """Allow nothing any more, for good: the session's end has begun."""
        self._has_ended = True
        self._door.shut()
        self._grants.end()
        self._desk.peer_left()

    async def close(self) -> None:
        """End everything; harmless when that has been done. Raises nothing."""
        self.end()
        await self._stop_starting()
        self._leave()
        await self._errands.cancel()
        await self._wait_closed()

    def shown(self) -> Observing | None:
        """Show how it stands; None while nobody was invited."""
        if self._host is None or self._has_ended:
            return None
        grant = self._grants.snapshot(self._parts.clock.now())[0]
        is_watching = grant.is_granted and Capability.VIEW in self._in_force()
        reach = None if self._reach is None else self._reach.phase
        return Observing(
            peer=self._door.peer,
            invitation=self._door.invitation(),
            until_utc_ms=grant.until_utc_ms if is_watching else None,
            is_watching=is_watching,
            reach=reach,
        )

    # --- the session -------------------------------------------------------------------------

    async def follow(self, session: GateState) -> None:
        """Bring what is shown in line with what the session's gate was just told, and with the time. Raises nothing."""
        self._session = session
        if self._host is None:
            return
        now = self._parts.clock.now()
        if self._grants.expire(now):
            self._note(AuditKind.EXPIRED, AuditActor.POLICY, decision="revoked")
            self._turn_out(EXPIRED)
        await self._arrival.turn_out_late()
        await self._tell()

    # --- what becomes of requests (core.permissions.desk.Outcomes) ---------------------------

    def asked(self, question: PermissionQuestion) -> None:
        """The owner is asked."""
        self._note(AuditKind.ASKED, AuditActor.OBSERVER, reason=question.detail)

    def granted(self, capability: Capability, length: GrantLength) -> None:  # noqa: ARG002 - there is one only
        """The owner said yes: it is written down, then in force."""
        written = self._note(
            AuditKind.GRANTED, AuditActor.OWNER, decision="granted", reason=length.value
        )
        self._held = held = object()
        self._errands.begin(self._put_in_force(held, written))

    def denied(self, capability: Capability, why: Why) -> None:  # noqa: ARG002 - there is one only
        """It stays denied: whoever asked is told so, and turned out."""
        actor = AuditActor.OWNER if why is Why.OWNER else AuditActor.POLICY
        self._note(AuditKind.DENIED, actor, decision="denied", reason=why.value)
        self._turn_out(DENIED[why])  # nobody waits for an answer that cannot come

    # --- what the program tells --------------------------------------------------------------

    def _heard(self, happened: str, facts: Facts) -> None:
        """Take what it tells; one that tells what nobody can read is trusted no longer."""
        take = {
            "knocked": self._knocked,
            "met": self._arrival.met,
            "code": self._arrival.code,
            "activity": self._active,
            "left": self._left,
            "refused": self._refused,
            "gone": self._gone,
        }.get(happened)
        try:
            (take or _refuse(happened))(facts)
        except Exception as error:  # noqa: BLE001 - what it tells must not end the engine's loop
            self._fail(error)

    def _lost(self, program: str) -> None:
        """A program is gone without which nobody can watch; the session goes on."""
        if self._host is not None and not self._has_ended:
            self._trail.note(
                AuditKind.INCIDENT, AuditActor.APPLIANCE, WATCHING, reason=f"{program} ended"
            )
            self._leave()

    def _knocked(self, facts: Facts) -> None:
        self._farewell = ""
        self._arrival.knocked(facts)

    def _active(self, facts: Facts) -> None:
        """Whoever is at the door types there; what is done behind it goes nowhere."""
        if count_of(facts, "keys"):
            self._door.touched()

    def _joined(self, name: str) -> None:
        self._desk.peer_came(Visitor(self._parts.session_id, name))

    def _admit(self, attempt: int) -> None:
        """Somebody is in, and sees a page: the owner is asked at once."""
        if self._host is not None:
            self._host.gate.say(admitted=attempt)
            self._desk.attempt(Capability.VIEW)

    def _refused(self, facts: Facts) -> None:
        reason = text_of(facts, "reason")
        self._trail.note(AuditKind.REFUSED, AuditActor.POLICY, WATCHING, reason=reason)

    def _gone(self, facts: Facts) -> None:
        reason = text_of(facts, "reason")
        self._trail.note(AuditKind.INCIDENT, AuditActor.APPLIANCE, WATCHING, reason=reason)

    def _left(self, _: Facts) -> None:
        """Forget who was there; the way in stays."""
        if self._door.peer.state is PeerState.ABSENT:
            return
        name = self._door.peer.name
        self._arrival.left()
        self._desk.peer_left()
        if self._grants.peer_left(self._parts.clock.now()):
            self._note(AuditKind.EXPIRED, AuditActor.APPLIANCE, reason="the observer left")
        self._trail.note(AuditKind.LEFT, AuditActor.OBSERVER, name)
        self._farewell = ""
        if not self._has_ended and self._host is not None:
            self._errands.begin(self._tell())
        self._telling.changed()

    # --- in common ---------------------------------------------------------------------------

    def _refuse_over(self, drops: int) -> None:
        """Raise SessionNotHosted once the session has ended, and Cancelled when observers were dropped since."""
        if self._has_ended:
            raise SessionNotHosted(session_id=self._parts.session_id)
        if drops != self._drops:
            raise Cancelled

    def _need_host(self) -> None:
        if self._host is None:
            raise RemoteHostFailed(program="observer", reason="it ended")

    async def _wait_started(self, drops: int) -> None:
        """Start the programs; the session's end, or a drop, cuts it short. Raises as ``invite``."""
        self._starter = asyncio.ensure_future(self._start())
        try:
            await self._starter
        except asyncio.CancelledError:
            self._refuse_over(drops)
            raise
        finally:
            self._starter = None
        self._refuse_over(drops)
        self._need_host()

    async def _stop_starting(self) -> None:
        if self._starter is not None:
            self._starter.cancel()
            await asyncio.gather(self._starter, return_exceptions=True)

    async def _start(self) -> None:
        """Start the programs and open the way in. Raises MissingProgram and RemoteHostFailed."""
        ended: list[str] = []  # before anybody could come

        def heard(happened: str, facts: Facts) -> None:
            if self._host is host:  # what one that is over tells is nothing to the next one's door
                self._heard(happened, facts)

        def lost(program: str) -> None:
            ended.append(program)
            if self._host is host:
                self._lost(program)

        way = self._parts.make_way()
        host = self._parts.make_host(heard=heard, lost=lost, may_enter=self._arrival.may_enter)
        premises = Premises(host, way)
        await premises.start()
        try:
            await host.open(premises.way.place)
            self._open_door(host, premises.way, ended)
        except BaseException:
            await premises.close()
            raise
        self._host, self._premises, self._told = host, premises, None
        self._reach = Reach(premises.way, self._telling)
        self._errands.begin(self._reach.settle())

    def _open_door(self, host: Host, way: WayIn, ended: Sequence[str]) -> None:
        """Sign the terms and receive whoever comes. Raises VaultLocked, RemoteHostFailed."""
        if host.entrance is None or ended:
            raise RemoteHostFailed(program=(*ended, "entrance")[0], reason="it ended")
        certificate = host.certificate_sha256
        self._arrival.open(host.entrance, way, self._parts.consents(certificate), certificate)

    def _in_force(self) -> dict[Capability, int | None]:
        """Give what is granted and written down, with its deadline."""
        if self._held is not None:
            return {}
        granted = self._grants.in_force(self._parts.clock.now())
        return {each.capability: each.until_mono_ns for each in granted}

    def _state(self) -> GateState:
        session, peer = self._session, self._door.peer
        return GateState(
            granted=self._in_force(),
            is_shielded=session.is_shielded,
            hidden=session.hidden,
            is_open=self._door.is_open or peer.state is not PeerState.ABSENT,
            frame_ns=2 * session.frame_ns,
            notice=self._notice(),
        )

    def _notice(self) -> str:
        """Choose the sentence; while it watches, the one that is read the moment it no longer does."""
        if self._farewell:
            return self._farewell
        if not self._door.is_let_in:
            return self._door.page
        return watching_notice(
            is_shielded=self._session.is_shielded,
            is_granted=Capability.VIEW in self._in_force(),
        )

    async def _tell(self) -> None:
        """Tell the program how things stand, and wait until it is so; one that does not do it is ended."""
        async with self._order:
            host, state = self._host, self._state()
            if host is None or state == self._told:
                return
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    done = await host.gate.tell(state)
            except (TimeoutError, RemoteHostFailed):
                self._lost("the observer's program")
                return
            self._told = state
            if set(filter(None, str(done.get("granted", "")).split(","))) - {
                each.value for each in state.granted
            }:
                self._lost("what the observer's program may show")
        self._telling.changed()

    async def _put_in_force(self, held: object, written: asyncio.Future[bool]) -> None:
        """Show the picture once the grant is written down; never one that could not be."""
        if await asyncio.shield(written) and self._held is held:
            self._held = None
            await self._tell()

    def _turn_out(self, farewell: str) -> None:
        """Say why, and disconnect whoever is there when it had time to read it."""
        if self._door.peer.state is PeerState.ADMITTED and not self._has_ended:
            self._farewell = farewell
            self._errands.begin(self._say_farewell(self._door.peer.since_utc_ms))

    async def _say_farewell(self, since_utc_ms: int) -> None:
        await self._tell()
        await self._parts.clock.sleep(FAREWELL_S)
        if self._door.peer.since_utc_ms == since_utc_ms:
            await self._disconnect()

    async def _disconnect(self) -> None:
        if self._host is not None:
            self._host.gate.say(drop=True)
            if self._host.entrance is not None:
                self._host.entrance.turn_out()

    def _leave(self) -> None:
        """End the host, and with it whoever is there."""
        if self._reach is not None:
            self._reach.end()
        premises, self._premises, self._reach = self._premises, None, None
        self._host = self._told = None
        self._left({})
        if premises is not None:
            task = asyncio.ensure_future(premises.close())
            self._ends.add(task)
            task.add_done_callback(self._look_at)
        self._telling.changed()

    async def _wait_closed(self) -> None:
        await asyncio.gather(*self._ends, return_exceptions=True)

    def _look_at(self, task: asyncio.Task[None]) -> None:
        self._ends.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._telling.report(error)

    def _note(
        self, kind: AuditKind, actor: AuditActor, *, decision: str = "", reason: str = ""
    ) -> asyncio.Future[bool]:
        return self._trail.note(kind, actor, WATCHING, decision=decision, reason=reason)

    def _fail(self, error: BaseException) -> None:
        """End who watches: what was to be enforced or noticed may not have been."""
        self._telling.report(error)
        self._lost("the observer's part")


def _refuse(happened: str) -> Callable[[Facts], None]:
    raise odd(happened)
