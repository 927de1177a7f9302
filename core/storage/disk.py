"""The few calls that change files, in one place, so that tests can cut the power between any two of them.

Each call is one system call (``write_at`` repeats short writes) and raises OSError as the system does.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_MODE = 0o600
_DIRECT = getattr(os, "O_DIRECT", 0)


class Disk:
    """The machine's own file systems."""

    def create(self, path: Path, *, is_direct: bool = False) -> int:
        """Open ``path`` empty for writing, private to its owner; direct means past the page cache."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        return os.open(path, flags | (_DIRECT if is_direct else 0), _MODE)

    def stop_direct(self, handle: int) -> None:
        """Let further writes go through the page cache, where alignment does not matter."""
        fcntl.fcntl(handle, fcntl.F_SETFL, fcntl.fcntl(handle, fcntl.F_GETFL) & ~_DIRECT)

    def write_at(self, handle: int, content: bytes | bytearray | memoryview, offset: int) -> None:
        """Write all of ``content`` at ``offset``."""
        view = memoryview(content)
        done = 0
        while done < len(view):
            done += os.pwrite(handle, view[done:], offset + done)

    def truncate(self, handle: int, length: int) -> None:
        """Cut the file to ``length`` bytes."""
        os.ftruncate(handle, length)

    def sync(self, handle: int) -> None:
        """Put the file's content and length on the medium."""
        os.fdatasync(handle)

    def close(self, handle: int) -> None:
        """Close the file."""
        os.close(handle)

    def rename(self, source: Path, target: Path) -> None:
        """Move ``source`` to ``target``, which is replaced at once."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Delete the file."""
        path.unlink()

    def sync_directory(self, directory: Path) -> None:
        """Put the directory's entries on the medium."""
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
