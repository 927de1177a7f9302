"""Showing, checking and exporting what is stored of a session."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from core.api.commands import (
    Disclosure,
    ExportBundle,
    ExportVideo,
    ShowSession,
    VerifyBundle,
    VerifySession,
)
from core.api.questions import DisclosureQuestion
from core.api.snapshots import ExportedFile, SessionDetail, SessionState, VerificationReport
from core.appliance.anchor_collection import collect_anchors
from core.appliance.chain_service import ChainService
from core.appliance.progress import Progress
from core.appliance.vault_service import VaultService
from core.audit.trail import TRAIL_NAME
from core.audit.trail_file import TrailFile
from core.chain.encoding import keccak256
from core.errors import AnchorMissing, Cancelled, SessionEmpty, SessionNotFinished, UsageFailure
from core.evidence.anchor_checks import RootOfTrust
from core.evidence.anchors import SessionAnchors
from core.evidence.bundle_writer import write_bundle
from core.evidence.manifest_json import from_json
from core.evidence.signatures import SignedManifest, read_signatures
from core.evidence.verify import verify_bundle, verify_session
from core.permissions.questions import OpenQuestions
from core.replay.export import export_video
from core.replay.timeline import Timeline
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker
from core.sealing.keys import chunk_key
from core.sessions.closing import MANIFEST, SIGNATURES
from core.sessions.identity import parse_session_id
from core.sessions.parts import SessionParts
from core.sessions.reading import SessionChunkReader, key_log_key, session_key, timeline
from core.sessions.summaries import detail_of
from core.storage.metadata import ChunkRow, SessionRow

T = TypeVar("T")

QUESTION_TIMEOUT_S = 30.0
_NS = 1_000_000_000
_FINISHED = {SessionState.ANCHORING.value, SessionState.ANCHORED.value}


@dataclass(frozen=True)
class _Stored:
    """A finished session as it is stored."""

    row: SessionRow
    chunks: list[ChunkRow]
    timeline: Timeline

    def between(self, from_s: float, until_s: float | None) -> tuple[int, int, list[int]]:
        """Bring a range into the session; gives its ends in nanoseconds and the chunks that hold it."""
        end_ns = self.timeline.end_ns if until_s is None else int(until_s * _NS)
        from_ns, end_ns = self.timeline.clamp(int(from_s * _NS)), self.timeline.clamp(end_ns)
        if end_ns <= from_ns:
            raise UsageFailure(reason="the range to export ends before it begins")
        found = self.timeline.chunks_between(from_ns, end_ns)
        return from_ns, end_ns, [each.index for each in found]

    def is_whole(self, from_ns: int, until_ns: int) -> bool:
        """Tell whether a range leaves out nothing of the session."""
        return from_ns <= 0 and until_ns >= self.timeline.end_ns

    def shown_by(self, indexes: list[int]) -> tuple[int, int]:
        """Tell what whoever has the keys of these chunks can watch: chunks open whole."""
        chosen = [each for each in self.chunks if each.index in set(indexes)]
        return min(each.first_at_ns for each in chosen), max(each.last_at_ns for each in chosen)


class EvidenceService:
    """Lives on the engine's loop; the work itself runs on a worker of its own."""

    def __init__(
        self,
        parts: SessionParts,
        vault: VaultService,
        chain: ChainService,
        questions: OpenQuestions,
    ) -> None:
        self._parts = parts
        self._vault = vault
        self._chain = chain
        self._questions = questions
        self._worker = Worker("evidence")

    async def show(self, command: ShowSession) -> SessionDetail:
        """Read all about a session; raises SessionUnknown."""
        return await self._parts.store_worker.run(self._show, command.session_id)

    async def verify_session(
        self, command: VerifySession, progress: Progress
    ) -> VerificationReport:
        """Check a stored session; raises SessionUnknown, SessionNotFinished."""
        stored = await self._read(command.session_id)
        session_id = stored.row.session_id
        key = await self._session_key(session_id) if self._vault.is_open else None
        loop = asyncio.get_running_loop()

        def anchors() -> SessionAnchors:
            found = _from_thread(loop, self._anchors(session_id))
            if found.sealed is None and stored.row.state == SessionState.ANCHORED.value:
                raise AnchorMissing(session_id=str(session_id))
            return found

        def live_header(number: int) -> bytes:
            return _from_thread(loop, self._chain.use(lambda chain: _hash_of(chain.header(number))))

        def is_void(_contract: bytes, *asked: *tuple[bytes, bytes, UUID]) -> bool:
            return _from_thread(loop, self._chain.use(lambda chain: chain.batches.is_void(*asked)))

        def unwrap(wrapped: bytes) -> bytes:
            parts = self._parts
            return parts.store_worker.run_blocking(key_log_key, parts, session_id, wrapped)

        def work(tell: Callable[[int, int], None]) -> VerificationReport:
            return verify_session(
                session_id=session_id,
                directory=self._parts.directory.session(session_id),
                chunks=self._parts.chunks,
                anchors=anchors,
                live=RootOfTrust.OWN_CHAIN if self._chain.is_own else RootOfTrust.NETWORK_CHAIN,
                live_header=live_header,
                is_void=is_void,
                session_key=key,
                unwrap_key_log=None if key is None else unwrap,
                progress=tell,
            )

        return await self._in_background("checking_chunks", progress, work)

    async def verify_bundle(self, command: VerifyBundle, progress: Progress) -> VerificationReport:
        """Check a bundle by its file alone: it may be another appliance's, on another chain."""
        if command.node is not None:
            raise UsageFailure(reason="an engine asks no other node; use lucid proof verify --node")

        def work(tell: Callable[[int, int], None]) -> VerificationReport:
            return verify_bundle(
                command.path,
                checkpoint=command.checkpoint,
                device=command.device,
                progress=tell,
            )

        return await self._in_background("checking_bundle", progress, work)

    async def export_bundle(self, command: ExportBundle, progress: Progress) -> ExportedFile:
        """Write an evidence bundle.

        Raises SessionUnknown, SessionNotFinished, VaultLocked for a readable one, Cancelled when the owner does not
        allow it, DestinationUnwritable, StorageFull, Chunk…, Trail…. The trail is in it unless it holds proofs alone
        or a part of the session in readable form.
        """
        stored = await self._read(command.session_id)
        session_id = stored.row.session_id
        indexes: list[int] = []
        keys: dict[int, bytes] = {}
        key: bytes | None = None
        has_trail = command.disclosure is Disclosure.SEALED
        if command.disclosure is Disclosure.SEALED:
            indexes = [each.index for each in stored.chunks]
        elif command.disclosure is Disclosure.READABLE:
            from_ns, until_ns, indexes = stored.between(command.from_s, command.until_s)
            if not indexes:
                raise UsageFailure(reason="there is no video in that part of the session")
            has_trail = stored.is_whole(from_ns, until_ns)
            key = await self._session_key(session_id)
            shown = stored.shown_by(indexes)
            await self._ask("bundle", stored, shown, indexes, command.destination)
            keys = {index: chunk_key(key, session_id, index) for index in indexes}
        signed = await self._parts.store_worker.run(self._signed, session_id)
        anchors = await self._anchors(session_id)
        cancelled = threading.Event()

        def work(tell: Callable[[int, int], None]) -> int:
            return write_bundle(
                command.destination,
                signed=signed,
                anchors=anchors,
                chunks=self._parts.chunks,
                indexes=indexes,
                chunk_keys=keys,
                trail=self._trail(signed, session_id, key) if has_trail else None,
                progress=tell,
                is_cancelled=cancelled.is_set,
            )

        size = await self._in_background("writing_chunks", progress, work, cancelled)
        return ExportedFile(str(command.destination), size, "bundle", len(indexes), bool(keys))

    async def export_video(self, command: ExportVideo, progress: Progress) -> ExportedFile:
        """Write an ordinary video; raises what ``export_bundle`` raises, and SessionEmpty."""
        stored = await self._read(command.session_id)
        session_id = stored.row.session_id
        if not any(each.frames for each in stored.chunks):
            raise SessionEmpty(session_id=str(session_id))
        from_ns, until_ns, indexes = stored.between(command.from_s, command.until_s)
        key = await self._session_key(session_id)
        await self._ask("video", stored, (from_ns, until_ns), indexes, command.destination)
        reader = SessionChunkReader(self._parts.chunks, session_id, key)
        cancelled = threading.Event()

        def work(tell: Callable[[int, int], None]) -> ExportedFile:
            written = export_video(
                stored.timeline,
                reader,
                command.destination,
                from_ns=from_ns,
                until_ns=until_ns,
                on_progress=tell,
                is_cancelled=cancelled.is_set,
            )
            size = written.size_bytes
            return ExportedFile(
                str(written.path), size, "video", written.chunks, discloses_keys=True
            )

        return await self._in_background("writing_video", progress, work, cancelled)

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    # --- parts -------------------------------------------------------------------------------

    async def _ask(
        self,
        kind: str,
        stored: _Stored,
        range_ns: tuple[int, int],
        indexes: list[int],
        destination: Path,
    ) -> None:
        """Ask the owner whether this may leave in readable form; Cancelled unless the answer is yes."""

        def make(question_id: int, deadline_utc_ms: int) -> DisclosureQuestion:
            return DisclosureQuestion(
                question_id=question_id,
                deadline_utc_ms=deadline_utc_ms,
                timeout_s=QUESTION_TIMEOUT_S,
                session_id=str(stored.row.session_id),
                destination=str(destination),
                kind=kind,
                from_s=range_ns[0] / _NS,
                until_s=range_ns[1] / _NS,
                chunks=len(indexes),
            )

        if not await self._questions.ask(make, QUESTION_TIMEOUT_S):
            raise Cancelled

    async def _anchors(self, session_id: UUID) -> SessionAnchors:
        """Collect what the chain has; nothing when there is no chain or contract yet."""
        if not self._chain.is_made and not self._vault.is_open:
            return SessionAnchors()
        try:
            rows = await self._parts.store_worker.run(self._parts.store.outbox, (), session_id)
            return await self._chain.use(lambda chain: collect_anchors(chain, session_id, rows))
        except AnchorMissing:
            return SessionAnchors()

    async def _session_key(self, session_id: UUID) -> bytes:
        return await self._parts.store_worker.run(session_key, self._parts, session_id)

    async def _read(self, text: str) -> _Stored:
        session_id = parse_session_id(text)
        return await self._parts.store_worker.run(self._read_stored, session_id)

    def _read_stored(self, session_id: UUID) -> _Stored:
        store = self._parts.store
        row = store.session(session_id).row
        if row.state not in _FINISHED:
            raise SessionNotFinished(session_id=str(session_id), state=row.state)
        chunks = store.chunks(session_id)
        return _Stored(row, chunks, timeline(row, chunks, store.gaps(session_id)))

    def _signed(self, session_id: UUID) -> SignedManifest:
        directory = self._parts.directory.session(session_id)
        manifest = (directory / MANIFEST).read_bytes()
        return read_signatures(manifest, (directory / SIGNATURES).read_bytes())

    def _trail(
        self, signed: SignedManifest, session_id: UUID, key: bytes | None
    ) -> TrailFile | None:
        """Read a session's trail for a bundle, with its key where the session's is given; on the worker."""
        if from_json(signed.manifest_json).trail is None:
            return None
        path = self._parts.directory.session(session_id) / TRAIL_NAME
        return TrailFile.load(path, session_id, key)

    def _show(self, text: str) -> SessionDetail:
        session_id = parse_session_id(text)
        store = self._parts.store
        path = self._parts.directory.session(session_id) / MANIFEST
        return detail_of(
            store.session(session_id),
            chunks=store.chunks(session_id),
            gaps=store.gaps(session_id),
            anchors=store.outbox((), session_id),
            manifest_json=path.read_text(encoding="utf-8") if path.exists() else None,
            device_fingerprint=self._vault.fingerprint() or "",
        )

    async def _in_background(
        self,
        stage: str,
        progress: Progress,
        work: Callable[[Callable[[int, int], None]], T],
        cancelled: threading.Event | None = None,
    ) -> T:
        """Run work on the worker, tell its progress on the loop, and make it stop when it is cancelled."""
        loop = asyncio.get_running_loop()
        stopped, begun = cancelled or threading.Event(), threading.Event()

        def tell(done: int, total: int) -> None:
            if stopped.is_set():
                raise Cancelled
            loop.call_soon_threadsafe(progress, stage, done, total)

        def begin() -> T:
            begun.set()
            if stopped.is_set():
                raise Cancelled
            return work(tell)

        working = asyncio.ensure_future(self._worker.run(begin))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            stopped.set()
            if not begun.is_set():
                working.cancel()
                raise
            with suppress(asyncio.CancelledError):  # asked again: it changes nothing
                # What it has written is gone when the request ends.
                await to_its_end(asyncio.wait({working}))
            if working.exception() is not None:
                raise
            return working.result()  # it was done before it heard


def _hash_of(header: bytes | None) -> bytes:
    return b"" if header is None else keccak256(header)


def _from_thread(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the engine's loop and wait for it, from a worker."""
    return asyncio.run_coroutine_threadsafe(work, loop).result()
