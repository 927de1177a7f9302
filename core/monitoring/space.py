"""Free space: warn below 10 %, refuse new sessions below 5 %, close the running one below 2.5 %."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from core.api.snapshots import SpaceLevel, SpaceSnapshot
from core.runtime.files import storage_errors

WARN_BELOW = 0.10
REFUSE_BELOW = 0.05
CLOSE_BELOW = 0.025

ReadSpace = Callable[[Path], tuple[int, int]]


def read_space(path: Path) -> tuple[int, int]:
    """Read (free, total) bytes of the file system of ``path``; raises DataDirectoryUnwritable."""
    with storage_errors(path):
        found = os.statvfs(path)
    return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize


def level_of(free_bytes: int, total_bytes: int) -> SpaceLevel:
    """Tell the level of that much free space."""
    share = free_bytes / total_bytes if total_bytes else 0.0
    if share < CLOSE_BELOW:
        return SpaceLevel.CLOSING
    if share < REFUSE_BELOW:
        return SpaceLevel.REFUSING
    return SpaceLevel.LOW if share < WARN_BELOW else SpaceLevel.FINE


class SpaceWatch:
    """Reads the free space and tells when its percent or its level changed."""

    def __init__(self, path: Path, read: ReadSpace = read_space) -> None:
        self._path = path
        self._read = read
        self._last: SpaceSnapshot | None = None

    def now(self) -> SpaceSnapshot:
        """Read the free space."""
        free, total = self._read(self._path)
        return SpaceSnapshot(free, total, level_of(free, total))

    def changed(self) -> SpaceSnapshot | None:
        """Read the free space; None when neither percent nor level changed since the last call."""
        found = self.now()
        last = self._last
        if last and (last.level, percent(last)) == (found.level, percent(found)):
            return None
        self._last = found
        return found


def percent(space: SpaceSnapshot) -> int:
    """Tell the free space in whole percents."""
    return int(100 * space.free_bytes / space.total_bytes) if space.total_bytes else 0
