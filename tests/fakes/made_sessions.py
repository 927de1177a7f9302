"""Sessions on a made chain: opened, stepped and sealed a block later, by a handful of owners."""

from __future__ import annotations

from core.chain.abi import ContractEvent
from core.chain.clients.events.lucid_anchors import (
    ChunkAnchored,
    ProgressAnchored,
    SessionOpened,
    SessionSealed,
)
from core.chain.clients.events.lucid_batches import BatchAnchored, SessionVoided
from core.chain.index_store import Watched
from tests.fakes.made_chain import ANCHORS, BATCHES, CHAIN_ID, MadeChain, session_id

WATCHED = Watched(CHAIN_ID, ANCHORS, BATCHES, 1)
OWNERS = 7


def owner_of(number: int) -> bytes:
    """The account that anchors the session of that number."""
    return bytes([1 + number % OWNERS]) * 20


def opened(number: int) -> tuple[bytes, ContractEvent]:
    """Open the session of that number."""
    event = SessionOpened(
        session_id(number), owner_of(number), number.to_bytes(32), (number + 1).to_bytes(32)
    )
    return ANCHORS, event


def stepped(number: int) -> tuple[bytes, ContractEvent]:
    """Anchor progress of it."""
    event = ProgressAnchored(session_id(number), owner_of(number), number.to_bytes(32), 3)
    return ANCHORS, event


def chunked(number: int) -> tuple[bytes, ContractEvent]:
    """Anchor a chunk of it."""
    return ANCHORS, ChunkAnchored(session_id(number), owner_of(number), 4, number.to_bytes(32))


def sealed(number: int) -> tuple[bytes, ContractEvent]:
    """Seal it."""
    hashes = (number + 2).to_bytes(32), (number + 3).to_bytes(32)
    return ANCHORS, SessionSealed(session_id(number), owner_of(number), *hashes, 5, 3)


def batch(owner: bytes, number: int, count: int) -> tuple[bytes, ContractEvent]:
    """Anchor a batch."""
    return BATCHES, BatchAnchored(owner, number, (number + count).to_bytes(32), count)


def voided(number: int, from_place: int = 0) -> tuple[bytes, ContractEvent]:
    """Show that its ID was used twice."""
    return BATCHES, SessionVoided(session_id(number), owner_of(number), 1, from_place)


def fill(chain: MadeChain, *, blocks: int, a_block: int, first: int = 0) -> None:
    """Add blocks in which sessions are opened, and those of the block before sealed."""
    for at in range(blocks):
        numbers = range(first + at * a_block, first + (at + 1) * a_block)
        before = range(numbers.start - a_block, numbers.start) if at else ()
        chain.add(*(opened(each) for each in numbers), *(sealed(each) for each in before))
