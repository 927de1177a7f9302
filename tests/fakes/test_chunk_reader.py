"""The chunk reader of tests gives clips, fails as told, and counts."""

from __future__ import annotations

import gc

import pytest

from core.errors import ChunkAltered
from core.replay.chunk_reader import ChunkReader
from tests.fakes.chunk_reader import MemoryChunkReader, make_session
from tests.fakes.clip import make_clip


def test_it_opens_what_it_was_given() -> None:
    """A clip comes back with its table, a failure is raised, and both are noted."""
    clip = make_clip(3)
    memory = MemoryChunkReader([clip, ChunkAltered(index=1)])
    reader: ChunkReader = memory
    chunk = reader.open(0)
    assert (bytes(chunk.video), chunk.frames) == (clip.video, clip.frames)
    with pytest.raises(ChunkAltered):
        reader.open(1)
    assert memory.opened == [0, 1]
    assert memory.open_chunks == 1
    del chunk
    gc.collect()
    assert (memory.open_chunks, memory.most_open) == (0, 1)


def test_a_session_has_its_gap() -> None:
    """The chunks follow each other, with the gap where it was asked for."""
    timeline, reader = make_session(2, pictures=15, gap_s=4.0)
    assert timeline.end_ns == 6_000_000_000
    assert reader.open(1).frames[0].at_ns == 5_000_000_000
    gap = timeline.gap_at(3_000_000_000)
    assert gap is not None
    assert gap.until_ns == 5_000_000_000
