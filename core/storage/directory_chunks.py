"""Chunks as files: ``<sessions>/<session id>/chunks/<index, eight digits>.lcs``.

Written past the page cache where the file system lets us, so that a chunk costs no copy in the kernel and
pushes nothing else out of memory.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from core.errors import Bug, ChunkMissing, ChunkUnreadable
from core.runtime.files import make_directory, storage_errors
from core.storage.chunk_store import Part, StoredChunk
from core.storage.disk import Disk
from core.storage.page_buffer import PAGE_BYTES, PageBuffer, is_page_aligned

PIECE_BYTES = 1 << 20

_SUFFIX = ".lcs"
_PART_SUFFIX = ".lcs.part"
_NAME = re.compile(r"\d{8}\.lcs")
_DIRECT = getattr(os, "O_DIRECT", 0)


class DirectoryChunkStore:
    """A ChunkStore in a directory that holds one directory a session."""

    def __init__(self, sessions: Path, *, disk: Disk | None = None) -> None:
        self._sessions = sessions
        self._disk = disk or Disk()

    def put(self, session_id: UUID, index: int, parts: Sequence[Part]) -> None:
        """Write beside the final name, sync, rename, sync the directory."""
        path = self._path(session_id, index)
        if path.exists():
            raise Bug(f"chunk {index} is stored already")
        make_directory(path.parent)
        part = path.with_suffix(_PART_SUFFIX)
        with storage_errors(path):
            try:
                self._write(part, parts)
                self._disk.rename(part, path)
            except OSError:
                with suppress(OSError):
                    self._disk.remove(part)
                raise
            self._disk.sync_directory(path.parent)

    def open(self, session_id: UUID, index: int) -> StoredChunk:
        """Read the file into memory of its own: a mapped file would end the process where the medium fails."""
        path = self._path(session_id, index)
        with (
            _reading(index),
            os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC), "rb", buffering=0) as stream,
        ):
            size = os.fstat(stream.fileno()).st_size
            memory = PageBuffer(max(size, 1))
            done = 0
            while done < size and (count := stream.readinto(memory.view[done:size])):
                done += count
        return StoredChunk(memory.view[:done], path, memory.close)

    def pieces(self, session_id: UUID, index: int) -> Iterator[memoryview]:
        """Read through the page cache."""
        return _pieces(self._path(session_id, index), index, is_direct=False)

    def read_back(self, session_id: UUID, index: int) -> Iterator[memoryview]:
        """Read directly from the medium, or drop the file from the page cache first."""
        return _pieces(self._path(session_id, index), index, is_direct=True)

    def size(self, session_id: UUID, index: int) -> int:
        """Ask the file system."""
        with _reading(index):
            return self._path(session_id, index).stat().st_size

    def indexes(self, session_id: UUID) -> list[int]:
        """List the files whose names are indexes."""
        directory = self._directory(session_id)
        if not directory.is_dir():
            return []
        return sorted(int(each.stem) for each in directory.iterdir() if _NAME.fullmatch(each.name))

    def delete(self, session_id: UUID, index: int) -> None:
        """Remove the file and sync the directory."""
        path = self._path(session_id, index)
        with storage_errors(path), suppress(FileNotFoundError):
            self._disk.remove(path)
            self._disk.sync_directory(path.parent)

    def remove_unfinished(self, session_id: UUID) -> None:
        """Remove the part files."""
        for part in self._directory(session_id).glob(f"*{_PART_SUFFIX}"):
            with storage_errors(part):
                self._disk.remove(part)

    def _write(self, part: Path, parts: Sequence[Part]) -> None:
        views = [memoryview(each).cast("B") for each in parts if len(each)]
        is_direct = len(views) == 1 and is_page_aligned(views[0])
        handle, is_direct = self._create(part, is_direct=is_direct)
        try:
            offset = 0
            for view in views:
                aligned = len(view) // PAGE_BYTES * PAGE_BYTES if is_direct else 0
                self._write_aligned(handle, view[:aligned])
                if is_direct:
                    self._disk.stop_direct(handle)
                self._disk.write_at(handle, view[aligned:], offset + aligned)
                offset += len(view)
            self._disk.sync(handle)
        finally:
            self._disk.close(handle)

    def _create(self, part: Path, *, is_direct: bool) -> tuple[int, bool]:
        """Open for writing; a file system without direct writing is written through the cache."""
        if is_direct:
            try:
                return self._disk.create(part, is_direct=True), True
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
        return self._disk.create(part), False

    def _write_aligned(self, handle: int, view: memoryview) -> None:
        """Write whole pages directly; a device with larger blocks than pages is written through the cache."""
        try:
            self._disk.write_at(handle, view, 0)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            self._disk.stop_direct(handle)
            self._disk.write_at(handle, view, 0)

    def _directory(self, session_id: UUID) -> Path:
        return self._sessions / str(session_id) / "chunks"

    def _path(self, session_id: UUID, index: int) -> Path:
        return self._directory(session_id) / f"{index:08d}{_SUFFIX}"


def _pieces(path: Path, index: int, *, is_direct: bool) -> Iterator[memoryview]:
    """Read a file piece by piece; a file system that refuses direct reading is read through its cache."""
    with _reading(index):
        handle = _open_direct(path) if is_direct else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    memory = PageBuffer(PIECE_BYTES)
    try:
        offset = 0
        while True:
            with _reading(index):
                count = _read_at(handle, memory.view, offset)
            if not count:
                return
            yield memory.view[:count]
            offset += count
    finally:
        os.close(handle)
        memory.close()


def _open_direct(path: Path) -> int:
    """Open for reading past the page cache, which forgets the file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | _DIRECT)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    return handle


def _read_at(handle: int, buffer: memoryview, offset: int) -> int:
    try:
        return os.preadv(handle, [buffer], offset)
    except OSError as error:
        flags = fcntl.fcntl(handle, fcntl.F_GETFL)
        if error.errno != errno.EINVAL or not flags & _DIRECT:
            raise
        # A device with blocks larger than pages, or a file system that lets one open directly but not read.
        fcntl.fcntl(handle, fcntl.F_SETFL, flags & ~_DIRECT)
        return os.preadv(handle, [buffer], offset)


@contextmanager
def _reading(index: int) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ChunkMissing(index=index) from error
    except OSError as error:
        raise ChunkUnreadable(index=index, reason=error.strerror or type(error).__name__) from error
