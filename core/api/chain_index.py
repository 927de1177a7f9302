"""The index of a chain: what everybody anchored there in Lucid's contracts, and how to ask it.

Hashes and addresses are ``0x`` and hex, times are the blocks' in UTC milliseconds. A session that was anchored in a
batch is known by the batch alone: its ID is on the chain only in the batch's root.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.api.commands import Command
from core.api.snapshots import FailureSnapshot

MOST_LISTED = 1000


class AnchoredPhase(Enum):
    """Where a session is on the chain."""

    OPEN = "open"
    SEALED = "sealed"


@dataclass(frozen=True)
class FollowChain(Command):
    """Bring the index up to the chain's newest block; can be cancelled, and goes on later. Result: IndexShown.

    ``is_verified``: take an event only from receipts that hash to its block, whatever the node says.
    """

    is_verified: bool = False


@dataclass(frozen=True)
class ListAnchored(Command):
    """Ask the index; the chain is not asked. Result: AnchoredPage. What is None or empty does not matter.

    ``session_id`` may be the beginning of one. Times are when a session was opened; ``until_utc_ms`` is left out.
    """

    session_id: str = ""
    owner: str | None = None
    phase: AnchoredPhase | None = None
    since_utc_ms: int | None = None
    until_utc_ms: int | None = None
    before_row: int | None = None  # older than this row
    limit: int = 100


@dataclass(frozen=True)
class IndexShown:
    """How far an index is, and what it holds."""

    chain_id: int
    anchors_address: str
    batches_address: str | None
    is_verified: bool
    block: int  # the last one that is taken in; -1 before the first
    sessions: int
    sealed: int
    batches: int
    head: int | None = None  # the chain's newest block; None when it was not asked
    events: int = 0  # that were taken in now
    rolled_back: int = 0  # blocks that were forgotten now, since the chain exchanged them
    rewritten: FailureSnapshot | None = (
        None  # further back than can be undone: made anew from a checkpoint
    )


@dataclass(frozen=True)
class AnchoredShown:
    """A session that somebody anchored."""

    row: int
    session_id: str
    owner: str
    phase: AnchoredPhase
    is_void: bool  # its ID was used twice
    opened_utc_ms: int
    opened_block: int
    opened_transaction: str
    policy_hash: str
    ephemeral_key: str
    sealed_utc_ms: int | None = None
    sealed_block: int | None = None
    sealed_transaction: str | None = None
    manifest_hash: str | None = None
    merkle_root: str | None = None
    chunk_count: int | None = None


@dataclass(frozen=True)
class StepShown:
    """What was anchored of a session on its way: the root over ``number`` chunks, or chunk ``number`` alone."""

    kind: str  # progress or chunk
    number: int
    hash: str
    utc_ms: int
    block: int
    transaction: str


@dataclass(frozen=True)
class AnchoredPage:
    """Sessions, the newest first; ``steps`` where there is but one and it was asked for by its ID."""

    index: IndexShown
    sessions: tuple[AnchoredShown, ...]
    steps: tuple[StepShown, ...] = ()
    next_row: int | None = None  # ``before_row`` of the next page; None on the last
