"""The levels of free space lie exactly where they are said to lie, and only changes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.api.snapshots import SpaceLevel, SpaceSnapshot
from core.errors import DataDirectoryUnwritable
from core.monitoring.space import SpaceWatch, level_of, percent, read_space


@pytest.mark.parametrize(
    "free, level",
    [
        (10_000, SpaceLevel.FINE),
        (1_000, SpaceLevel.FINE),
        (999, SpaceLevel.LOW),
        (500, SpaceLevel.LOW),
        (499, SpaceLevel.REFUSING),
        (250, SpaceLevel.REFUSING),
        (249, SpaceLevel.CLOSING),
        (0, SpaceLevel.CLOSING),
    ],
)
def test_the_levels_at_their_borders(free: int, level: SpaceLevel) -> None:
    """Below 10 %, 5 % and 2.5 %, and not at them."""
    assert level_of(free, 10_000) is level


def test_a_disk_without_size_is_full() -> None:
    """Nothing of nothing is no space."""
    assert level_of(0, 0) is SpaceLevel.CLOSING
    assert percent(SpaceSnapshot(0, 0, SpaceLevel.CLOSING)) == 0


def test_only_changes_are_told(tmp_path: Path) -> None:
    """A percent or a level is a change; a few bytes are not."""
    free = [1_000]
    watch = SpaceWatch(tmp_path, lambda _: (free[0], 10_000))
    told = []
    for free[0] in (1_000, 1_001, 1_099, 1_100, 999, 1_000, 250, 249):
        found = watch.changed()
        told.append(None if found is None else found.free_bytes)
    assert told == [1_000, None, None, 1_100, 999, 1_000, 250, 249]


def test_the_real_disk_is_read(tmp_path: Path) -> None:
    """Free is part of total; a path that is not there is told."""
    free, total = read_space(tmp_path)
    assert 0 <= free <= total
    with pytest.raises(DataDirectoryUnwritable):
        read_space(tmp_path / "none")
