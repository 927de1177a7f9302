"""What the sessions are built on; put together by the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.api.events import Event
from core.config.settings import Settings
from core.evidence.policy import Policy
from core.monitoring.space import SpaceWatch
from core.recording.source import StreamPiece
from core.runtime.clock import Clock
from core.runtime.workers import Worker
from core.sessions.sources import OpenPictures
from core.storage.chunk_store import ChunkStore
from core.storage.data_directory import DataDirectory
from core.storage.metadata import MetadataStore
from core.vault.open_vault import OpenVault


@dataclass(frozen=True)
class SessionParts:
    """The parts of a session service. ``vault`` raises VaultLocked while it is locked."""

    directory: DataDirectory
    store: MetadataStore
    store_worker: Worker
    sealing_worker: Worker
    chunks: ChunkStore
    vault: Callable[[], OpenVault]
    clock: Clock
    publish: Callable[[Event], None]
    wake_outbox: Callable[[], None]
    settings: Settings
    open_pictures: OpenPictures
    policy: Callable[[], Policy]
    space: SpaceWatch
    saw_piece: Callable[[str, StreamPiece], None]
