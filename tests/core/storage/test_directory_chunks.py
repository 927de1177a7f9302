"""The directory store passes the conformance suite, writes durably and tells its faults."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from core.errors import ChunkUnreadable, StorageFull
from core.storage import directory_chunks
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.disk import Disk
from core.storage.page_buffer import PageBuffer
from tests.conformance.chunk_store import SESSION, ChunkStoreConformance, OpenStore, content_of
from tests.fakes.power_cut_disk import Loss, PowerCut, PowerCutDisk
from tests.fakes.small_disk import SmallDisk


@pytest.fixture
def open_store(tmp_path: Path) -> OpenStore:
    """Open the store of this test, again and again."""
    return lambda: DirectoryChunkStore(tmp_path / "sessions")


class TestDirectory(ChunkStoreConformance):
    """The suite, over a directory."""


class _NoDirect(Disk):
    """A file system that refuses direct writing, on opening or on writing."""

    def __init__(self, *, refuses_opening: bool) -> None:
        self._refuses_opening = refuses_opening
        self._direct: set[int] = set()

    def create(self, path: Path, *, is_direct: bool = False) -> int:
        if is_direct and self._refuses_opening:
            raise OSError(errno.EINVAL, "Invalid argument")
        handle = super().create(path)
        if is_direct:
            self._direct.add(handle)
        return handle

    def stop_direct(self, handle: int) -> None:
        self._direct.discard(handle)

    def write_at(self, handle: int, content: bytes | bytearray | memoryview, offset: int) -> None:
        if handle in self._direct:
            raise OSError(errno.EINVAL, "Invalid argument")
        super().write_at(handle, content, offset)


@pytest.mark.parametrize("refuses_opening", [True, False])
def test_a_file_system_without_direct_writing(tmp_path: Path, refuses_opening: bool) -> None:
    """Where direct writing is refused the chunk goes through the page cache."""
    memory = PageBuffer(10_000)
    memory.view[:10_000] = os.urandom(10_000)
    store = DirectoryChunkStore(tmp_path, disk=_NoDirect(refuses_opening=refuses_opening))
    store.put(SESSION, 0, [memory.view[:10_000]])
    assert content_of(store, SESSION, 0) == bytes(memory.view[:10_000])
    memory.close()


def test_files_are_private(tmp_path: Path) -> None:
    """Only the owner may read chunks, and the names are those of the format."""
    DirectoryChunkStore(tmp_path).put(SESSION, 12, [b"x"])
    path = tmp_path / str(SESSION) / "chunks" / "00000012.lcs"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("length", [3000, 300_000])
def test_a_full_disk_leaves_nothing_half_done(tmp_path: Path, length: int) -> None:
    """What does not fit raises StorageFull, leaves no file, and fits when there is room."""
    disk = SmallDisk(length - 1)
    store = DirectoryChunkStore(tmp_path, disk=disk)
    memory = PageBuffer(length)
    memory.view[:] = os.urandom(length)
    with pytest.raises(StorageFull):
        store.put(SESSION, 0, [memory.view])
    assert list((tmp_path / str(SESSION) / "chunks").iterdir()) == []
    disk.room += 1
    store.put(SESSION, 0, [memory.view])
    assert content_of(store, SESSION, 0) == bytes(memory.view)
    memory.close()


@pytest.mark.parametrize("loss", list(Loss))
def test_a_chunk_is_there_whole_or_not_at_all(tmp_path: Path, loss: Loss) -> None:
    """Wherever the power is cut, a listed chunk is whole, and one whose put returned is listed."""
    calls = 0
    is_put = False
    while not is_put:
        sessions = tmp_path / str(calls)
        disk = PowerCutDisk(calls)
        try:
            DirectoryChunkStore(sessions, disk=disk).put(SESSION, 0, [b"head", bytes(9000)])
            is_put = True
        except PowerCut:
            pass
        disk.lose(loss)
        store = DirectoryChunkStore(sessions)
        store.remove_unfinished(SESSION)
        assert store.indexes(SESSION) == [0] or not is_put
        for index in store.indexes(SESSION):
            assert content_of(store, SESSION, index) == b"head" + bytes(9000)
        directory = sessions / str(SESSION) / "chunks"
        assert len(list(directory.iterdir())) == len(store.indexes(SESSION))
        calls += 1
    assert calls > 5


def test_a_medium_that_refuses(tmp_path: Path) -> None:
    """What cannot be read is told with its index and the system's reason."""
    store = DirectoryChunkStore(tmp_path)
    (tmp_path / str(SESSION) / "chunks" / "00000003.lcs").mkdir(parents=True)
    with pytest.raises(ChunkUnreadable) as caught:
        store.open(SESSION, 3)
    assert caught.value.facts["index"] == 3


def test_foreign_files_are_no_chunks(tmp_path: Path) -> None:
    """Only names that are indexes count."""
    store = DirectoryChunkStore(tmp_path)
    store.put(SESSION, 0, [b"x"])
    for name in ("00000001.lcs.part", "notes.txt", "1.lcs"):
        (tmp_path / str(SESSION) / "chunks" / name).write_bytes(b"")
    assert store.indexes(SESSION) == [0]
    store.remove_unfinished(SESSION)
    left = {path.name for path in (tmp_path / str(SESSION) / "chunks").iterdir()}
    assert left == {"00000000.lcs", "notes.txt", "1.lcs"}


def test_reading_directly_where_it_does_not_fit(tmp_path: Path) -> None:
    """A read that the device refuses for its alignment goes through the cache instead."""
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 40)
    handle = directory_chunks._open_direct(path)
    memory = PageBuffer(8192)
    try:
        # An address and a length that are no multiple of any block.
        count = directory_chunks._read_at(handle, memory.view[1:1000], 3)
        assert bytes(memory.view[1 : 1 + count]) == (bytes(range(256)) * 40)[3:1002]
    finally:
        os.close(handle)
        memory.close()
