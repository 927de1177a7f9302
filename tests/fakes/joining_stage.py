"""A joined session on a stage: its own policy, grants, seat and trail; gate, host and sessions are puppets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from uuid import uuid4

from nacl.signing import SigningKey

from core.api.events import Event, IncidentRecorded
from core.api.hosting import AuditEntry, AuditKind
from core.api.joining import JoinedChanged, JoinedState, JoinRole
from core.api.permissions import Capability
from core.canonical.documents import canonical_json
from core.errors import Failure
from core.evidence.policy import joined_policy, policy_hash, read_hosted_policy
from core.evidence.policy_signature import sign_policy
from core.hosting.enforcement import SessionPolicy
from core.joining.greeting import Admission, Offer
from core.joining.invited import Invited
from core.joining.joined_session import JoinedSession, JoiningTools
from core.joining.joined_session import OtherEnd as Named
from core.remote.dial import Dial
from core.remote.gate import display
from core.remote.gate_link import Facts, GateLink
from core.remote.joined_programs import Target
from core.runtime.clock import Clock
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.hosting_stage import PaperSessions
from tests.fakes.other_end import CODE, SIZE, OtherEnd, sign_with
from tests.fakes.puppet_gate import PuppetGate
from tests.fakes.shared_picture import FakeGate

VERSION = 20210723


class PuppetJoinedHost:
    """Stands in for JoinedHost: a gate that only talks, whose door says which code was sent to it, and no programs."""

    def __init__(
        self,
        clock: Clock,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[Failure | None], None],
        dial: Dial | None = None,
        target: Target | None = None,
        size: tuple[int, int] = SIZE,
    ) -> None:
        self.puppet = PuppetGate()
        self.gate = GateLink(self.puppet.engine_end, clock, heard, lambda: None)
        self.version, self.received_bytes = VERSION, 0
        self.dial, self.target, self.size = dial, target, size
        self.failure: BaseException | None = None  # of the start
        self.lose = lost
        self.connected: list[tuple[str, str]] = []
        self.typed: list[display.Event] = []
        self.closed = 0
        self.lets_in = True
        self._attempts = 0
        self._picture: FakeGate | None = None
        self._directory = TemporaryDirectory(prefix="seat-")
        self.seat = Path(self._directory.name) / "display"
        self._server: asyncio.Server | None = None
        self._seats: list[asyncio.StreamWriter] = []

    async def start(self) -> None:
        """Open the door."""
        if self.failure is not None:
            await self.close()
            raise self.failure
        self._server = await asyncio.start_unix_server(self._sit, self.seat)
        self._picture = FakeGate()

    def give_picture(self) -> tuple[int, int]:
        """Give descriptors of a picture."""
        import os

        assert self._picture is not None
        return (os.dup(self._picture.memory), os.dup(self._picture.changes))

    def connect(self, user: str, password: str) -> None:
        """Note who connects."""
        self.connected.append((user, password))

    async def close(self) -> None:
        """End everything, and count."""
        self.closed += 1
        await self.gate.close()
        self.puppet.close()
        if self._server is not None:
            self._server.close()
        for each in self._seats:
            each.transport.abort()
        if self._picture is not None:
            self._picture.close()
            self._picture = None
        self._directory.cleanup()

    async def _sit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._seats.append(writer)
        while data := await reader.read(6):
            size = int.from_bytes(data[:4], "little")
            body = await reader.readexactly(size - 6)
            if data[4] != display.EVENT:
                self.puppet.tell("knocked")
                self._come_in(display.read_client_info(body).password)
            elif self._attempts:
                self.typed.append(display.read_event(body))

    def _come_in(self, code: str) -> None:
        if self.lets_in:
            self._attempts += 1
            self.puppet.tell("code", attempt=self._attempts, code=code, typed=False)


class JoiningStage:
    """One session; used as a context, it has begun and is closed at the end."""

    def __init__(self, role: JoinRole = JoinRole.PEER) -> None:
        self.clock = ManualClock()
        self.events: list[Event] = []
        self.sessions = PaperSessions()
        self.other_end = OtherEnd(role)
        self.key = SigningKey.generate()
        self.sequence = 2
        self.accept_failure: Exception | None = None
        self.host = PuppetJoinedHost(self.clock, heard=self._hear, lost=self._lose)
        self.gate = self.host.puppet
        document = joined_policy(SIZE, 90, may_act=role is JoinRole.PEER)
        signed = sign_policy(canonical_json(document), lambda data: sign_with(self.key, data))
        self.policy = SessionPolicy(
            signed,
            read_hosted_policy(signed.document),
            bytes(self.key.verify_key),
            policy_hash(document),
        )
        terms = self.other_end.terms
        shown = Offer(Invited("127.0.0.1:1", CODE), terms, bytes(64)).shown()
        self.session = JoinedSession(
            uuid4(),
            self.policy,
            JoiningTools(self.clock, self.events.append, self.sessions),
            self.host,
            other_end=Named(shown, "127.0.0.1:1", "the hall"),
            accept=self._accept,
            sequence=lambda: self.sequence,
        )
        self.sessions.on_end = self.session.close

    async def __aenter__(self) -> Self:
        await self.host.start()
        await self.session.begin()
        await settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()
        await self.host.close()
        await settle()

    async def _accept(self) -> Admission:
        if self.accept_failure is not None:
            raise self.accept_failure
        return self.other_end.admission("the hall", self.key)

    def _hear(self, happened: str, facts: Facts) -> None:
        self.session.heard(happened, facts)

    def _lose(self, failure: Failure | None) -> None:
        self.session.lost(failure)

    async def hear(self, happened: str, **facts: object) -> None:
        """Let the gate tell something, and let it be heard."""
        self.gate.tell(happened, **facts)
        await settle()

    async def show(self) -> None:
        """Let the other end show something."""
        self.host.received_bytes = 1000
        self.sequence += 2
        await self.clock.advance(0.1)
        await settle()

    def granted(self) -> set[str]:
        """Name what the gate lets out."""
        state: dict[str, Any] = self.gate.state
        return set(state["granted"]) - {"view"}

    def is_shown_granted(self, capability: Capability) -> bool:
        """Tell whether front ends see a grant."""
        grants = self.session.shown().grants
        return next(each for each in grants if each.capability is capability).is_granted

    def entries(self, kind: AuditKind) -> list[AuditEntry]:
        """List the trail's entries of a kind."""
        return [each for each in self.sessions.entries if each.kind is kind]

    def incidents(self) -> list[str]:
        """Name the incidents that front ends were told of."""
        return [each.failure.code for each in self.events if isinstance(each, IncidentRecorded)]

    def states(self) -> list[JoinedState | None]:
        """List how front ends were told that it stands."""
        changes = [each.joined for each in self.events if isinstance(each, JoinedChanged)]
        return [None if each is None else each.state for each in changes]


def play(
    scene: Callable[[JoiningStage], Awaitable[None]], role: JoinRole = JoinRole.PEER
) -> JoiningStage:
    """Play a scene in a session that has begun."""

    async def run() -> JoiningStage:
        async with JoiningStage(role) as stage:
            await scene(stage)
        return stage

    return asyncio.run(run())
