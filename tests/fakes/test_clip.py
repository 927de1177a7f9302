"""The clips of tests are real video whose pictures can be told apart."""

from __future__ import annotations

import io

import av

from core.recording.picture import to_picture
from tests.fakes.clip import make_clip, number_of


def test_each_picture_tells_its_number() -> None:
    """Decoding gives the pictures in order, each with its own brightness."""
    clip = make_clip(20, first=5)
    with av.open(io.BytesIO(clip.video), format="mpegts") as container:
        pictures = [to_picture(frame, (64, 48)) for frame in container.decode(video=0)]
    assert [number_of(picture.rgb) for picture in pictures] == list(range(5, 25))


def test_the_pieces_are_the_clip() -> None:
    """Each piece is whole packets with one picture, and together they are the clip."""
    clip = make_clip(40, key_every=15)
    pieces = clip.pieces()
    assert len(pieces) == 40
    assert b"".join(pieces) == clip.video
    assert all(len(piece) % 188 == 0 for piece in pieces)
    assert [frame.is_key for frame in clip.frames].index(True, 1) == 15
