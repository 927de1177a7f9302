"""A disk whose power is cut before a chosen call, and what is then found on it.

It works on real files and keeps beside them what is certain to be on the medium: content up to the last
sync of the file, directory entries up to the last sync of the directory. The real disk is not made to sync.
"""

from __future__ import annotations

import threading
from enum import Enum
from pathlib import Path

from core.storage.disk import Disk


class PowerCut(BaseException):
    """The process is no more."""


class Loss(Enum):
    """What is lost with the process."""

    NOTHING = "nothing"  # it was killed; the system goes on
    UNSYNCED = "unsynced"  # the medium holds what was synced and nothing else
    CONTENT = "content"  # every rename and removal got to the medium, unsynced content did not
    TORN = "torn"  # the same, and of unsynced content one half came through and the rest is zeros


class _File:
    def __init__(self) -> None:
        self.synced = b""


class PowerCutDisk(Disk):
    """Does ``calls`` calls and raises PowerCut from every further one; a write that is cut off is half done."""

    def __init__(self, calls: int | None = None) -> None:
        self.calls = 0
        self._allowed = calls
        self._lock = threading.RLock()
        self._files: dict[int, tuple[Path, _File]] = {}
        self._entries: dict[Path, _File] = {}
        self._durable: dict[Path, dict[Path, _File]] = {}

    @property
    def is_cut(self) -> bool:
        """Tell whether the power is gone."""
        return self._allowed is not None and self.calls > self._allowed

    def adopt(self, directory: Path) -> None:
        """Take the files that are in ``directory`` as certain."""
        for path in directory.iterdir():
            self._entries[path] = _File()
            self._entries[path].synced = path.read_bytes()
        self._durable[directory] = {
            path: file for path, file in self._entries.items() if path.parent == directory
        }

    def create(self, path: Path, *, is_direct: bool = False) -> int:
        """Create; the entry is certain after the directory's next sync."""
        with self._lock:
            self._count()
            handle = super().create(path, is_direct=is_direct)
            self._files[handle] = path, _File()
            self._entries[path] = self._files[handle][1]
            return handle

    def stop_direct(self, handle: int) -> None:
        """Pass on; it changes nothing on the medium."""
        super().stop_direct(handle)

    def write_at(self, handle: int, content: bytes | bytearray | memoryview, offset: int) -> None:
        """Write, or half of it when the power goes."""
        with self._lock:
            try:
                self._count()
            except PowerCut:
                if self.calls == (self._allowed or 0) + 1:
                    half = memoryview(content)[: len(content) // 2]
                    super().stop_direct(handle)
                    super().write_at(handle, half, offset)
                raise
            super().write_at(handle, content, offset)

    def truncate(self, handle: int, length: int) -> None:
        """Truncate."""
        with self._lock:
            self._count()
            super().truncate(handle, length)

    def sync(self, handle: int) -> None:
        """Make the content certain."""
        with self._lock:
            self._count()
            path, file = self._files[handle]
            file.synced = self._path_of(file, path).read_bytes()

    def close(self, handle: int) -> None:
        """Close; a dead process's files are closed too."""
        with self._lock:
            self._files.pop(handle, None)
            super().close(handle)

    def rename(self, source: Path, target: Path) -> None:
        """Rename; certain after the directory's next sync."""
        with self._lock:
            self._count()
            super().rename(source, target)
            self._entries[target] = self._entries.pop(source)

    def remove(self, path: Path) -> None:
        """Remove; certain after the directory's next sync."""
        with self._lock:
            self._count()
            super().remove(path)
            self._entries.pop(path, None)

    def sync_directory(self, directory: Path) -> None:
        """Make the entries certain."""
        with self._lock:
            self._count()
            self._durable[directory] = {
                path: file for path, file in self._entries.items() if path.parent == directory
            }

    def lose(self, loss: Loss) -> None:
        """Bring the real files to what is found after the cut."""
        if loss is Loss.NOTHING:
            return
        entries = dict(self._entries)
        if loss is Loss.UNSYNCED:
            entries = {path: file for each in self._durable.values() for path, file in each.items()}
        contents = {path: self._content(path, file, loss) for path, file in entries.items()}
        for path in self._entries.keys() - contents.keys():
            path.unlink()
        for path, content in contents.items():
            path.write_bytes(content)

    def _content(self, path: Path, file: _File, loss: Loss) -> bytes:
        if loss is not Loss.TORN:
            return file.synced
        written = path.read_bytes()
        unsynced = len(written) - len(file.synced)
        kept = len(file.synced) + max(0, unsynced) // 2
        return written[:kept] + bytes(len(written) - kept)

    def _path_of(self, file: _File, path: Path) -> Path:
        return next((each for each, candidate in self._entries.items() if candidate is file), path)

    def _count(self) -> None:
        self.calls += 1
        if self.is_cut:
            raise PowerCut
