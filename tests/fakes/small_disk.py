"""A disk that is full after so many bytes, until it is given more."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

from core.storage.disk import Disk


class SmallDisk(Disk):
    """Counts what is written to new places of its files; a write that does not fit is done in part."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._lock = threading.Lock()
        self._sizes: dict[Path, int] = {}
        self._paths: dict[int, Path] = {}

    def create(self, path: Path, *, is_direct: bool = False) -> int:
        """Create; what the file held before is given back."""
        handle = super().create(path, is_direct=is_direct)
        with self._lock:
            self.room += self._sizes.pop(path, 0)
            self._sizes[path] = 0
            self._paths[handle] = path
        return handle

    def write_at(self, handle: int, content: bytes | bytearray | memoryview, offset: int) -> None:
        """Write what fits; raises ENOSPC when that is not all."""
        with self._lock:
            path = self._paths[handle]
            growth = max(0, offset + len(content) - self._sizes[path])
            fitting = len(content) - max(0, growth - self.room)
            grown = min(growth, self.room)
            self.room -= grown
            self._sizes[path] += grown
        if fitting < len(content):
            super().stop_direct(handle)
        super().write_at(handle, memoryview(content)[: max(0, fitting)], offset)
        if fitting < len(content):
            raise OSError(errno.ENOSPC, "No space left on device")

    def truncate(self, handle: int, length: int) -> None:
        """Truncate; what is cut off is given back."""
        super().truncate(handle, length)
        with self._lock:
            path = self._paths[handle]
            self.room += max(0, self._sizes[path] - length)
            self._sizes[path] = min(self._sizes[path], length)

    def close(self, handle: int) -> None:
        """Close."""
        with self._lock:  # before the number is free for the next file
            self._paths.pop(handle, None)
        super().close(handle)

    def rename(self, source: Path, target: Path) -> None:
        """Rename; what lay there before is given back."""
        super().rename(source, target)
        with self._lock:
            self.room += self._sizes.pop(target, 0)
            self._sizes[target] = self._sizes.pop(source)
            for handle, path in self._paths.items():
                if path == source:
                    self._paths[handle] = target

    def remove(self, path: Path) -> None:
        """Remove; its bytes are given back."""
        super().remove(path)
        with self._lock:
            self.room += self._sizes.pop(path, 0)
