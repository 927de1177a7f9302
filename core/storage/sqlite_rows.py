"""Rows of the metadata store's file, from and to our dataclasses."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, fields
from typing import Any, TypeVar
from uuid import UUID

from core.errors import StoreCorrupt
from core.storage.metadata import ChunkRow, GapRow, OutboxRow, SessionRow

_Row = TypeVar("_Row", SessionRow, ChunkRow, GapRow, OutboxRow)


def _values(row: SessionRow | ChunkRow | GapRow | OutboxRow) -> dict[str, Any]:
    return {
        name: value.bytes if isinstance(value, UUID) else value
        for name, value in asdict(row).items()
        if not (name == "sequence" and isinstance(row, OutboxRow))
    }


def insert(
    database: sqlite3.Connection,
    table: str,
    row: SessionRow | ChunkRow | GapRow | OutboxRow,
    session_id: UUID | None = None,
) -> None:
    """Add a row; ``session_id`` is that of a chunk or a gap."""
    values = _values(row)
    if session_id is not None:
        values["session_id"] = session_id.bytes
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    query = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own dataclasses
    database.execute(query, list(values.values()))


def update(database: sqlite3.Connection, table: str, row: SessionRow | OutboxRow, key: str) -> None:
    """Replace the row that has the same ``key``; StoreCorrupt where there is none."""
    values = _values(row)
    sets = ", ".join(f'"{name}" = :{name}' for name in values if name != key)
    query = f'UPDATE {table} SET {sets} WHERE "{key}" = :{key}'  # noqa: S608 - names of our own dataclasses
    if database.execute(query, values).rowcount != 1:
        raise StoreCorrupt(reason=f"no row to replace in {table}")


def put_outbox(database: sqlite3.Connection, row: OutboxRow) -> bool:
    """Add a row of the outbox unless its key is there; tells whether it was added."""
    if database.execute("SELECT 1 FROM outbox WHERE key = ?", (row.key,)).fetchone():
        return False
    insert(database, "outbox", row)
    return True


def read_row(kind: type[_Row], stored: sqlite3.Row) -> _Row:
    """Read a row as one of our dataclasses."""
    values: dict[str, Any] = {each.name: stored[each.name] for each in fields(kind)}
    for each in fields(kind):
        if str(each.type).startswith("UUID") and values[each.name] is not None:
            values[each.name] = UUID(bytes=values[each.name])
        elif each.type == "bool":
            values[each.name] = bool(values[each.name])
    return kind(**values)
