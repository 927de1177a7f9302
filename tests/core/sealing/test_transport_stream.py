"""The scanner finds pictures, key frames, times and tables wherever the stream is cut into pieces."""

from __future__ import annotations

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.sealing.transport_stream import (
    PACKET_BYTES,
    FrameStart,
    TransportStreamScanner,
    is_transport_stream,
)
from tests.fakes.synthetic_stream import (
    SyntheticStream,
    program_association,
    program_map,
)


def _stream(count: int) -> tuple[bytes, list[FrameStart]]:
    """Make a stream and say where its pictures begin."""
    frames = list(SyntheticStream(key_every=4, frame_bytes=500).frames(count))
    offsets = accumulate((len(frame) for frame in frames), initial=0)
    starts = [
        FrameStart(offset + (376 if at % 4 == 0 else 0), 126_000 + at * 6000, at % 4 == 0)
        for at, offset in zip(range(count), offsets, strict=False)
    ]
    return b"".join(frames), starts


@given(st.lists(st.integers(0, 60), max_size=8))
def test_finds_every_picture_however_the_stream_is_cut(cuts: list[int]) -> None:
    """Pieces may end at any packet; offsets, times and key flags are the same."""
    stream, expected = _stream(12)
    bounds = sorted({min(each * PACKET_BYTES, len(stream)) for each in cuts} | {0, len(stream)})
    scanner = TransportStreamScanner()
    found = [
        start._replace(offset=low + start.offset)
        for low, high in pairwise(bounds)
        for start in scanner.scan(stream[low:high])
    ]
    assert found == expected
    assert scanner.tables == program_association() + program_map()


def test_key_frames_without_the_random_access_flag() -> None:
    """A picture that begins with an IDR unit is a key frame even when the muxer does not flag it."""
    key, other = SyntheticStream(key_every=2).frames(2)
    picture = bytearray(key[376:])
    picture[5] &= ~0x40
    found = TransportStreamScanner().scan(bytes(picture) + other)
    assert [start.is_key for start in found] == [True, False]


def test_the_time_may_use_all_33_bits() -> None:
    """The largest presentation time comes out whole."""
    stream = SyntheticStream()
    stream.count = 0
    packet = bytearray(stream.frame()[376:564])
    at = packet.index(b"\x00\x00\x01\xe0") + 9
    packet[at : at + 5] = bytes([0x2F, 0xFF, 0xFF, 0xFF, 0xFF])
    assert TransportStreamScanner().scan(bytes(packet))[0].pts_90k == (1 << 33) - 1
    packet[at - 2] = 0
    assert TransportStreamScanner().scan(bytes(packet))[0].pts_90k == 0


def test_only_whole_packets_are_a_stream() -> None:
    """Other data, a part of a packet or one lost sync byte yield no pictures."""
    stream, _ = _stream(3)
    assert is_transport_stream(stream)
    for data in (b"", bytes(188), stream[:-1], stream[:188] + b"\x48" + stream[189:]):
        assert not is_transport_stream(data)
        assert TransportStreamScanner().scan(data) == []


@given(st.integers(1, 20), st.data())
def test_survives_any_packets(count: int, data: st.DataObject) -> None:
    """Packets with a sync byte and anything behind it raise nothing."""
    body = data.draw(st.binary(min_size=187 * count, max_size=187 * count))
    packets = b"".join(b"\x47" + body[at * 187 : at * 187 + 187] for at in range(count))
    scanner = TransportStreamScanner()
    for start in scanner.scan(packets):
        assert start.offset % PACKET_BYTES == 0
        scanner.lead_in(memoryview(packets), start.offset, not_before=0)


def test_the_lead_in_is_what_precedes_a_key_frame() -> None:
    """Tables directly before a picture belong to it; pictures before it do not, nor what is before the bound."""
    stream, starts = _stream(6)
    scanner = TransportStreamScanner()
    scanner.scan(stream)
    key = starts[4].offset
    view = memoryview(stream)
    assert scanner.lead_in(view, key, not_before=0) == key - 376
    assert scanner.has_tables(view[key - 376 : key])
    assert scanner.lead_in(view, key, not_before=key - 188) == key - 188
    assert not scanner.has_tables(view[key - 188 : key])
    assert scanner.lead_in(view, starts[5].offset, not_before=0) == starts[5].offset
    assert scanner.lead_in(view, starts[0].offset, not_before=0) == 0


def test_no_tables_before_both_were_seen() -> None:
    """Half of the tables is of no use to a player."""
    scanner = TransportStreamScanner()
    assert scanner.tables == b""
    scanner.scan(program_map())
    assert scanner.tables == b""
    scanner.scan(program_association())
    assert scanner.tables == b""
    scanner.scan(program_map())
    assert len(scanner.tables) == 376
