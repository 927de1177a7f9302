"""Checking stored chunks against what the manifest says of them, without any key."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from core.errors import ChunkAltered, ChunkMalformed, ChunkTruncated
from core.sealing.aead import TAG_BYTES
from core.sealing.chunk import SealedChunk, check_place, sealed_chunk
from core.sealing.chunk_header import HEADER_BYTES, read_header
from core.sealing.merkle import leaf_hasher
from core.storage.chunk_store import ChunkStore


def check_stored(chunks: ChunkStore, session_id: UUID, expected: SealedChunk) -> None:
    """Check that a chunk lies where it belongs, whole and unaltered.

    Raises ChunkMissing, ChunkUnreadable, ChunkTruncated, ChunkMisplaced, ChunkMalformed,
    ChunkVersionUnsupported or ChunkAltered, naming the index. Takes about 1 MiB of memory.
    """
    hasher = leaf_hasher()
    head = b""
    size = 0
    for piece in chunks.pieces(session_id, expected.index):
        hasher.update(piece)
        head = head or bytes(piece[:HEADER_BYTES])
        size += len(piece)
    _check_shape(head, size, session_id, expected, is_genuine=hasher.digest() == expected.leaf)


def _check_shape(
    head: bytes, size: int, session_id: UUID, expected: SealedChunk, *, is_genuine: bool
) -> None:
    """Say what is wrong as exactly as the header lets us; a header that says nothing wrong leaves ChunkAltered."""
    index = expected.index
    if size < HEADER_BYTES + TAG_BYTES:
        raise ChunkTruncated(index=index, expected=expected.stored_bytes, found=size)
    header = read_header(head, index=index, length=size)
    check_place(header, session_id=session_id, index=index)
    if not is_genuine:
        raise ChunkAltered(index=index)
    if sealed_chunk(header, expected.leaf) != expected:
        raise ChunkMalformed(index=index, field="header, which is not what the manifest says")


def check_every_stored(
    chunks: ChunkStore,
    session_id: UUID,
    expected: Sequence[SealedChunk],
    *,
    checked: Callable[[SealedChunk], None] | None = None,
) -> None:
    """Check many chunks, one on each core, as ``check_stored`` does; ``checked`` hears of each that holds, in order.

    Raises what ``check_stored`` raises for the first chunk that does not hold.
    """
    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="checking") as pool:
        waiting = [pool.submit(check_stored, chunks, session_id, each) for each in expected]
        try:
            for each, outcome in zip(expected, waiting, strict=True):
                outcome.result()
                if checked is not None:
                    checked(each)
        finally:
            pool.shutdown(cancel_futures=True)
