"""A hosted session: what the gate sees becomes requests and entries; what the owner decides goes to the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from core.api.events import Event
from core.api.hosting import AuditActor, AuditKind, Hosting, Invitation, PeerState
from core.api.joining import JoinRole
from core.api.permissions import Capability, GrantLength, Zone
from core.api.questions import PermissionQuestion
from core.errors import (
    Failure,
    PeerUnusual,
    PolicySignatureWrong,
    PolicyVoided,
    RemoteHostFailed,
    SessionLimitMet,
    SessionNotHosted,
)
from core.evidence.consent_terms import make_terms
from core.hosting.arrival import Arrival, ArrivalParts
from core.hosting.behaviour import Behaviour
from core.hosting.consents import Consents, Sign
from core.hosting.door import Door
from core.hosting.enforcement import Enforcement, SessionPolicy
from core.hosting.entries import ENTRIES
from core.hosting.errands import Errands
from core.hosting.gate_facts import capability_of, count_of, odd, text_of
from core.hosting.keyboard import Keyboard
from core.hosting.ledger import Ledger
from core.hosting.observers import MakesObservers
from core.hosting.reach import Reach
from core.hosting.screening import Screening
from core.hosting.surroundings import EndsSessions, HostsPrograms
from core.hosting.telling import Telling
from core.hosting.ways import WayIn
from core.permissions.anomalies import Anomaly, AnomalyResponse
from core.permissions.desk import Ask, PromptDesk, Visitor, Why
from core.permissions.grants import GrantTable
from core.permissions.limits import LimitMet, SessionLimits
from core.remote.gate_link import Facts
from core.remote.monitors import Monitors
from core.runtime.clock import Clock

_LOOK_S = 1.0


@dataclass(frozen=True)
class HostingTools:
    """What every hosted session is built on."""

    clock: Clock
    ask: Ask
    publish: Callable[[Event], None]
    sessions: EndsSessions


class HostedSession:
    """One hosted session, once its recording runs; lives on the engine's loop."""

    def __init__(
        self,
        session_id: UUID,
        policy: SessionPolicy,
        tools: HostingTools,
        host: HostsPrograms,
        *,
        way: WayIn,
        door: Door,
        sign: Sign,
        frame_ns: Callable[[], int],
        observers: MakesObservers,
    ) -> None:
        rules = policy.rules
        self.session_id = session_id
        self._policy = policy
        self._tools = tools
        self._host = host
        self._door = door
        self._sign = sign
        self._grants = GrantTable(rules.rules)
        self._telling = Telling(tools.publish, str(session_id), self.shown)
        self._keyboard = Keyboard()
        self._enforcement = Enforcement(
            tools.clock, policy, self._grants, door=door, gate=self._gate, frame_ns=frame_ns
        )
        self._ledger = Ledger(session_id, tools.sessions, self._could_not_write, self.keep_up)
        self._reach = Reach(way, self._telling, self._ledger.note)
        self.observers = observers(self._ledger, self._telling)
        self._enforcement.followed = self.observers.follow
        self._desk = self._make_desk()
        limits, now = rules.limits, tools.clock.now()
        self._limits = SessionLimits(
            longest_minutes=limits.longest_minutes, idle_minutes=limits.idle_minutes, started=now
        )
        self._behaviour = Behaviour(rules.anomalies)
        self._screening = Screening(
            self._enforcement,
            size=(rules.width, rules.height),
            note=self._ledger.note,
            apply=self._apply,
        )
        self._errands = Errands(self._fail)
        self._arrival = self._make_arrival()
        self._is_ending, self._hidden_windows = False, 0

    def _make_desk(self) -> PromptDesk:
        return PromptDesk(
            clock=self._tools.clock,
            grants=self._grants,
            ask=self._tools.ask,
            outcomes=self,
            failed=self._telling.report,
            prompt_s=self._policy.rules.limits.prompt_s,
        )

    def _make_arrival(self) -> Arrival:
        return Arrival(
            ArrivalParts(
                clock=self._tools.clock,
                door=self._door,
                actor=AuditActor.PEER,
                note=self._ledger.note,
                apply=self._apply,
                changed=self._telling.changed,
                drop=self._disconnect,
                admit=lambda attempt: self._gate.say(admitted=attempt),
                joined=self._joined,
                came=self._behaviour.connection_came,
                begin=self._errands.begin,
                report=self._telling.report,
                is_ready=lambda: not self._is_ending and self._gate.is_vacant,
                is_ending=lambda: self._is_ending,
            )
        )

    def _open_door(self) -> None:
        """Sign the terms and receive whoever comes. Raises VaultLocked, RemoteHostFailed."""
        if (entrance := self._host.entrance) is None:
            raise RemoteHostFailed(program="entrance", reason="it is closed")
        certificate = self._host.certificate_sha256
        terms = make_terms(
            self._policy.rules,
            session_id=self.session_id,
            role=JoinRole.PEER,
            device=self._policy.device_public_key,
            certificate_sha256=certificate,
            policy_hash=self._policy.signed.policy_hash,
        )
        consents = Consents(terms, self._sign, self._tools.clock)
        self._arrival.open(entrance, self._reach.way, consents, certificate)

    @property
    def _gate(self) -> Monitors:
        return self._host.gate

    @property
    def is_ending(self) -> bool:
        """Whether everything has been taken back for good."""
        return self._is_ending

    # --- what the owner does -----------------------------------------------------------------

    async def begin(self) -> None:
        """Put the policy in force, let people come, and invite the first.

        Raises RemoteHostFailed, and SessionNotHosted when the session has ended meanwhile.
        """
        await self._host.open(self._reach.way.place)
        self._open_door()
        await self.invite()
        if self._is_ending:
            raise SessionNotHosted(session_id=str(self.session_id))
        self._errands.begin(self._keep_looking())
        self._errands.begin(self._reach.settle())

    async def invite(self) -> Invitation:
        """Make a new code; the time without a peer's input counts anew. Raises PeerPresent, DoorLocked."""
        invitation = self._door.invite()
        self._limits.note_input(self._tools.clock.now())
        self._ledger.note(AuditKind.INVITED, AuditActor.OWNER)
        await self._apply()
        return invitation

    async def revoke(self, capability: Capability) -> None:
        """Take a grant back; it is in effect when this returns."""
        if not self._grants.revoke(capability, self._tools.clock.now()):
            return
        self._desk.cool_down(capability)
        await self._apply()
        await asyncio.shield(
            self._ledger.note(
                AuditKind.REVOKED, AuditActor.OWNER, capability.value, decision="revoked"
            )
        )

    async def shield(self, *, is_on: bool) -> None:
        """Blank the peer's view and the recording, or show them again."""
        await self._screening.shield(is_on=is_on)

    async def hide(self, zones: tuple[Zone, ...]) -> None:
        """Hide these zones and no others. Raises UsageFailure."""
        await self._screening.hide(zones)

    async def drop(self) -> None:
        """Disconnect the peer, for good: what it knows of the way here leads nowhere any more, if that is by Tor."""
        if self._door.is_taken and self._reach.renew():
            way = self._reach.way
            self._door.address, self._door.client_key = way.address, way.client_key
            self._errands.begin(self._reach.open_again())
        await self._disconnect()
        self._telling.changed()

    async def _disconnect(self) -> None:
        self._gate.say(drop=True)
        if self._host.entrance is not None:
            self._host.entrance.turn_out()

    async def deny(self) -> None:
        """Take everything back, for good: the end of the session begins with it."""
        self._is_ending = True
        self._telling.end()
        self._door.shut()
        self.observers.end()
        self._grants.end()
        self._desk.peer_left()
        await self._disconnect()
        try:
            await self._enforcement.apply()
        except Exception as error:  # noqa: BLE001 - a gate that cannot be told is gone, or ended next
            if not isinstance(error, Failure):
                self._telling.report(error)
        await self.observers.close()

    async def close(self) -> None:
        """Deny everything and write the last entries, before the recording ends, or as it does.

        Harmless when that has been done; when it was cancelled, it can be done again.
        """
        await self.deny()
        await self._errands.cancel()
        if self._door.peer.state is not PeerState.ABSENT:
            self._ledger.note(AuditKind.LEFT, AuditActor.PEER, self._door.peer.name)
            self._door.left()
        await self._ledger.close()

    def shown(self) -> Hosting:
        """Show how it stands."""
        rules = self._policy.rules
        return Hosting(
            session_id=str(self.session_id),
            profile=rules.profile,
            width=rules.width,
            height=rules.height,
            peer=self._door.peer,
            grants=self._enforcement.grants(),
            invitation=self._door.invitation(),
            is_shielded=self._enforcement.is_shielded,
            zones=self._enforcement.zones,
            hidden_windows=self._hidden_windows,
            policy_hash=self._policy.signed.policy_hash.hex(),
            wrong_codes=self._door.wrong_codes,
            locked_until_utc_ms=self._door.locked_until_utc_ms,
            observing=self.observers.shown(),
            reach=self._reach.phase,
        )

    # --- what becomes of requests (core.permissions.desk.Outcomes) ---------------------------

    def asked(self, question: PermissionQuestion) -> None:
        """The owner is asked."""
        self._ledger.note(
            AuditKind.ASKED, AuditActor.PEER, question.capability.value, reason=question.detail
        )

    def granted(self, capability: Capability, length: GrantLength) -> None:
        """The owner said yes: it is written down, then in force."""
        written = self._ledger.note(
            AuditKind.GRANTED,
            AuditActor.OWNER,
            capability.value,
            decision="granted",
            reason=length.value,
        )
        held = self._enforcement.hold(capability)
        self._errands.begin(self._put_in_force(capability, held, written))

    def denied(self, capability: Capability, why: Why) -> None:
        """It stays denied."""
        self._behaviour.denied(capability, why)
        actor = AuditActor.OWNER if why is Why.OWNER else AuditActor.POLICY
        denied = (AuditKind.DENIED, actor, capability.value)
        self._ledger.note(*denied, decision="denied", reason=why.value)
        self._telling.changed()

    # --- what the gate sees ------------------------------------------------------------------

    def heard(self, happened: str, facts: Facts) -> None:
        """Take what the gate tells; one that tells what nobody can read is trusted no longer."""
        take = {
            "knocked": self._arrival.knocked,
            "met": self._arrival.met,
            "code": self._arrival.code,
            "attempt": self._attempted,
            "activity": self._active,
            "key": self._typed,
            "hidden": self._hid,
            "left": self._left,
        }.get(happened)
        try:
            (take or self._written_as_it_is(happened))(facts)
        except Exception as error:  # noqa: BLE001 - what the gate tells must not end the engine's loop
            self._fail(error)

    def _written_as_it_is(self, happened: str) -> Callable[[Facts], None]:
        make = ENTRIES.get(happened)
        if make is None:
            raise odd(happened)

        def take(facts: Facts) -> None:
            entry = make(facts)
            self._ledger.note(entry.kind, entry.actor, entry.resource, reason=entry.reason)

        return take

    def may_enter(self, user: str) -> bool:
        """Tell whether one more connection is taken, under a user name; each is counted."""
        return self._arrival.may_enter(user)

    def lost(self, program: str) -> None:
        """A program is gone without which there is no session: it ends."""
        if not self._is_ending:
            self._ledger.note(AuditKind.INCIDENT, AuditActor.APPLIANCE, program, reason="it ended")
            self._errands.begin(self._end("host_lost"))

    def _joined(self, name: str) -> None:
        """Somebody is in, under the terms."""
        self._limits.note_input(self._tools.clock.now())
        self._keyboard.peer_came()
        self._desk.peer_came(Visitor(str(self.session_id), name))

    def _attempted(self, facts: Facts) -> None:
        capability, count = capability_of(facts), count_of(facts, "count", 1)
        self._desk.attempt(capability, count, text_of(facts, "detail"))
        self._telling.changed_soon()

    def _active(self, facts: Facts) -> None:
        keys, offers = count_of(facts, "keys"), count_of(facts, "clipboard")
        is_input = keys or count_of(facts, "buttons") or count_of(facts, "moves")
        if self._door.peer.state is not PeerState.ADMITTED:
            if keys:
                self._door.touched()
            return  # a stranger at the door keeps no session alive, and raises no shield
        now = self._tools.clock.now()
        if is_input:
            self._limits.note_input(now)
        self._answer_all(self._behaviour.active(keys, offers, now))

    def _typed(self, facts: Facts) -> None:
        """Have a key recorded, where the policy says so and the peer is in: at the door the code is typed."""
        if not self._policy.rules.records_keys or self._door.peer.state is not PeerState.ADMITTED:
            return
        keysym, is_pressed = count_of(facts, "symbol"), facts.get("is_press") is True
        if self._keyboard.takes(keysym, is_pressed=is_pressed):
            self._tools.sessions.note_key(self.session_id, keysym, is_pressed=is_pressed)

    def _hid(self, facts: Facts) -> None:
        """Note how many windows are hidden by the policy's rules."""
        before, self._hidden_windows = self._hidden_windows, count_of(facts, "windows")
        kind = AuditKind.HIDDEN if self._hidden_windows > before else AuditKind.SHOWN
        reason = f"{self._hidden_windows} windows are hidden"
        self._ledger.note(kind, AuditActor.POLICY, "windows", reason=reason)
        self._telling.changed_soon()

    def _left(self, _: Facts) -> None:
        name = self._door.peer.name
        self._arrival.left()
        self._desk.peer_left()
        self._behaviour.peer_left()
        for capability in self._grants.peer_left(self._tools.clock.now()):
            expired = (AuditKind.EXPIRED, AuditActor.APPLIANCE, capability.value)
            self._ledger.note(*expired, reason="the peer left")
        self._ledger.note(AuditKind.LEFT, AuditActor.PEER, name)
        if not self._is_ending:
            self._errands.begin(self._apply())

    # --- time --------------------------------------------------------------------------------

    def keep_up(self) -> None:
        """Let nothing pass without pictures, and no file whose name the trail has no room for, from now on."""
        gap, names = self._tools.sessions.is_in_gap, self._ledger.takes_names
        if not self._is_ending:
            self._errands.begin(self._screening.follow(is_in_gap=gap, takes_names=names))

    async def _keep_looking(self) -> None:
        """Look every second at what comes with time: grants, codes, limits, and the policy itself."""
        while True:
            await self._tools.clock.sleep(_LOOK_S)
            now = self._tools.clock.now()
            for capability in self._grants.expire(now):
                self._ledger.note(
                    AuditKind.EXPIRED, AuditActor.POLICY, capability.value, decision="revoked"
                )
            self._ledger.sum_up()
            self._reach.look()
            self.keep_up()
            self._answer_all(self._behaviour.look(now))
            await self._arrival.turn_out_late()
            await self._apply()
            if (met := self._limits.met(self._tools.clock.now())) is not None:
                self._meet_limit(met)
                return

    def _meet_limit(self, met: LimitMet) -> None:
        limits = self._policy.rules.limits
        minutes = limits.longest_minutes if met is LimitMet.LONGEST else limits.idle_minutes
        self._telling.report(SessionLimitMet(limit=met.value, minutes=minutes))
        self._ledger.note(AuditKind.INCIDENT, AuditActor.POLICY, met.value, decision="ended")
        self._errands.begin(self._end("peer_limit"))

    def _answer_all(self, anomalies: tuple[Anomaly, ...]) -> None:
        """Do what the policy says about what is unusual."""
        for anomaly in anomalies:
            kind, response = anomaly.kind.value, anomaly.response
            self._telling.report(PeerUnusual(kind=kind.replace("_", " "), response=response.value))
            self._ledger.note(AuditKind.INCIDENT, AuditActor.POLICY, kind, decision=response.value)
            if response is AnomalyResponse.SHIELD:
                shielding = self._screening.shield(is_on=True, actor=AuditActor.POLICY, reason=kind)
                self._errands.begin(shielding)
            elif response is AnomalyResponse.END:
                self._errands.begin(self._end("anomaly"))

    # --- in common ---------------------------------------------------------------------------

    async def _apply(self) -> None:
        """Bring the gate in line and tell front ends; a policy that is not the signed one voids the session."""
        try:
            await self._enforcement.apply()
        except PolicySignatureWrong:
            self._telling.report(PolicyVoided(session_id=str(self.session_id)))
            self._ledger.note(AuditKind.VOIDED, AuditActor.APPLIANCE, decision="ended")
            await self._end("voided")
            return
        self._telling.changed()

    async def _put_in_force(
        self, capability: Capability, held: object, written: asyncio.Future[bool]
    ) -> None:
        """Let a grant be in force once it is written down; never one that could not be."""
        if await asyncio.shield(written):
            self._enforcement.release(capability, held)
            await self._apply()

    async def _end(self, reason: str) -> None:
        """End the session; whoever cancels this is closing it already."""
        if not self._is_ending:
            await self.deny()
            await self._tools.sessions.end(self.session_id, reason)

    def _could_not_write(self, error: Exception) -> None:
        """End: nothing may happen that is not written down. Failures were told where they were met."""
        if not isinstance(error, Failure):
            self._telling.report(error)
        if not self._is_ending:
            self._errands.begin(self._end("recorder"))

    def _fail(self, error: BaseException) -> None:
        """End: what was to be enforced or noticed may not have been."""
        self._telling.report(error)
        if not self._is_ending:
            self._errands.begin(self._end("host_lost"))
