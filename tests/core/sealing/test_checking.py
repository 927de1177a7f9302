"""Checking stored chunks without keys names the chunk and what happened to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import (
    ChunkAltered,
    ChunkMalformed,
    ChunkMisplaced,
    ChunkMissing,
    ChunkTruncated,
    ChunkVersionUnsupported,
    DoesNotHold,
)
from core.sealing.checking import check_every_stored, check_stored
from core.sealing.chunk import SealedChunk
from tests.fakes.sealed_session import SESSION_ID, SealedSession
from tests.fakes.synthetic_stream import SyntheticStream


@pytest.fixture
def session(tmp_path: Path) -> SealedSession:
    """Give a session of several sealed chunks."""
    session = SealedSession(tmp_path)
    sealer = session.sealer()
    for frame in SyntheticStream().frames(60):
        sealer.append(frame, session.after(66))
    sealer.finish()
    assert len(session.sealed) >= 4
    return session


def _path(session: SealedSession, index: int) -> Path:
    return session.chunk_directory / f"{index:08d}.lcs"


def _altered(session: SealedSession, change: Callable[[bytearray], None]) -> None:
    content = bytearray(_path(session, 1).read_bytes())
    change(content)
    _path(session, 1).write_bytes(content)


def _raised(session: SealedSession, index: int = 1) -> DoesNotHold:
    with pytest.raises(DoesNotHold) as caught:
        check_stored(session.store, SESSION_ID, session.sealed[index])
    assert caught.value.facts["index"] == index
    with pytest.raises(type(caught.value)):
        check_every_stored(session.store, SESSION_ID, session.sealed)
    return caught.value


def test_whole_chunks_hold(session: SealedSession) -> None:
    """What was sealed checks, one by one and all at once, and each is told in order."""
    for each in session.sealed:
        check_stored(session.store, SESSION_ID, each)
    heard: list[SealedChunk] = []
    check_every_stored(session.store, SESSION_ID, session.sealed, checked=heard.append)
    assert heard == session.sealed


def test_a_missing_chunk(session: SealedSession) -> None:
    """A chunk that was taken away is named."""
    _path(session, 1).unlink()
    assert isinstance(_raised(session), ChunkMissing)


@pytest.mark.parametrize("length", [0, 5, 127, 1000])
def test_a_truncated_chunk(session: SealedSession, length: int) -> None:
    """A chunk that lost its end is told with both lengths."""
    _altered(session, lambda content: content.__delitem__(slice(length, None)))
    error = _raised(session)
    assert isinstance(error, ChunkTruncated)
    assert error.facts["expected"] == session.sealed[1].stored_bytes
    assert error.facts["found"] == length


def test_a_lengthened_chunk(session: SealedSession) -> None:
    """Bytes behind the end are told too."""
    _altered(session, lambda content: content.extend(b"more"))
    assert isinstance(_raised(session), ChunkTruncated)


def test_swapped_chunks(session: SealedSession) -> None:
    """Two chunks that changed places each say where they belong."""
    first, second = _path(session, 1).read_bytes(), _path(session, 2).read_bytes()
    _path(session, 1).write_bytes(second)
    _path(session, 2).write_bytes(first)
    for index, found in ((1, 2), (2, 1)):
        with pytest.raises(ChunkMisplaced) as caught:
            check_stored(session.store, SESSION_ID, session.sealed[index])
        assert caught.value.facts["found_index"] == found


def test_a_duplicated_chunk(session: SealedSession) -> None:
    """A copy of one chunk in the place of another is told as that chunk."""
    shutil.copyfile(_path(session, 0), _path(session, 1))
    error = _raised(session)
    assert isinstance(error, ChunkMisplaced | ChunkTruncated)


def test_a_flipped_bit(session: SealedSession) -> None:
    """A changed bit in times, nonce, ciphertext or tag is an altered chunk."""
    length = session.sealed[1].stored_bytes
    for position in (72, 110, 128, length // 2, length - 1):

        def flip(content: bytearray, position: int = position) -> None:
            content[position] ^= 1

        _altered(session, flip)
        assert isinstance(_raised(session), ChunkAltered)
        _altered(session, flip)
    check_stored(session.store, SESSION_ID, session.sealed[1])


def test_a_newer_chunk(session: SealedSession) -> None:
    """A chunk of a newer version says so."""
    _altered(session, lambda content: content.__setitem__(8, 9))
    assert isinstance(_raised(session), ChunkVersionUnsupported)


def test_a_foreign_file(session: SealedSession) -> None:
    """A file that is no chunk at all says so."""
    _altered(session, lambda content: content.__setitem__(slice(0, 8), b"notchunk"))
    assert isinstance(_raised(session), ChunkMalformed)


def test_a_manifest_that_says_something_else(session: SealedSession) -> None:
    """A genuine chunk whose manifest entry gives other times or counts does not hold."""
    claimed = replace(session.sealed[1], first_at_ns=0)
    with pytest.raises(ChunkMalformed):
        check_stored(session.store, SESSION_ID, claimed)
