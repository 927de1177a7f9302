"""Pictures become MPEG-TS one by one, key pictures where they are asked for."""

from __future__ import annotations

import av
import pytest

from core.recording.elementary_stream import has_parameter_sets
from core.recording.picture_encoder import (
    CODECS,
    V4L2_M2M,
    X264,
    CodecFailed,
    PictureCodec,
    PictureEncoder,
    check,
)
from core.recording.source import TS_PACKET_BYTES
from tests.conformance.frame_source import decode, key_cuts, lost_packets, stamps_of

S = 1_000_000_000
SIZE = (64, 48)


def grey(shade: int) -> av.VideoFrame:
    """Make a picture of one shade."""
    frame = av.VideoFrame(*SIZE, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([shade]) * plane.buffer_size)
    return frame


def test_each_picture_comes_at_once_and_keys_where_asked() -> None:
    """One write a picture, whole packets, true stamps, and key pictures nowhere else."""
    written: list[bytes] = []
    encoder = PictureEncoder(X264, SIZE, 15, written.append)
    moments = [0, S // 10, 3 * S, 1000 * S]
    for number, at_ns in enumerate(moments):
        size, is_key = encoder.encode(grey(number * 40), at_ns, is_key=number in {0, 2})
        assert len(written) == number + 1
        assert 0 < size < len(written[-1])
        assert is_key == (number in {0, 2})
    encoder.finish()
    stream = b"".join(written)
    assert all(len(data) % TS_PACKET_BYTES == 0 for data in written)
    assert lost_packets(stream) == 0
    assert stamps_of(stream) == [at_ns * 90_000 // S for at_ns in moments]
    assert len(key_cuts(stream)) == 2
    assert decode(stream) == [SIZE] * 4


def test_stamps_always_rise() -> None:
    """Pictures of one moment, or of one before, still get stamps of their own."""
    written: list[bytes] = []
    encoder = PictureEncoder(X264, SIZE, 15, written.append)
    for at_ns in (5 * S, 5 * S, 4 * S):
        encoder.encode(grey(1), at_ns, is_key=False)
    encoder.finish()
    assert stamps_of(b"".join(written)) == [450_000, 450_001, 450_002]


def test_a_repeated_picture_is_one_packet() -> None:
    """A picture that is encoded again takes 188 bytes."""
    written: list[bytes] = []
    encoder = PictureEncoder(X264, SIZE, 15, written.append)
    frame = grey(77)
    for second in range(8):
        encoder.encode(frame, second * S, is_key=second == 0)
    encoder.finish()
    assert [len(data) for data in written[1:8]] == [TS_PACKET_BYTES] * 7


def test_the_hardware_comes_first() -> None:
    """The Raspberry Pi's encoder is tried before the processor's."""
    assert CODECS == (V4L2_M2M, X264)


def test_the_processors_encoder_works() -> None:
    """The encoder inside PyAV's wheel passes the check."""
    check(X264)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("no_such_encoder", ()),
        ("aac", ()),
        ("libx264", (("preset", "no such preset"),)),
        ("libx264", (("preset", "medium"),)),  # looks ahead: pictures come late
        ("libx264", (*X264.options, ("x264-params", "repeat-headers=0"))),
        ("mpeg4", ()),
    ],
)
def test_one_that_does_not_do_as_asked_is_refused(
    name: str, options: tuple[tuple[str, str], ...]
) -> None:
    """What is missing, is no H.264, holds pictures back or has no key pictures on demand, does not pass."""
    with pytest.raises(CodecFailed):
        check(PictureCodec(name, options))


def test_parameter_sets_are_looked_for_in_the_key_picture() -> None:
    """Only packets with a whole start of decoding have their parameter sets."""
    written: list[bytes] = []
    encoder = PictureEncoder(X264, SIZE, 15, written.append)
    encoder.encode(grey(1), 0, is_key=True)
    encoder.encode(grey(2), S, is_key=False)
    assert has_parameter_sets(written[0])
    assert not has_parameter_sets(written[1])
    assert not has_parameter_sets(b"")
