"""Everything below a session service, real but for display and chain, in one directory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from core.api.commands import StartSession
from core.api.events import Event, IncidentRecorded, SessionProgressed
from core.api.hosting import AuditEntry, AuditRecorded
from core.api.permissions import Profile
from core.api.snapshots import SessionSummary
from core.canonical.documents import canonical_json
from core.config.settings import Settings
from core.errors import VaultLocked
from core.evidence.policy import hosted_policy, sandbox_policy
from core.evidence.policy_signature import sign_policy
from core.monitoring.space import SpaceWatch
from core.runtime.clock import Clock, SystemClock
from core.runtime.workers import Worker
from core.sessions.closing import Closer
from core.sessions.hosted import HostedStart
from core.sessions.parts import SessionParts
from core.sessions.recovery import Recovery
from core.sessions.service import SessionService
from core.storage.data_directory import DataDirectory
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.sqlite_metadata import SqliteMetadataStore
from core.vault.open_vault import OpenVault
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.vault import Vault
from tests.fakes.pictures import ClipPictures

PASSPHRASE = "a passphrase for benches"
PLENTY = (50, 100)


class SessionBench:
    """One life of the appliance's sessions; another bench on the same path is the next life."""

    def __init__(
        self,
        path: Path,
        *,
        pictures: ClipPictures | None = None,
        clock: Clock | None = None,
        wrap_store: Callable[[Any], Any] = lambda store: store,
    ) -> None:
        self.directory = DataDirectory(path)
        self.clock = clock or SystemClock()
        self.pictures = pictures or ClipPictures(self.clock)
        self.space = PLENTY
        self.events: list[Event] = []
        self.is_locked = False
        self.woken = 0
        self._wrap_store = wrap_store
        self._stack = AsyncExitStack()
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.directory.hold()
        self._stack.callback(self.directory.release)
        store_worker, sealing_worker = self._worker("store"), self._worker("sealing")
        real = await store_worker.run(SqliteMetadataStore, self.directory.database)
        self._stack.push_async_callback(store_worker.run, real.close)
        self.store = self._wrap_store(real)
        self._vault = self._open_vault()
        self._stack.callback(self._vault.close)
        self.parts = SessionParts(
            directory=self.directory,
            store=self.store,
            store_worker=store_worker,
            sealing_worker=sealing_worker,
            chunks=DirectoryChunkStore(self.directory.sessions),
            vault=self.vault,
            clock=self.clock,
            publish=self._publish,
            wake_outbox=self._wake,
            settings=Settings(self.store),
            open_pictures=self.pictures,
            policy=sandbox_policy,
            space=SpaceWatch(self.directory.path, lambda _: self.space),
            saw_piece=lambda *_: None,
        )
        self.closer = Closer(self.parts, "1.0")
        self.sessions = SessionService(self.parts, self.closer)
        self.recovery = Recovery(self.parts, self.closer)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sessions.end_running("shutdown")
        await self._stack.aclose()

    def vault(self) -> OpenVault:
        """Give the vault unless it is locked."""
        if self.is_locked:
            raise VaultLocked
        return self._vault

    async def record(self, count: int = 30) -> SessionSummary:
        """Start a session and wait until so many frames came in."""
        summary = await self.sessions.start(StartSession())
        await self.until(lambda: self.frames() >= count)
        return summary

    def hosted_start(self, **changes: Any) -> HostedStart:  # noqa: ANN401 - any field of HostedStart
        """Make ready what a session begins with that a peer can join."""
        policy = canonical_json(hosted_policy(Profile.STANDARD))
        facts = {
            "session_id": uuid4(),
            "policy_json": policy,
            "policy_signature": sign_policy(policy, self._vault.sign).signature,
            "pictures": self.pictures,
        }
        return HostedStart(**(facts | changes))

    async def host(self, **changes: Any) -> UUID:  # noqa: ANN401 - any field of HostedStart
        """Start a session that a peer can join and wait until frames came in."""
        hosted = self.hosted_start(**changes)
        self.events.clear()
        await self.sessions.start_hosted(hosted)
        await self.until(lambda: self.frames() >= 30)
        return hosted.session_id

    def told_entries(self) -> list[AuditEntry]:
        """Give the entries of trails that were told of."""
        return [each.entry for each in self.events if isinstance(each, AuditRecorded)]

    def frames(self) -> int:
        """Count the frames that were told of."""
        told = [each.live.frames for each in self.events if isinstance(each, SessionProgressed)]
        return max(told, default=0)

    def incidents(self) -> list[str]:
        """Name the incidents that were told of."""
        found = [each for each in self.events if isinstance(each, IncidentRecorded)]
        return [each.failure.code for each in found]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(20):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()

    async def on_store(self, work: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
        """Run something on the store's worker."""
        return await self.parts.store_worker.run(work, *arguments)

    def files(self, session_id: str | UUID) -> set[str]:
        """Name the files of a session."""
        root = self.directory.sessions / str(session_id)
        return {str(each.relative_to(root)) for each in root.rglob("*") if each.is_file()}

    def _worker(self, name: str) -> Worker:
        worker = Worker(name)
        self._stack.push_async_callback(asyncio.to_thread, worker.close)
        return worker

    def _open_vault(self) -> OpenVault:
        if Vault.exists(self.directory.vault):
            return Vault.open(self.directory.vault, PASSPHRASE)
        return Vault.create(self.directory.vault, PASSPHRASE, kdf=CHEAPEST_KDF)

    def _publish(self, event: Event) -> None:
        self.events.append(event)
        self._changed.set()

    def _wake(self) -> None:
        self.woken += 1
