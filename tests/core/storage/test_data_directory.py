"""The data directory serves one engine at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import DataDirectoryBusy, DataDirectoryUnwritable
from core.storage.data_directory import DataDirectory


def test_a_second_engine_is_refused_by_the_first_ones_number(tmp_path: Path) -> None:
    """Who holds the directory is named, and it is free once released."""
    first, second = DataDirectory(tmp_path / "data"), DataDirectory(tmp_path / "data")
    first.hold()
    with pytest.raises(DataDirectoryBusy) as caught:
        second.hold()
    assert caught.value.facts["pid"] == str(os.getpid())
    first.release()
    second.hold()
    second.release()


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    """A path that is a file cannot be a data directory."""
    (tmp_path / "data").write_text("")
    with pytest.raises(DataDirectoryUnwritable):
        DataDirectory(tmp_path / "data").hold()


def test_everything_in_it_is_private(tmp_path: Path) -> None:
    """No directory in it lets others in."""
    directory = DataDirectory(tmp_path / "data")
    directory.hold()
    modes = {path.stat().st_mode & 0o077 for path in (directory.path, *directory.path.iterdir())}
    directory.release()
    assert modes == {0}
