"""The disks that fail do so as the real thing would."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.power_cut_disk import Loss, PowerCut, PowerCutDisk
from tests.fakes.small_disk import SmallDisk


def _write(disk: PowerCutDisk, directory: Path) -> None:
    handle = disk.create(directory / "part")
    try:
        disk.write_at(handle, b"abcd", 0)
        disk.sync(handle)
        disk.rename(directory / "part", directory / "whole")
        disk.write_at(handle, b"efgh", 4)
        disk.sync_directory(directory)
    finally:
        disk.close(handle)


@pytest.mark.parametrize(
    "calls, loss, left",
    [
        (6, Loss.UNSYNCED, {"whole": b"abcd"}),
        (6, Loss.TORN, {"whole": b"abcdef\0\0"}),
        (6, Loss.NOTHING, {"whole": b"abcdefgh"}),
        (4, Loss.UNSYNCED, {}),
        (4, Loss.CONTENT, {"whole": b"abcd"}),
        (2, Loss.CONTENT, {"part": b""}),
        (1, Loss.NOTHING, {"part": b"ab"}),
        (0, Loss.NOTHING, {}),
    ],
)
def test_what_is_found_after_the_cut(
    tmp_path: Path, calls: int, loss: Loss, left: dict[str, bytes]
) -> None:
    """Content is certain up to the file's last sync, names up to the directory's."""
    disk = PowerCutDisk(calls)
    if calls < 6:
        with pytest.raises(PowerCut):
            _write(disk, tmp_path)
    else:
        _write(disk, tmp_path)
    disk.lose(loss)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == left


def test_a_dead_process_does_nothing_more(tmp_path: Path) -> None:
    """Every call after the cut is refused."""
    disk = PowerCutDisk(0)
    for _ in range(3):
        with pytest.raises(PowerCut):
            disk.create(tmp_path / "file")


def test_a_small_disk_writes_what_fits(tmp_path: Path) -> None:
    """A write that does not fit is done in part; truncating and removing give room back."""
    disk = SmallDisk(6)
    handle = disk.create(tmp_path / "file")
    disk.write_at(handle, b"abcd", 0)
    with pytest.raises(OSError, match="No space"):
        disk.write_at(handle, b"efgh", 4)
    assert (tmp_path / "file").read_bytes() == b"abcdef"
    disk.truncate(handle, 4)
    assert disk.room == 2
    disk.rename(tmp_path / "file", tmp_path / "other")
    disk.write_at(handle, b"ef", 4)
    disk.close(handle)
    disk.remove(tmp_path / "other")
    assert disk.room == 6
