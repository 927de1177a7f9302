"""The trail of the running session: written on the store's worker, and told to front ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.audit.entries import TrailHead
from core.audit.trail import TRAIL_NAME, Trail, read_trail
from core.errors import Failure, SessionNotHosted
from core.runtime.clock import Clock, Instant
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker
from core.sessions.hosted import ANOMALY, PEER_LIMIT, VOIDED

_BY_POLICY = {PEER_LIMIT, ANOMALY, VOIDED}


class SessionTrail:
    """Made and used on the engine's loop, unless a method says otherwise.

    Once it is ended, let go of or abandoned it is so to its end, whoever asked and was cancelled meanwhile: nobody can
    ask again.
    """

    def __init__(
        self,
        directory: Path,
        *,
        session_id: UUID,
        session_key: bytes,
        started: Instant,
        worker: Worker,
        clock: Clock,
        tell: Callable[[AuditEntry], None],
    ) -> None:
        self._path = directory / TRAIL_NAME
        self._session_id = session_id
        self._session_key = session_key
        self._started = started
        self._worker = worker
        self._clock = clock
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._trail = Trail(
            directory, session_key=session_key, session_id=session_id, started=started
        )
        self._is_ended = False
        self._is_let_go = False  # the worker's
        self._opened: AuditEntry | None = None

    def begin(self, profile: str, again: str = "") -> None:
        """Write the first entry; on the store's worker. Raises StorageFull, DataDirectoryUnwritable."""
        reason = f"{profile}, as in session {again}" if again else profile
        self._opened = self._trail.append(
            AuditKind.OPENED, AuditActor.OWNER, reason=reason, instant=self._started
        )

    def tell_opened(self) -> None:
        """Tell of the first entry, once front ends know the session."""
        if self._opened is not None:
            self._tell(self._opened)

    async def append(  # noqa: PLR0917 - in the order of an entry
        self,
        kind: AuditKind,
        actor: AuditActor,
        resource: str,
        decision: str,
        reason: str,
        consent: str = "",
    ) -> AuditEntry:
        """Add an entry and tell of it; a decision is on the medium when this returns.

        Raises StorageFull and DataDirectoryUnwritable, and SessionNotHosted when the trail has ended.
        """
        self._refuse_ended()
        texts = (resource, decision, reason, consent)
        return await self._worker.run(self._append, self._clock.now(), kind, actor, *texts)

    async def sync(self) -> None:
        """Put what waits on the medium; raises as ``append``."""
        if not self._is_ended:
            await self._worker.run(self._trail.sync)

    async def entries(self) -> tuple[AuditEntry, ...]:
        """Read all entries so far; raises as ``append``, TrailMalformed and TrailAltered."""
        self._refuse_ended()
        return await self._worker.run(self._entries)

    async def end(self, end_reason: str) -> TrailHead:
        """Write the last entry, let go of the file, and give the head for the manifest; raises as ``append``."""
        self._refuse_ended()
        self._is_ended = True
        return await to_its_end(self._worker.run(self._end, self._clock.now(), end_reason))

    async def let_go(self) -> None:
        """Let go of the file without a last entry; what can be kept is kept for recovery."""
        self._is_ended = True
        await to_its_end(self._worker.run(self._let_go))

    async def abandon(self) -> None:
        """Let go of the file of a session that never began."""
        self._is_ended = True
        await to_its_end(self._worker.run(self._trail.abandon))

    def _append(
        self, instant: Instant, kind: AuditKind, actor: AuditActor, *texts: str
    ) -> AuditEntry:
        *plain, consent = texts
        entry = self._trail.append(kind, actor, *plain, instant=instant, consent=consent)
        # From here, so that an entry is told of even if whoever asked for it has gone.
        self._loop.call_soon_threadsafe(self._tell, entry)
        return entry

    def _entries(self) -> tuple[AuditEntry, ...]:
        self._trail.sync()
        return read_trail(
            self._path,
            session_key=self._session_key,
            session_id=self._session_id,
            head=self._trail.head(),
        )

    def _end(self, instant: Instant, end_reason: str) -> TrailHead:
        actor = AuditActor.POLICY if end_reason in _BY_POLICY else AuditActor.APPLIANCE
        if end_reason == "owner":
            actor = AuditActor.OWNER
        try:
            self._append(instant, AuditKind.ENDED, actor, "", "", end_reason, "")
        except BaseException:
            self._let_go()
            raise
        self._is_let_go = True
        return self._trail.close()

    def _let_go(self) -> None:
        if not self._is_let_go:
            self._is_let_go = True
            with suppress(Failure):
                self._trail.sync()
            self._trail.abandon()

    def _refuse_ended(self) -> None:
        if self._is_ended:
            raise SessionNotHosted(session_id=str(self._session_id))
