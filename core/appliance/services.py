"""The services of an appliance, and how they end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from core.appliance.anchor_service import AnchorService
from core.appliance.chain_service import ChainService
from core.appliance.deployment_service import DeploymentService
from core.appliance.evidence_service import EvidenceService
from core.appliance.index_service import IndexService
from core.appliance.network_service import NetworkService
from core.appliance.playback_service import PlaybackService
from core.appliance.qualifying_service import QualifyingService
from core.appliance.reading_service import ReadingService
from core.appliance.settings_service import SettingsService
from core.appliance.space_service import SpaceService
from core.appliance.thumbnail_service import ThumbnailService
from core.appliance.vault_service import VaultService
from core.hosting.service import HostingService
from core.hosting.ways import WaysIn
from core.joining.service import JoiningService
from core.peers.service import PeerService
from core.permissions.questions import OpenQuestions
from core.runtime.workers import Worker
from core.scanning.service import ScanningService
from core.sessions.recovery import Recovery
from core.sessions.service import SessionService
from core.storage.data_directory import DataDirectory
from core.storage.sqlite_metadata import SqliteMetadataStore


@dataclass(frozen=True)
class Workers:
    """The threads that block in the engine's stead, each for one thing."""

    store: Worker
    sealing: Worker
    vault: Worker

    async def close(self, close_store: Callable[[], None] = lambda: None) -> None:
        """End them, the store last, since the others write to it until they have ended."""
        for worker in (self.vault, self.sealing):
            await asyncio.to_thread(worker.close)
        try:
            await self.store.run(close_store)
        finally:
            await asyncio.to_thread(self.store.close)


@dataclass(frozen=True)
class Services:
    """What an appliance can do."""

    directory: DataDirectory
    store: SqliteMetadataStore
    workers: Workers
    vault: VaultService
    settings: SettingsService
    questions: OpenQuestions
    sessions: SessionService
    recovery: Recovery
    space: SpaceService
    thumbnails: ThumbnailService
    anchors: AnchorService
    chain: ChainService
    evidence: EvidenceService
    playback: PlaybackService
    ways: WaysIn
    hosting: HostingService
    joining: JoiningService
    scanning: ScanningService
    network: NetworkService
    reading: ReadingService
    peers: PeerService
    deployments: DeploymentService
    qualifying: QualifyingService
    index: IndexService

    async def let_nobody_act(self) -> None:
        """Deny everything in a session with somebody at another end: its recording ends next."""
        await let_nobody_act(self.hosting, self.joining)

    def keep_up(self) -> None:
        """Let nothing pass while its pictures are not kept; asked when that has changed."""
        self.hosting.keep_up()
        self.joining.keep_up()

    async def close(self) -> None:
        """End everything, in the reverse of its order, and let go of the data directory."""
        await self.playback.close_all()
        await asyncio.to_thread(self.evidence.close)
        await self.thumbnails.close()
        await self.network.stop()
        await self.ways.settle()  # now that no tor keeps anybody waiting
        await self.reading.close()
        await self.chain.stop()
        await asyncio.to_thread(self.chain.close)
        self.vault.lock()
        await self.workers.close(self.store.close)
        self.directory.release()


async def let_nobody_act(hosting: HostingService, joining: JoiningService) -> None:
    """Deny everything in either; one that fails keeps nobody at the other's end."""
    try:
        await hosting.close()
    finally:
        await joining.close()
