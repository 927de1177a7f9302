"""A store in one SQLite file: opening it, its schema (the metadata store's), its errors and its transactions."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from core.errors import DataDirectoryUnwritable, StorageFull, StoreCorrupt, StoreNewer
from core.runtime.files import make_directory

SCHEMA_VERSION = 3

_VERSION_1 = """
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
"""

_VERSION_2 = """
CREATE TABLE records (
    kind TEXT NOT NULL, key TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE calls (
    sequence INTEGER PRIMARY KEY, utc_ms INTEGER NOT NULL, access_id TEXT NOT NULL, name TEXT NOT NULL,
    what TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE INDEX calls_by_access ON calls (access_id, sequence DESC);
"""

# A row that travels in a batch names the batch's row, and keeps the proof that it is in it.
_VERSION_3 = """
ALTER TABLE outbox ADD COLUMN batch TEXT;
ALTER TABLE outbox ADD COLUMN proof BLOB;
CREATE INDEX outbox_by_batch ON outbox (batch) WHERE batch IS NOT NULL;
"""

_STEPS = (_VERSION_1, _VERSION_2, _VERSION_3)  # what brings a store to version 1, 2, …

_UNWRITABLE_CODES = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_BUSY,
}

# What SQLite says of a full disk where it makes its shared memory or its journal.
_FULL_TOO = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


class SqliteFile:
    """A store in one file; it belongs to the thread that made it.

    ``_steps`` bring it to version 1, 2, …; a commit is on the disk before it returns unless ``_is_synced`` is off.
    """

    _steps: ClassVar[tuple[str, ...]] = _STEPS
    _is_synced: ClassVar[bool] = True

    def __init__(self, path: Path) -> None:
        """Open or make the store; raises StoreCorrupt, StoreNewer, DataDirectoryUnwritable, StorageFull."""
        self._path = path
        make_directory(path.parent)
        with self._errors():
            self._database = sqlite3.connect(path, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def _prepare(self) -> None:
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(f"PRAGMA synchronous = {'FULL' if self._is_synced else 'NORMAL'}")
        self._database.execute("PRAGMA foreign_keys = ON")
        found = int(self._database.execute("PRAGMA user_version").fetchone()[0])
        known = len(self._steps)
        if found > known:
            raise StoreNewer(found=found, known=known)
        if found < known:
            steps = "".join(self._steps[found:])
            self._database.executescript(
                f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {known}; COMMIT;"
            )
        self._path.chmod(0o600)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if primary == sqlite3.SQLITE_FULL or (
                primary in _FULL_TOO and not shutil.disk_usage(self._path.parent).free
            ):
                raise StorageFull(path=str(self._path)) from error
            if primary in _UNWRITABLE_CODES:
                raise DataDirectoryUnwritable(path=str(self._path), reason=str(error)) from error
            raise StoreCorrupt(reason=str(error)) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def _read(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._errors():
            return self._database.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the store."""
        self._database.close()
