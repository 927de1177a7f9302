"""The sealer cuts at key frames, journals lazily, reads back what it stored and outlives a full disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from core.errors import Bug, ChunkAltered, StorageFull
from core.sealing.filling_chunk import LARGEST_PIECE
from core.sealing.frames import Frame
from core.sealing.merkle import leaf_hash
from core.sealing.sealer import ChunkLimits
from core.sealing.transport_stream import PACKET_BYTES
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.disk import Disk
from tests.fakes.sealed_session import SESSION_ID, START, SealedSession
from tests.fakes.small_disk import SmallDisk
from tests.fakes.synthetic_stream import SyntheticStream, program_association, program_map

TABLES = program_association() + program_map()


def _stream(count: int, **settings: int) -> list[bytes]:
    return list(SyntheticStream(**settings).frames(count))


def _seal(session: SealedSession, pieces: list[bytes], *, apart_ms: int = 66) -> None:
    sealer = session.sealer()
    for piece in pieces:
        sealer.append(piece, session.after(apart_ms))
    sealer.finish()


def test_cuts_at_key_frames(tmp_path: Path) -> None:
    """Every chunk begins with the tables and a key frame, and all together are the stream, byte for byte."""
    session = SealedSession(tmp_path)
    pieces = _stream(60)
    _seal(session, pieces)
    assert session.video() == b"".join(pieces)
    assert [each.index for each in session.sealed] == list(range(len(session.sealed)))
    for each in session.sealed:
        opened = session.open(each.index)
        assert bytes(opened.video[:376]) == TABLES
        assert opened.frames[0].is_key
        assert opened.frames[0].offset == 376
    for each in session.sealed[:-1]:
        assert session.limits.minimum <= each.plain_bytes <= session.limits.maximum


@pytest.mark.parametrize("packets", [1, 2, 7])
def test_the_pieces_do_not_matter(tmp_path: Path, packets: int) -> None:
    """Cut at any packets, the stream gives the same chunks and the same pictures."""
    stream = b"".join(_stream(60))
    size = packets * PACKET_BYTES
    session, other = SealedSession(tmp_path / "a"), SealedSession(tmp_path / "b")
    _seal(session, [stream[at : at + size] for at in range(0, len(stream), size)])
    _seal(other, [stream[at : at + 3760] for at in range(0, len(stream), 3760)])
    assert session.video(0) == other.video(0)
    assert session.video() == stream
    offsets = [frame.offset for frame in session.open(0).frames]
    assert offsets == [frame.offset for frame in other.open(0).frames]
    assert sum(each.frames for each in session.sealed) == 60


def test_frames_have_the_instant_of_their_piece(tmp_path: Path) -> None:
    """A picture has the times of the piece in which it begins, and a chunk those of its first and last piece."""
    session = SealedSession(tmp_path)
    _seal(session, _stream(12), apart_ms=100)
    frames = [frame for each in session.sealed for frame in session.open(each.index).frames]
    assert frames[0] == Frame(376, 100_000_000, START.utc_ns + 100_000_000, 126_000, is_key=True)
    assert [frame.at_ns for frame in frames] == [at * 100_000_000 for at in range(1, 13)]
    assert [frame.utc_ns - START.utc_ns for frame in frames] == [frame.at_ns for frame in frames]
    assert [frame.pts_90k for frame in frames] == [126_000 + at * 6000 for at in range(12)]
    for each in session.sealed:
        opened = session.open(each.index)
        assert each.first_at_ns == opened.frames[0].at_ns
        assert each.last_at_ns == opened.frames[-1].at_ns
        assert each.last_utc_ns == opened.frames[-1].utc_ns


def test_no_key_frame_for_long(tmp_path: Path) -> None:
    """A stream without key frames is cut when the chunk is full, at a packet, and the tables are put in front."""
    session = SealedSession(tmp_path)
    pieces = _stream(40, key_every=1000)
    _seal(session, pieces)
    assert len(session.sealed) > 2
    assert all(each.plain_bytes == session.limits.maximum for each in session.sealed[:-1])
    videos = [session.video(each.index) for each in session.sealed]
    assert all(video.startswith(TABLES) for video in videos)
    assert b"".join([videos[0], *(video[376:] for video in videos[1:])]) == b"".join(pieces)
    assert sum(each.frames for each in session.sealed) == 40


def test_key_frames_without_tables_of_their_own(tmp_path: Path) -> None:
    """Where the muxer repeats no tables before a key frame they are put in front of the chunk."""
    session = SealedSession(tmp_path)
    pieces = _stream(40)
    bare = [pieces[0], *(piece.removeprefix(TABLES) for piece in pieces[1:])]
    _seal(session, bare)
    videos = [session.video(each.index) for each in session.sealed]
    assert len(videos) > 2
    assert all(video.startswith(TABLES) for video in videos)
    assert b"".join([videos[0], *(video[376:] for video in videos[1:])]) == b"".join(bare)


def test_data_that_is_no_stream(tmp_path: Path) -> None:
    """Anything else is cut when the chunk is full, and comes back."""
    session = SealedSession(tmp_path, limits=ChunkLimits(4096, 8192))
    pieces = [os.urandom(1000) for _ in range(20)]
    _seal(session, pieces)
    assert [each.plain_bytes for each in session.sealed] == [8192, 8192, 3616]
    assert [each.frames for each in session.sealed] == [0, 0, 0]
    assert not any(each.is_compressed for each in session.sealed)
    assert session.video() == b"".join(pieces)


def test_a_recorder_that_began_again(tmp_path: Path) -> None:
    """Another stream may begin in the middle of a chunk; its pictures are found there."""
    session = SealedSession(tmp_path, limits=ChunkLimits(1 << 20, 2 << 20))
    first, second = _stream(10), _stream(10, seed=2)
    _seal(session, [*first, *second])
    opened = session.open(0)
    assert [frame.pts_90k for frame in opened.frames] == [
        126_000 + at * 6000 for at in range(10)
    ] * 2
    assert opened.frames[10].is_key
    assert opened.frames[10].offset == len(b"".join(first)) + 376
    assert session.video() == b"".join([*first, *second])


def test_says_what_was_compressed(tmp_path: Path) -> None:
    """A chunk that shrinks is stored smaller and says so; the leaf is that of the file."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    for frame in SyntheticStream(filler=bytes(600)).frames(30):
        sealer.append(frame, session.after(66))
    sealer.finish()
    for each in session.sealed:
        stored = (session.chunk_directory / f"{each.index:08d}.lcs").read_bytes()
        assert each.is_compressed
        assert each.stored_bytes == len(stored) < each.plain_bytes
        assert each.leaf == leaf_hash(stored)


def test_counts_what_is_open(tmp_path: Path) -> None:
    """The open chunk's bytes and all pictures so far can be asked for at any time."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    pieces = _stream(20)
    seen = 0
    for count, piece in enumerate(pieces, 1):
        sealer.append(piece, session.after(66))
        assert sealer.frames == count
        assert sealer.open_bytes >= len(piece)
        seen = max(seen, sealer.open_bytes)
    assert seen < session.limits.maximum
    sealer.finish()


def test_a_fast_stream_costs_no_journal(tmp_path: Path) -> None:
    """Chunks that fill within a second are never journaled."""
    session = SealedSession(tmp_path)
    created: list[Path] = []

    class _Watching(Disk):
        def create(self, path: Path, *, is_direct: bool = False) -> int:
            created.append(path)
            return super().create(path, is_direct=is_direct)

    session.disk = _Watching()
    _seal(session, _stream(60), apart_ms=1)
    assert created == []  # the store has a disk of its own here
    assert len(session.sealed) > 3


def test_a_slow_stream_is_journaled_each_second(tmp_path: Path) -> None:
    """What has waited for a second is in the journal before the next piece is taken."""
    session = SealedSession(tmp_path, limits=ChunkLimits(1 << 20, 2 << 20))
    sealer = session.sealer()
    sizes = []
    for piece in _stream(35):
        sealer.append(piece, session.after(100))
        path = session.journal_directory / "00000000.lcj"
        sizes.append(path.stat().st_size if path.exists() else 0)
    growths = [
        at for at, (low, high) in enumerate(zip([0, *sizes], sizes, strict=False)) if high > low
    ]
    assert growths == [10, 20, 30]
    sealer.finish()
    assert session.journals() == []


def test_flush_makes_everything_durable(tmp_path: Path) -> None:
    """After a flush the journal holds all of the open chunk; a second flush writes nothing."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    sealer.flush()
    assert session.journals() == []
    sealer.append(_stream(1)[0], session.after(1))
    sealer.flush()
    size = (session.journal_directory / "00000000.lcj").stat().st_size
    sealer.flush()
    assert (session.journal_directory / "00000000.lcj").stat().st_size == size
    sealer.abandon()
    assert session.journals() == ["00000000.lcj"]
    assert session.sealed == []


def test_chunks_are_told_before_their_journal_goes(tmp_path: Path) -> None:
    """When a chunk is told, it is stored whole and its journal is still there."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    seen: list[tuple[bool, bool]] = []

    def look(chunk: object) -> None:
        index = len(seen)
        seen.append(
            (index in session.store.indexes(SESSION_ID), f"{index:08d}.lcj" in session.journals())
        )
        assert threading.current_thread() is threading.main_thread()

    sealer._is_sealed = look
    for piece in _stream(40):
        sealer.append(piece, session.after(200))
        sealer.flush()
    sealer.finish()
    assert len(seen) > 2
    assert all(is_stored and is_journaled for is_stored, is_journaled in seen)
    assert session.journals() == []


def test_a_listener_that_fails_hears_it_again(tmp_path: Path) -> None:
    """A chunk whose telling failed keeps its journal and is told again."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    failures = [RuntimeError("first"), RuntimeError("second")]

    def refuse(chunk: object) -> None:
        if failures:
            raise failures.pop(0)
        session.sealed.append(chunk)  # type: ignore[arg-type]

    sealer._is_sealed = refuse
    sealer.append(_stream(1)[0], session.after(1))
    sealer.flush()
    for word in ("first", "second"):
        with pytest.raises(RuntimeError, match=word):
            sealer.finish()
        assert session.journals() == ["00000000.lcj"]
    sealer.finish()
    assert len(session.sealed) == 1
    assert session.journals() == []


class _Forgetful(DirectoryChunkStore):
    """A medium that loses a bit of the first chunks written to it."""

    def __init__(self, directory: Path, losses: int) -> None:
        super().__init__(directory)
        self.losses = losses

    def read_back(self, session_id: UUID, index: int) -> Iterator[memoryview]:
        pieces = [bytearray(piece) for piece in super().read_back(session_id, index)]
        if self.losses:
            self.losses -= 1
            pieces[0][200] ^= 1
        return iter([memoryview(piece) for piece in pieces])


@pytest.mark.parametrize("losses, is_fine", [(1, True), (2, False)])
def test_a_medium_that_loses_bits(tmp_path: Path, losses: int, is_fine: bool) -> None:
    """A chunk that does not come back as written is written again; when that fails too its journal stays."""
    session = SealedSession(tmp_path)
    session.store = _Forgetful(tmp_path, losses)
    sealer = session.sealer()
    sealer.append(_stream(1)[0], session.after(1))
    sealer.flush()
    if not is_fine:
        with pytest.raises(ChunkAltered):
            sealer.finish()
        assert session.journals() == ["00000000.lcj"]
        assert session.sealed == []
    sealer.finish()
    assert session.video() == _stream(1)[0]
    assert session.journals() == []


@pytest.mark.parametrize("room", range(500, 42_000, 2_311))
def test_a_full_disk_at_any_point(tmp_path: Path, room: int) -> None:
    """However little room there is: StorageFull, nothing acknowledged lost, and on it goes when there is more."""
    disk = SmallDisk(room)
    session = SealedSession(tmp_path, disk=disk)
    pieces = _stream(60)
    sealer = session.sealer()
    refused = 0
    for piece in pieces:
        while True:
            try:
                sealer.append(piece, session.after(200))
                break
            except StorageFull:
                refused += 1
                disk.room += 3000
    while True:
        try:
            sealer.finish()
            break
        except StorageFull:
            refused += 1
            disk.room += 3000
    assert refused > 0
    assert session.video() == b"".join(pieces)
    assert [each.index for each in session.sealed] == list(range(len(session.sealed)))
    assert session.journals() == []
    assert all(path.suffix == ".lcs" for path in session.chunk_directory.iterdir())


def test_abandoning_on_a_full_disk_keeps_the_journal(tmp_path: Path) -> None:
    """Who gives up on a full disk leaves a journal and no half files."""
    disk = SmallDisk(4_000)
    session = SealedSession(tmp_path, disk=disk)
    sealer = session.sealer()
    sealer.append(_stream(1)[0], session.after(1))
    sealer.flush()
    disk.room = 0
    with pytest.raises(StorageFull):
        sealer.finish()
    sealer.abandon()
    sealer.abandon()
    assert session.journals() == ["00000000.lcj"]
    assert session.store.indexes(SESSION_ID) == []
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["00000000.lcj"]


def test_after_the_end(tmp_path: Path) -> None:
    """A sealer that has ended takes nothing; ending twice is fine; a session may be empty."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    sealer.finish()
    sealer.finish()
    sealer.abandon()
    assert session.sealed == []
    with pytest.raises(Bug):
        sealer.append(b"", session.after(1))
    with pytest.raises(Bug):
        sealer.flush()


def test_pieces_have_a_bound(tmp_path: Path) -> None:
    """A piece larger than 4 MiB is a bug of the caller."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    with pytest.raises(Bug):
        sealer.append(bytes(LARGEST_PIECE + 1), session.after(1))
    sealer.append(b"", session.after(1))
    sealer.finish()
    assert session.sealed == []


def test_full_size_chunks(tmp_path: Path) -> None:
    """With the product's own limits chunks hold 8 to 16 MiB, and memory is reused from one to the next."""
    session = SealedSession(tmp_path, limits=ChunkLimits())
    body = os.urandom(184 * 1000)
    stream = SyntheticStream(key_every=50, frame_bytes=len(body), filler=body)
    pieces = list(stream.frames(150))
    sealer = session.sealer()
    for piece in pieces:
        sealer.append(piece, session.after(5))
    sealer.finish()
    assert len(session.sealed) == 3
    assert all(each.plain_bytes >= 8 << 20 for each in session.sealed[:-1])
    assert session.video() == b"".join(pieces)


def test_nothing_plain_on_the_disk(tmp_path: Path) -> None:
    """No packet of the stream is in any file, at any time."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    pieces = _stream(30)
    probes = [piece[-200:-184] for piece in pieces]
    for piece in pieces:
        sealer.append(piece, session.after(300))
        sealer.flush()
        content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert not any(probe in content for probe in probes)
    sealer.finish()
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(probe in content for probe in probes)


def test_a_store_that_is_slow_does_not_hold_up_the_stream(tmp_path: Path) -> None:
    """While a chunk is being stored the next one fills and is journaled."""
    session = SealedSession(tmp_path)
    may_store = threading.Event()

    class _Slow(DirectoryChunkStore):
        def put(self, session_id: UUID, index: int, parts: object) -> None:
            assert may_store.wait(30)
            super().put(session_id, index, parts)  # type: ignore[arg-type]

    session.store = _Slow(tmp_path)
    sealer = session.sealer()
    pieces = _stream(10)
    for piece in pieces[:7]:
        sealer.append(piece, session.after(300))
        sealer.flush()
    assert session.journals() == ["00000000.lcj", "00000001.lcj"]
    assert session.sealed == []
    may_store.set()
    for piece in pieces[7:]:
        sealer.append(piece, session.after(300))
    sealer.finish()
    assert session.video() == b"".join(pieces)


def test_a_quiet_chunk_ends_by_its_age(tmp_path: Path) -> None:
    """At the first key frame after nine minutes, for anchors cover sealed chunks; nothing is lost at the cut."""
    session = SealedSession(tmp_path, limits=ChunkLimits())
    pieces = _stream(1500, key_every=100)
    _seal(session, pieces, apart_ms=1000)
    assert [each.frames for each in session.sealed] == [600, 600, 300]
    assert session.video() == b"".join(pieces)
    for each in session.sealed[1:]:
        assert session.open(each.index).frames[0].is_key
