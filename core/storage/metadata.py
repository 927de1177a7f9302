"""The metadata store: sessions, their chunks and gaps, the outbox, the settings, and what RecordStore keeps.

Each method is one transaction: it happened and is on the disk when it returns, or nothing did. Methods
block and belong on one worker thread. All raise StoreCorrupt, and those that write StorageFull.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from core.storage.records import RecordStore


@dataclass(frozen=True)
class SessionRow:
    """A session as stored. Times: UTC nanoseconds; lengths: nanoseconds; hashes: 32 bytes."""

    session_id: UUID
    state: str
    source: str
    started_utc_ns: int
    started_mono_ns: int
    policy_hash: bytes
    ephemeral_public_key: bytes
    width: int = 0
    height: int = 0
    frames_per_second: int = 0
    encoder: str | None = None
    ended_utc_ns: int | None = None
    duration_ns: int = 0
    end_reason: str | None = None
    was_interrupted: bool = False
    merkle_root: bytes | None = None
    manifest_hash: bytes | None = None
    failure: str | None = None  # code and facts as JSON


@dataclass(frozen=True)
class ChunkRow:
    """A sealed chunk as stored; the fields are those of core.sealing.SealedChunk."""

    index: int
    first_at_ns: int
    last_at_ns: int
    first_utc_ns: int
    last_utc_ns: int
    plain_bytes: int
    stored_bytes: int
    is_compressed: bool
    frames: int
    leaf: bytes


@dataclass(frozen=True)
class GapRow:
    """A stretch without pictures, in nanoseconds since the session's start."""

    from_ns: int
    until_ns: int
    reason: str


@dataclass(frozen=True)
class OutboxRow:
    """Something that leaves the appliance for good.

    ``key`` is the idempotency key: a second row with the same key is not made. ``sequence`` is the order
    in which rows were made and are sent. ``call`` is the JSON of what to do. A row that travels in a batch has the
    key of the batch's row in ``batch``, and in ``proof`` the hashes from its leaf to the root, one after the other.
    """

    key: str
    kind: str
    call: str
    session_id: UUID | None = None
    state: str = "waiting"
    sequence: int = 0
    attempts: int = 0
    nonce: int | None = None
    raw: bytes | None = None
    transaction: bytes | None = None
    block_number: int | None = None
    block_hash: bytes | None = None
    block_time_utc_s: int | None = None
    contract_address: str | None = None
    reason: str | None = None
    batch: str | None = None
    proof: bytes | None = None


@dataclass(frozen=True)
class SessionTotals:
    """What a session's chunks and gaps add up to."""

    chunks: int = 0
    plain_bytes: int = 0
    stored_bytes: int = 0
    gaps: int = 0
    last_at_ns: int = 0


@dataclass(frozen=True)
class SessionWithTotals:
    """A session and its totals, for lists."""

    row: SessionRow
    totals: SessionTotals = field(default_factory=SessionTotals)


class BatchStore(Protocol):
    """What a metadata store knows of rows that travel together."""

    def outbox_row(self, key: str) -> OutboxRow | None:
        """Read the row of that key."""

    def outbox_by_itself(self, states: Sequence[str]) -> list[OutboxRow]:
        """Read the rows of those states that do not travel in a batch, in sequence."""

    def taken_nonces(self, states: Sequence[str]) -> set[int]:
        """Read the nonces of the rows of those states that were signed."""

    def unsettled_outbox(self) -> list[OutboxRow]:
        """Read the settled rows that their sessions do not know of yet, in sequence: seals, and what was refused."""

    def put_batch(self, batch: OutboxRow, members: Sequence[OutboxRow]) -> bool:
        """Put a batch's row, have its members travel in it, and drop what their sessions wait to say on the way.

        Nothing happens, and False is given, unless every member still waits unsigned and by itself.
        """

    def drop_outbox(self, key: str) -> None:
        """Take out the row of that key if it still waits unsigned and by itself."""

    def save_batch(self, batch: OutboxRow) -> None:
        """Replace a batch's row, and have its members share its state, transaction, block and reason."""

    def batch_members(self, key: str) -> list[OutboxRow]:
        """Read the rows that travel in a batch, in sequence."""

    def batched_sessions(self) -> set[UUID]:
        """Tell which sessions with a row that waits by itself have one in a batch."""

    def save_sessions(self, rows: Sequence[SessionRow]) -> None:
        """Replace sessions in one transaction."""


class MetadataStore(RecordStore, BatchStore, Protocol):
    """What every metadata store can do; ``tests/conformance/metadata_store.py`` is its suite."""

    def add_session(self, row: SessionRow, outbox: Sequence[OutboxRow] = ()) -> None:
        """Keep a session and put rows into the outbox; raises SessionIdUsed when the ID was ever there."""

    def save_session(self, row: SessionRow, outbox: Sequence[OutboxRow] = ()) -> None:
        """Replace a session and put rows into the outbox in one transaction."""

    def session(self, session_id: UUID) -> SessionWithTotals:
        """Read a session; raises SessionUnknown."""

    def sessions(self) -> list[SessionWithTotals]:
        """Read all sessions, newest first."""

    def add_chunk(self, session_id: UUID, chunk: ChunkRow) -> None:
        """Keep a sealed chunk; the same chunk again is fine, another one of that index is StoreCorrupt."""

    def chunks(self, session_id: UUID) -> list[ChunkRow]:
        """Read a session's chunks in order."""

    def add_gap(self, session_id: UUID, gap: GapRow) -> None:
        """Keep a gap."""

    def gaps(self, session_id: UUID) -> list[GapRow]:
        """Read a session's gaps in order."""

    def put_outbox(self, row: OutboxRow) -> bool:
        """Add a row unless its key is there; tells whether it was added."""

    def save_outbox(self, row: OutboxRow, session: SessionRow | None = None) -> None:
        """Replace the row of that key and, in the same transaction, the session it changes."""

    def supersede_outbox(self, row: OutboxRow) -> None:
        """Put a row in place of the unsigned ones of its kind and session, which it stands for."""

    def outbox(self, states: Sequence[str] = (), session_id: UUID | None = None) -> list[OutboxRow]:
        """Read rows in sequence, of those states (all when empty), of a session when given."""

    def outbox_of_kind(self, kind: str) -> list[OutboxRow]:
        """Read the rows of a kind in sequence."""

    def count_outbox(self, states: Sequence[str]) -> int:
        """Count the rows of those states."""

    def setting(self, name: str) -> str | None:
        """Read a setting's JSON."""

    def save_setting(self, name: str, value: str) -> None:
        """Keep a setting's JSON."""

    def close(self) -> None:
        """Close the store."""
