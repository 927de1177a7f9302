"""A hosted session on a stage: its own door, grants, desk and trail; gate, host and sessions are puppets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Self
from uuid import UUID, uuid4

from nacl.signing import SigningKey

from core.api.events import Event, IncidentRecorded
from core.api.hosting import AuditActor, AuditEntry, AuditKind, HostingChanged
from core.api.joining import JoinRole
from core.api.permissions import Capability, GrantLength, PolicyRules, Profile
from core.api.questions import PermissionQuestion
from core.canonical.documents import canonical_json
from core.evidence.consent_terms import make_terms
from core.evidence.policy import hosted_policy, policy_hash, read_hosted_policy
from core.evidence.policy_signature import sign_policy
from core.hosting.consents import Consents
from core.hosting.door import Door
from core.hosting.enforcement import SessionPolicy
from core.hosting.hosted_session import HostedSession, HostingTools
from core.hosting.observer_parts import ObserverParts
from core.hosting.observers import Observers
from core.hosting.ways import LoopbackWayIn, WayIn
from core.permissions.limits import ConnectionLimit, WrongCodes
from core.permissions.questions import OpenQuestions
from core.remote.gate_link import Facts
from core.sessions.hosted import HostedStart
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.puppet_host import Caller, PuppetHost


class PaperSessions:
    """Keeps entries on paper; ending a session closes what ``on_end`` does, as the end of a recording does."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []
        self.keys: list[tuple[int, bool]] = []
        self.ended: list[str] = []
        self.is_in_gap = False
        self.started: list[HostedStart] = []
        self.start_failure: BaseException | None = None
        self.failure: Exception | None = None
        self.is_slow = asyncio.Event()
        self.is_slow.set()  # cleared, an entry is written when it is set again
        self.on_end: Callable[[], Any] = asyncio.Event().set

    async def trail_append(  # noqa: PLR0917 - as the trail itself
        self,
        _: UUID,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        decision: str = "",
        reason: str = "",
        consent: str = "",
    ) -> AuditEntry:
        """Write an entry down, or fail as told."""
        await self.is_slow.wait()
        if self.failure is not None:
            raise self.failure
        texts = (resource, decision, reason, consent)
        entry = AuditEntry(len(self.entries), 0.0, 0, kind, actor, *texts)
        self.entries.append(entry)
        return entry

    def note_key(self, _: UUID, keysym: int, *, is_pressed: bool) -> None:
        """Keep a stroke."""
        self.keys.append((keysym, is_pressed))

    async def start_hosted(self, start: HostedStart) -> None:
        """Begin with its pictures; they are closed when it fails, and when it ends."""
        self.started.append(start)
        if self.start_failure is not None:
            await start.pictures.close()
            raise self.start_failure
        self.on_end = start.pictures.close

    async def read_trail(self, _: UUID) -> tuple[AuditEntry, ...]:
        """Read what was written."""
        return tuple(self.entries)

    async def read_policy(self, _: UUID) -> None:
        """No session of before could be joined."""

    async def read_keys(self, _: UUID) -> tuple[()]:
        """Nothing was typed."""
        return ()

    async def end(self, _: UUID, reason: str) -> None:
        """End it, once."""
        self.ended.append(reason)
        if len(self.ended) == 1:
            ending = asyncio.ensure_future(self.on_end())
            await asyncio.shield(ending)


class HostingStage:
    """One session; used as a context, it has begun and is closed at the end."""

    def __init__(
        self,
        profile: Profile = Profile.STANDARD,
        rules: PolicyRules | None = None,
        *,
        wrong_codes: WrongCodes | None = None,
        make_way: Callable[[], WayIn] = LoopbackWayIn,
    ) -> None:
        self.clock = ManualClock()
        self.sign_failure: BaseException | None = None
        self.events: list[Event] = []
        self.questions = OpenQuestions(self.clock, self.events.append)
        self.sessions = PaperSessions()
        self.host = PuppetHost(
            self.clock,
            heard=self._hear,
            lost=self._lose,
            may_enter=self._may_enter,
        )
        self.gate = self.host.puppet
        key = SigningKey.generate()
        document = hosted_policy(profile, rules)
        signed = sign_policy(canonical_json(document), lambda data: bytes(key.sign(data).signature))
        self.device = key
        self.policy = SessionPolicy(
            signed,
            read_hosted_policy(signed.document),
            bytes(key.verify_key),
            policy_hash(document),
        )
        session_id = uuid4()
        self.wrong_codes = wrong_codes or WrongCodes()
        self.door = Door(self.clock, self.wrong_codes, ConnectionLimit(), str(session_id))
        tools = HostingTools(self.clock, self.questions.ask_for, self.events.append, self.sessions)
        self.observer_hosts: list[PuppetHost] = []
        self.observer_door = Door(self.clock, self.wrong_codes, ConnectionLimit(), str(session_id))
        self._make_way = make_way
        self.session = HostedSession(
            session_id,
            self.policy,
            tools,
            self.host,
            way=make_way(),
            door=self.door,
            sign=self.sign,
            frame_ns=lambda: 40_000_000,
            observers=partial(Observers, self._watching(str(session_id))),
        )
        self.sessions.on_end = self.session.close
        self._attempts = 0

    async def __aenter__(self) -> Self:
        await self.session.begin()
        await settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()
        await self.host.close()
        await settle()

    def _watching(self, session_id: str) -> ObserverParts:
        return ObserverParts(
            session_id=session_id,
            clock=self.clock,
            ask=self.questions.ask_for,
            make_host=self._make_observer_host,
            make_way=self._make_way,
            door=self.observer_door,
            consents=self._observers_consents,
            rule=self.policy.rules.rule_of(Capability.VIEW),
            prompt_s=30.0,
        )

    def _observers_consents(self, certificate_sha256: str) -> Consents:
        terms = make_terms(
            self.policy.rules,
            session_id=self.session.session_id,
            role=JoinRole.OBSERVER,
            device=bytes(self.device.verify_key),
            certificate_sha256=certificate_sha256,
            policy_hash=self.policy.signed.policy_hash,
        )
        return Consents(terms, self.sign, self.clock)

    def _make_observer_host(self, **heard: Any) -> PuppetHost:  # noqa: ANN401 - as PuppetHost takes them
        self.observer_hosts.append(PuppetHost(self.clock, **heard))
        return self.observer_hosts[-1]

    def sign(self, message: bytes) -> bytes:
        """Sign with the device's key, or fail as told."""
        if self.sign_failure is not None:
            raise self.sign_failure
        return bytes(self.device.sign(message).signature)

    def _hear(self, happened: str, facts: Facts) -> None:
        self.session.heard(happened, facts)

    def _lose(self, program: str) -> None:
        self.session.lost(program)

    def _may_enter(self, user: str) -> bool:
        return self.session.may_enter(user)

    # --- the peer --------------------------------------------------------------------------

    async def knock(self) -> Caller:
        """Let a peer come to the door."""
        caller = self.host.come()
        assert caller is not None
        caller.has_spoken = True
        await self.hear("knocked")
        await self.hear("met", name="laptop")
        return caller

    async def type_code(self, code: str, *, is_typed: bool = True) -> int:
        """Let the peer type a code, or its client send one; gives the attempt's number."""
        self._attempts += 1
        await self.hear("code", attempt=self._attempts, code=code, typed=is_typed)
        return self._attempts

    async def join(self) -> None:
        """Let a peer come in."""
        await self.knock()
        invitation = self.door.invitation()
        assert invitation is not None
        await self.type_code(invitation.code)
        await self.gate.until(lambda: self.gate.is_admitted)

    async def leave(self) -> None:
        """Let the peer go."""
        if self.host.entrance is not None:
            self.host.entrance.visit = None
        await self.hear("left")

    async def tries(self, capability: Capability) -> None:
        """Let the peer try something."""
        await self.hear("attempt", capability=capability.value, count=1, detail="")

    async def hear(self, happened: str, **facts: object) -> None:
        """Let the gate tell something, and let it be heard."""
        self.gate.tell(happened, **facts)
        await settle()

    # --- the owner -------------------------------------------------------------------------

    def asked(self) -> dict[Capability, int]:
        """Name what is asked, and the questions' numbers."""
        found = [each for each in self.questions.open() if isinstance(each, PermissionQuestion)]
        return {each.capability: each.question_id for each in found}

    async def answers(self, capability: Capability, *, is_yes: bool) -> None:
        """Answer an open question."""
        await self.gate.until(lambda: capability in self.asked())
        self.questions.answer(
            self.asked()[capability], is_yes=is_yes, length=GrantLength.FIVE_MINUTES
        )
        await settle()

    async def grant(self, capability: Capability) -> None:
        """Let the peer try, and the owner allow it."""
        await self.tries(capability)
        await self.answers(capability, is_yes=True)
        await self.gate.until(lambda: capability.value in self.gate.granted())

    async def passes(self, seconds: int) -> None:
        """Let time pass, second by second, with a gate that answers."""
        for _ in range(seconds):
            await self.clock.advance(1)

    # --- what became of it -----------------------------------------------------------------

    def kinds(self) -> list[AuditKind]:
        """List what the trail says."""
        return [each.kind for each in self.sessions.entries]

    def entries(self, kind: AuditKind) -> list[AuditEntry]:
        """List the entries of a kind."""
        return [each for each in self.sessions.entries if each.kind is kind]

    def incidents(self) -> list[str]:
        """Name the incidents that front ends were told of."""
        return [each.failure.code for each in self.events if isinstance(each, IncidentRecorded)]

    def changes(self) -> list[HostingChanged]:
        """List what front ends were told of how it stands."""
        return [each for each in self.events if isinstance(each, HostingChanged)]

    def is_shown_granted(self, capability: Capability) -> bool:
        """Tell whether front ends see a grant."""
        return next(
            each for each in self.session.shown().grants if each.capability is capability
        ).is_granted


def play(
    scene: Callable[[HostingStage], Awaitable[None]],
    profile: Profile = Profile.STANDARD,
    rules: PolicyRules | None = None,
    wrong_codes: WrongCodes | None = None,
) -> HostingStage:
    """Play a scene in a session that has begun."""

    async def run() -> HostingStage:
        async with HostingStage(profile, rules, wrong_codes=wrong_codes) as stage:
            await scene(stage)
        return stage

    return asyncio.run(run())
