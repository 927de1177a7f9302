"""Files appear whole or not at all, and their directory entries are on the disk.

Every function raises StorageFull when there is no space left and DataDirectoryUnwritable when the
system refuses the write for another reason.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import DataDirectoryUnwritable, StorageFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PART_SUFFIX = ".part"


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the system's word on a failed write to ``path`` into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(path=str(path)) from error
        reason = error.strerror or type(error).__name__
        raise DataDirectoryUnwritable(path=str(path), reason=reason) from error


def sync_directory(directory: Path) -> None:
    """Put the directory's entries on the disk."""
    with storage_errors(directory):
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_directory(directory: Path) -> None:
    """Make a private directory (mode 0700) and its parents, durably."""
    missing: list[Path] = []
    current = directory
    with storage_errors(directory):
        while not current.exists():
            missing.append(current)
            current = current.parent
        for each in reversed(missing):
            each.mkdir(mode=0o700, exist_ok=True)
            sync_directory(each.parent)
        if not directory.is_dir():
            raise DataDirectoryUnwritable(path=str(directory), reason="Not a directory")


def write_atomically(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write ``content`` beside ``path``, sync it, move it into place, sync the directory."""
    part = path.with_name(path.name + _PART_SUFFIX)
    with storage_errors(path):
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_directory(path.parent)


def remove_parts(directory: Path) -> None:
    """Delete what an interrupted write left in ``directory``."""
    for part in directory.glob(f"*{_PART_SUFFIX}"):
        part.unlink(missing_ok=True)
