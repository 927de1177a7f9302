"""Cutting pictures out of transport-stream packets."""

from __future__ import annotations

from itertools import pairwise

import av
from hypothesis import given
from hypothesis import strategies as st

from core.recording.elementary_stream import find_key_picture, find_unit, picture_bytes, picture_end
from core.recording.picture import open_decoder, to_picture
from tests.fakes.clip import make_clip, number_of

CLIP = make_clip(40, key_every=15)


def test_a_clip_can_be_decoded_picture_by_picture() -> None:
    """The bytes cut out at the table's offsets decode to all the pictures, in order."""
    offsets = [frame.offset for frame in CLIP.frames] + [len(CLIP.video)]
    decoder = open_decoder()
    numbers = []
    for begin, end in pairwise(offsets):
        packet = av.Packet(picture_bytes(CLIP.video[begin:end]))
        numbers += [number_of(to_picture(each, (64, 48)).rgb) for each in decoder.decode(packet)]
    numbers += [number_of(to_picture(each, (64, 48)).rgb) for each in decoder.decode(None)]
    assert numbers == [number % 30 for number in range(40)]


def test_pictures_come_out_without_delay() -> None:
    """The decoder gives each picture as soon as it has its bytes."""
    offsets = [frame.offset for frame in CLIP.frames]
    decoder = open_decoder()
    for begin, end in pairwise(offsets[:11]):
        assert len(decoder.decode(av.Packet(picture_bytes(CLIP.video[begin:end])))) == 1


def test_key_pictures_are_found() -> None:
    """Key pictures are found where the table says, one after the other."""
    found, at = [], find_key_picture(CLIP.video)
    while at >= 0:
        found.append(at)
        at = find_key_picture(CLIP.video, at + 188)
    assert found == [frame.offset for frame in CLIP.frames if frame.is_key]


def test_a_picture_ends_where_the_next_unit_begins() -> None:
    """The end of a picture is the next picture's start, or its program tables'."""
    ends = [picture_end(CLIP.video, frame.offset) for frame in CLIP.frames]
    assert ends[0] == CLIP.frames[1].offset
    assert ends[14] == CLIP.frames[15].offset - 2 * 188
    assert ends[-1] == -1


@given(st.binary(max_size=188 * 6), st.integers(0, 3))
def test_any_bytes_are_borne(data: bytes, packet: int) -> None:
    """Whatever lies in the packets, nothing is raised and nothing is made up."""
    padded = data + bytes(-len(data) % 188)
    assert len(picture_bytes(padded)) <= len(padded)
    for found in (find_unit(padded, packet * 188), find_key_picture(padded, packet * 188)):
        assert found == -1 or found % 188 == 0


@given(st.data())
def test_flipped_bytes_are_borne(data: st.DataObject) -> None:
    """A real picture with bytes changed anywhere never raises."""
    packets = bytearray(CLIP.video[CLIP.frames[0].offset : CLIP.frames[1].offset])
    for at in data.draw(st.lists(st.integers(0, len(packets) - 1), max_size=20)):
        packets[at] = data.draw(st.integers(0, 255))
    assert len(picture_bytes(packets)) <= len(packets)
