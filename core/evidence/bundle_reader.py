"""Read an evidence bundle, one section at a time; its chunks look like a chunk store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from blake3 import blake3

from core.errors import Bug, BundleAltered, BundleMalformed, BundleMissing, ChunkMissing
from core.evidence.bundle_format import (
    HEADER_BYTES,
    LARGEST_DOCUMENT,
    Section,
    chunk_section,
    read_header,
    read_table,
)
from core.evidence.manifest_json import LARGEST_CHUNK
from core.storage.chunk_store import Part, StoredChunk

_CHUNK_PREFIX = "chunk/"
_READ_BYTES = 1 << 20


class BundleReader:
    """An open bundle; a context manager. Blocking, not thread-safe.

    It reads the file rather than mapping it, so that a medium that is pulled out ends in a
    sentence and not in the process. Keeps the chunk that was read last: at most 64 MiB.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; BundleMissing. What it holds is read by ``load``."""
        self._path = path
        self._sections: dict[str, Section] = {}
        self._last: tuple[str, bytes] = ("", b"")
        try:
            self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            self.file_bytes = os.fstat(self._handle).st_size
        except OSError as error:
            raise BundleMissing(path=str(path), reason=error.strerror or "unreadable") from error

    def load(self) -> None:
        """Read header and table; BundleMalformed, BundleVersionUnsupported, BundleAltered."""
        header = self._read("header", 0, min(HEADER_BYTES, self.file_bytes))
        offset, length = read_header(header, self.file_bytes)
        table = self._read("table", offset, length)
        self._sections = {each.name: each for each in read_table(header, table, offset)}

    @property
    def sections(self) -> Sequence[Section]:
        """The sections in the order of the file."""
        return tuple(self._sections.values())

    def has(self, name: str) -> bool:
        """Tell whether there is a section of that name."""
        return name in self._sections

    def read(self, name: str, largest: int = LARGEST_DOCUMENT) -> bytes:
        """Read a section that is no chunk; whether it is as it was written is for ``check_section``."""
        section = self._sections[name]
        if section.length > largest:
            raise BundleMalformed(section=name, reason="it is too large")
        return self._read(name, section.offset, section.length)

    def check_section(self, section: Section) -> None:
        """Raise BundleAltered unless the section is what was written."""
        hasher = blake3()
        for piece in self._pieces(section):
            hasher.update(piece)
        if hasher.digest() != section.hash:
            raise BundleAltered(section=section.name)

    def chunk_indexes(self) -> list[int]:
        """List the chunks that the bundle holds, rising."""
        names = (name for name in self._sections if name.startswith(_CHUNK_PREFIX))
        return sorted(int(name.removeprefix(_CHUNK_PREFIX)) for name in names)

    def chunk(self, index: int) -> bytes:
        """Read a chunk as it is stored; ChunkMissing."""
        name = chunk_section(index)
        section = self._sections.get(name)
        if section is None:
            raise ChunkMissing(index=index)
        if section.length > LARGEST_CHUNK:
            raise BundleMalformed(section=name, reason="it is too large")
        if self._last[0] != name:
            self._last = ("", b"")
            self._last = (name, self._read(name, section.offset, section.length))
        return self._last[1]

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _pieces(self, section: Section) -> Iterator[bytes]:
        if self._last[0] == section.name:
            yield self._last[1]
            return
        for start in range(0, section.length, _READ_BYTES):
            length = min(_READ_BYTES, section.length - start)
            yield self._read(section.name, section.offset + start, length)

    def _read(self, name: str, offset: int, length: int) -> bytes:
        try:
            found = _read_fully(self._handle, offset, length)
        except OSError as error:
            raise BundleMalformed(section=name, reason=error.strerror or "unreadable") from error
        if len(found) != length:
            raise BundleMalformed(section=name, reason="the file is cut short")
        return found


def _read_fully(handle: int, offset: int, length: int) -> bytes:
    pieces: list[bytes] = []
    while length > 0 and (piece := os.pread(handle, length, offset)):
        pieces.append(piece)
        offset, length = offset + len(piece), length - len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class BundleChunks:
    """The chunks of a bundle as a store that is only read; it knows no session but its own."""

    def __init__(self, reader: BundleReader, session_id: UUID) -> None:
        self._reader = reader
        self._session_id = session_id

    def open(self, session_id: UUID, index: int) -> StoredChunk:
        """Read a chunk into memory."""
        chunk = memoryview(self._chunk(session_id, index))
        return StoredChunk(chunk, None, _nothing_to_release)

    def pieces(self, session_id: UUID, index: int) -> Iterator[memoryview]:
        """Read a chunk; it comes in one piece."""
        yield memoryview(self._chunk(session_id, index))

    def read_back(self, session_id: UUID, index: int) -> Iterator[memoryview]:
        """Read as ``pieces`` does: nothing was written here."""
        return self.pieces(session_id, index)

    def size(self, session_id: UUID, index: int) -> int:
        """Tell the number of stored bytes."""
        return len(self._chunk(session_id, index))

    def indexes(self, session_id: UUID) -> list[int]:
        """List the chunks that the bundle holds, rising."""
        return self._reader.chunk_indexes() if session_id == self._session_id else []

    def put(self, session_id: UUID, index: int, parts: Sequence[Part]) -> None:
        """Refuse: a bundle is written once."""
        raise Bug(f"chunk {index} of {session_id} ({len(parts)} parts) cannot be put into a bundle")

    def delete(self, session_id: UUID, index: int) -> None:
        """Refuse: a bundle is written once."""
        raise Bug(f"chunk {index} of {session_id} cannot be taken out of a bundle")

    def remove_unfinished(self, session_id: UUID) -> None:
        """Refuse: a bundle is written once."""
        raise Bug(f"nothing of {session_id} is unfinished in a bundle")

    def _chunk(self, session_id: UUID, index: int) -> bytes:
        if session_id != self._session_id:
            raise ChunkMissing(index=index)
        return self._reader.chunk(index)


def _nothing_to_release() -> None:
    """A chunk of a bundle is an ordinary bytes object."""
