"""A store that another program holds is no damaged store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import DataDirectoryUnwritable
from core.storage.sqlite_metadata import SqliteMetadataStore


def test_a_held_store_is_not_called_damaged(tmp_path: Path) -> None:
    """A write that waited in vain for another's lock says that the store cannot be written."""
    path = tmp_path / "lucid.db"
    with closing(SqliteMetadataStore(path)) as store, closing(sqlite3.connect(path)) as other:
        store._database.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataDirectoryUnwritable):
            store.save_setting("a", "1")
