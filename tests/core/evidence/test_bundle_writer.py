"""A bundle is written whole or not at all, and only of chunks that are what the manifest says."""

from __future__ import annotations

import resource
import stat
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from core.errors import (
    Cancelled,
    ChunkAltered,
    ChunkMissing,
    DestinationUnwritable,
    UsageFailure,
)
from core.evidence.anchors import SessionAnchors
from core.evidence.bundle_format import LARGEST_DOCUMENT
from core.evidence.bundle_reader import BundleChunks, BundleReader
from core.evidence.bundle_writer import write_bundle
from core.sealing.merkle import leaf_hash
from core.storage.directory_chunks import DirectoryChunkStore
from tests.core.evidence.examples import SESSION, example_manifest
from tests.core.evidence.sessions import SealedSession


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    """Where the bundle goes: an empty directory."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "session.lucid"


def test_more_than_a_bundle_can_hold_is_not_written(
    session: SealedSession, destination: Path
) -> None:
    """A document that no reader would take is refused, and nothing is left behind."""
    session.anchors = SessionAnchors(headers=(bytes(LARGEST_DOCUMENT // 2),))
    with pytest.raises(UsageFailure):
        session.bundle(destination, 0)
    assert list(destination.parent.iterdir()) == []


def test_what_is_written_is_read_back(session: SealedSession, destination: Path) -> None:
    """Sections come in order, and the chunks byte for byte."""
    session.bundle(destination, 2, 0, readable=(0,))
    with BundleReader(destination) as reader:
        reader.load()
        assert [each.name for each in reader.sections] == [
            "manifest",
            "signatures",
            "anchors",
            "inclusion_proofs",
            "chunk_keys",
            "chunk/00000000",
            "chunk/00000002",
        ]
        assert reader.read("manifest") == session.signed.manifest_json
        assert reader.chunk(2) == session.chunk_path(2).read_bytes()
        chunks = BundleChunks(reader, SESSION)
        assert chunks.indexes(SESSION) == [0, 2]
        assert chunks.size(SESSION, 0) == session.chunk_path(0).stat().st_size
        with pytest.raises(ChunkMissing):
            reader.chunk(1)


def test_its_size_is_told_and_its_mode_is_private(
    session: SealedSession, destination: Path
) -> None:
    """The returned size is the file's, and only its owner can read it: it may hold keys."""
    size = write_bundle(
        destination,
        signed=session.signed,
        anchors=session.anchors,
        chunks=session.chunks,
        indexes=[1],
    )
    assert size == destination.stat().st_size
    assert stat.S_IMODE(destination.stat().st_mode) == 0o600
    assert _names(destination.parent) == [destination.name]


def test_the_same_evidence_gives_the_same_bytes(session: SealedSession, destination: Path) -> None:
    """A bundle holds nothing but the evidence: no clock, no randomness."""
    first = session.bundle(destination, 0, 1).read_bytes()
    assert session.bundle(destination, 1, 0, 1).read_bytes() == first


def test_progress_is_told(session: SealedSession, destination: Path) -> None:
    """Progress counts the chunks' bytes up to their sum."""
    told: list[tuple[int, int]] = []
    write_bundle(
        destination,
        signed=session.signed,
        anchors=session.anchors,
        chunks=session.chunks,
        indexes=[0, 1, 2, 3],
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_cancelling_leaves_nothing(session: SealedSession, destination: Path) -> None:
    """A cancelled export leaves neither the bundle nor a part of it, and an older file as it was."""
    destination.write_bytes(b"older")
    answers = iter([False] * 5 + [True] * 20)
    with pytest.raises(Cancelled):
        write_bundle(
            destination,
            signed=session.signed,
            anchors=session.anchors,
            chunks=session.chunks,
            indexes=[0, 1, 2, 3],
            is_cancelled=lambda: next(answers),
        )
    assert _names(destination.parent) == [destination.name]
    assert destination.read_bytes() == b"older"


def test_a_damaged_chunk_is_not_exported(session: SealedSession, destination: Path) -> None:
    """A chunk that is not what the manifest says is refused, and nothing is left behind."""
    damaged = bytearray(session.chunk_path(1).read_bytes())
    damaged[-1] ^= 1
    session.chunk_path(1).write_bytes(damaged)
    with pytest.raises(ChunkAltered) as caught:
        session.bundle(destination, 0, 1)
    assert caught.value.facts == {"index": 1}
    assert _names(destination.parent) == []


def test_a_missing_chunk_is_not_exported(session: SealedSession, destination: Path) -> None:
    """A chunk that is not there is ChunkMissing, and nothing is left behind."""
    session.chunk_path(1).unlink()
    with pytest.raises(ChunkMissing):
        session.bundle(destination, 1)
    assert _names(destination.parent) == []


def test_an_unwritable_destination_is_said(session: SealedSession, tmp_path: Path) -> None:
    """A directory that is not there, and a directory in the file's place, are DestinationUnwritable."""
    (tmp_path / "taken").mkdir()
    for destination in (tmp_path / "nowhere" / "file", tmp_path / "taken"):
        with pytest.raises(DestinationUnwritable) as caught:
            session.bundle(destination, 0)
        assert caught.value.facts["path"] == str(destination)
    assert _names(tmp_path) == ["sessions", "taken"]


def test_a_full_destination_is_said(session: SealedSession, destination: Path) -> None:
    """A file that may not grow any further is DestinationUnwritable, and nothing is left behind."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(DestinationUnwritable) as caught:
            session.bundle(destination, 0, 1, 2, 3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.facts["reason"] == "File too large"
    assert _names(destination.parent) == []


def test_a_link_in_the_way_is_not_followed(session: SealedSession, destination: Path) -> None:
    """Somebody else's link in the place of the part is refused, not written through."""
    target = destination.parent / "target"
    target.write_bytes(b"precious")
    (destination.parent / (destination.name + ".part")).symlink_to(target)
    with pytest.raises(DestinationUnwritable):
        session.bundle(destination, 0)
    assert target.read_bytes() == b"precious"


def test_what_cannot_be_exported_is_refused(session: SealedSession, destination: Path) -> None:
    """Chunks that the session does not have, and keys without their chunks, are usage failures."""
    with pytest.raises(UsageFailure):
        session.bundle(destination, 4)
    with pytest.raises(UsageFailure):
        session.bundle(destination, 0, readable=(1,))
    with pytest.raises(UsageFailure):
        write_bundle(destination, signed=session.signed, anchors=session.anchors, indexes=[0])


class _LargeChunks(DirectoryChunkStore):
    """Chunks of eight mebibytes each, which take one mebibyte of memory together."""

    piece = memoryview(bytes(1 << 20))

    def pieces(self, session_id: UUID, index: int) -> Iterator[memoryview]:
        assert session_id == SESSION
        assert index >= 0
        for _ in range(8):
            yield self.piece


def test_memory_does_not_grow_with_the_chunks(session: SealedSession, destination: Path) -> None:
    """Writing large chunks takes a fraction of one chunk's memory."""
    leaf = leaf_hash(bytes(8 << 20))
    chunks = [replace(each, leaf=leaf, stored_bytes=8 << 20) for each in session.manifest.chunks]
    signed = session.sign(example_manifest(tuple(chunks)))
    tracemalloc.start()
    try:
        write_bundle(
            destination,
            signed=signed,
            anchors=SessionAnchors(),
            chunks=_LargeChunks(session.directory),
            indexes=[0, 1, 2, 3],
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert destination.stat().st_size > 32 << 20
    assert peak < 2 << 20


def _names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())
