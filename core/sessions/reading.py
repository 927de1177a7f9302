"""Reading a stored session: its keys, its chunks in the clear, its time line."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.replay.timeline import PlayableChunk, PlayableGap, Timeline
from core.sealing.chunk import OpenChunk, open_chunk
from core.sealing.keys import chunk_key
from core.sessions.opening import read_opening
from core.sessions.parts import SessionParts
from core.storage.chunk_store import ChunkStore
from core.storage.metadata import ChunkRow, GapRow, SessionRow


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


def timeline(row: SessionRow, chunks: Sequence[ChunkRow], gaps: Sequence[GapRow]) -> Timeline:
    """Lay a session's chunks and gaps out in time."""
    return Timeline(
        [PlayableChunk(each.index, each.first_at_ns, each.last_at_ns) for each in chunks],
        [PlayableGap(each.from_ns, each.until_ns, each.reason) for each in gaps],
        row.duration_ns,
    )
