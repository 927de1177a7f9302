"""Files appear whole or not at all, and the system's refusals become ours."""

from __future__ import annotations

import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import DataDirectoryUnwritable, StorageFull
from core.runtime.files import make_directory, remove_parts, storage_errors, write_atomically


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let no file grow beyond ``size``, as a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    """The new content stands, only its owner may read it, and nothing else is left."""
    path = tmp_path / "file"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_does_not_fit_leaves_what_was_there(tmp_path: Path) -> None:
    """A write beyond the room is StorageFull, naming the path; the old content stands and no part is left."""
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with file_size_limit(1000), pytest.raises(StorageFull) as refusal:
        write_atomically(path, bytes(2000))
    assert refusal.value.facts == {"path": str(path)}
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_every_word_for_full_is_full(number: int) -> None:
    """No space, no quota and too large a file are one thing to the owner."""
    with pytest.raises(StorageFull), storage_errors(Path("x")):
        raise OSError(number, os.strerror(number))


def test_another_refusal_is_told_with_the_system_s_reason(tmp_path: Path) -> None:
    """A missing directory, or a file in its place, is unwritable."""
    with pytest.raises(DataDirectoryUnwritable) as refusal:
        write_atomically(tmp_path / "none" / "file", b"")
    assert refusal.value.facts["reason"] == os.strerror(errno.ENOENT)
    (tmp_path / "file").touch()
    for inside in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DataDirectoryUnwritable):
            make_directory(inside)


def test_directories_are_private_with_their_parents(tmp_path: Path) -> None:
    """Each directory that was missing is made with mode 0700; making it again is fine."""
    make_directory(tmp_path / "a" / "b")
    make_directory(tmp_path / "a" / "b")
    for path in (tmp_path / "a", tmp_path / "a" / "b"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_parts_of_an_interrupted_write_are_removed(tmp_path: Path) -> None:
    """Only parts go."""
    (tmp_path / "file.part").touch()
    (tmp_path / "file").touch()
    remove_parts(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
