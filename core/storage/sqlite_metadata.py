"""The embedded metadata store: one SQLite file, written through at every transaction.

Source of the durability settings: https://www.sqlite.org/pragma.html#pragma_synchronous (FULL with WAL
syncs the log at each commit).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from uuid import UUID

from core.errors import SessionIdUsed, SessionUnknown, StoreCorrupt
from core.storage.metadata import (
    ChunkRow,
    GapRow,
    OutboxRow,
    SessionRow,
    SessionTotals,
    SessionWithTotals,
)
from core.storage.sqlite_batches import SqliteBatches
from core.storage.sqlite_rows import insert, put_outbox, read_row, update

_TOTALS = """
SELECT s.*, COALESCE(c.chunks, 0) AS t_chunks, COALESCE(c.plain, 0) AS t_plain, COALESCE(c.stored, 0) AS t_stored,
       COALESCE(c.last_at, 0) AS t_last, COALESCE(g.gaps, 0) AS t_gaps
FROM sessions s
LEFT JOIN (SELECT session_id, COUNT(*) AS chunks, SUM(plain_bytes) AS plain, SUM(stored_bytes) AS stored,
                  MAX(last_at_ns) AS last_at FROM chunks GROUP BY session_id) c USING (session_id)
LEFT JOIN (SELECT session_id, COUNT(*) AS gaps FROM gaps GROUP BY session_id) g USING (session_id)
"""


class SqliteMetadataStore(SqliteBatches):
    """A metadata store in one file; it belongs to the thread that made it."""

    def add_session(self, row: SessionRow, outbox: Sequence[OutboxRow] = ()) -> None:
        """Keep a session and put rows into the outbox; raises SessionIdUsed when the ID was ever there."""
        with self._transaction() as database:
            known = database.execute(
                "SELECT 1 FROM sessions WHERE session_id = ?", (row.session_id.bytes,)
            )
            if known.fetchone():
                raise SessionIdUsed(session_id=str(row.session_id))
            insert(database, "sessions", row)
            for each in outbox:
                put_outbox(database, each)

    def save_session(self, row: SessionRow, outbox: Sequence[OutboxRow] = ()) -> None:
        """Replace a session and put rows into the outbox in one transaction."""
        with self._transaction() as database:
            update(database, "sessions", row, "session_id")
            for each in outbox:
                put_outbox(database, each)

    def session(self, session_id: UUID) -> SessionWithTotals:
        """Read a session; raises SessionUnknown."""
        found = self._read(f"{_TOTALS} WHERE s.session_id = ?", (session_id.bytes,))
        if not found:
            raise SessionUnknown(session_id=str(session_id))
        return _session(found[0])

    def sessions(self) -> list[SessionWithTotals]:
        """Read all sessions, newest first."""
        return [
            _session(row)
            for row in self._read(f"{_TOTALS} ORDER BY s.started_utc_ns DESC, s.rowid DESC")
        ]

    def add_chunk(self, session_id: UUID, chunk: ChunkRow) -> None:
        """Keep a sealed chunk; the same chunk again is fine, another one of that index is StoreCorrupt."""
        with self._transaction() as database:
            known = database.execute(
                'SELECT * FROM chunks WHERE session_id = ? AND "index" = ?',
                (session_id.bytes, chunk.index),
            ).fetchone()
            if known is None:
                insert(database, "chunks", chunk, session_id)
            elif read_row(ChunkRow, known) != chunk:
                raise StoreCorrupt(reason=f"two chunks of index {chunk.index}")

    def chunks(self, session_id: UUID) -> list[ChunkRow]:
        """Read a session's chunks in order."""
        query = 'SELECT * FROM chunks WHERE session_id = ? ORDER BY "index"'
        return [read_row(ChunkRow, row) for row in self._read(query, (session_id.bytes,))]

    def add_gap(self, session_id: UUID, gap: GapRow) -> None:
        """Keep a gap."""
        with self._transaction() as database:
            insert(database, "gaps", gap, session_id)

    def gaps(self, session_id: UUID) -> list[GapRow]:
        """Read a session's gaps in order."""
        query = "SELECT * FROM gaps WHERE session_id = ? ORDER BY from_ns"
        return [read_row(GapRow, row) for row in self._read(query, (session_id.bytes,))]

    def put_outbox(self, row: OutboxRow) -> bool:
        """Add a row unless its key is there; tells whether it was added."""
        with self._transaction() as database:
            return put_outbox(database, row)

    def save_outbox(self, row: OutboxRow, session: SessionRow | None = None) -> None:
        """Replace the row of that key and, in the same transaction, the session it changes."""
        with self._transaction() as database:
            update(database, "outbox", row, "key")
            if session is not None:
                update(database, "sessions", session, "session_id")

    def supersede_outbox(self, row: OutboxRow) -> None:
        """Put a row in place of the unsigned ones of its kind and session, which it stands for."""
        with self._transaction() as database:
            database.execute(
                "DELETE FROM outbox WHERE kind = ? AND session_id = ? AND state = 'waiting' AND raw IS NULL",
                (row.kind, row.session_id.bytes if row.session_id else None),
            )
            put_outbox(database, row)

    def outbox(self, states: Sequence[str] = (), session_id: UUID | None = None) -> list[OutboxRow]:
        """Read rows in sequence, of those states (all when empty), of a session when given."""
        wanted: list[str] = []
        values: list[object] = []
        if states:
            wanted.append(f"state IN ({', '.join('?' * len(states))})")
            values.extend(states)
        if session_id is not None:
            wanted.append("session_id = ?")
            values.append(session_id.bytes)
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        query = f"SELECT * FROM outbox {where} ORDER BY sequence"  # noqa: S608 - only placeholders are put in
        return [read_row(OutboxRow, row) for row in self._read(query, values)]

    def outbox_of_kind(self, kind: str) -> list[OutboxRow]:
        """Read the rows of a kind in sequence."""
        query = "SELECT * FROM outbox WHERE kind = ? ORDER BY sequence"
        return [read_row(OutboxRow, row) for row in self._read(query, (kind,))]

    def count_outbox(self, states: Sequence[str]) -> int:
        """Count the rows of those states."""
        marks = ", ".join("?" * len(states))
        query = f"SELECT COUNT(*) FROM outbox WHERE state IN ({marks})"  # noqa: S608 - only placeholders
        return int(self._read(query, states)[0][0])

    def setting(self, name: str) -> str | None:
        """Read a setting's JSON."""
        found = self._read("SELECT value FROM settings WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else None

    def save_setting(self, name: str, value: str) -> None:
        """Keep a setting's JSON."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))


def _session(stored: sqlite3.Row) -> SessionWithTotals:
    totals = SessionTotals(
        stored["t_chunks"],
        stored["t_plain"],
        stored["t_stored"],
        stored["t_gaps"],
        stored["t_last"],
    )
    return SessionWithTotals(read_row(SessionRow, stored), totals)
