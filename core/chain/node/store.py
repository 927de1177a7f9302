"""Key-value store of the chain: one SQLite file, one durable transaction a block.

py-evm writes into memory; ``commit`` puts all of it on the disk at once or not at all, and only what is
committed is ever announced. Each entry carries a mark over key and value, so that a flipped bit is told
and never believed. Durability: WAL with synchronous=FULL (https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from blake3 import blake3
from eth.db.backends.base import BaseDB

from core.errors import DataDirectoryUnwritable, StorageFull, StoreCorrupt, StoreNewer

FORMAT_VERSION = 1
_APPLICATION_ID = 0x4C434831  # "LCH1", so that file(1) and we know the file
_MARK_BYTES = 8
_CHECKED_BYTES = 64 * 1024 * 1024  # read whole at each start: a quarter of a second
_PRIMARY_CODE = 0xFF
_UNUSABLE = {
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM),
}
_SCHEMA = (
    "CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB NOT NULL, mark BLOB NOT NULL) WITHOUT ROWID",
    """CREATE TABLE logs (
        block INTEGER NOT NULL, position INTEGER NOT NULL, address BLOB NOT NULL,
        topic0 BLOB, topic1 BLOB, topic2 BLOB, topic3 BLOB, PRIMARY KEY (block, position)
    ) WITHOUT ROWID""",
    "CREATE INDEX logs_by_topic1 ON logs (topic1, block)",
)


class LogEntry(NamedTuple):
    """Where a log is and what it can be found by; ``position`` counts in its block."""

    block: int
    position: int
    address: bytes
    topics: tuple[bytes, ...]


class ChainStore(BaseDB):
    """The entries and the log index; for one thread.

    Raises StoreCorrupt, StoreNewer, StorageFull, DataDirectoryUnwritable.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._staged: dict[bytes, bytes | None] = {}
        self._staged_logs: list[LogEntry] = []
        with self._told():
            self._database = sqlite3.connect(path, isolation_level=None)
            try:
                self._open()
            except BaseException:
                self._database.close()
                raise

    def _open(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("PRAGMA cache_size = -4096")
        application = self._number("PRAGMA application_id")
        version = self._number("PRAGMA user_version")
        if (
            application == 0
            and version == 0
            and self._number("SELECT count(*) FROM sqlite_schema") == 0
        ):
            self._create()
        elif application != _APPLICATION_ID:
            raise StoreCorrupt(reason=f"{self._path.name} is not a chain store")
        elif version > FORMAT_VERSION:
            raise StoreNewer(found=version, known=FORMAT_VERSION)
        if self._path.stat().st_size <= _CHECKED_BYTES:
            self._check_all()

    def _check_all(self) -> None:
        """Read every entry, so that a flipped bit in a key is not taken for an entry that never was."""
        verdict = self._database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise StoreCorrupt(reason=f"{self._path.name}: {verdict}")
        for key, value, mark in self._database.execute("SELECT key, value, mark FROM entries"):
            self._check(key, value, mark)

    def _check(self, key: object, value: object, mark: object) -> None:
        is_whole = isinstance(key, bytes) and isinstance(value, bytes) and mark == _mark(key, value)
        if not is_whole:
            raise StoreCorrupt(reason=f"{self._path.name}: an entry is altered")

    def _number(self, question: str) -> int:
        return int(self._database.execute(question).fetchone()[0])

    def _create(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA:
            self._database.execute(statement)
        self._database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        self._database.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        self._database.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn SQLite's word on its file into ours."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
            if code == sqlite3.SQLITE_FULL:
                raise StorageFull(path=str(self._path)) from error
            if code in _UNUSABLE:
                raise DataDirectoryUnwritable(path=str(self._path), reason=str(error)) from error
            raise StoreCorrupt(reason=f"{self._path.name}: {error}") from error

    # --- py-evm's side ---------------------------------------------------------------------

    def __getitem__(self, key: bytes) -> bytes:
        """Read an entry, staged or stored. Raises KeyError."""
        if key in self._staged:
            staged = self._staged[key]
            if staged is None:
                raise KeyError(key)
            return staged
        with self._told():
            row = self._database.execute(
                "SELECT value, mark FROM entries WHERE key = ?", (key,)
            ).fetchone()
        if row is None:
            raise KeyError(key)
        value: bytes = row[0]
        self._check(key, value, row[1])
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        """Stage an entry."""
        self._staged[key] = value

    def __delitem__(self, key: bytes) -> None:
        """Stage a removal."""
        self._staged[key] = None

    def _exists(self, key: bytes) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True

    # --- the node's side -------------------------------------------------------------------

    def stage_log(self, entry: LogEntry) -> None:
        """Add a log to the index, with the next commit."""
        self._staged_logs.append(entry)

    def commit(self) -> None:
        """Put all that is staged on the disk, whole; on an error nothing is, and it stays staged."""
        entries = [
            (key, value, _mark(key, value))
            for key, value in self._staged.items()
            if value is not None
        ]
        removed = [(key,) for key, value in self._staged.items() if value is None]
        with self._told():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany("REPLACE INTO entries VALUES (?, ?, ?)", entries)
                self._database.executemany("DELETE FROM entries WHERE key = ?", removed)
                self._database.executemany(
                    "INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?)",
                    map(_log_row, self._staged_logs),
                )
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
        self.discard()

    def discard(self) -> None:
        """Forget all that is staged."""
        self._staged.clear()
        self._staged_logs.clear()

    def find_logs(
        self,
        blocks: range,
        addresses: Sequence[bytes],
        topics: Sequence[Sequence[bytes]],
        limit: int,
    ) -> list[tuple[int, int]]:
        """List block and position of matching logs in order; an empty choice matches everything."""
        clauses = ["block BETWEEN ? AND ?"]
        values: list[int | bytes] = [blocks.start, blocks.stop - 1]
        columns = [("address", addresses)]
        columns += [(f"topic{place}", choice) for place, choice in enumerate(topics)]
        for column, choice in columns:
            if choice:
                clauses.append(f"{column} IN ({','.join('?' * len(choice))})")
                values.extend(choice)
        where = " AND ".join(clauses)
        question = (
            f"SELECT block, position FROM logs WHERE {where} ORDER BY block, position LIMIT ?"  # noqa: S608 - column names are ours, values are bound
        )
        with self._told():
            return self._database.execute(question, (*values, limit)).fetchall()

    def close(self) -> None:
        """Close the file; what was staged is forgotten."""
        self.discard()
        self._database.close()


def _mark(key: bytes, value: bytes) -> bytes:
    return blake3(len(key).to_bytes(4, "big") + key + value).digest(_MARK_BYTES)


def _log_row(entry: LogEntry) -> tuple[int | bytes | None, ...]:
    topics = [*entry.topics, None, None, None, None][:4]
    return (entry.block, entry.position, entry.address, *topics)
