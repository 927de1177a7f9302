"""The chunk format: golden bytes, and an error of its own for each damage."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from core.errors import (
    ChunkAltered,
    ChunkMalformed,
    ChunkMisplaced,
    ChunkTruncated,
    ChunkVersionUnsupported,
    DoesNotHold,
)
from core.sealing.aead import encrypt
from core.sealing.chunk import open_chunk
from core.sealing.chunk_header import ChunkHeader, read_header
from core.sealing.chunk_sealer import ChunkSealer
from core.sealing.filling_chunk import FillingChunk, TimeRange, plain_buffer
from core.sealing.frames import FRAME, Frame, is_orderly, key_frame_at, pack_frame, unpack_frames
from core.sealing.keys import chunk_key
from core.storage.directory_chunks import DirectoryChunkStore

GOLDEN = json.loads((Path(__file__).parents[2] / "vectors" / "sealing.json").read_text("ascii"))
STORED = bytes.fromhex(GOLDEN["chunk"]["stored"])
VIDEO = bytes.fromhex(GOLDEN["chunk"]["video"])
SESSION_KEY = bytes.fromhex(GOLDEN["session_key"])
SESSION_ID = UUID(hex=GOLDEN["session_id"])
KEY = chunk_key(SESSION_KEY, SESSION_ID, 3)
FRAMES = tuple(
    Frame(offset, at_ns, utc_ns, pts, bool(flags))
    for at_ns, utc_ns, pts, offset, flags in GOLDEN["chunk"]["frames"]
)
TIMES = TimeRange(1_000_000, 2_000_000_000, 1_800_000_000_000_000_000, 1_800_000_001_999_000_000)


def _open(stored: bytes, index: int = 3) -> object:
    return open_chunk(stored, session_id=SESSION_ID, index=index, key=KEY)


def _stored(payload: bytes, **changes: object) -> bytes:
    """Seal a payload under a header that says whatever it is told to."""
    header = ChunkHeader(
        session_id=SESSION_ID,
        index=3,
        is_compressed=False,
        payload_bytes=len(payload),
        video_bytes=len(payload),
        frames=0,
        first_at_ns=0,
        last_at_ns=0,
        first_utc_ns=0,
        last_utc_ns=0,
        nonce=bytes(24),
    )
    packed = replace(header, **changes).pack()  # type: ignore[arg-type]
    return packed + encrypt(KEY, bytes(24), payload, packed)


def test_writes_the_golden_bytes(tmp_path: Path) -> None:
    """The sealer's bytes are those that the independent script made with libsodium."""
    memory = plain_buffer()
    chunk = FillingChunk(3, memory)
    chunk.stage(VIDEO)
    chunk.commit(len(VIDEO), FRAMES, TIMES)
    sealer = ChunkSealer(
        session_id=SESSION_ID,
        session_key=SESSION_KEY,
        chunks=DirectoryChunkStore(tmp_path),
        random_bytes=lambda _: bytes.fromhex(GOLDEN["chunk"]["nonce"]),
    )
    encrypted = sealer.encrypt(chunk)
    assert bytes(encrypted.stored) == STORED
    assert encrypted.sealed.leaf.hex() == GOLDEN["chunk"]["leaf"]
    sealer.close()
    memory.close()


def test_opens_the_golden_bytes() -> None:
    """Header, video and frame table come out of the independent script's chunk."""
    opened = open_chunk(STORED, session_id=SESSION_ID, index=3, key=KEY)
    assert opened.video == VIDEO
    assert opened.frames == FRAMES
    header = opened.header
    times = TimeRange(
        header.first_at_ns, header.last_at_ns, header.first_utc_ns, header.last_utc_ns
    )
    assert times == TIMES
    assert header.stored_bytes == len(STORED)


def test_opens_a_compressed_chunk() -> None:
    """A compressed payload is decompressed to what the header promises."""
    frame = Frame(0, 1, 2, 3, is_key=True)
    payload = zstandard.ZstdCompressor(level=3).compress(bytes(5000) + pack_frame(frame))
    stored = _stored(payload, is_compressed=True, video_bytes=5000, frames=1)
    opened = open_chunk(stored, session_id=SESSION_ID, index=3, key=KEY)
    assert opened.video == bytes(5000)
    assert opened.frames == (frame,)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 100, 127, 143, 144, 145, len(STORED) - 1])
def test_a_truncated_chunk(length: int) -> None:
    """A chunk that lost its end says so and names its index and lengths."""
    with pytest.raises(ChunkTruncated) as caught:
        _open(STORED[:length])
    assert caught.value.facts["index"] == 3
    assert caught.value.facts["found"] == length


def test_a_lengthened_chunk() -> None:
    """Bytes behind the end are found too."""
    with pytest.raises(ChunkTruncated):
        _open(STORED + b"\0")


def test_a_chunk_in_another_place() -> None:
    """A swapped, re-ordered or duplicated chunk, or one of another session, says where it belongs."""
    with pytest.raises(ChunkMisplaced) as caught:
        _open(STORED, index=4)
    assert caught.value.facts == {"index": 4, "found_index": 3, "found_session": str(SESSION_ID)}
    with pytest.raises(ChunkMisplaced):
        open_chunk(STORED, session_id=uuid4(), index=3, key=KEY)


def test_a_header_that_was_made_to_fit() -> None:
    """Writing another index into the header does not make the chunk open there."""
    moved = bytearray(STORED)
    struct.pack_into("<I", moved, 64, 4)
    with pytest.raises(ChunkAltered):
        open_chunk(moved, session_id=SESSION_ID, index=4, key=chunk_key(SESSION_KEY, SESSION_ID, 4))


def test_a_newer_chunk() -> None:
    """A version that is not known is told with the one that is."""
    newer = bytearray(STORED)
    struct.pack_into("<H", newer, 8, 2)
    with pytest.raises(ChunkVersionUnsupported) as caught:
        _open(bytes(newer))
    assert caught.value.facts == {"index": 3, "found": 2, "known": 1}


@given(st.integers(0, len(STORED) * 8 - 1))
def test_no_changed_bit_goes_unseen(bit: int) -> None:
    """One bit changed anywhere is told with the chunk's index."""
    altered = bytearray(STORED)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DoesNotHold) as caught:
        _open(bytes(altered))
    assert caught.value.facts["index"] == 3
    if bit // 8 >= 72:  # times, nonce, ciphertext, tag
        assert isinstance(caught.value, ChunkAltered)


@given(st.binary(max_size=400))
def test_garbage_is_no_chunk(garbage: bytes) -> None:
    """Anything at all raises one of the chunk's errors."""
    for content in (garbage, STORED[:12] + garbage):
        with pytest.raises(DoesNotHold):
            _open(content)


def test_a_bomb_is_refused() -> None:
    """A small payload that would grow beyond the largest chunk is refused by its header alone."""
    bomb = zstandard.ZstdCompressor().compress(bytes(64 << 20))
    with pytest.raises(ChunkMalformed) as caught:
        _open(_stored(bomb, is_compressed=True, video_bytes=64 << 20))
    assert caught.value.facts["field"] == "sizes"
    with pytest.raises(ChunkMalformed) as caught:
        _open(_stored(bomb, is_compressed=True, video_bytes=16 << 20))
    assert caught.value.facts["field"] == "compressed payload"


@pytest.mark.parametrize("offsets", [(0, 0), (5, 3), (0, 10)])
def test_a_frame_table_out_of_order(offsets: tuple[int, int]) -> None:
    """Frames must rise and begin inside the video, even in a chunk that its key opens."""
    table = b"".join(pack_frame(Frame(offset, 0, 0, 0, is_key=False)) for offset in offsets)
    with pytest.raises(ChunkMalformed) as caught:
        _open(_stored(bytes(10) + table, video_bytes=10, frames=2))
    assert caught.value.facts["field"] == "frame table"


def test_reading_a_header_from_the_beginning_alone() -> None:
    """With the whole's length the first 128 bytes are enough."""
    assert read_header(STORED[:128], index=3, length=len(STORED)).video_bytes == len(VIDEO)
    with pytest.raises(ChunkTruncated):
        read_header(STORED[:128], index=3, length=len(STORED) - 1)


times = st.integers(0, 2**64 - 1)
frame_values = st.builds(
    Frame, st.integers(0, 2**32 - 1), times, times, st.integers(0, 2**33 - 1), st.booleans()
)


@given(st.lists(frame_values, max_size=20))
def test_frame_tables_come_back(frames: list[Frame]) -> None:
    """Any table is read as it was written, 32 bytes an entry."""
    table = b"".join(map(pack_frame, frames))
    assert len(table) == len(frames) * FRAME.size == len(frames) * 32
    assert unpack_frames(table) == tuple(frames)


def test_seeking_goes_to_the_key_frame_before() -> None:
    """The key frame to decode from is the last one not after the moment, or the first there is."""
    frames = [Frame(at, at * 10, 0, 0, at % 4 == 2) for at in range(12)]
    assert is_orderly(frames, 12)
    offsets = [
        frame.offset if (frame := key_frame_at(frames, at_ns)) else None
        for at_ns in (0, 19, 20, 59, 60, 10_000)
    ]
    assert offsets == [2, 2, 2, 2, 6, 10]
    assert key_frame_at(frames[:1], 0) is None
