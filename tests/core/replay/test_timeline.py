"""The timeline finds the chunk or gap of any moment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.replay.timeline import PlayableChunk, PlayableGap, Timeline

CHUNKS = [PlayableChunk(1, 100, 190), PlayableChunk(0, 5, 95), PlayableChunk(2, 300, 400)]
GAP = PlayableGap(190, 300, "stalled")
TIMELINE = Timeline(CHUNKS, [GAP], 410)


def test_a_chunk_covers_the_time_until_the_next() -> None:
    """A moment between two chunks shows the end of the first; one before all, the beginning."""
    found = [TIMELINE.chunk_at(moment) for moment in (0, 5, 99, 100, 299, 300, 410)]
    assert [chunk.index for chunk in found if chunk] == [0, 0, 0, 1, 1, 2, 2]


def test_chunks_follow_each_other() -> None:
    """After each chunk comes the next in time; after the last, none."""
    following = [TIMELINE.chunk_after(chunk) for chunk in sorted(CHUNKS, key=lambda c: c.index)]
    assert following == [CHUNKS[0], CHUNKS[2], None]


def test_a_gap_has_pictures_at_its_ends() -> None:
    """Only between its bounds is a moment in a gap."""
    assert [TIMELINE.gap_at(moment) for moment in (189, 190, 191, 299, 300)] == [
        None,
        None,
        GAP,
        GAP,
        None,
    ]


def test_changes_are_foreseen() -> None:
    """From each moment it is known when pictures next stop or begin."""
    found = [TIMELINE.next_change(moment) for moment in (0, 190, 191, 299, 300)]
    assert found == [191, 191, 300, 300, 410]


def test_a_range_knows_its_chunks() -> None:
    """A range has the chunk it begins in and those that begin in it."""
    assert [chunk.index for chunk in TIMELINE.chunks_between(150, 299)] == [1]
    assert [chunk.index for chunk in TIMELINE.chunks_between(0, 300)] == [0, 1, 2]


def test_an_empty_session_has_nothing() -> None:
    """A session without chunks is a timeline without moments."""
    empty = Timeline([], [], 0)
    assert empty.chunk_at(7) is None
    assert empty.gap_at(7) is None
    assert empty.chunks_between(0, 7) == []
    assert (empty.end_ns, empty.clamp(7)) == (0, 0)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20, unique=True), st.integers(-50, 1100))
def test_every_moment_has_the_newest_chunk(starts: list[int], moment: int) -> None:
    """The chunk of a moment is the last that began by then, or the first of all."""
    chunks = [PlayableChunk(i, start, start) for i, start in enumerate(starts)]
    found = Timeline(chunks, [], 0).chunk_at(moment)
    assert found is not None
    begun = [start for start in starts if start <= moment]
    assert found.from_ns == (max(begun) if begun else min(starts))
