"""A hosted session: what the gate sees becomes requests and entries; what the owner decides goes to the gate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from core.api.events import Event, IncidentRecorded
from core.api.hosting import (
    AuditActor,
    AuditKind,
    Hosting,
    HostingChanged,
    Invitation,
    PeerState,
)
from core.api.permissions import Capability, GrantLength, Zone
from core.api.questions import PermissionQuestion
from core.api.snapshots import bug_snapshot, failure_snapshot
from core.errors import Failure, PeerUnusual, PolicySignatureWrong, PolicyVoided, SessionLimitMet
from core.hosting.door import Door
from core.hosting.enforcement import Enforcement, SessionPolicy
from core.hosting.keyboard import Keyboard
from core.hosting.ledger import AppendsEntries, Ledger
from core.permissions.anomalies import AnomalyResponse, AnomalyWatch, Counters
from core.permissions.desk import Ask, PromptDesk, Visitor, Why
from core.permissions.grants import GrantTable
from core.permissions.limits import Knock, LimitMet, SessionLimits
from core.remote.gate_link import Facts, GateLink
from core.remote.host import RemoteHost
from core.runtime.clock import Clock

_LOOK_S = 1.0
_log = logging.getLogger(__name__)


class EndsSessions(AppendsEntries, Protocol):
    """The sessions, as a hosted session sees them."""

    def note_key(self, session_id: UUID, keysym: int, *, is_pressed: bool) -> None:
        """Take what is typed, where the policy has it recorded."""

    async def end(self, session_id: UUID, reason: str) -> object:
        """End the running session."""


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
        host: RemoteHost,
        *,
        door: Door,
        frame_ns: Callable[[], int],
    ) -> None:
        now = tools.clock.now()
        rules = policy.rules
        self.session_id = session_id
        self._policy = policy
        self._tools = tools
        self._host = host
        self._door = door
        self._grants = GrantTable(rules.rules)
        self._keyboard = Keyboard()
        self._enforcement = Enforcement(
            tools.clock, policy, self._grants, door=door, gate=self._gate, frame_ns=frame_ns
        )
        self._ledger = Ledger(session_id, tools.sessions, self._report)
        self._desk = PromptDesk(
            clock=tools.clock,
            grants=self._grants,
            ask=tools.ask,
            outcomes=self,
            failed=self._report,
            prompt_s=rules.limits.prompt_s,
        )
        limits = rules.limits
        self._limits = SessionLimits(
            longest_minutes=limits.longest_minutes, idle_minutes=limits.idle_minutes, started=now
        )
        self._anomalies = AnomalyWatch(rules.anomalies)
        self._denials = self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_ending = False
        self._told: Hosting | None = None

    @property
    def _gate(self) -> GateLink:
        return self._host.gate

    # --- what the owner does -----------------------------------------------------------------

    async def begin(self) -> None:
        """Put the policy in force, let people come, and invite the first. Raises RemoteHostFailed."""
        address = await self._host.open()
        self._door.open_at(address, self._host.certificate_sha256)
        await self.invite()
        self._spawn(self._keep_looking())

    async def invite(self) -> Invitation:
        """Make a new code. Raises PeerPresent, DoorLocked."""
        invitation = self._door.invite()
        self._note(AuditKind.INVITED, AuditActor.OWNER)
        await self._apply()
        return invitation

    async def revoke(self, capability: Capability) -> None:
        """Take a grant back; it is in effect when this returns."""
        if not self._grants.revoke(capability, self._tools.clock.now()):
            return
        self._desk.cool_down(capability)
        await self._apply()
        await self._note(AuditKind.REVOKED, AuditActor.OWNER, capability.value, decision="revoked")

    async def shield(
        self, *, is_on: bool, actor: AuditActor = AuditActor.OWNER, reason: str = ""
    ) -> None:
        """Blank the peer's view and the recording, or show them again."""
        if self._enforcement.is_shielded == is_on:
            return
        self._enforcement.is_shielded = is_on
        await self._apply()
        kind = AuditKind.SHIELDED if is_on else AuditKind.UNSHIELDED
        await self._note(kind, actor, reason=reason)

    async def hide(self, zones: tuple[Zone, ...]) -> None:
        """Hide these zones and no others."""
        before, self._enforcement.zones = self._enforcement.zones, zones
        await self._apply()
        for kind, changed in (
            (AuditKind.HIDDEN, [each for each in zones if each not in before]),
            (AuditKind.SHOWN, [each for each in before if each not in zones]),
        ):
            for zone in changed:
                self._note(kind, AuditActor.OWNER, f"{zone.x},{zone.y} {zone.width}×{zone.height}")

    async def drop(self) -> None:
        """Disconnect the peer."""
        self._gate.say(drop=True)
        if self._host.entrance is not None:
            self._host.entrance.turn_out()

    async def deny(self) -> None:
        """Take everything back, for good: the end of the session begins with it."""
        self._is_ending = True
        self._door.shut()
        self._grants.end()
        self._desk.peer_left()
        await self.drop()
        with suppress(Failure):  # a gate that does not answer is gone, or told to end next
            await self._enforcement.apply()

    async def close(self) -> None:
        """Deny everything and write the last entries; called before the recording ends, or as it does."""
        await self.deny()
        ours = {each for each in self._tasks if each is not asyncio.current_task()}
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)
        if self._door.peer.state is not PeerState.ABSENT:
            self._note(AuditKind.LEFT, AuditActor.PEER, self._door.peer.name)
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
            grants=self._grants.snapshot(self._tools.clock.now()),
            invitation=self._door.invitation(),
            is_shielded=self._enforcement.is_shielded,
            zones=self._enforcement.zones,
            policy_hash=self._policy.signed.policy_hash.hex(),
            wrong_codes=self._door.wrong_codes,
            locked_until_utc_ms=self._door.locked_until_utc_ms,
        )

    # --- what becomes of requests (core.permissions.desk.Outcomes) ---------------------------

    def asked(self, question: PermissionQuestion) -> None:
        """The owner is asked."""
        self._note(
            AuditKind.ASKED, AuditActor.PEER, question.capability.value, reason=question.detail
        )

    def granted(self, capability: Capability, length: GrantLength) -> None:
        """The owner said yes: it is written down, then in force."""
        written = self._note(
            AuditKind.GRANTED,
            AuditActor.OWNER,
            capability.value,
            decision="granted",
            reason=length.value,
        )
        self._spawn(self._apply_after(written))

    def denied(self, capability: Capability, why: Why) -> None:
        """It stays denied."""
        self._denials += why is not Why.WITHDRAWN
        actor = AuditActor.OWNER if why is Why.OWNER else AuditActor.POLICY
        self._note(AuditKind.DENIED, actor, capability.value, decision="denied", reason=why.value)
        self._changed()

    # --- what the gate sees ------------------------------------------------------------------

    def heard(self, happened: str, facts: Facts) -> None:
        """Take what the gate tells."""
        take = {
            "knocked": self._knocked,
            "met": self._met,
            "code": self._code,
            "attempt": self._attempted,
            "activity": self._active,
            "key": self._typed,
            "left": self._left,
            "refused": self._refused,
            "clipboard": self._clipboard,
            "file": self._file,
            "focus": self._focused,
        }.get(happened)
        if take is not None:
            take(facts)

    def connection_came(self) -> None:
        """Somebody wants to connect; whether or not it is let through."""
        self._connections += 1

    def lost(self, program: str) -> None:
        """A program is gone without which there is no session: it ends."""
        if not self._is_ending:
            self._note(AuditKind.INCIDENT, AuditActor.APPLIANCE, program, reason="it ended")
            self._spawn(self._end("host_lost"))

    def _knocked(self, _: Facts) -> None:
        self._door.knocked()
        self._note(AuditKind.KNOCKED, AuditActor.PEER)
        self._changed()

    def _met(self, facts: Facts) -> None:
        self._door.named(str(facts.get("name", "")))
        self._changed()

    def _code(self, facts: Facts) -> None:
        if self._door.peer.state is not PeerState.AT_DOOR:
            return
        found = self._door.try_code(str(facts.get("code", "")))
        name = self._door.peer.name
        if found is Knock.RIGHT:
            self._note(AuditKind.JOINED, AuditActor.PEER, name)
            self._limits.note_input(self._tools.clock.now())
            self._keyboard.peer_came()
            self._desk.peer_came(Visitor(str(self.session_id), name))
            self._spawn(self._admit(facts))
            return
        self._note(AuditKind.WRONG_CODE, AuditActor.PEER, name, decision="denied")
        is_locked = self._door.locked_until_utc_ms is not None
        self._spawn(self.drop() if is_locked else self._apply())

    async def _admit(self, facts: Facts) -> None:
        await (
            self._apply()
        )  # the notice and the grants first, so that nothing is in force too early
        self._gate.say(admitted=facts["attempt"])

    def _attempted(self, facts: Facts) -> None:
        capability = Capability(str(facts["capability"]))
        self._desk.attempt(
            capability, int(str(facts.get("count", 1))), str(facts.get("detail", ""))
        )
        self._changed()

    def _active(self, facts: Facts) -> None:
        now = self._tools.clock.now()
        counts = {
            name: int(str(facts.get(name, 0))) for name in ("keys", "buttons", "moves", "clipboard")
        }
        if counts["keys"] or counts["buttons"] or counts["moves"]:
            self._limits.note_input(now)
        self._look_for_anomalies(counts["keys"], counts["clipboard"])

    def _typed(self, facts: Facts) -> None:
        """Have a key recorded, where the policy says so and the peer is in: at the door the code is typed."""
        if not self._policy.rules.records_keys or self._door.peer.state is not PeerState.ADMITTED:
            return
        keysym, is_pressed = int(str(facts["symbol"])), facts["is_press"] is True
        if self._keyboard.takes(keysym, is_pressed=is_pressed):
            self._tools.sessions.note_key(self.session_id, keysym, is_pressed=is_pressed)

    def _left(self, _: Facts) -> None:
        name = self._door.peer.name
        self._door.left()
        self._desk.peer_left()
        for capability in self._grants.peer_left(self._tools.clock.now()):
            self._note(
                AuditKind.EXPIRED, AuditActor.APPLIANCE, capability.value, reason="the peer left"
            )
        self._note(AuditKind.LEFT, AuditActor.PEER, name)
        if not self._is_ending:
            self._spawn(self._apply())

    def _refused(self, facts: Facts) -> None:
        self._note(AuditKind.REFUSED, AuditActor.POLICY, reason=str(facts.get("reason", "")))

    def _clipboard(self, facts: Facts) -> None:
        what = (
            f"{facts.get('direction', '')} {facts.get('bytes', 0)} bytes {facts.get('format', '')}"
        )
        self._note(AuditKind.CLIPBOARD, AuditActor.PEER, what)

    def _file(self, facts: Facts) -> None:
        what = (
            f"{facts.get('action', '')} {facts.get('direction', '')}, {facts.get('size', 0)} bytes"
        )
        self._note(AuditKind.FILE, AuditActor.PEER, str(facts.get("name", "")), reason=what)

    def _focused(self, facts: Facts) -> None:
        self._note(
            AuditKind.FOCUS,
            AuditActor.PEER,
            str(facts.get("title", "")),
            reason=str(facts.get("window_class", "")),
        )

    # --- time --------------------------------------------------------------------------------

    async def _keep_looking(self) -> None:
        """Look every second at what comes with time: grants, codes, limits, and the policy itself."""
        while True:
            await self._tools.clock.sleep(_LOOK_S)
            now = self._tools.clock.now()
            for capability in self._grants.expire(now):
                self._note(
                    AuditKind.EXPIRED, AuditActor.POLICY, capability.value, decision="revoked"
                )
            self._look_for_anomalies(0, 0)
            await self._apply()
            if (met := self._limits.met(now)) is not None:
                self._meet_limit(met)
                return

    def _meet_limit(self, met: LimitMet) -> None:
        limits = self._policy.rules.limits
        minutes = limits.longest_minutes if met is LimitMet.LONGEST else limits.idle_minutes
        self._report(SessionLimitMet(limit=met.value, minutes=minutes))
        self._note(AuditKind.INCIDENT, AuditActor.POLICY, met.value, decision="ended")
        self._spawn(self._end("peer_limit"))

    def _look_for_anomalies(self, keys: int, offers: int) -> None:
        counters = Counters(keys, offers, self._denials, self._connections)
        self._denials = self._connections = 0
        for anomaly in self._anomalies.report(counters, self._tools.clock.now()):
            kind, response = anomaly.kind.value, anomaly.response
            self._report(PeerUnusual(kind=kind.replace("_", " "), response=response.value))
            self._note(AuditKind.INCIDENT, AuditActor.POLICY, kind, decision=response.value)
            if response is AnomalyResponse.SHIELD:
                self._spawn(self.shield(is_on=True, actor=AuditActor.POLICY, reason=kind))
            elif response is AnomalyResponse.END:
                self._spawn(self._end("anomaly"))

    # --- in common ---------------------------------------------------------------------------

    async def _apply(self) -> None:
        """Bring the gate in line and tell front ends; a policy that is not the signed one voids the session."""
        try:
            await self._enforcement.apply()
        except PolicySignatureWrong:
            self._report(PolicyVoided(session_id=str(self.session_id)))
            self._note(AuditKind.VOIDED, AuditActor.APPLIANCE, decision="ended")
            await self._end("voided")
            return
        self._changed()

    async def _apply_after(self, written: Awaitable[None]) -> None:
        await written
        await self._apply()

    async def _end(self, reason: str) -> None:
        if not self._is_ending:
            await self.deny()
            await self._tools.sessions.end(self.session_id, reason)

    def _note(
        self,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        *,
        decision: str = "",
        reason: str = "",
    ) -> asyncio.Future[None]:
        return self._ledger.note(kind, actor, resource, decision=decision, reason=reason)

    def _changed(self) -> None:
        """Tell front ends how it stands, where that is news."""
        shown = self.shown()
        if not self._is_ending and shown != self._told:
            self._told = shown
            self._tools.publish(HostingChanged(shown))

    def _report(self, error: BaseException) -> None:
        if isinstance(error, Failure):
            snapshot = failure_snapshot(error)
        else:
            _log.error(
                "hosted session %s met a fault of the program", self.session_id, exc_info=error
            )
            snapshot = bug_snapshot(error)
        self._tools.publish(IncidentRecorded(snapshot, str(self.session_id)))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._look_at)

    def _look_at(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)
