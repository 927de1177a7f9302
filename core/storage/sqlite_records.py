"""Sealed records and the log of calls, in the metadata store's file."""

from __future__ import annotations

from core.storage.records import CallRow
from core.storage.sqlite_file import SqliteFile


class SqliteRecords(SqliteFile):
    """A RecordStore in one file; it belongs to the thread that made it."""

    def save_record(self, kind: str, key: str, sealed: bytes) -> None:
        """Keep a record, in place of the one of that kind and key."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (kind, key, sealed))

    def record(self, kind: str, key: str) -> bytes | None:
        """Read a record; None where there is none."""
        found = self._read("SELECT sealed FROM records WHERE kind = ? AND key = ?", (kind, key))
        return bytes(found[0]["sealed"]) if found else None

    def records(self, kind: str) -> list[tuple[str, bytes]]:
        """Read every record of a kind with its key, by key."""
        query = "SELECT key, sealed FROM records WHERE kind = ? ORDER BY key"
        return [(str(row["key"]), bytes(row["sealed"])) for row in self._read(query, (kind,))]

    def forget_record(self, kind: str, key: str) -> None:
        """Remove a record; one that is not there is no error."""
        with self._transaction() as database:
            database.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))

    def add_call(self, row: CallRow) -> None:
        """Keep a call; StoreCorrupt where its sequence is taken."""
        values = (row.sequence, row.utc_ms, row.access_id, row.name, row.what, row.subject)
        with self._transaction() as database:
            database.execute(
                "INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, row.outcome, row.hash),
            )

    def calls(self, limit: int, before: int | None = None, access_id: str = "") -> list[CallRow]:
        """Read calls, newest first: at most ``limit``, of a sequence below ``before``, of one access where given."""
        query = """
        SELECT * FROM calls WHERE (? IS NULL OR sequence < ?) AND (? = '' OR access_id = ?)
        ORDER BY sequence DESC LIMIT ?
        """
        found = self._read(query, (before, before, access_id, access_id, limit))
        return [CallRow(**dict(row)) for row in found]

    def last_call(self) -> CallRow | None:
        """Read the newest call; None where nothing was called yet."""
        return next(iter(self.calls(1)), None)

    def forget_calls(self, until: int) -> None:
        """Remove the calls up to that sequence, itself included."""
        with self._transaction() as database:
            database.execute("DELETE FROM calls WHERE sequence <= ?", (until,))
