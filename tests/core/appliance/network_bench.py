"""A network service over a store on the disk, a real vault and a fake tor, started as often as a test likes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from core.api.events import Event, IncidentRecorded
from core.api.network import Network, NetworkChanged, TorPhase
from core.appliance.network_parts import NetworkParts, RunsTor
from core.appliance.network_service import NetworkService
from core.appliance.own_address import OwnAddress
from core.config.network_settings import NetworkSettings
from core.errors import Failure
from core.onion.keys import ClientKey
from core.runtime.workers import Worker
from core.storage.sqlite_metadata import SqliteMetadataStore
from core.vault.open_vault import OpenVault
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.sealed_records import SealedRecords
from core.vault.vault import Vault
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.crashing import Crashing, CrashPlan
from tests.fakes.power_cut_disk import PowerCut
from tests.fakes.tor import FakeTor

PASSPHRASE = "a passphrase for networks"
READER = ClientKey(bytes(range(32))).public_text
OTHER_READER = ClientKey(bytes(range(1, 33))).public_text


@dataclass
class NetworkBench:
    """What one start of an appliance has to do with the network."""

    service: NetworkService
    ground: _Ground
    events: list[Event] = field(default_factory=list)
    clients: tuple[str, ...] = ()
    session_id: str | None = None  # of a session that is reached by Tor
    is_open: bool = False
    tor: FakeTor | None = None

    @property
    def fake(self) -> FakeTor:
        """Give the tor of a start that has one."""
        assert self.tor is not None
        return self.tor

    @property
    def clock(self) -> ManualClock:
        """Give the clock."""
        return self.ground.clock

    async def spoil(self, name: str, value: str) -> None:
        """Write a setting that the service would not."""
        await self.ground.worker.run(self.ground.store.save_setting, name, value)

    async def unlock(self) -> None:
        """Open the vault."""
        self.is_open = True
        await self.service.opened()
        await self.settled()

    async def lock(self) -> None:
        """Lock it."""
        await self.service.locked()
        self.is_open = False
        await self.settled()

    async def let_in(self, *clients: str) -> None:
        """Let these clients read from now on."""
        self.clients = clients
        self.service.clients_changed()
        await self.settled()

    async def ready(self) -> None:
        """Have tor come to READY."""
        self.fake.become(TorPhase.READY, 100)
        await self.settled()

    async def settled(self, turns: int = 5) -> None:
        """Let everything happen that follows by itself."""
        for _ in range(turns):
            await settle()
            await self.ground.worker.run(lambda: None)  # after all that the store was given

    def shown(self) -> list[Network]:
        """List what front ends were told."""
        return [each.network for each in self.events if isinstance(each, NetworkChanged)]

    def incidents(self) -> list[str]:
        """List the codes of what was reported."""
        return [each.failure.code for each in self.events if isinstance(each, IncidentRecorded)]


@asynccontextmanager
async def started(
    path: Path,
    *,
    is_resident: bool = True,
    is_forced: bool = False,
    is_tor_others: bool = False,
    plan: CrashPlan | None = None,
    clock: ManualClock | None = None,
) -> AsyncIterator[NetworkBench]:
    """Start on a directory; what is kept there is found again. A plan crashes it before a write or a publication."""
    plan = plan or CrashPlan()
    worker = Worker("store")
    store = await worker.run(SqliteMetadataStore, path / "lucid.db")
    vault = await asyncio.to_thread(_open_vault, path / "vault.json")
    ground = _Ground(path, store, worker, vault, plan, clock or ManualClock())
    bench = ground.bench(is_resident=is_resident, is_forced=is_forced, is_tor_others=is_tor_others)
    try:
        await bench.service.start()
        yield bench
    finally:
        with suppress(PowerCut):  # nothing happens after one
            await bench.service.stop()
        vault.close()
        await worker.run(store.close)
        await asyncio.to_thread(worker.close)


def run(path: Path, use: Callable[[NetworkBench], Awaitable[None]], **options: bool) -> None:
    """Run a test on one start."""

    async def whole() -> None:
        async with started(path, **options) as bench:
            await use(bench)

    asyncio.run(whole())


@dataclass
class _Ground:
    """What a start stands on."""

    path: Path
    store: SqliteMetadataStore
    worker: Worker
    vault: OpenVault
    plan: CrashPlan
    clock: ManualClock

    def bench(self, *, is_resident: bool, is_forced: bool, is_tor_others: bool) -> NetworkBench:
        """Put the service together."""
        crashing = cast("SqliteMetadataStore", Crashing(self.store, self.plan))
        records = SealedRecords(crashing, self.worker, lambda: self.vault)
        made: list[FakeTor] = []
        bench: NetworkBench

        def make_tor(changed: Callable[[], None], report: Callable[[Failure], None]) -> RunsTor:
            socks = self.path / "socks"
            tor = FakeTor(
                TorPhase.OFF, changed=changed, report=report, socks=socks, finds_at_once=True
            )
            made.append(tor)
            return cast("RunsTor", Crashing(made[0], self.plan))

        events: list[Event] = []
        parts = NetworkParts(
            settings=NetworkSettings(self.store),
            store_worker=self.worker,
            clock=self.clock,
            publish=events.append,
            make_tor=None if is_forced else make_tor,
            target=lambda: self.path / "admin.sock",
            is_resident=is_resident,
            is_tor_others=is_tor_others,
            is_open=lambda: bench.is_open,
            clients=lambda: bench.clients,
            in_use=lambda: bench.session_id,
        )
        service = NetworkService(parts, OwnAddress(records, self.clock, lambda: self.vault))
        bench = NetworkBench(service, self, events, tor=made[0] if made else None)
        return bench


def _open_vault(path: Path) -> OpenVault:
    if path.exists():
        return Vault.open(path, PASSPHRASE)
    return Vault.create(path, PASSPHRASE, kdf=CHEAPEST_KDF)
