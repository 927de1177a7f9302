"""Chunks as values: what is known of a sealed one, and what opening one gives. See docs/formats/chunk.md."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.errors import ChunkAltered, ChunkMalformed, ChunkMisplaced
from core.sealing.aead import decrypt
from core.sealing.chunk_header import HEADER_BYTES, ChunkHeader, read_header
from core.sealing.compression import decompress
from core.sealing.frames import Frame, is_orderly, unpack_frames


@dataclass(frozen=True)
class SealedChunk:
    """A sealed chunk as the manifest lists it.

    ``plain_bytes`` counts video only, ``stored_bytes`` the whole file; the times are those of the first and
    last piece in it, from the session's start and in UTC; ``leaf`` is the hash of the file.
    """

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
class OpenChunk:
    """A chunk's content: its video and the table of its frames."""

    header: ChunkHeader
    video: memoryview
    frames: tuple[Frame, ...]


def sealed_chunk(header: ChunkHeader, leaf: bytes) -> SealedChunk:
    """Say what the manifest needs to know of a chunk with this header."""
    return SealedChunk(
        index=header.index,
        first_at_ns=header.first_at_ns,
        last_at_ns=header.last_at_ns,
        first_utc_ns=header.first_utc_ns,
        last_utc_ns=header.last_utc_ns,
        plain_bytes=header.video_bytes,
        stored_bytes=header.stored_bytes,
        is_compressed=header.is_compressed,
        frames=header.frames,
        leaf=leaf,
    )


def check_place(header: ChunkHeader, *, session_id: UUID, index: int) -> None:
    """Raise ChunkMisplaced unless the header names this session and index."""
    if header.session_id != session_id or header.index != index:
        raise ChunkMisplaced(
            index=index, found_index=header.index, found_session=str(header.session_id)
        )


def open_chunk(
    stored: bytes | memoryview, *, session_id: UUID, index: int, key: bytes
) -> OpenChunk:
    """Decrypt and check a stored chunk, and read its frame table.

    Takes memory of its own for the content, at most about 19 MiB; ``stored`` may be released afterwards. Raises
    ChunkTruncated, ChunkMalformed, ChunkVersionUnsupported, ChunkMisplaced, or ChunkAltered when
    the key does not open what lies there; each names ``index``.
    """
    header = read_header(stored, index=index)
    check_place(header, session_id=session_id, index=index)
    view = memoryview(stored)
    plain = decrypt(key, header.nonce, view[HEADER_BYTES:], view[:HEADER_BYTES])
    if plain is None:
        raise ChunkAltered(index=index)
    if header.is_compressed:
        plain = decompress(plain, header.plain_bytes)
        if plain is None:
            raise ChunkMalformed(index=index, field="compressed payload")
    video = memoryview(plain)[: header.video_bytes]
    frames = unpack_frames(memoryview(plain)[header.video_bytes :])
    if not is_orderly(frames, header.video_bytes):
        raise ChunkMalformed(index=index, field="frame table")
    return OpenChunk(header, video, frames)
