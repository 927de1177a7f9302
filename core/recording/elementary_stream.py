"""Taking one picture's H.264 out of MPEG-TS packets (ISO/IEC 13818-1)."""

from __future__ import annotations

from core.recording.source import TS_PACKET_BYTES

_HEADER_BYTES = 4
_PES_HEADER_BYTES = 9
_UNIT_START = 0x40
_HAS_ADAPTATION, _HAS_PAYLOAD = 0x20, 0x10
_RANDOM_ACCESS = 0x40
_KEY_SLICE, _SEQUENCE_PARAMETERS, _PICTURE_PARAMETERS = 5, 7, 8
_STARTS = bytes(1 if flags & _UNIT_START else 0 for flags in range(256))


def find_unit(data: bytes | bytearray, start: int = 0) -> int:
    """Find the first packet from offset ``start`` on that begins a unit (a picture, a table); -1 if none."""
    flags = data[start + 1 :: TS_PACKET_BYTES].translate(_STARTS)
    at = flags.find(1)
    return -1 if at < 0 else start + at * TS_PACKET_BYTES


def find_key_picture(data: bytes | bytearray, start: int = 0) -> int:
    """Find the first packet from ``start`` on that begins a picture to decode from; -1 if none."""
    at = find_unit(data, start)
    while at >= 0:
        if data[at + 3] & _HAS_ADAPTATION and data[at + 4] and data[at + 5] & _RANDOM_ACCESS:
            return at
        at = find_unit(data, at + TS_PACKET_BYTES)
    return -1


def picture_end(data: bytes | bytearray, start: int) -> int:
    """Find where the picture that begins at ``start`` has ended: the next unit of any stream; -1 if none."""
    return find_unit(data, start + TS_PACKET_BYTES)


def picture_bytes(packets: bytes | bytearray | memoryview) -> bytes:
    """Join the H.264 of the picture that begins in the first packet; packets of other streams are passed over.

    Malformed packets give whatever lies in them: a decoder has to bear any bytes anyway.
    """
    parts: list[bytes | bytearray | memoryview] = []
    first = packets[1:3]
    pid = (first[0] & 0x1F, first[1]) if len(first) > 1 else None
    for at in range(0, len(packets) - TS_PACKET_BYTES + 1, TS_PACKET_BYTES):
        flags, low, control = packets[at + 1], packets[at + 2], packets[at + 3]
        if (flags & 0x1F, low) != pid or not control & _HAS_PAYLOAD:
            continue
        begin = at + _HEADER_BYTES
        if control & _HAS_ADAPTATION:
            begin += 1 + packets[begin]
        if flags & _UNIT_START:
            if at > 0:
                break
            begin = _after_pes_header(packets, begin)
        if begin < at + TS_PACKET_BYTES:
            parts.append(packets[begin : at + TS_PACKET_BYTES])
    return b"".join(parts)


def _after_pes_header(packets: bytes | bytearray | memoryview, begin: int) -> int:
    length_at = begin + _PES_HEADER_BYTES - 1
    return begin + _PES_HEADER_BYTES + (packets[length_at] if length_at < len(packets) else 0)


def has_parameter_sets(packets: bytes) -> bool:
    """Whether the first key picture in the packets brings what is needed to decode from it."""
    at = find_key_picture(packets)
    if at < 0:
        return False
    units = picture_bytes(packets[at:]).split(b"\x00\x00\x01")[1:]
    kinds = {unit[0] & 0x1F for unit in units if unit}
    return {_SEQUENCE_PARAMETERS, _PICTURE_PARAMETERS, _KEY_SLICE} <= kinds
