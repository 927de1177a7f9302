"""A way in that is real, with nothing behind it: entrance, certificate, door, terms and the exchange of them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.api.hosting import AuditActor, AuditKind
from core.api.joining import JoinRole
from core.errors import VaultLocked
from core.evidence.consent_terms import make_terms
from core.evidence.policy import hosted_policy, parse_hosted_policy
from core.hosting.arrival import Arrival, ArrivalParts
from core.hosting.consents import Consents
from core.hosting.door import Door
from core.hosting.ways import LoopbackWayIn
from core.permissions.limits import ConnectionLimit, WrongCodes
from core.remote.certificate import tls_context, write_certificate
from core.remote.entrance import Entrance
from core.runtime.clock import SystemClock
from tests.core.evidence.consents import GUEST, POLICY, sign_as_guest
from tests.core.evidence.examples import DEVICE, SESSION, sign_as_device

Entry = tuple[AuditKind, AuditActor, str, str, str]


class GreetingBench:
    """One way in for a role, with a code; everything that it notes is kept."""

    def __init__(self, directory: Path, role: JoinRole) -> None:
        self.clock = SystemClock()
        self.entries: list[Entry] = []
        self.consents: list[str] = []
        self.failures: list[BaseException] = []
        self.admitted: list[int] = []
        self.connections = 0
        self.can_write = self.is_unlocked = True
        self.is_slow = asyncio.Event()
        self.is_slow.set()  # cleared, a consent is written when it is set again
        self.has_consented = asyncio.Event()
        self.door = Door(self.clock, WrongCodes(), ConnectionLimit(), str(SESSION))
        actor = AuditActor.PEER if role is JoinRole.PEER else AuditActor.OBSERVER
        self.arrival = Arrival(
            ArrivalParts(
                clock=self.clock,
                door=self.door,
                actor=actor,
                note=self._note,
                apply=self._nothing,
                changed=lambda: None,
                drop=self._drop,
                admit=self.admitted.append,
                joined=lambda _: None,
                came=self._came,
                begin=self._begin,
                report=self.failures.append,
                is_ready=lambda: True,
                is_ending=lambda: False,
            )
        )
        self._role = role
        self._directory = directory
        self._tasks: set[asyncio.Future[None]] = set()

    async def open(self) -> None:
        """Make the certificate, listen, and invite."""
        directory = self._directory
        self.certificate = write_certificate(directory, self.clock.now())
        self._behind = await asyncio.start_unix_server(lambda *_: None, directory / "rdp")
        self.entrance = Entrance(directory / "rdp", self.arrival.may_enter, tls_context(directory))
        await self.entrance.open()
        policy = parse_hosted_policy(hosted_policy(parse_hosted_policy(POLICY).profile))
        terms = make_terms(
            policy,
            session_id=SESSION,
            role=self._role,
            device=bytes(DEVICE.verify_key),
            certificate_sha256=self.certificate,
            policy_hash=bytes(32),
        )
        consents = Consents(terms, self.sign, self.clock)
        self.arrival.open(self.entrance, LoopbackWayIn(), consents, self.certificate)
        self.invitation = self.door.invite()

    async def close(self) -> None:
        """Close everything."""
        await self.entrance.close()
        self._behind.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def refusals(self) -> list[str]:
        """Why connections came to nothing, as the trail says it."""
        return [each[4] for each in self.entries if each[0] is AuditKind.REFUSED]

    def sign(self, message: bytes) -> bytes:
        """Sign as the host's device, unless its vault is locked."""
        if not self.is_unlocked:
            raise VaultLocked
        return sign_as_device(message)

    async def dial(self, address: str) -> socket.socket:
        """Connect as a joining appliance does."""
        host, port = address.split(":")
        stream = socket.socket()
        stream.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(stream, (host, int(port)))
        except OSError:
            stream.close()
            raise
        return stream

    def _note(
        self,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        *,
        decision: str = "",
        reason: str = "",
        consent: str = "",
    ) -> asyncio.Future[bool]:
        self.entries.append((kind, actor, resource, decision, reason))
        if consent:
            self.consents.append(consent)
            self.has_consented.set()
            return asyncio.ensure_future(self._write_slowly())
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        written.set_result(self.can_write)
        return written

    async def _write_slowly(self) -> bool:
        await self.is_slow.wait()
        return self.can_write

    def _begin(self, work: object) -> None:
        self._tasks.add(asyncio.ensure_future(work))  # type: ignore[arg-type]

    def _came(self) -> None:
        self.connections += 1

    async def _nothing(self) -> None:
        """There is no gate."""

    async def _drop(self) -> None:
        self.entrance.turn_out()
        self.arrival.left()


@asynccontextmanager
async def greeting_bench(
    directory: Path, role: JoinRole = JoinRole.PEER
) -> AsyncIterator[GreetingBench]:
    """Give an open way in; it is closed at the end."""
    bench = GreetingBench(directory, role)
    await bench.open()
    try:
        yield bench
    finally:
        await bench.close()


def as_guest() -> dict[str, object]:
    """What ``accept`` is told of whoever joins, but for the moment."""
    return {"name": "anna", "device": bytes(GUEST.verify_key), "sign": sign_as_guest}
