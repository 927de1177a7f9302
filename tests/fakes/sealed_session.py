"""A small session on its way: a real sealer over a real directory, with tiny chunks and a clock by hand."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from core.runtime.clock import Instant
from core.sealing.chunk import OpenChunk, SealedChunk, open_chunk
from core.sealing.keys import chunk_key
from core.sealing.sealer import ChunkLimits, SessionSealer
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.disk import Disk

SESSION_KEY = bytes(range(32))
SESSION_ID = UUID("0b9f8a52-7a0c-4f5d-9a43-0d2b8f3c9e11")
START = Instant(5_000_000_000, 1_800_000_000_000_000_000)
LIMITS = ChunkLimits(minimum=20 * 188, maximum=60 * 188)


class SealedSession:
    """Paths, store, the chunks told of so far, and a clock that ``after`` moves."""

    def __init__(
        self, directory: Path, *, disk: Disk | None = None, limits: ChunkLimits = LIMITS
    ) -> None:
        self.disk = disk or Disk()
        self.limits = limits
        self.store = DirectoryChunkStore(directory, disk=self.disk)
        self.chunk_directory = directory / str(SESSION_ID) / "chunks"
        self.journal_directory = directory / str(SESSION_ID) / "journal"
        self.sealed: list[SealedChunk] = []
        self.elapsed_ns = 0

    def sealer(self) -> SessionSealer:
        """Make the session's sealer."""
        return SessionSealer(
            session_id=SESSION_ID,
            session_key=SESSION_KEY,
            start=START,
            chunks=self.store,
            journal_directory=self.journal_directory,
            is_sealed=self.sealed.append,
            limits=self.limits,
            disk=self.disk,
        )

    def after(self, milliseconds: int) -> Instant:
        """Let time pass and read the clock."""
        self.elapsed_ns += milliseconds * 1_000_000
        return Instant(START.mono_ns + self.elapsed_ns, START.utc_ns + self.elapsed_ns)

    def open(self, index: int) -> OpenChunk:
        """Open a stored chunk."""
        key = chunk_key(SESSION_KEY, SESSION_ID, index)
        with self.store.open(SESSION_ID, index) as stored:
            return open_chunk(stored.view, session_id=SESSION_ID, index=index, key=key)

    def video(self, *indexes: int) -> bytes:
        """Join the video of stored chunks; of all of them unless some are named."""
        chosen = indexes or tuple(self.store.indexes(SESSION_ID))
        return b"".join(bytes(self.open(index).video) for index in chosen)

    def journals(self) -> list[str]:
        """Name the journals that are there."""
        if not self.journal_directory.exists():
            return []
        return sorted(path.name for path in self.journal_directory.iterdir())
