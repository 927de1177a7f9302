"""What an index is asked: sessions by owner, state and time, one session whole, batches.

An answer comes in pages, so that memory stays bounded however much there is.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from core.chain.index_store import IndexStore

PAGE = 100


class AnchoredState(Enum):
    """Where an indexed session is in its life."""

    OPEN = "open"
    SEALED = "sealed"


@dataclass(frozen=True)
class AnchoredSession:
    """A session as the index has it; times are the blocks'."""

    row: int  # where the next page goes on
    session_id: UUID
    owner: bytes
    state: AnchoredState
    opened_block: int
    opened_at_utc_s: int
    opened_transaction: bytes
    policy_hash: bytes
    ephemeral_key: bytes
    sealed_block: int | None = None
    sealed_at_utc_s: int | None = None
    sealed_transaction: bytes | None = None
    manifest_hash: bytes | None = None
    merkle_root: bytes | None = None
    chunk_count: int | None = None
    is_void: bool = False


@dataclass(frozen=True)
class AnchoredStep:
    """What was anchored of a running session: progress over ``number`` chunks, or chunk ``number`` alone."""

    kind: str  # progress or chunk
    number: int
    hash: bytes
    block: int
    time_utc_s: int
    transaction: bytes


@dataclass(frozen=True)
class AnchoredBatch:
    """A batch as the index has it."""

    owner: bytes
    number: int
    root: bytes
    count: int
    block: int
    time_utc_s: int
    transaction: bytes


@dataclass(frozen=True)
class Wanted:
    """Which sessions are asked for; what is None does not matter. Times are when they were opened, seconds UTC."""

    owner: bytes | None = None
    state: AnchoredState | None = None
    since_utc_s: int | None = None
    until_utc_s: int | None = None
    below_row: int | None = None  # the row that the last page ended with
    most: int = PAGE
    ids: tuple[bytes, bytes] | None = None  # the lowest and the highest


_SESSIONS = """
SELECT s.*, e.block AS e_block, e.time_utc_s AS e_time, e."transaction" AS e_transaction, e.manifest_hash,
    e.merkle_root, e.chunk_count, EXISTS (
        SELECT 1 FROM voids AS v WHERE v.session_id = s.session_id AND v.owner = s.owner) AS is_void
FROM sessions AS s LEFT JOIN seals AS e ON e.session = s.row
"""


def sessions(store: IndexStore, wanted: Wanted) -> list[AnchoredSession]:
    """List sessions, the newest first, at most a page."""
    conditions: list[str] = []
    values: list[object] = []
    for condition, value in (
        ("s.owner = ?", wanted.owner),
        ("s.time_utc_s >= ?", wanted.since_utc_s),
        ("s.time_utc_s < ?", wanted.until_utc_s),
        ("s.row < ?", wanted.below_row),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if wanted.ids is not None:
        conditions.append("s.session_id BETWEEN ? AND ?")
        values.extend(wanted.ids)
    if wanted.state is not None:
        conditions.append(
            f"e.session IS {'NOT ' if wanted.state is AnchoredState.SEALED else ''}NULL"
        )
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    query = f"{_SESSIONS} {where}ORDER BY s.row DESC LIMIT ?"
    return [_session(row) for row in store.read(query, [*values, wanted.most])]


def session(
    store: IndexStore, session_id: UUID
) -> tuple[AnchoredSession, list[AnchoredStep]] | None:
    """Give a session with what was anchored on its way; None when the index has none of that ID."""
    rows = store.read(f"{_SESSIONS} WHERE s.session_id = ?", [session_id.bytes])
    if not rows:
        return None
    steps = store.read(
        "SELECT * FROM steps WHERE session = ? ORDER BY block, log_index", [rows[0]["row"]]
    )
    return _session(rows[0]), [
        AnchoredStep(
            kind=row["kind"],
            number=row["number"],
            hash=row["hash"],
            block=row["block"],
            time_utc_s=row["time_utc_s"],
            transaction=row["transaction"],
        )
        for row in steps
    ]


def batches(
    store: IndexStore,
    owner: bytes | None = None,
    *,
    above: tuple[bytes, int] = (b"", 0),
    most: int = PAGE,
) -> list[AnchoredBatch]:
    """List batches by owner and number, at most a page; ``above`` is where the last page ended."""
    rows = store.read(
        "SELECT * FROM batches WHERE (owner, number) > (?, ?) AND (?3 IS NULL OR owner = ?3)"
        " ORDER BY owner, number LIMIT ?4",
        [*above, owner, most],
    )
    return [
        AnchoredBatch(
            owner=row["owner"],
            number=row["number"],
            root=row["root"],
            count=row["count"],
            block=row["block"],
            time_utc_s=row["time_utc_s"],
            transaction=row["transaction"],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Counts:
    """How much an index holds."""

    sessions: int
    sealed: int
    batches: int


def counts(store: IndexStore) -> Counts:
    """Count what there is."""
    (row,) = store.read(
        "SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM seals) AS sealed,"
        " (SELECT count(*) FROM batches) AS batches"
    )
    return Counts(row["sessions"], row["sealed"], row["batches"])


def _session(row: sqlite3.Row) -> AnchoredSession:
    is_sealed = row["e_block"] is not None
    return AnchoredSession(
        row=row["row"],
        session_id=UUID(bytes=row["session_id"]),
        owner=row["owner"],
        state=AnchoredState.SEALED if is_sealed else AnchoredState.OPEN,
        opened_block=row["block"],
        opened_at_utc_s=row["time_utc_s"],
        opened_transaction=row["transaction"],
        policy_hash=row["policy_hash"],
        ephemeral_key=row["ephemeral_key"],
        sealed_block=row["e_block"],
        sealed_at_utc_s=row["e_time"],
        sealed_transaction=row["e_transaction"],
        manifest_hash=row["manifest_hash"],
        merkle_root=row["merkle_root"],
        chunk_count=row["chunk_count"],
        is_void=bool(row["is_void"]),
    )
