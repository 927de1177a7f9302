"""A joined session: what this end's policy and the owner let out, and what became of the other end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from core.api.events import Event
from core.api.hosting import AuditActor, AuditKind, Peer, PeerState
from core.api.joining import Joined, JoinedChanged, JoinedState, KeyInput, PointerInput, Terms
from core.api.permissions import Capability, GrantLength, Rule, Zone
from core.errors import (
    Failure,
    PeerUnusual,
    PolicySignatureWrong,
    PolicyVoided,
    RemoteHostFailed,
    SessionLimitMet,
    SessionNotJoined,
    UsageFailure,
)
from core.hosting.behaviour import Behaviour
from core.hosting.enforcement import Enforcement, SessionPolicy
from core.hosting.entries import ENTRIES
from core.hosting.errands import Errands
from core.hosting.gate_facts import capability_of, count_of, odd, text_of
from core.hosting.ledger import Ledger
from core.hosting.screening import Screening
from core.hosting.surroundings import EndsSessions
from core.hosting.telling import Telling
from core.joining.first_sight import LOOK_S, FirstSight
from core.joining.greeting import Admission
from core.joining.seat import Seat
from core.permissions.anomalies import Anomaly, AnomalyResponse
from core.permissions.grants import GrantTable
from core.permissions.limits import LimitMet, SessionLimits
from core.remote.gate_link import Facts, GateLink
from core.runtime.clock import Clock
from core.sessions.hosted import ANOMALY, HOST_LOST, OTHER_END, PEER_LIMIT, VOIDED
from core.vault.device import fingerprint

_LOOK_S = 1.0
_ENTERING_S = 10.0
_EXPECTED = frozenset({"knocked", "met"})  # of the seat, told by the gate; nothing follows from it


class ShowsOtherEnd(Protocol):
    """What a joined session runs on."""

    @property
    def gate(self) -> GateLink:
        """The line to the gate."""

    @property
    def seat(self) -> Path:
        """Where this seat's keys and pointer go in."""

    @property
    def version(self) -> int:
        """The version of the display's protocol."""

    @property
    def received_bytes(self) -> int:
        """How much has come from the other end."""

    def connect(self, user: str, password: str) -> None:
        """Let the client connect. Raises RemoteHostFailed."""


@dataclass(frozen=True)
class JoiningTools:
    """What every joined session is built on."""

    clock: Clock
    publish: Callable[[Event], None]
    sessions: EndsSessions


@dataclass(frozen=True)
class OtherEnd:
    """Whose session it is, where, and by which name this end is known there."""

    terms: Terms
    address: str
    name: str


class _Threshold:
    """Says to the enforcement who is there: the seat, and nobody else; and that its door is open until it is in."""

    def __init__(self) -> None:
        self.peer = Peer()
        self.page = ""  # nobody comes to it
        self.is_open = True
        self.is_let_in = False
        self.notice = ""

    def enter(self) -> None:
        """The seat is in, and the door shut behind it."""
        self.peer, self.is_open, self.is_let_in = Peer(PeerState.ADMITTED), False, True


class JoinedSession:
    """One joined session, once its recording runs; lives on the engine's loop.

    ``accept`` accepts the terms at the other end; ``sequence`` gives the number of the picture's last change.
    """

    def __init__(
        self,
        session_id: UUID,
        policy: SessionPolicy,
        tools: JoiningTools,
        host: ShowsOtherEnd,
        *,
        other_end: OtherEnd,
        accept: Callable[[], Awaitable[Admission]],
        sequence: Callable[[], int],
    ) -> None:
        rules, limits = policy.rules, policy.rules.limits
        self.session_id = session_id
        self._policy = policy
        self._tools = tools
        self._host = host
        self._other_end = other_end
        self._accept = accept
        self._sight = FirstSight(sequence, lambda: host.received_bytes)
        self._state = JoinedState.CONNECTING
        self._consent_hash = ""
        self._threshold, self._seat = _Threshold(), Seat()
        self._is_in = asyncio.Event()
        self._grants = GrantTable(rules.rules)
        self._telling = Telling(tools.publish, str(session_id), self.shown, JoinedChanged)
        self._enforcement = Enforcement(
            tools.clock,
            policy,
            self._grants,
            door=self._threshold,
            gate=host.gate,
            frame_ns=lambda: 0,
        )
        self._ledger = Ledger(session_id, tools.sessions, self._could_not_write, self.keep_up)
        self._screening = Screening(
            self._enforcement,
            size=(rules.width, rules.height),
            note=self._ledger.note,
            apply=self._apply,
        )
        self._limits = SessionLimits(
            longest_minutes=limits.longest_minutes,
            idle_minutes=limits.idle_minutes,
            started=tools.clock.now(),
        )
        self._behaviour = Behaviour(rules.anomalies)  # of what is done here
        self._errands = Errands(self._fail)
        self._is_ending = self._has_joined = False
        self.end_reason = ""  # why it ends by itself, as soon as that is so

    @property
    def is_ending(self) -> bool:
        """Whether everything has been taken back for good."""
        return self._is_ending

    # --- what the owner does -----------------------------------------------------------------

    async def begin(self) -> None:
        """Put the policy in force, take the seat, accept the terms, and let the client connect.

        Raises RemoteHostFailed, what ``accept`` raises, and SessionNotJoined when the session has ended meanwhile, or
        what was accepted cannot be written down.
        """
        await self._apply()
        await self._take_seat()
        self._refuse_ended()  # a code is used up, and a receipt given, for nothing else
        admission = await self._accept()
        await self._note_consent(admission)
        self._refuse_ended()
        self._sight.begin()
        self._host.connect(admission.user, admission.ticket)
        self._errands.begin(self._keep_looking())
        self._errands.begin(self._await_desktop())
        self._telling.changed()

    async def allow(self, capability: Capability, length: GrantLength) -> None:
        """Let something out of this appliance; it is in effect when this returns.

        Raises UsageFailure for what this end's policy denies, and for what is allowed already; SessionNotJoined.
        """
        self._refuse_ended()
        if self._grants.rule_of(capability) is Rule.DENY:
            raise UsageFailure(reason=f"the policy of this end denies {capability.value}")
        now = self._tools.clock.now()
        if self._grants.is_granted(capability, now):
            raise UsageFailure(reason=f"{capability.value} is allowed already")
        self._grants.grant(capability, length, now)
        held = self._enforcement.hold(capability)
        granted = (AuditKind.GRANTED, AuditActor.OWNER, capability.value)
        written = self._ledger.note(*granted, decision="granted", reason=length.value)
        if not await asyncio.shield(written):
            raise SessionNotJoined(session_id=str(self.session_id))
        self._enforcement.release(capability, held)
        await self._apply()
        if capability is Capability.KEYBOARD:
            self._seat.unlock_keys()

    async def revoke(self, capability: Capability) -> None:
        """Take a grant back; it is in effect when this returns."""
        if not self._grants.revoke(capability, self._tools.clock.now()):
            return
        await self._apply()
        revoked = (AuditKind.REVOKED, AuditActor.OWNER, capability.value)
        await asyncio.shield(self._ledger.note(*revoked, decision="revoked"))

    async def shield(self, *, is_on: bool) -> None:
        """Show nothing, record nothing and let nothing out; or all as before."""
        await self._screening.shield(is_on=is_on)

    async def hide(self, zones: tuple[Zone, ...]) -> None:
        """Neither show nor record these zones. Raises UsageFailure."""
        await self._screening.hide(zones)

    def act(self, inputs: tuple[KeyInput | PointerInput, ...]) -> None:
        """Hand on what is done at this seat; the gate lets through what is allowed."""
        if not self._is_ending:
            self._seat.act(inputs)

    def report(self, error: BaseException) -> None:
        """Tell front ends what went wrong beside the session."""
        self._telling.report(error)

    async def deny(self) -> None:
        """Take everything back, for good: the end of the session begins with it."""
        self._is_ending = True
        self._telling.end()
        self._grants.end()
        await self._seat.leave()
        try:
            await self._enforcement.apply()
        except Exception as error:  # noqa: BLE001 - a gate that cannot be told is gone, or ended next
            if not isinstance(error, Failure):
                self._telling.report(error)

    async def close(self) -> None:
        """Deny everything and write the last entries, before the recording ends, or as it does.

        Harmless when that has been done; when it was cancelled, it can be done again.
        """
        await self.deny()
        await self._errands.cancel()
        if self._has_joined:
            self._has_joined = False
            device = fingerprint(bytes.fromhex(self._other_end.terms.device))
            self._ledger.note(AuditKind.LEFT, AuditActor.OWNER, device)
        await self._ledger.close()

    def shown(self) -> Joined:
        """Show how it stands."""
        rules, enforcement = self._policy.rules, self._enforcement
        return Joined(
            session_id=str(self.session_id),
            terms=self._other_end.terms,
            address=self._other_end.address,
            name=self._other_end.name,
            state=self._state,
            width=rules.width,
            height=rules.height,
            grants=enforcement.grants(),
            is_shielded=enforcement.is_shielded,
            zones=enforcement.zones,
            policy_hash=self._policy.signed.policy_hash.hex(),
            consent_hash=self._consent_hash,
        )

    # --- what the gate and the host tell -----------------------------------------------------

    def heard(self, happened: str, facts: Facts) -> None:
        """Take what the gate tells; one that tells what nobody can read is trusted no longer."""
        take = {
            "code": self._entered,
            "attempt": self._attempted,
            "activity": self._active,
            "left": self._left_seat,
        }.get(happened)
        try:
            if take is not None:
                take(facts)
            elif happened not in _EXPECTED:
                self._write_as_it_is(happened, facts)
        except Exception as error:  # noqa: BLE001 - what the gate tells must not end the engine's loop
            self._fail(error)

    def lost(self, failure: Failure | None) -> None:
        """The other end has closed the connection, or something is gone without which there is no session: it ends."""
        if self._is_ending:
            return
        is_other_end = failure is None or not isinstance(failure, RemoteHostFailed)
        reason = "the other end has ended it" if failure is None else failure.code.replace("_", " ")
        self._ledger.note(AuditKind.INCIDENT, AuditActor.APPLIANCE, "connection", reason=reason)
        if failure is not None:
            self._telling.report(failure)
        self._state = JoinedState.ENDED
        self._telling.changed()
        self._begin_end(OTHER_END if is_other_end else HOST_LOST)

    def _entered(self, facts: Facts) -> None:
        """Let the seat in, by the code that only it knows; whoever else comes to the gate's door stays there."""
        if text_of(facts, "code") != self._seat.code:
            self._ledger.note(AuditKind.REFUSED, AuditActor.POLICY, reason="not this seat")
            return
        self._threshold.enter()
        self._host.gate.say(admitted=count_of(facts, "attempt"))
        self._is_in.set()

    def _attempted(self, facts: Facts) -> None:
        self._grants.count_attempts(capability_of(facts), count_of(facts, "count", 1))
        self._telling.changed_soon()

    def _active(self, facts: Facts) -> None:
        now, keys = self._tools.clock.now(), count_of(facts, "keys")
        if keys or count_of(facts, "buttons") or count_of(facts, "moves"):
            self._limits.note_input(now)
        for anomaly in self._behaviour.active(keys, 0, now):
            self._answer(anomaly)

    def _answer(self, anomaly: Anomaly) -> None:
        """Do what the policy says about what is unusual at this seat."""
        kind, response = anomaly.kind.value, anomaly.response
        self._telling.report(PeerUnusual(kind=kind.replace("_", " "), response=response.value))
        self._ledger.note(AuditKind.INCIDENT, AuditActor.POLICY, kind, decision=response.value)
        if response is AnomalyResponse.SHIELD:
            shielding = self._screening.shield(is_on=True, actor=AuditActor.POLICY, reason=kind)
            self._errands.begin(shielding)
        elif response is AnomalyResponse.END:
            self._begin_end(ANOMALY)

    def _left_seat(self, _: Facts) -> None:
        if not self._is_ending:
            raise RemoteHostFailed(program="gate", reason="it has turned this seat out")

    def _write_as_it_is(self, happened: str, facts: Facts) -> None:
        make = ENTRIES.get(happened)
        if make is None:
            raise odd(happened)
        entry = make(facts)
        self._ledger.note(entry.kind, entry.actor, entry.resource, reason=entry.reason)

    # --- the way in --------------------------------------------------------------------------

    async def _take_seat(self) -> None:
        await self._seat.enter(self._host.seat, self._host.version)
        try:
            async with asyncio.timeout(_ENTERING_S):
                await self._is_in.wait()
        except TimeoutError:
            raise RemoteHostFailed(program="gate", reason="it does not let this seat in") from None
        await self._apply()

    async def _note_consent(self, admission: Admission) -> None:
        """Write down what was accepted, and that the session was joined under it. Raises SessionNotJoined."""
        consent = admission.consent
        self._consent_hash = consent.receipt.receipt_hash.hex()
        consented = (AuditKind.CONSENTED, AuditActor.OWNER, consent.receipt.party.name)
        document = consent.to_json().decode()
        written = [self._ledger.note(*consented, reason=self._consent_hash, consent=document)]
        joined = (AuditKind.JOINED, AuditActor.OWNER, fingerprint(consent.terms.device))
        self._has_joined = True
        written.append(self._ledger.note(*joined, reason=self._other_end.address))
        for each in written:
            if not await asyncio.shield(each):
                raise SessionNotJoined(session_id=str(self.session_id))

    def _refuse_ended(self) -> None:
        if self._is_ending or self.end_reason or self._state is JoinedState.ENDED:
            raise SessionNotJoined(session_id=str(self.session_id))

    # --- time --------------------------------------------------------------------------------

    def keep_up(self) -> None:
        """Let nothing out, and show nothing, while no pictures are recorded."""
        if not self._is_ending:
            gap = self._tools.sessions.is_in_gap
            self._errands.begin(self._screening.follow(is_in_gap=gap, takes_names=True))

    async def _await_desktop(self) -> None:
        """Notice that the other end shows something."""
        while self._state is JoinedState.CONNECTING:
            await self._tools.clock.sleep(LOOK_S)
            if self._sight.is_shown() and self._state is JoinedState.CONNECTING:
                self._state = JoinedState.WATCHING
                self._telling.changed()

    async def _keep_looking(self) -> None:
        """Look every second at what comes with time: grants, limits, and the policy itself."""
        while True:
            await self._tools.clock.sleep(_LOOK_S)
            now = self._tools.clock.now()
            for capability in self._grants.expire(now):
                expired = (AuditKind.EXPIRED, AuditActor.POLICY, capability.value)
                self._ledger.note(*expired, decision="revoked")
            self._ledger.sum_up()
            self.keep_up()
            await self._apply()
            if (met := self._limits.met(now)) is not None:
                self._meet_limit(met)
                return

    def _meet_limit(self, met: LimitMet) -> None:
        limits = self._policy.rules.limits
        minutes = limits.longest_minutes if met is LimitMet.LONGEST else limits.idle_minutes
        self._telling.report(SessionLimitMet(limit=met.value, minutes=minutes))
        self._ledger.note(AuditKind.INCIDENT, AuditActor.POLICY, met.value, decision="ended")
        self._begin_end(PEER_LIMIT)

    # --- in common ---------------------------------------------------------------------------

    async def _apply(self) -> None:
        """Bring the gate in line and tell front ends; a policy that is not the signed one voids the session."""
        before = self._sight.changes_here()
        try:
            await self._enforcement.apply()
        except PolicySignatureWrong:
            self._telling.report(PolicyVoided(session_id=str(self.session_id)))
            self._ledger.note(AuditKind.VOIDED, AuditActor.APPLIANCE, decision="ended")
            await self._end(VOIDED)
            return
        self._sight.changed_here(before)
        self._telling.changed()

    def _begin_end(self, reason: str) -> None:
        self.end_reason = self.end_reason or reason
        self._errands.begin(self._end(reason))

    async def _end(self, reason: str) -> None:
        """End the session; whoever cancels this is closing it already."""
        self.end_reason = self.end_reason or reason
        if not self._is_ending:
            await self.deny()
            await self._tools.sessions.end(self.session_id, reason)

    def _could_not_write(self, error: Exception) -> None:
        """End: nothing may happen that is not written down. Failures were told where they were met."""
        if not isinstance(error, Failure):
            self._telling.report(error)
        if not self._is_ending:
            self._begin_end("recorder")

    def _fail(self, error: BaseException) -> None:
        """End: what was to be enforced or noticed may not have been."""
        self._telling.report(error)
        if not self._is_ending:
            self._begin_end(HOST_LOST)
