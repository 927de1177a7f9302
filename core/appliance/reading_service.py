"""Reading from afar: accesses, the admin API that they read by, health and metrics, put together."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.admin.access_service import AccessParts, AccessService
from core.admin.call_log import CallLog
from core.admin.desk import Desk
from core.admin.readings import Readings
from core.admin.sparing import Spared
from core.api.commands import ExportBundle
from core.api.network import Network
from core.api.snapshots import ChainSnapshot, SessionState
from core.appliance.chain_service import ChainService
from core.appliance.evidence_service import EvidenceService
from core.appliance.own_presence import OwnPresence
from core.appliance.vault_service import VaultService
from core.monitoring.health import HealthWatch, Vitals
from core.monitoring.metrics import Figures, Metrics
from core.remote.workplace import private_directory
from core.runtime.files import storage_errors
from core.sessions.parts import SessionParts
from core.sessions.service import SessionService
from core.vault.sealed_records import SealedRecords

if TYPE_CHECKING:
    from core.admin.server import AdminApi


@dataclass(frozen=True)
class ReadingParts:
    """What can be read from. ``network`` tells how it stands, ``moves`` the signed statements of moves.

    ``hosts`` gives the addresses that are served.
    """

    parts: SessionParts
    records: SealedRecords
    vault: VaultService
    sessions: SessionService
    chain: ChainService
    evidence: EvidenceService
    network: Callable[[], Network]
    moves: Callable[[], tuple[str, ...]]
    hosts: Callable[[], tuple[str, ...]]
    software_version: str
    is_tor_others: bool  # it runs as another user, who cannot come to the data directory
    is_resident: bool  # any other engine is over before anybody could call


class ReadingService:
    """Lives on the engine's loop: open while the vault is, so that every call can be checked and written down."""

    def __init__(self, parts: ReadingParts) -> None:
        self._parts = parts
        clock = parts.parts.clock
        log = CallLog(parts.records, parts.parts.store, parts.parts.store_worker, clock)
        self._metrics = Metrics()
        self._health = HealthWatch(self._vitals())
        self._sessions = Spared(
            lambda: parts.parts.store_worker.run(parts.parts.store.sessions), clock
        )
        self.access = AccessService(
            AccessParts(
                records=parts.records,
                log=log,
                clock=clock,
                publish=parts.parts.publish,
                address=lambda: parts.network().address,
                device=self._device,
            )
        )
        self._desk = Desk(self.access, self._readings(), self._metrics)
        self._place: Path | None = None  # made for another user's tor
        self._api: AdminApi | None = None  # while it listens
        self._watching: asyncio.Task[None] | None = None

    @property
    def target(self) -> Path:
        """Say where the API listens: a Unix socket, to which this appliance's own address leads."""
        own = self._parts.parts.directory.reading
        return own if self._place is None else self._place / own.name

    async def opened(self) -> None:
        """The vault is open: listen. Raises StorageFull, RecordAltered, DataDirectoryUnwritable."""
        if self._parts.is_tor_others and self._place is None:
            self._place = private_directory()
        await self.access.open()
        if self._watching is not None or not self._parts.is_resident:
            return
        try:
            with storage_errors(self.target):
                self._api = await self._start_api()
        except BaseException:
            await self.access.close()
            raise
        self._watching = asyncio.ensure_future(self.access.run())

    async def close(self) -> None:
        """The vault is about to be locked, or the engine ends: nobody reads any more. May be called twice."""
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        api, self._api = self._api, None
        try:
            if api is not None:
                self.target.unlink(missing_ok=True)
                await api.stop()
        finally:
            await self.access.close()
            place, self._place = self._place, None
            if place is not None:
                await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)

    # --- parts -------------------------------------------------------------------------------

    async def _start_api(self) -> AdminApi:
        """Listen; aiohttp, which takes a while to import, is imported here, beside the loop."""
        make = await asyncio.to_thread(_admin_api)
        api = make(self._desk, self.access, self._parts.parts.directory)
        await api.start(self.target)
        return api

    def _readings(self) -> Readings:
        return Readings(
            parts=self._parts.parts,
            sessions=self._sessions.get,
            health=self._health.look,
            metrics=self._figures,
            export_proof=self._export,
            moves=self._parts.moves,
            device=self._device,
            presence=OwnPresence(
                self._parts.vault.require, self._parts.hosts, self._parts.parts.clock
            ).answer,
            software_version=self._parts.software_version,
        )

    def _vitals(self) -> Vitals:
        parts = self._parts
        store = parts.parts.store
        return Vitals(
            clock=parts.parts.clock,
            probe_store=lambda: parts.parts.store_worker.run(store.count_outbox, ()),
            space=parts.parts.space.now,
            is_unlocked=lambda: parts.vault.is_open,
            is_recording=lambda: parts.sessions.running_id is not None,
            is_in_gap=lambda: parts.sessions.is_in_gap,
            chain=self._chain,
            network=parts.network,
        )

    async def _figures(self) -> bytes:
        parts = self._parts
        sessions = await self._sessions.get()
        return self._metrics.write(
            Figures(
                version=parts.software_version,
                sessions=Counter(SessionState(each.row.state) for each in sessions),
                is_recording=parts.sessions.running_id is not None,
                stored_bytes=sum(each.totals.stored_bytes for each in sessions),
                space=parts.parts.space.now(),
                chain=self._chain(),
                network=parts.network(),
                health=await self._health.look(),
            )
        )

    async def _export(self, session_id: str, destination: Path) -> None:
        await self._parts.evidence.export_bundle(ExportBundle(session_id, destination), _nothing)

    def _chain(self) -> ChainSnapshot | None:
        last = self._parts.chain.last
        return None if last is None else last.chain

    def _device(self) -> str:
        return self._parts.vault.require().device_public_key.hex()


def _admin_api() -> type[AdminApi]:
    from core.admin.server import AdminApi

    return AdminApi


def _nothing(stage: str, done: int, total: int) -> None:
    """Tell nobody how far a bundle is: its reader sees it come."""
