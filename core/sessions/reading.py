"""Reading a stored session: its keys, its chunks in the clear, its time line."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.api.hosting import AuditEntry, KeyStroke
from core.audit.entries import TrailHead
from core.audit.key_log import KEY_LOG_NAME, read_key_log, wrapped_key_in
from core.audit.trail import TRAIL_NAME, read_trail
from core.canonical.documents import canonical_json
from core.errors import KeyLogMalformed, TrailMalformed
from core.evidence.manifest_json import from_json
from core.evidence.policy import has_trail, is_hosted, records_keys
from core.evidence.policy_signature import SignedPolicy
from core.evidence.signatures import SignedManifest
from core.replay.timeline import PlayableChunk, PlayableGap, Timeline
from core.sealing.chunk import OpenChunk, open_chunk
from core.sealing.keys import chunk_key
from core.sessions.closing import require_same, stored_manifest
from core.sessions.opening import read_opening
from core.sessions.parts import SessionParts
from core.storage.chunk_store import ChunkStore
from core.storage.metadata import ChunkRow, GapRow, SessionRow
from core.vault.session_keys import KEY_LOG_KEY, read_wrapped_keys


class SessionChunkReader:
    """Opens the chunks of one session; holds the session key until it is forgotten."""

    def __init__(self, chunks: ChunkStore, session_id: UUID, session_key: bytes) -> None:
        self._chunks = chunks
        self._session_id = session_id
        self._session_key = session_key

    def open(self, index: int) -> OpenChunk:
        """Read and decrypt a chunk; blocks. Raises ChunkMissing, ChunkAltered and their kin."""
        key = chunk_key(self._session_key, self._session_id, index)
        with self._chunks.open(self._session_id, index) as stored:
            return open_chunk(stored.view, session_id=self._session_id, index=index, key=key)


def session_key(parts: SessionParts, session_id: UUID) -> bytes:
    """Unwrap a session's key; raises VaultLocked, KeyUnavailable, OpeningMalformed."""
    opening = read_opening(parts.directory.session(session_id))
    return parts.vault().unwrap_session_key(session_id, opening.wrapped_keys)


def stored_trail(parts: SessionParts, session_id: UUID) -> tuple[AuditEntry, ...]:
    """Read the trail of a session that does not run, whole as its manifest says where there is one; blocks.

    Empty for a session that nobody could join. Raises SessionUnknown, VaultLocked, KeyUnavailable,
    OpeningMalformed, TrailMalformed, TrailAltered.
    """
    row = parts.store.session(session_id).row
    directory = parts.directory.session(session_id)
    opening = read_opening(directory)
    require_same(opening, row)
    if not has_trail(opening.policy):
        return ()
    key = parts.vault().unwrap_session_key(session_id, opening.wrapped_keys)
    head = _head(stored_manifest(directory, row.ephemeral_public_key))
    return read_trail(directory / TRAIL_NAME, session_key=key, session_id=session_id, head=head)


def stored_policy(parts: SessionParts, session_id: UUID) -> tuple[SignedPolicy, bytes] | None:
    """Read the signed policy of a session and the hash that was announced with it; blocks.

    None for a session that nobody could join. Raises SessionUnknown, KeyUnavailable, OpeningMalformed.
    """
    row = parts.store.session(session_id).row
    opening = read_opening(parts.directory.session(session_id))
    require_same(opening, row)
    if opening.policy_signature is None or not is_hosted(opening.policy):
        return None
    signed = SignedPolicy(canonical_json(opening.policy), opening.policy_signature)
    return signed, row.policy_hash


def _head(signed: SignedManifest | None) -> TrailHead | None:
    """Give the head in a manifest, None before there is one."""
    if signed is None:
        return None
    head = from_json(signed.manifest_json).trail
    if head is None:  # it could not be read when the session was sealed
        raise TrailMalformed(field="the manifest's trail")
    return head


def stored_keys(parts: SessionParts, session_id: UUID) -> tuple[KeyStroke, ...]:
    """Read what was typed in a session, whole as its manifest says where there is one; blocks.

    Empty where its policy does not have it recorded. Raises SessionUnknown, VaultLocked, KeyUnavailable,
    OpeningMalformed, KeyLogMalformed, KeyLogAltered.
    """
    row = parts.store.session(session_id).row
    directory = parts.directory.session(session_id)
    opening = read_opening(directory)
    require_same(opening, row)
    if not records_keys(opening.policy):
        return ()
    parts.vault()
    signed = stored_manifest(directory, row.ephemeral_public_key)
    head = None if signed is None else from_json(signed.manifest_json).keys
    if signed is not None and head is None:  # it could not be read when the session was sealed
        raise KeyLogMalformed(field="the manifest's keys")
    path = directory / KEY_LOG_NAME
    key = key_log_key(parts, session_id, wrapped_key_in(path, session_id))
    strokes = read_key_log(path, key=key, session_id=session_id, head=head)
    return tuple(each.shown() for each in strokes)


def key_log_key(parts: SessionParts, session_id: UUID, wrapped: bytes) -> bytes:
    """Unwrap the key that a key log carries; raises VaultLocked, KeyUnavailable."""
    return parts.vault().unwrap_session_key(session_id, read_wrapped_keys(wrapped), KEY_LOG_KEY)


def timeline(row: SessionRow, chunks: Sequence[ChunkRow], gaps: Sequence[GapRow]) -> Timeline:
    """Lay a session's chunks and gaps out in time."""
    return Timeline(
        [PlayableChunk(each.index, each.first_at_ns, each.last_at_ns) for each in chunks],
        [PlayableGap(each.from_ns, each.until_ns, each.reason) for each in gaps],
        row.duration_ns,
    )
