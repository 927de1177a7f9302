"""Pictures of a chunk are decoded from key frames on, and joined to the frame table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recording.picture import to_picture
from core.replay.chunk_decoder import ChunkDecoder
from tests.fakes.chunk_reader import MemoryChunk
from tests.fakes.clip import make_clip, number_of

CLIP = make_clip(60, key_every=15)
CHUNK = MemoryChunk(memoryview(CLIP.video), CLIP.frames)


def shown(decoder: ChunkDecoder, place: int, most: int | None = None) -> tuple[int, int]:
    """Decode to a place; give the place that came and the number seen in the picture."""
    found = decoder.decode_to(place, most)
    assert found is not None
    return found[0], number_of(to_picture(found[1], (64, 48)).rgb)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=12))
def test_any_picture_can_be_asked_for(places: list[int]) -> None:
    """In whatever order pictures are asked for, the right one comes."""
    decoder = ChunkDecoder(CHUNK)
    for place in places:
        assert shown(decoder, place) == (place, place % 30)


def test_going_on_decodes_each_picture_once() -> None:
    """Pictures asked for in order are each fed to the decoder once."""
    decoder = ChunkDecoder(CHUNK)
    fed: list[int] = []
    feed = decoder._feed

    def counting(place: int) -> None:
        fed.append(place)
        feed(place)

    decoder._feed = counting  # type: ignore[method-assign]
    for place in range(60):
        shown(decoder, place)
    assert fed == list(range(60))


@pytest.mark.parametrize(
    "first, then, expected",
    [
        (0, 5, 5),  # within reach
        (0, 57, 45),  # too far: the key frame before it
        (0, 14, 8),  # too far and no key frame on the way: as far as it gets
        (30, 29, 22),  # back: as far as it gets from the key frame
    ],
)
def test_a_limit_skips_to_key_pictures(first: int, then: int, expected: int) -> None:
    """With a limit on what is decoded at once, an earlier picture comes instead."""
    decoder = ChunkDecoder(CHUNK)
    shown(decoder, first)
    assert shown(decoder, then, most=8) == (expected, expected % 30)


def test_positions_have_their_pictures() -> None:
    """A picture is on the screen from its moment until the next one's."""
    decoder = ChunkDecoder(CHUNK)
    moment = CLIP.frames[20].at_ns
    assert decoder.place_at(moment) == 20
    assert decoder.place_at(moment - 1) == 19
    assert decoder.place_at(-5) == 0
    assert decoder.place_at(10**15) == 59


def test_a_damaged_picture_leaves_the_one_before() -> None:
    """A picture that its encoder did not finish does not stop those after the next key frame."""
    begin, end = CLIP.frames[7].offset, CLIP.frames[8].offset
    cut = CLIP.video[: begin + 188] + bytes(end - begin - 188) + CLIP.video[end:]
    decoder = ChunkDecoder(MemoryChunk(memoryview(cut), CLIP.frames))
    decoder.decode_to(10)
    assert shown(decoder, 20) == (20, 20)


def test_a_chunk_without_a_key_picture_shows_nothing() -> None:
    """Pictures that cannot be decoded give none, and nothing is raised."""
    frames = tuple(replace(frame, is_key=False) for frame in CLIP.frames[1:10])
    decoder = ChunkDecoder(MemoryChunk(CHUNK.video, frames))
    assert decoder.decode_to(3) is None
