"""Tests of core.chain.node.store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.chain.node.store import ChainStore, LogEntry
from core.errors import DataDirectoryUnwritable, StoreCorrupt, StoreNewer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a path where no store is yet."""
    return tmp_path / "chain.db"


def test_what_is_committed_is_there_again(path: Path) -> None:
    """A committed entry survives closing; one that was only staged does not."""
    store = ChainStore(path)
    store[b"kept"] = b"value"
    store.commit()
    store[b"staged"] = b"value"
    assert store[b"staged"] == b"value"
    store.close()
    store = ChainStore(path)
    assert store[b"kept"] == b"value"
    assert b"staged" not in store
    store.close()


def test_a_removal_is_staged_too(path: Path) -> None:
    """A removed entry is gone at once for its reader, and on the disk with the commit."""
    store = ChainStore(path)
    store[b"key"] = b"value"
    store.commit()
    del store[b"key"]
    assert b"key" not in store
    store.discard()
    assert store[b"key"] == b"value"
    del store[b"key"]
    store.commit()
    with pytest.raises(KeyError):
        store[b"key"]
    store.close()


def test_a_failed_commit_changes_nothing(path: Path) -> None:
    """When a part of a commit fails, no part of it is on the disk."""
    store = ChainStore(path)
    entry = LogEntry(1, 0, b"a" * 20, ())
    store.stage_log(entry)
    store.commit()
    store[b"key"] = b"value"
    store.stage_log(entry)
    with pytest.raises(StoreCorrupt):
        store.commit()
    store.discard()
    assert b"key" not in store
    store.close()


def test_an_altered_entry_is_told(path: Path) -> None:
    """A value that is not the one that was written raises instead of being believed, at once or when it is opened."""
    store = ChainStore(path)
    store[b"key"] = b"value"
    store.commit()
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE entries SET value = ?", (b"other",))
    database.close()
    with pytest.raises(StoreCorrupt):
        store[b"key"]
    store.close()
    with pytest.raises(StoreCorrupt):
        ChainStore(path)


def test_a_file_that_is_no_store_is_refused(path: Path) -> None:
    """Another SQLite file, and a file that is none, are told from a store."""
    path.write_bytes(b"something else, long enough to be read" * 100)
    with pytest.raises(StoreCorrupt):
        ChainStore(path)
    path.unlink()
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE other (x)")
    database.close()
    with pytest.raises(StoreCorrupt):
        ChainStore(path)


def test_a_file_that_cannot_be_opened_is_not_called_damaged(path: Path) -> None:
    """What stands in the way of opening is told as that: starting again may help."""
    path.mkdir()
    with pytest.raises(DataDirectoryUnwritable):
        ChainStore(path)


def test_a_newer_store_is_refused(path: Path) -> None:
    """A store of a later version is left alone and said so."""
    ChainStore(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 9")
    database.close()
    with pytest.raises(StoreNewer):
        ChainStore(path)


def test_logs_are_found_by_address_and_topics(path: Path) -> None:
    """Each condition narrows the search, an empty one does not, and the order is the chain's."""
    store = ChainStore(path)
    a, b = b"a" * 20, b"b" * 20
    x, y, z = b"x" * 32, b"y" * 32, b"z" * 32
    for entry in [
        LogEntry(1, 0, a, (x, y)),
        LogEntry(1, 1, b, (x, y)),
        LogEntry(2, 0, a, (z, y)),
        LogEntry(3, 0, a, ()),
    ]:
        store.stage_log(entry)
    store.commit()
    everything = range(10)
    assert store.find_logs(everything, [], [], 9) == [(1, 0), (1, 1), (2, 0), (3, 0)]
    assert store.find_logs(everything, [a], [], 9) == [(1, 0), (2, 0), (3, 0)]
    assert store.find_logs(everything, [a, b], [[], [y]], 9) == [(1, 0), (1, 1), (2, 0)]
    assert store.find_logs(everything, [a], [[x, z], [y]], 9) == [(1, 0), (2, 0)]
    assert store.find_logs(range(2, 3), [], [], 9) == [(2, 0)]
    assert store.find_logs(everything, [], [], 1) == [(1, 0)]
    store.close()
