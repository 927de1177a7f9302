"""Starting a session: open its pictures, write its opening, join recorder and sealer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID, uuid4

from nacl.signing import SigningKey

from core.api.commands import StartSession
from core.api.events import SessionProgressed
from core.api.hosting import AuditRecorded
from core.api.snapshots import SessionState, SpaceLevel
from core.audit.key_log import KeyLog
from core.canonical.documents import load_canonical_json
from core.errors import StorageTooLow
from core.evidence.policy import LARGEST_POLICY, Policy, policy_hash, records_keys
from core.evidence.policy_signature import SignedPolicy, check_policy
from core.monitoring.space import REFUSE_BELOW
from core.recording.recorder import Recorder
from core.runtime.clock import Instant
from core.runtime.finishing import to_its_end
from core.sealing.sealer import SealedChunk, SessionSealer
from core.sessions.hosted import HostedStart
from core.sessions.key_writing import SessionKeys
from core.sessions.live import LiveRecording
from core.sessions.logs import SessionLogs
from core.sessions.opening import Opening
from core.sessions.parts import SessionParts
from core.sessions.running import RunningSession
from core.sessions.sources import PictureRequest, Pictures
from core.sessions.trail_writing import SessionTrail
from core.sessions.writing import write_whole
from core.storage.metadata import ChunkRow, GapRow, SessionRow
from core.vault.open_vault import EPHEMERAL_SEED
from core.vault.session_keys import KEY_LOG_KEY, parse_recipient, write_wrapped_keys

KeepGap = Callable[[UUID, GapRow], Awaitable[None]]

_KEY_BYTES = 32


@dataclass(frozen=True)
class _Plan:
    """What a new session is to be, before its secrets are made; a policy without signature is nobody's to join."""

    session_id: UUID
    policy: Policy
    policy_signature: bytes | None
    recipients: list[bytes]
    pictures: Pictures
    frames_per_second: int
    again: str = ""


@dataclass(frozen=True)
class _Secrets:
    """The secrets of a new session."""

    session_key: bytes = field(repr=False)
    seed: bytes = field(repr=False)

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
    rate = await _frames_per_second(parts)
    pictures = await parts.open_pictures(PictureRequest(command, rate))
    return await _begin(
        parts, _Plan(uuid4(), parts.policy(), None, recipients, pictures, rate), keep_gap
    )


async def start_hosted_session(
    parts: SessionParts, hosted: HostedStart, keep_gap: KeepGap
) -> RunningSession:
    """Open a session that a peer can join, with its policy and its trail; else as ``start_session``.

    Raises SessionIdUsed, PolicySignatureWrong and PolicyMalformed too.
    """
    try:
        plan = await _hosted_plan(parts, hosted)
    except BaseException:
        await hosted.pictures.close()
        raise
    return await _begin(parts, plan, keep_gap)


async def _hosted_plan(parts: SessionParts, hosted: HostedStart) -> _Plan:
    _refuse_without_space(parts)
    signed = SignedPolicy(hosted.policy_json, hosted.policy_signature)
    check_policy(signed, parts.vault().device_public_key)
    return _Plan(
        session_id=hosted.session_id,
        policy=cast("Policy", load_canonical_json(hosted.policy_json, LARGEST_POLICY)),
        policy_signature=hosted.policy_signature,
        recipients=[parse_recipient(each) for each in hosted.recipients],
        pictures=hosted.pictures,
        frames_per_second=await _frames_per_second(parts),
        again=hosted.again,
    )


async def _frames_per_second(parts: SessionParts) -> int:
    return await parts.store_worker.run(parts.settings.number, "frames_per_second")


async def _begin(parts: SessionParts, plan: _Plan, keep_gap: KeepGap) -> RunningSession:
    """Start the recorder and write the session down; closes the pictures when that fails."""
    new = _Secrets(secrets.token_bytes(_KEY_BYTES), bytes(SigningKey.generate()))
    start = parts.clock.now()
    recorder = Recorder(lambda: plan.pictures.make_source(start), parts.clock)
    running: RunningSession | None = None
    try:
        await recorder.start()
        opening = _opening(parts, plan, start, new)
        running = _join(
            parts,
            row=_row(opening, start, recorder, plan.frames_per_second),
            start=start,
            new=new,
            pictures=plan.pictures,
            recorder=recorder,
            keep_gap=keep_gap,
        )
        if plan.policy_signature is not None:
            running.logs = SessionLogs(
                _trail(parts, running), _keys(parts, plan, running), plan.again
            )
        await write_whole(parts, opening, running)
    except BaseException:
        await to_its_end(_undo(plan, recorder, running))
        raise
    return running


async def _undo(plan: _Plan, recorder: Recorder, running: RunningSession | None) -> None:
    """Let go of all that a session began with; whoever is cancelled again meanwhile would leave the rest of it."""
    if running is not None:
        await running.recording.abandon()
        if running.logs is not None:
            await running.logs.abandon()
    await recorder.close()
    await plan.pictures.close()


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


def _opening(parts: SessionParts, plan: _Plan, start: Instant, new: _Secrets) -> Opening:
    vault, session_id = parts.vault(), plan.session_id
    return Opening(
        session_id=session_id,
        started_utc_ns=start.utc_ns,
        source=plan.pictures.label,
        policy=plan.policy,
        ephemeral_public_key=new.public_key,
        wrapped_keys=tuple(vault.wrap_session_key(session_id, new.session_key, plan.recipients)),
        wrapped_seeds=(vault.wrap_for_session(EPHEMERAL_SEED, session_id, new.seed),),
        policy_signature=plan.policy_signature,
    )


def _trail(parts: SessionParts, running: RunningSession) -> SessionTrail:
    session_id = running.row.session_id
    return SessionTrail(
        parts.directory.session(session_id),
        session_id=session_id,
        session_key=running.session_key,
        started=running.start,
        worker=parts.store_worker,
        clock=parts.clock,
        tell=lambda entry: parts.publish(AuditRecorded(str(session_id), entry)),
    )


def _keys(parts: SessionParts, plan: _Plan, running: RunningSession) -> SessionKeys | None:
    """Make the log of what is typed, under a key that is kept nowhere but wrapped; None where the policy says no."""
    if not records_keys(plan.policy):
        return None
    key = secrets.token_bytes(_KEY_BYTES)
    wrapped = parts.vault().wrap_session_key(plan.session_id, key, plan.recipients, KEY_LOG_KEY)
    log = KeyLog(
        parts.directory.session(plan.session_id),
        key=key,
        wrapped=write_wrapped_keys(wrapped),
        session_id=plan.session_id,
        started=running.start,
    )
    return SessionKeys(log, worker=parts.store_worker, clock=parts.clock)


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
