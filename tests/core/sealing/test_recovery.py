"""After any crash everything acknowledged is sealed, once, and damage is told."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import ChunkAltered, DoesNotHold, JournalCorrupt, JournalDamaged, StorageFull
from core.sealing.checking import check_every_stored
from core.sealing.chunk import SealedChunk
from core.sealing.recovery import recover
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.disk import Disk
from tests.fakes.power_cut_disk import Loss, PowerCut, PowerCutDisk
from tests.fakes.sealed_session import (
    SESSION_ID,
    SESSION_KEY,
    START,
    SealedSession,
)
from tests.fakes.small_disk import SmallDisk
from tests.fakes.synthetic_stream import SyntheticStream

PIECES = list(SyntheticStream(frame_bytes=900, key_every=4).frames(20))
STREAM = b"".join(PIECES)


def _recover(session: SealedSession, disk: Disk | None = None) -> list[DoesNotHold]:
    """Recover a session; what is found joins what is known. Gives the damage that was told."""
    damage: list[DoesNotHold] = []
    found = recover(
        session_id=SESSION_ID,
        session_key=SESSION_KEY,
        start=START,
        chunks=DirectoryChunkStore(session.chunk_directory.parents[1], disk=disk),
        journal_directory=session.journal_directory,
        known=tuple(session.sealed),
        is_sealed=session.sealed.append,
        on_damage=damage.append,
        disk=disk,
    )
    known = {each.index for each in session.sealed} - {each.index for each in found}
    assert known | {each.index for each in found} == {each.index for each in session.sealed}
    session.sealed.sort(key=lambda each: each.index)
    return damage


def _record(session: SealedSession) -> int:
    """Record until the power goes; gives how many bytes were acknowledged."""
    acknowledged = taken = 0
    sealer = session.sealer()
    try:
        for at, piece in enumerate(PIECES):
            sealer.append(piece, session.after(400))
            taken += len(piece)
            if at % 3 == 2:
                sealer.flush()
                acknowledged = taken
        sealer.finish()
        acknowledged = taken
    except PowerCut:
        with suppress(PowerCut):
            sealer.abandon()
    return acknowledged


def _assert_whole(session: SealedSession, acknowledged: int) -> None:
    """Everything acknowledged is in sealed chunks without holes, whose leaves hold, and nothing else is left."""
    assert [each.index for each in session.sealed] == session.store.indexes(SESSION_ID)
    assert [each.index for each in session.sealed] == list(range(len(session.sealed)))
    check_every_stored(session.store, SESSION_ID, session.sealed)
    video = session.video()
    assert video == STREAM[: len(video)]
    assert len(video) >= acknowledged
    assert session.journals() == []
    if session.chunk_directory.exists():
        assert all(path.suffix == ".lcs" for path in session.chunk_directory.iterdir())


def _calls_of_a_whole_run(directory: Path) -> int:
    disk = PowerCutDisk()
    _record(SealedSession(directory, disk=disk))
    return disk.calls


@pytest.mark.parametrize("loss", list(Loss))
def test_the_power_may_go_at_any_call(tmp_path: Path, loss: Loss) -> None:
    """Whichever call is the last, nothing acknowledged is lost, and no index has two chunks."""
    calls = _calls_of_a_whole_run(tmp_path / "whole")
    assert calls > 60
    for allowed in range(calls + 2):
        disk = PowerCutDisk(allowed)
        session = SealedSession(tmp_path / str(allowed), disk=disk)
        acknowledged = _record(session)
        told = list(session.sealed)
        disk.lose(loss)
        session = _again(session)
        assert _recover(session, _adopting(session)) == []
        _assert_whole(session, acknowledged)
        assert session.sealed[: len(told)] == told
        files = _files(session)
        assert _recover(session, _adopting(session)) == []
        assert _files(session) == files


@pytest.mark.parametrize("loss", [Loss.UNSYNCED, Loss.TORN])
def test_the_power_may_go_again_while_recovering(tmp_path: Path, loss: Loss) -> None:
    """Recovery that is cut off at any call is taken up by the next one."""
    for first in range(3, 75, 11):
        second = 0
        is_through = False
        while not is_through:
            disk = PowerCutDisk(first)
            session = SealedSession(tmp_path / f"{first}-{second}", disk=disk)
            acknowledged = _record(session)
            disk.lose(Loss.NOTHING)
            session = _again(session)
            again = _adopting(session, second)
            with suppress(PowerCut):
                _recover(session, again)
                is_through = True
            again.lose(loss)
            assert _recover(session, _adopting(session)) == []
            _assert_whole(session, acknowledged)
            second += 1


def test_killed_while_recording(tmp_path: Path) -> None:
    """A process that is killed at a random moment leaves everything that it said was flushed."""
    for attempt in range(4):
        session = SealedSession(tmp_path / str(attempt))
        acknowledged = _record_in_a_process(tmp_path / str(attempt), after_lines=3 + 11 * attempt)
        damage = _recover(session)
        assert damage == []
        assert [each.index for each in session.sealed] == list(range(len(session.sealed)))
        check_every_stored(session.store, SESSION_ID, session.sealed)
        video = session.video()
        expected = b"".join(SyntheticStream().frames(video.count(b"\x00\x00\x01\xe0")))
        assert video == expected[: len(video)]
        assert len(video) >= acknowledged


def test_a_journal_cut_at_every_byte(tmp_path: Path) -> None:
    """However much of the last journal is left, its whole frames are sealed."""
    pieces = list(SyntheticStream(frame_bytes=50).frames(3))
    session = SealedSession(tmp_path / "original")
    sealer = session.sealer()
    path = session.journal_directory / "00000000.lcj"
    ends = []
    for piece in pieces:
        sealer.append(piece, session.after(400))
        sealer.flush()
        ends.append(path.stat().st_size)
    sealer.abandon()
    journal = path.read_bytes()
    videos = set()
    for length in range(ends[1], ends[2] + 1):
        cut = SealedSession(tmp_path / str(length))
        cut.journal_directory.mkdir(parents=True)
        (cut.journal_directory / "00000000.lcj").write_bytes(journal[:length])
        assert _recover(cut, _adopting(cut)) == []
        videos.add(cut.video())
    assert videos == {b"".join(pieces[:count]) for count in (2, 3)}


def _interrupted(directory: Path, pieces: int = 7) -> SealedSession:
    """Leave a session in the middle: chunk 0 sealed and told, a journal of chunk 1."""
    session = SealedSession(directory)
    sealer = session.sealer()
    for piece in PIECES[:pieces]:
        sealer.append(piece, session.after(400))
        sealer.flush()
    while not session.sealed:
        sealer.flush()
    sealer.abandon()
    assert session.journals() == ["00000001.lcj"]
    return session


def test_frames_and_times_are_recovered(tmp_path: Path) -> None:
    """A recovered chunk has the frame table and times that it would have had."""
    session = _interrupted(tmp_path)
    _recover(session)
    opened = session.open(1)
    assert [frame.at_ns for frame in opened.frames] == [at * 400_000_000 for at in range(5, 8)]
    assert session.sealed[1].first_at_ns == 2_000_000_000
    assert session.sealed[1].last_at_ns == 2_800_000_000
    assert session.sealed[1].last_utc_ns == START.utc_ns + 2_800_000_000


def test_a_sealed_chunk_is_kept(tmp_path: Path) -> None:
    """A journal whose chunk is stored already goes; the chunk stays as it is, told of or not."""
    session = _interrupted(tmp_path)
    journal = (session.journal_directory / "00000001.lcj").read_bytes()
    _recover(session)
    files = _files(session)
    for is_told in (True, False):
        (session.journal_directory / "00000001.lcj").write_bytes(journal)
        if not is_told:
            session.sealed.clear()
        assert _recover(session) == []
        assert _files(session) == files
        assert len(session.sealed) == 2


def test_damage_in_a_journal_is_told(tmp_path: Path) -> None:
    """What precedes the damage is sealed, the rest is told as lost, and the journal is kept aside."""
    session = _interrupted(tmp_path)
    path = session.journal_directory / "00000001.lcj"
    content = bytearray(path.read_bytes())
    position = len(content) // 2
    content[position] ^= 1
    path.write_bytes(content)
    (damage,) = _recover(session)
    assert isinstance(damage, JournalDamaged)
    assert damage.facts["index"] == 1
    assert damage.facts["kept_bytes"] == len(session.open(1).video) > 0
    assert int(damage.facts["lost_bytes"]) >= len(content) - position
    assert session.journals() == ["00000001.lcj.damaged"]
    assert _recover(session) == []


def test_an_unreadable_journal_is_told(tmp_path: Path) -> None:
    """A journal without its header yields nothing; it is kept aside and what was sealed before is safe."""
    session = _interrupted(tmp_path)
    path = session.journal_directory / "00000001.lcj"
    path.write_bytes(b"?" + path.read_bytes()[1:])
    (damage,) = _recover(session)
    assert isinstance(damage, JournalCorrupt)
    assert session.store.indexes(SESSION_ID) == [0]
    assert session.journals() == ["00000001.lcj.damaged"]


def test_indexes_have_no_holes(tmp_path: Path) -> None:
    """When a chunk in the middle is lost for good, an empty one stands in its place."""
    session = _interrupted(tmp_path)
    _recover(session)
    known = session.sealed[1]
    session.sealed[:] = [known]
    session.store.delete(SESSION_ID, 0)
    _recover(session)
    assert [each.index for each in session.sealed] == [0, 1]
    assert session.sealed[0].plain_bytes == 0
    assert session.sealed[0].first_utc_ns == START.utc_ns
    assert bytes(session.open(0).video) == b""
    check_every_stored(session.store, SESSION_ID, session.sealed)


def test_an_unknown_chunk_that_does_not_open(tmp_path: Path) -> None:
    """A stored chunk that nobody knew of and no key opens is told; its journal, if there is one, replaces it."""
    session = _interrupted(tmp_path)
    (session.chunk_directory / "00000001.lcs").write_bytes(
        (session.chunk_directory / "00000000.lcs").read_bytes()
    )
    damage = _recover(session)
    assert [type(each).__name__ for each in damage] == ["ChunkMisplaced"]
    _assert_whole(session, len(b"".join(PIECES[:7])))


def test_a_known_chunk_that_was_altered_keeps_its_journal(tmp_path: Path) -> None:
    """The journal of a chunk that no longer checks is all that is left of it, and stays."""
    session = _interrupted(tmp_path)
    journal = (session.journal_directory / "00000001.lcj").read_bytes()
    _recover(session)
    (session.journal_directory / "00000001.lcj").write_bytes(journal)
    path = session.chunk_directory / "00000001.lcs"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert [type(each) for each in _recover(session)] == [ChunkAltered]
    assert session.journals() == ["00000001.lcj"]
    assert path.read_bytes() == content


def test_recovering_on_a_full_disk(tmp_path: Path) -> None:
    """Without room recovery raises StorageFull and loses nothing; with room it goes on."""
    session = _interrupted(tmp_path)
    with pytest.raises(StorageFull):
        _recover(session, SmallDisk(100))
    assert session.journals() == ["00000001.lcj"]
    assert session.store.indexes(SESSION_ID) == [0]
    _recover(session)
    _assert_whole(session, len(b"".join(PIECES[:7])))


def test_nothing_to_recover(tmp_path: Path) -> None:
    """A session that left nothing yields nothing."""
    session = SealedSession(tmp_path)
    assert _recover(session) == []
    assert session.sealed == []


def _again(session: SealedSession) -> SealedSession:
    """Open the session's directory as the next process does; what was told is in the metadata store."""
    later = SealedSession(session.chunk_directory.parents[1])
    later.sealed = list(session.sealed)
    return later


def _adopting(session: SealedSession, calls: int | None = None) -> PowerCutDisk:
    """Make a disk that takes what is there as certain."""
    disk = PowerCutDisk(calls)
    for directory in (session.chunk_directory, session.journal_directory):
        if directory.exists():
            disk.adopt(directory)
    return disk


def _files(session: SealedSession) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in session.chunk_directory.glob("*")}


def _record_in_a_process(directory: Path, *, after_lines: int) -> int:
    """Record in a child that tells each flush, kill it after so many, give the last number told."""
    program = Path(__file__).with_name("recording_child.py")
    root = Path(__file__).parents[3]
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, str(program), str(directory)],
        stdout=writing,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as child:
        os.close(writing)
        told = b""
        deadline = time.monotonic() + 60
        while told.count(b"\n") < after_lines and time.monotonic() < deadline:
            if select.select([reading], [], [], 1)[0]:
                told += os.read(reading, 4096)
        child.send_signal(signal.SIGKILL)
        child.wait()
        while more := os.read(reading, 4096):
            told += more
        os.close(reading)
    lines = told.decode("ascii").splitlines(keepends=True)
    return int([line for line in lines if line.endswith("\n")][-1])


def test_chunks_are_told_once_in_a_run(tmp_path: Path) -> None:
    """What recovery gives back is what it told, and no index twice."""
    session = _interrupted(tmp_path)
    told: list[SealedChunk] = []
    found = recover(
        session_id=SESSION_ID,
        session_key=SESSION_KEY,
        start=START,
        chunks=session.store,
        journal_directory=session.journal_directory,
        known=(),
        is_sealed=told.append,
    )
    assert told == found
    assert [each.index for each in found] == [0, 1]
