"""Rows of the outbox that travel together, in the metadata store's file."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.storage.metadata import OutboxRow, SessionRow
from core.storage.sqlite_records import SqliteRecords
from core.storage.sqlite_rows import put_outbox, read_row, update

_WAITS = "state = 'waiting' AND raw IS NULL AND batch IS NULL"


class SqliteBatches(SqliteRecords):
    """A BatchStore in one file; it belongs to the thread that made it."""

    def outbox_row(self, key: str) -> OutboxRow | None:
        """Read the row of that key."""
        found = self._read("SELECT * FROM outbox WHERE key = ?", (key,))
        return read_row(OutboxRow, found[0]) if found else None

    def outbox_by_itself(self, states: Sequence[str]) -> list[OutboxRow]:
        """Read the rows of those states that do not travel in a batch, in sequence."""
        marks = ", ".join("?" * len(states))
        query = f"SELECT * FROM outbox WHERE state IN ({marks}) AND batch IS NULL ORDER BY sequence"  # noqa: S608 - only placeholders
        return [read_row(OutboxRow, row) for row in self._read(query, states)]

    def taken_nonces(self, states: Sequence[str]) -> set[int]:
        """Read the nonces of the rows of those states that were signed."""
        marks = ", ".join("?" * len(states))
        query = f"SELECT nonce FROM outbox WHERE state IN ({marks}) AND nonce IS NOT NULL"  # noqa: S608 - only placeholders
        return {row["nonce"] for row in self._read(query, states)}

    def unsettled_outbox(self) -> list[OutboxRow]:
        """Read the settled rows that their sessions do not know of yet, in sequence: seals, and what was refused."""
        query = (
            "SELECT outbox.* FROM outbox JOIN sessions USING (session_id) WHERE sessions.state != 'anchored' AND ("
            "(outbox.state = 'confirmed' AND outbox.kind = 'sealed' AND sessions.state = 'anchoring')"
            " OR (outbox.state = 'rejected' AND sessions.failure IS NULL)) ORDER BY outbox.sequence"
        )
        return [read_row(OutboxRow, row) for row in self._read(query)]

    def put_batch(self, batch: OutboxRow, members: Sequence[OutboxRow]) -> bool:
        """Put a batch's row, have its members travel in it, and drop what their sessions wait to say on the way.

        Nothing happens, and False is given, unless every member still waits unsigned and by itself.
        """
        with self._transaction() as database:
            query = f"SELECT COUNT(*) FROM outbox WHERE key = ? AND {_WAITS}"  # noqa: S608 - a constant
            waiting = sum(database.execute(query, (each.key,)).fetchone()[0] for each in members)
            if waiting != len(members) or not put_outbox(database, batch):
                return False
            database.executemany(
                "UPDATE outbox SET batch = ?, proof = ? WHERE key = ?",
                [(batch.key, each.proof, each.key) for each in members],
            )
            database.executemany(
                f"DELETE FROM outbox WHERE session_id = ? AND kind = 'progress' AND {_WAITS}",  # noqa: S608 - a constant
                {(each.session_id.bytes,) for each in members if each.session_id is not None},
            )
            return True

    def drop_outbox(self, key: str) -> None:
        """Take out the row of that key if it still waits unsigned and by itself."""
        with self._transaction() as database:
            database.execute(f"DELETE FROM outbox WHERE key = ? AND {_WAITS}", (key,))  # noqa: S608 - a constant

    def save_batch(self, batch: OutboxRow) -> None:
        """Replace a batch's row, and have its members share its state, transaction, block and reason."""
        with self._transaction() as database:
            update(database, "outbox", batch, "key")
            database.execute(
                'UPDATE outbox SET state = ?, "transaction" = ?, block_number = ?, block_hash = ?,'
                " block_time_utc_s = ?, reason = ? WHERE batch = ?",
                (
                    *(batch.state, batch.transaction, batch.block_number, batch.block_hash),
                    *(batch.block_time_utc_s, batch.reason, batch.key),
                ),
            )

    def batch_members(self, key: str) -> list[OutboxRow]:
        """Read the rows that travel in a batch, in sequence."""
        query = "SELECT * FROM outbox WHERE batch = ? ORDER BY sequence"
        return [read_row(OutboxRow, row) for row in self._read(query, (key,))]

    def batched_sessions(self) -> set[UUID]:
        """Tell which sessions with a row that waits by itself have one in a batch."""
        query = (
            "SELECT DISTINCT session_id FROM outbox WHERE batch IS NOT NULL AND session_id IN"  # noqa: S608 - a constant
            f" (SELECT session_id FROM outbox WHERE {_WAITS} AND session_id IS NOT NULL)"
        )
        return {UUID(bytes=row["session_id"]) for row in self._read(query)}

    def save_sessions(self, rows: Sequence[SessionRow]) -> None:
        """Replace sessions in one transaction."""
        with self._transaction() as database:
            for row in rows:
                update(database, "sessions", row, "session_id")
