"""A store that an older version wrote is brought up to date, whole or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.errors import StoreCorrupt
from core.storage.sqlite_file import SCHEMA_VERSION
from core.storage.sqlite_metadata import SqliteMetadataStore
from tests.conformance.record_store import call_row

SESSION = bytes(range(16))

# As version 1 wrote it, spelled out here: the code that wrote it is not asked.
VERSION_1 = """
CREATE TABLE sessions (
    session_id BLOB PRIMARY KEY, state TEXT NOT NULL, source TEXT NOT NULL,
    started_utc_ns INTEGER NOT NULL, started_mono_ns INTEGER NOT NULL,
    policy_hash BLOB NOT NULL, ephemeral_public_key BLOB NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL, frames_per_second INTEGER NOT NULL, encoder TEXT,
    ended_utc_ns INTEGER, duration_ns INTEGER NOT NULL, end_reason TEXT, was_interrupted INTEGER NOT NULL,
    merkle_root BLOB, manifest_hash BLOB, failure TEXT
) STRICT;
CREATE INDEX sessions_by_start ON sessions (started_utc_ns DESC);
CREATE TABLE chunks (
    session_id BLOB NOT NULL REFERENCES sessions, "index" INTEGER NOT NULL,
    first_at_ns INTEGER NOT NULL, last_at_ns INTEGER NOT NULL,
    first_utc_ns INTEGER NOT NULL, last_utc_ns INTEGER NOT NULL,
    plain_bytes INTEGER NOT NULL, stored_bytes INTEGER NOT NULL, is_compressed INTEGER NOT NULL,
    frames INTEGER NOT NULL, leaf BLOB NOT NULL,
    PRIMARY KEY (session_id, "index")
) STRICT, WITHOUT ROWID;
CREATE TABLE gaps (
    session_id BLOB NOT NULL REFERENCES sessions, from_ns INTEGER NOT NULL, until_ns INTEGER NOT NULL,
    reason TEXT NOT NULL, PRIMARY KEY (session_id, from_ns)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, call TEXT NOT NULL,
    session_id BLOB, state TEXT NOT NULL, attempts INTEGER NOT NULL, nonce INTEGER, raw BLOB, "transaction" BLOB,
    block_number INTEGER, block_hash BLOB, block_time_utc_s INTEGER, contract_address TEXT, reason TEXT
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, sequence);
CREATE INDEX outbox_by_kind ON outbox (kind, state, sequence);
CREATE INDEX outbox_by_session ON outbox (session_id, sequence);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO settings VALUES ('theme', '"light"');
PRAGMA user_version = 1;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of version 1 with a session and a setting in it."""
    path = tmp_path / "lucid.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(VERSION_1)
        database.execute(
            "INSERT INTO sessions VALUES (?, 'anchored', 'sandbox', 7, 5, ?, ?, 800, 480, 15, NULL,"
            " 9, 2, 'owner', 0, NULL, NULL, NULL)",
            (SESSION, bytes(32), bytes(32)),
        )
    database.close()
    return path


def schema_of(path: Path) -> set[str]:
    """Read what a store consists of."""
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        version = database.execute("PRAGMA user_version").fetchone()[0]
    database.close()
    return {str(row[0]) for row in rows} | {f"version {version}"}


def test_a_store_of_version_1_is_brought_to_version_2(path: Path, tmp_path: Path) -> None:
    """It keeps what it holds, takes records and calls, and is then what a new store is."""
    store = SqliteMetadataStore(path)
    assert [each.row.session_id.bytes for each in store.sessions()] == [SESSION]
    assert store.setting("theme") == '"light"'
    store.save_record("onion", "own", b"sealed")
    store.add_call(call_row(1))
    store.close()
    SqliteMetadataStore(tmp_path / "new.db").close()
    assert schema_of(path) == schema_of(tmp_path / "new.db")
    assert f"version {SCHEMA_VERSION}" in schema_of(path)


def test_a_store_is_not_brought_half_way(path: Path) -> None:
    """Where one step fails nothing has happened; the store is of version 1 as before."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE calls (sequence INTEGER)")
    database.close()
    before = schema_of(path)
    with pytest.raises(StoreCorrupt):
        SqliteMetadataStore(path)
    assert schema_of(path) == before
    assert "version 1" in before
