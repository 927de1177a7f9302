"""Where sealed chunks lie: the protocol, which the suite in tests/conformance/chunk_store.py holds to its word.

A store sees ciphertext only and knows nothing of its format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

Part = bytes | bytearray | memoryview


class StoredChunk:
    """One stored chunk, opened for reading; a context manager that gives its memory back.

    ``view`` holds the chunk's bytes and ``size`` their number; ``path`` is the file, for a store that has
    files.
    """

    def __init__(self, view: memoryview, path: Path | None, release: Callable[[], None]) -> None:
        self.view = view
        self.path = path
        self._release = release

    @property
    def size(self) -> int:
        """Count the stored bytes."""
        return len(self.view)

    def close(self) -> None:
        """Give the memory back."""
        self.view.release()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class ChunkStore(Protocol):
    """Stores the chunks of sessions by index. Blocking; one thread writes, any number read.

    Every method that reads raises ChunkMissing when there is no such chunk and ChunkUnreadable when the
    medium refuses; every method that writes raises StorageFull or DataDirectoryUnwritable and then leaves nothing half
    done behind.
    """

    def put(self, session_id: UUID, index: int, parts: Sequence[Part]) -> None:
        """Store the joined parts, whole or not at all, durably before it returns.

        An index that is stored already is never replaced: that raises Bug.
        """

    def open(self, session_id: UUID, index: int) -> StoredChunk:
        """Read a chunk into memory."""

    def pieces(self, session_id: UUID, index: int) -> Iterator[memoryview]:
        """Read a chunk piece by piece; each piece is valid until the next is asked for."""

    def read_back(self, session_id: UUID, index: int) -> Iterator[memoryview]:
        """Read as ``pieces`` does, from the medium itself, past every cache that the store knows of."""

    def size(self, session_id: UUID, index: int) -> int:
        """Tell the number of stored bytes."""

    def indexes(self, session_id: UUID) -> list[int]:
        """List the stored indexes, rising; empty for a session that has none."""

    def delete(self, session_id: UUID, index: int) -> None:
        """Delete a chunk, durably; one that is not there is no error."""

    def remove_unfinished(self, session_id: UUID) -> None:
        """Delete what an interrupted ``put`` left; only for the session's one writer."""
