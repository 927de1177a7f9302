"""The index of a chain in one SQLite file: sessions, seals, steps, batches, and the blocks they were read up to.

Everything is only ever added, with the block that it stands in, so that rolling back is deleting what is above a block.
Position and events change in one transaction. Nothing here is precious: it can be made again from the chain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from core.chain.abi import ContractEvent
from core.chain.clients.events.lucid_anchors import (
    ChunkAnchored,
    ProgressAnchored,
    SessionOpened,
    SessionSealed,
)
from core.chain.clients.events.lucid_batches import BatchAnchored, SessionVoided
from core.errors import AnchorMismatch
from core.storage.sqlite_file import SqliteFile

CHECKPOINT_EVERY = 1024
_CACHE_KIB = 16 * 1024

_VERSION_1 = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE blocks (number INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE sessions (
    row INTEGER PRIMARY KEY, session_id BLOB NOT NULL UNIQUE, owner BLOB NOT NULL,
    policy_hash BLOB NOT NULL, ephemeral_key BLOB NOT NULL,
    block INTEGER NOT NULL, time_utc_s INTEGER NOT NULL, "transaction" BLOB NOT NULL, log_index INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_block ON sessions (block);
CREATE INDEX sessions_by_time ON sessions (time_utc_s);
CREATE INDEX sessions_by_owner ON sessions (owner, row);
CREATE TABLE seals (
    session INTEGER PRIMARY KEY, manifest_hash BLOB NOT NULL, merkle_root BLOB NOT NULL,
    chunk_count INTEGER NOT NULL, progress_count INTEGER NOT NULL,
    block INTEGER NOT NULL, time_utc_s INTEGER NOT NULL, "transaction" BLOB NOT NULL, log_index INTEGER NOT NULL
) STRICT;
CREATE INDEX seals_by_block ON seals (block);
CREATE TABLE steps (
    session INTEGER NOT NULL, block INTEGER NOT NULL, log_index INTEGER NOT NULL, kind TEXT NOT NULL,
    number INTEGER NOT NULL, hash BLOB NOT NULL, time_utc_s INTEGER NOT NULL, "transaction" BLOB NOT NULL,
    PRIMARY KEY (session, block, log_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX steps_by_block ON steps (block);
CREATE TABLE batches (
    owner BLOB NOT NULL, number INTEGER NOT NULL, root BLOB NOT NULL, count INTEGER NOT NULL,
    block INTEGER NOT NULL, time_utc_s INTEGER NOT NULL, "transaction" BLOB NOT NULL, log_index INTEGER NOT NULL,
    PRIMARY KEY (owner, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX batches_by_block ON batches (block);
CREATE TABLE voids (
    session_id BLOB NOT NULL, owner BLOB NOT NULL, reason INTEGER NOT NULL,
    block INTEGER NOT NULL, time_utc_s INTEGER NOT NULL, "transaction" BLOB NOT NULL, log_index INTEGER NOT NULL,
    PRIMARY KEY (session_id, owner)
) STRICT, WITHOUT ROWID;
CREATE INDEX voids_by_block ON voids (block);
"""
# An account's session is voided again where a later report lowers the place from which that holds.
_VERSION_2 = """
CREATE TABLE lowered_voids (
    session_id BLOB NOT NULL, owner BLOB NOT NULL, reason INTEGER NOT NULL, from_place INTEGER NOT NULL,
    block INTEGER NOT NULL, time_utc_s INTEGER NOT NULL, "transaction" BLOB NOT NULL, log_index INTEGER NOT NULL,
    PRIMARY KEY (session_id, owner, from_place)
) STRICT, WITHOUT ROWID;
INSERT INTO lowered_voids SELECT session_id, owner, reason, 0, block, time_utc_s, "transaction", log_index FROM voids;
DROP TABLE voids;
ALTER TABLE lowered_voids RENAME TO voids;
CREATE INDEX voids_by_block ON voids (block);
"""
_TABLES = ("steps", "seals", "sessions", "batches", "voids")

_OPENED = """
INSERT OR IGNORE INTO sessions
    (session_id, owner, policy_hash, ephemeral_key, block, time_utc_s, "transaction", log_index)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_SEALED = """
INSERT OR IGNORE INTO seals
    (session, manifest_hash, merkle_root, chunk_count, progress_count, block, time_utc_s, "transaction", log_index)
SELECT row, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM sessions WHERE session_id = ?1 AND owner = ?2
"""
_STEP = """
INSERT OR IGNORE INTO steps (session, kind, number, hash, block, time_utc_s, "transaction", log_index)
SELECT row, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM sessions WHERE session_id = ?1 AND owner = ?2
"""
_BATCH = """
INSERT OR IGNORE INTO batches (owner, number, root, count, block, time_utc_s, "transaction", log_index)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_VOID = """
INSERT OR IGNORE INTO voids (session_id, owner, reason, from_place, block, time_utc_s, "transaction", log_index)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True)
class Watched:
    """What an index is of: a chain, its contracts, and the first block that can have an event of them."""

    chain_id: int
    anchors: bytes
    batches: bytes | None
    first_block: int


@dataclass(frozen=True)
class BlockRef:
    """A block by its height and hash."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Logged:
    """An event with its place on the chain."""

    event: ContractEvent
    block: int
    time_utc_s: int
    transaction: bytes
    log_index: int

    @property
    def place(self) -> tuple[int, int, bytes, int]:
        """Give the columns that every table ends with."""
        return self.block, self.time_utc_s, self.transaction, self.log_index


class IndexStore(SqliteFile):
    """The tables; it belongs to the thread that made it. Raises what ``SqliteFile`` does."""

    _steps: ClassVar[tuple[str, ...]] = (_VERSION_1, _VERSION_2)
    _is_synced: ClassVar[bool] = False  # after a power cut it goes on from an earlier block

    def _prepare(self) -> None:
        super()._prepare()
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")

    # --- what it is of -----------------------------------------------------------------------

    def watched(self) -> Watched | None:
        """Tell what is indexed; None before the first time."""
        found = self._facts()
        if not found:
            return None
        batches = bytes.fromhex(found["batches"]) or None
        chain_id, first_block = int(found["chain_id"]), int(found["first_block"])
        return Watched(chain_id, bytes.fromhex(found["anchors"]), batches, first_block)

    def is_verified(self) -> bool:
        """Tell whether every event in it was checked against its block's receipts."""
        return self._facts().get("is_verified") == "1"

    def begin(self, watched: Watched, *, is_verified: bool) -> None:
        """Forget everything, and start an index of this."""
        facts = {
            "chain_id": str(watched.chain_id),
            "anchors": watched.anchors.hex(),
            "batches": (watched.batches or b"").hex(),
            "first_block": str(watched.first_block),
            "is_verified": str(int(is_verified)),
        }
        with self._transaction() as database:
            for table in (*_TABLES, "blocks", "facts"):
                database.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
            database.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())

    # --- what was missed of LucidBatches -----------------------------------------------------

    def missed_from(self, batches: bytes) -> BlockRef | None:
        """Give the lowest block that was read for what is missed of a contract, with the hash of the one below.

        None before the first time.
        """
        found = self._facts()
        if found.get("missed_of") != batches.hex():
            return None
        return BlockRef(int(found["missed_at"]), bytes.fromhex(found["missed_below"]))

    def miss(self, batches: bytes, lowest: BlockRef) -> None:
        """Begin to add what is missed of a contract, below a block."""
        with self._transaction() as database:
            for table in ("batches", "voids"):
                database.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
            _put_facts(database, {"missed_of": batches.hex(), **_missed(lowest)})

    def take_missed(self, events: Iterable[Logged], lowest: BlockRef) -> None:
        """Add events of the contract that is missed, and how far down that came, all or nothing."""
        with self._transaction() as database:
            _insert(database, events)
            _put_facts(database, _missed(lowest))

    def forget_missed(self) -> None:
        """What was read of a contract that was missed no longer joins the position: it is read from there again."""
        with self._transaction() as database:
            database.execute("DELETE FROM facts WHERE name LIKE 'missed%'")

    def know_batches(self, batches: bytes) -> None:
        """Nothing of the contract is missed any more: it is watched like the other one."""
        with self._transaction() as database:
            database.execute("DELETE FROM facts WHERE name LIKE 'missed%'")
            _put_facts(database, {"batches": batches.hex()})

    def _facts(self) -> dict[str, str]:
        return {row["name"]: row["value"] for row in self._read("SELECT * FROM facts")}

    # --- blocks ------------------------------------------------------------------------------

    def position(self) -> BlockRef | None:
        """Give the last block that was taken in."""
        rows = self._read("SELECT number, hash FROM blocks ORDER BY number DESC LIMIT 1")
        return BlockRef(rows[0]["number"], rows[0]["hash"]) if rows else None

    def blocks(self) -> list[BlockRef]:
        """List the blocks whose hashes are kept, the highest first: the newest, and checkpoints below them."""
        rows = self._read("SELECT number, hash FROM blocks ORDER BY number DESC")
        return [BlockRef(row["number"], row["hash"]) for row in rows]

    def take(self, blocks: Sequence[BlockRef], events: Iterable[Logged], depth: int) -> None:
        """Add events, and the blocks up to the new position, all or nothing.

        Of the blocks the newest ``depth`` are kept, and of older ones every 1,024th. Raises AnchorMismatch when an
        event cannot follow from those before: an ID opened twice, a seal of a session that nobody opened.
        """
        newest = blocks[-1].number
        with self._transaction() as database:
            _insert(database, events)
            database.executemany(
                "INSERT INTO blocks VALUES (?, ?)", [(each.number, each.hash) for each in blocks]
            )
            database.execute(
                "DELETE FROM blocks WHERE number <= ? AND number % ? != 0",
                (newest - depth, CHECKPOINT_EVERY),
            )

    def roll_back(self, number: int) -> None:
        """Forget every block above a height, with its events."""
        with self._transaction() as database:
            for table in _TABLES:
                database.execute(f"DELETE FROM {table} WHERE block > ?", (number,))  # noqa: S608 - names of ours
            database.execute("DELETE FROM blocks WHERE number > ?", (number,))
            row = database.execute("SELECT value FROM facts WHERE name = 'missed_at'").fetchone()
            if row is not None and int(row["value"]) > number + 1:
                _put_facts(database, _missed(BlockRef(number + 1, b"")))

    def read(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Ask what the queries of ``index_queries`` ask."""
        return self._read(query, values)


def _insert(database: sqlite3.Connection, events: Iterable[Logged]) -> None:
    """Add events. Raises AnchorMismatch when one cannot follow from those before."""
    sorted_events = _Sorted()
    for each in events:
        sorted_events.add(each)
    for query, rows, field in sorted_events.all():
        try:
            taken = database.executemany(query, rows).rowcount if rows else 0
        except OverflowError as error:  # the contracts count to far less than a column holds
            raise AnchorMismatch(field="a number of an event") from error
        if taken != len(rows):
            raise AnchorMismatch(field=field)


def _missed(lowest: BlockRef) -> dict[str, str]:
    return {"missed_at": str(lowest.number), "missed_below": lowest.hash.hex()}


def _put_facts(database: sqlite3.Connection, facts: dict[str, str]) -> None:
    database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())


class _Sorted:
    """Events by the table that they go to, each as its row."""

    def __init__(self) -> None:
        self._opened: list[tuple[object, ...]] = []
        self._sealed: list[tuple[object, ...]] = []
        self._steps: list[tuple[object, ...]] = []
        self._batches: list[tuple[object, ...]] = []
        self._voids: list[tuple[object, ...]] = []

    def add(self, logged: Logged) -> None:
        place = logged.place
        match logged.event:
            case SessionOpened() as each:
                said = (each.policy_hash, each.ephemeral_key)
                self._opened.append((each.session_id, each.owner, *said, *place))
            case SessionSealed() as each:
                hashes = (each.manifest_hash, each.merkle_root)
                counts = (each.chunk_count, each.progress_count)
                self._sealed.append((each.session_id, each.owner, *hashes, *counts, *place))
            case ProgressAnchored() as each:
                step = ("progress", each.chunk_count, each.merkle_root)
                self._steps.append((each.session_id, each.owner, *step, *place))
            case ChunkAnchored() as each:
                step = ("chunk", each.index, each.leaf)
                self._steps.append((each.session_id, each.owner, *step, *place))
            case BatchAnchored() as each:
                self._batches.append((each.owner, each.number, each.root, each.count, *place))
            case SessionVoided() as each:
                shown = (each.reason, each.from_place)
                self._voids.append((each.session_id, each.owner, *shown, *place))

    def all(self) -> list[tuple[str, list[tuple[object, ...]], str]]:
        """Give statement, rows, and what is wrong when one of them does not fit; openings come first."""
        return [
            (_OPENED, self._opened, "a session opened twice"),
            (_STEP, self._steps, "progress of a session that its owner never opened"),
            (
                _SEALED,
                self._sealed,
                "a seal of a session that its owner never opened, or sealed before",
            ),
            (_BATCH, self._batches, "a batch anchored twice"),
            (_VOID, self._voids, "a session voided twice from the same place"),
        ]
