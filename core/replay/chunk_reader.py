"""Where the player gets its chunks from, and how many of them it keeps open."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from core.sealing.frames import Frame

_MOST_OPEN = 2


class ReadableChunk(Protocol):
    """An open chunk: its video in the clear and the table of its frames."""

    @property
    def video(self) -> memoryview:
        """The MPEG-TS packets."""

    @property
    def frames(self) -> Sequence[Frame]:
        """The pictures in the order of their offsets."""


class ChunkReader(Protocol):
    """Opens the chunks of one session; it holds the key."""

    def open(self, index: int) -> ReadableChunk:
        """Read and decrypt a chunk; blocks. Raises a Chunk… failure or KeyUnavailable."""


class ChunkShelf:
    """The chunks that are open: at most two, the longest unused makes place. For one thread."""

    def __init__(self, reader: ChunkReader) -> None:
        self._reader: ChunkReader | None = reader
        self._open: OrderedDict[int, ReadableChunk] = OrderedDict()

    def take(self, index: int) -> ReadableChunk:
        """Give an open chunk, opening it when needed."""
        if index in self._open:
            self._open.move_to_end(index)
            return self._open[index]
        while len(self._open) >= _MOST_OPEN:
            self._open.popitem(last=False)
        if self._reader is None:
            raise LookupError(index)
        chunk = self._reader.open(index)
        self._open[index] = chunk
        return chunk

    def forget(self) -> None:
        """Let go of every chunk and of the reader with its key."""
        self._open.clear()
        self._reader = None
