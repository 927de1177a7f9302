"""An admin API over real sessions, on a Unix socket, with a client that knows only HTTP."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from core.admin.access_service import AccessParts, AccessService
from core.admin.call_log import CallLog
from core.admin.connections import ConnectionLimits
from core.admin.desk import Desk, Rates
from core.admin.limits import Rate
from core.admin.readings import Readings
from core.admin.server import AdminApi
from core.api.access import AccessGranted, GrantAccess, ListCalls, Scope
from core.api.network import Network, NetworkMode, ServicePhase, ServiceShown
from core.api.snapshots import SessionState, SpaceLevel, SpaceSnapshot
from core.appliance.own_presence import OwnPresence
from core.evidence.anchors import SessionAnchors
from core.evidence.bundle_writer import write_bundle
from core.monitoring.health import HealthWatch, Vitals
from core.monitoring.metrics import Figures, Metrics
from core.runtime.clock import Instant, SystemClock
from core.sessions.closing import stored_manifest
from core.vault.sealed_records import SealedRecords
from tests.core.onion.moves import move, service_key
from tests.fakes.session_bench import SessionBench

SESSION_ADDRESS = f"{'b' * 56}.onion"
HOST = f"{'a' * 56}.onion"
ANSWERING = service_key(9).address
EVERY_SCOPE = tuple(Scope)
PLENTY = Rates(*(Rate(per_minute=60_000, burst=60_000) for _ in range(5)))
MOVES = (move(1).to_json().decode(),)


class ShiftedClock(SystemClock):
    """The machine's clock, moved on by what a test says."""

    def __init__(self) -> None:
        self.ahead_s = 0

    def now(self) -> Instant:
        """Read both clocks, moved on."""
        mono_ns, utc_ns = super().now()
        ahead_ns = self.ahead_s * 1_000_000_000
        return Instant(mono_ns + ahead_ns, utc_ns + ahead_ns)


@dataclass(frozen=True)
class Got:
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was answered
        """Read the body as JSON."""
        return json.loads(self.body)


class AdminBench:
    """One appliance's API. Its vault is open; ``sessions`` are real, ``export_proof`` writes real bundles."""

    def __init__(
        self,
        path: Path,
        *,
        rates: Rates = PLENTY,
        limits: ConnectionLimits | None = None,
        clock: Any = None,  # noqa: ANN401 - any clock
    ) -> None:
        self.clock = clock or ShiftedClock()
        self.bench = SessionBench(path, clock=self.clock)
        self.hosts = [ANSWERING]  # where it is served
        self.socket = path / "admin.sock"
        self._rates = rates
        self._limits = limits
        self.export = self._export  # writes bundles; a test may put another in its place
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        bench = await self._stack.enter_async_context(self.bench)
        self.records = SealedRecords(bench.store, bench.parts.store_worker, bench.vault)
        self.log = CallLog(self.records, bench.store, bench.parts.store_worker, self.clock)
        self.access = AccessService(
            AccessParts(
                records=self.records,
                log=self.log,
                clock=self.clock,
                publish=bench.events.append,
                address=lambda: HOST,
                device=bench.vault().device_public_key.hex,
            )
        )
        await self.access.open()
        self._stack.push_async_callback(self.access.close)
        self.metrics = Metrics()
        self.desk = Desk(self.access, self._readings(), self.metrics, self._rates)
        self.api = AdminApi(self.desk, self.access, bench.directory, self._limits)
        await self.api.start(self.socket)
        self._stack.push_async_callback(self.api.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def seal(self) -> UUID:
        """Record, seal and keep a session that a peer could join."""
        session_id = await self.bench.host()
        await self.bench.sessions.end(session_id, "owner")
        return session_id

    async def grant(self, *scopes: Scope, name: str = "auditor", days: int = 90) -> AccessGranted:
        """Let somebody read."""
        return await self.access.grant(GrantAccess(name, scopes or EVERY_SCOPE, days))

    async def get(
        self,
        path: str,
        token: str = "",
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Got:
        """Call once, over a connection of its own."""
        sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        return await asyncio.to_thread(call, self.socket, method, path, sent, body)

    async def send(self, sent: bytes) -> bytes:
        """Send octets over a connection of their own and give what comes until it ends."""
        return await asyncio.to_thread(_send, self.socket, sent)

    async def outcomes(self) -> list[tuple[str, str]]:
        """Give what was written down, oldest first: what, and what became of it."""
        calls = await self.access.list_calls(ListCalls(limit=1000))
        return [(call.what, call.outcome.value) for call in reversed(calls)]

    def _readings(self) -> Readings:
        health = HealthWatch(
            Vitals(
                clock=self.clock,
                probe_store=self._probe,
                space=lambda: SpaceSnapshot(50, 100, SpaceLevel.FINE),
                is_unlocked=lambda: not self.bench.is_locked,
                is_recording=lambda: self.bench.sessions.running_id is not None,
                is_in_gap=lambda: False,
                chain=lambda: None,
                network=_network,
            )
        )

        async def figures() -> bytes:
            return self.metrics.write(
                Figures(
                    version="1.0",
                    sessions={SessionState.ANCHORING: 1},
                    is_recording=False,
                    stored_bytes=1,
                    space=SpaceSnapshot(50, 100, SpaceLevel.FINE),
                    chain=None,
                    network=_network(),
                    health=await health.look(),
                )
            )

        return Readings(
            parts=self.bench.parts,
            sessions=lambda: self.bench.on_store(self.bench.store.sessions),
            health=health.look,
            metrics=figures,
            export_proof=self._exported,
            moves=lambda: MOVES,
            device=self.bench.vault().device_public_key.hex,
            presence=OwnPresence(self.bench.vault, lambda: self.hosts, self.clock).answer,
            software_version="1.0",
        )

    async def _probe(self) -> None:
        await self.bench.on_store(self.bench.store.sessions)

    async def _exported(self, session_id: str, destination: Path) -> None:
        await self.export(session_id, destination)

    async def _export(self, text: str, destination: Path) -> None:
        session_id = UUID(text)
        row = (await self.bench.on_store(self.bench.store.session, session_id)).row
        directory = self.bench.directory.session(session_id)
        signed = stored_manifest(directory, row.ephemeral_public_key)
        assert signed is not None
        write_bundle(destination, signed=signed, anchors=SessionAnchors())


def _network() -> Network:
    """Tell of a session's address, which readers must not hear of."""
    shown = ServiceShown("session", f"{SESSION_ADDRESS}:3389", ServicePhase.REACHABLE)
    return Network(NetworkMode.TOR, address=HOST, services=(shown,))


class UnixConnection(http.client.HTTPConnection):
    """Python's own HTTP client, over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("appliance.onion", timeout=20)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(20)
        self.sock.connect(str(self._path))


def _send(path: Path, sent: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        stream.settimeout(20)
        stream.connect(str(path))
        stream.sendall(sent)
        return b"".join(iter(lambda: stream.recv(1 << 16), b""))


def call(
    path: Path,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Got:
    """Call once over a Unix socket; blocks."""
    connection = UnixConnection(path)
    try:
        connection.request(method, target, body=body, headers=dict(headers))
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Got(answer.status, found, answer.read())
    finally:
        connection.close()
