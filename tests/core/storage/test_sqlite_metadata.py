"""The embedded metadata store passes the conformance suite and tells its faults."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import DataDirectoryUnwritable, StoreCorrupt, StoreNewer
from core.storage.sqlite_file import SCHEMA_VERSION
from core.storage.sqlite_metadata import SqliteMetadataStore
from tests.conformance.metadata_store import MetadataStoreConformance, OpenStore, session_row
from tests.conformance.record_store import RecordStoreConformance


@pytest.fixture
def open_store(tmp_path: Path) -> OpenStore:
    """Open the store of this test, again and again."""
    return lambda: SqliteMetadataStore(tmp_path / "store" / "lucid.db")


class TestSqlite(MetadataStoreConformance, RecordStoreConformance):
    """Both suites, over SQLite."""


def test_the_file_is_private(tmp_path: Path) -> None:
    """Nobody else may read what was recorded when."""
    path = tmp_path / "lucid.db"
    SqliteMetadataStore(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    """A store of a newer version is left alone."""
    path = tmp_path / "lucid.db"
    SqliteMetadataStore(path).close()
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    with pytest.raises(StoreNewer) as caught:
        SqliteMetadataStore(path)
    assert caught.value.facts == {"found": SCHEMA_VERSION + 1, "known": SCHEMA_VERSION}


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    """A file that is no database is not taken for an empty one."""
    path = tmp_path / "lucid.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreCorrupt):
        SqliteMetadataStore(path)


def test_a_store_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """A directory in the file's place is said to be unwritable."""
    (tmp_path / "lucid.db").mkdir()
    with pytest.raises(DataDirectoryUnwritable):
        SqliteMetadataStore(tmp_path / "lucid.db")


_KILLED = """
import os, sys
from pathlib import Path
from core.storage.sqlite_metadata import SqliteMetadataStore
from tests.conformance.metadata_store import session_row
store = SqliteMetadataStore(Path(sys.argv[1]))
while True:
    row = session_row()
    store.add_session(row)
    os.write(1, str(row.session_id).encode() + b"\\n")
"""


def test_nothing_acknowledged_is_lost_by_a_kill(tmp_path: Path) -> None:
    """Every session whose keeping returned is there after kill -9."""
    path = tmp_path / "lucid.db"
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _KILLED, str(path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            text=True,
        ) as child:
            assert child.stdout is not None
            kept = [child.stdout.readline().strip() for _ in range(40)]
            child.send_signal(signal.SIGKILL)
            kept += child.stdout.read().split("\n")[:-1]
        store = SqliteMetadataStore(path)
        found = {str(each.row.session_id) for each in store.sessions()}
        store.close()
        assert set(kept) <= found


def test_rows_of_one_millisecond_keep_their_order(tmp_path: Path) -> None:
    """Sessions of the same instant are listed by when they were kept."""
    store = SqliteMetadataStore(tmp_path / "lucid.db")
    rows = [session_row(7) for _ in range(4)]
    for row in rows:
        store.add_session(row)
    assert [each.row for each in store.sessions()] == rows[::-1]
    store.close()
