"""Starting a session: open its pictures, write its opening, join recorder and sealer."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from nacl.signing import SigningKey

from core.api.commands import StartSession
from core.api.events import SessionProgressed
from core.api.snapshots import SessionState, SpaceLevel
from core.errors import Cancelled, StorageTooLow
from core.evidence.policy import policy_hash
from core.monitoring.space import REFUSE_BELOW
from core.recording.recorder import Recorder
from core.runtime.clock import Instant
from core.runtime.files import make_directory
from core.sealing.sealer import SealedChunk, SessionSealer
from core.sessions.anchoring import opened_row
from core.sessions.live import LiveRecording
from core.sessions.opening import Opening
from core.sessions.parts import SessionParts
from core.sessions.running import RunningSession
from core.sessions.sources import PictureRequest, Pictures
from core.storage.metadata import ChunkRow, GapRow, SessionRow
from core.vault.open_vault import EPHEMERAL_SEED
from core.vault.session_keys import parse_recipient

KeepGap = Callable[[UUID, GapRow], Awaitable[None]]

_KEY_BYTES = 32


@dataclass(frozen=True)
class _Secrets:
    """The secrets of a new session."""

    session_key: bytes
    seed: bytes
    recipients: list[bytes]

    @property
    def public_key(self) -> bytes:
        """The session's Ed25519 public key."""
        return bytes(SigningKey(self.seed).verify_key)


async def start_session(
    parts: SessionParts, command: StartSession, keep_gap: KeepGap
) -> RunningSession:
    """Open a session and start its recorder; nothing is left behind when that fails.

    Raises VaultLocked, StorageTooLow, UsageFailure, DisplayUnavailable, MissingProgram, EncoderUnavailable.
    """
    _refuse_without_space(parts)
    parts.vault()
    recipients = [parse_recipient(each) for each in command.recipients]
    session_secrets = _Secrets(
        secrets.token_bytes(_KEY_BYTES), bytes(SigningKey.generate()), recipients
    )
    rate = await parts.store_worker.run(parts.settings.number, "frames_per_second")
    pictures = await parts.open_pictures(PictureRequest(command, rate))
    session_id, start = uuid4(), parts.clock.now()
    recorder = Recorder(lambda: pictures.make_source(start), parts.clock)
    running: RunningSession | None = None
    try:
        await recorder.start()
        opening = _opening(parts, session_id, start, pictures.label, session_secrets)
        running = _join(
            parts,
            row=_row(opening, start, recorder, rate),
            start=start,
            new=session_secrets,
            pictures=pictures,
            recorder=recorder,
            keep_gap=keep_gap,
        )
        await _write_whole(parts, opening, running.row)
    except BaseException:
        if running is not None:
            await running.recording.abandon()
        await recorder.close()
        await pictures.close()
        raise
    return running


def chunk_row(chunk: SealedChunk) -> ChunkRow:
    """Make a sealed chunk ready for the store."""
    return ChunkRow(
        index=chunk.index,
        first_at_ns=chunk.first_at_ns,
        last_at_ns=chunk.last_at_ns,
        first_utc_ns=chunk.first_utc_ns,
        last_utc_ns=chunk.last_utc_ns,
        plain_bytes=chunk.plain_bytes,
        stored_bytes=chunk.stored_bytes,
        is_compressed=chunk.is_compressed,
        frames=chunk.frames,
        leaf=chunk.leaf,
    )


def _refuse_without_space(parts: SessionParts) -> None:
    space = parts.space.now()
    if space.level in {SpaceLevel.REFUSING, SpaceLevel.CLOSING}:
        raise StorageTooLow(
            free_percent=round(100 * space.free_bytes / max(1, space.total_bytes), 1),
            needed_percent=100 * REFUSE_BELOW,
        )


def _opening(
    parts: SessionParts, session_id: UUID, start: Instant, source: str, new: _Secrets
) -> Opening:
    vault = parts.vault()
    return Opening(
        session_id=session_id,
        started_utc_ns=start.utc_ns,
        source=source,
        policy=parts.policy(),
        ephemeral_public_key=new.public_key,
        wrapped_keys=tuple(vault.wrap_session_key(session_id, new.session_key, new.recipients)),
        wrapped_seeds=(vault.wrap_for_session(EPHEMERAL_SEED, session_id, new.seed),),
    )


def _row(opening: Opening, start: Instant, recorder: Recorder, rate: int) -> SessionRow:
    return SessionRow(
        session_id=opening.session_id,
        state=SessionState.RECORDING.value,
        source=opening.source,
        started_utc_ns=start.utc_ns,
        started_mono_ns=start.mono_ns,
        policy_hash=policy_hash(opening.policy),
        ephemeral_public_key=opening.ephemeral_public_key,
        width=recorder.width,
        height=recorder.height,
        frames_per_second=rate,
        encoder=recorder.encoder,
    )


async def _write_whole(parts: SessionParts, opening: Opening, row: SessionRow) -> None:
    """Write opening and row, or nothing; cancelling that comes too late is as if it had not come.

    A row without its opening could never be sealed, so this is one piece of work and its end is waited for.
    """
    given_up = threading.Event()
    writing = asyncio.ensure_future(parts.store_worker.run(_write, parts, opening, row, given_up))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        given_up.set()
        await asyncio.wait({writing})
        if writing.exception() is not None:
            raise


def _write(
    parts: SessionParts, opening: Opening, row: SessionRow, given_up: threading.Event
) -> None:
    directory = parts.directory.session(opening.session_id)
    anchor = opened_row(row.session_id, row.policy_hash, row.ephemeral_public_key)
    try:
        make_directory(directory)
        opening.write(directory)
        _check_wanted(given_up)
        parts.store.add_session(row, (anchor,))
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _check_wanted(given_up: threading.Event) -> None:
    if given_up.is_set():
        raise Cancelled


def _join(
    parts: SessionParts,
    *,
    row: SessionRow,
    start: Instant,
    new: _Secrets,
    pictures: Pictures,
    recorder: Recorder,
    keep_gap: KeepGap,
) -> RunningSession:
    loop = asyncio.get_running_loop()
    session_id = row.session_id

    def took_chunk(chunk: SealedChunk) -> None:
        running.leaves.append(chunk.leaf)
        running.recording.counters.sealed_chunks += 1
        running.recording.report()

    def is_sealed(chunk: SealedChunk) -> None:
        """Store the chunk before its journal goes; runs on the sealing worker."""
        parts.store_worker.run_blocking(parts.store.add_chunk, session_id, chunk_row(chunk))
        loop.call_soon_threadsafe(took_chunk, chunk)

    sealer = SessionSealer(
        session_id=session_id,
        session_key=new.session_key,
        start=start,
        chunks=parts.chunks,
        journal_directory=parts.directory.journal(session_id),
        is_sealed=is_sealed,
    )
    recording = LiveRecording(
        session_id=str(session_id),
        start=start,
        recorder=recorder,
        sealer=sealer,
        sealing=parts.sealing_worker,
        clock=parts.clock,
        keep_gap=lambda gap: keep_gap(session_id, gap),
        progressed=lambda live: parts.publish(SessionProgressed(live)),
        saw_piece=lambda piece: parts.saw_piece(str(session_id), piece),
    )
    running = RunningSession(row, start, new.session_key, new.seed, pictures, recorder, recording)
    return running
