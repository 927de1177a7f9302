"""Finding pictures in an MPEG transport stream (ISO/IEC 13818-1) without a Python step for each packet.

A packet has 188 bytes: sync byte 0x47, flags and PID, continuity, an optional adaptation field, payload. A
picture begins in a packet with the payload-unit-start flag whose payload starts a PES packet of a video
stream. The flags of all packets are one strided slice; Python looks only at packets that start something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

PACKET_BYTES = 188

_SYNC = 0x47
_STARTS = bytes(1 if flags & 0x40 else 0 for flags in range(256))
_PES_START = b"\x00\x00\x01"
_FIRST_VIDEO_STREAM, _LAST_VIDEO_STREAM = 0xE0, 0xEF
_RANDOM_ACCESS = 0x40
# A NAL unit of type 5 (IDR picture) or 7 (sequence parameters), for muxers that set no random-access flag.
_KEY_UNIT = re.compile(rb"\x00\x00\x01[\x05\x07\x25\x27\x45\x47\x65\x67]")
_LONGEST_LEAD_IN = 64


class FrameStart(NamedTuple):
    """Where a picture begins, in bytes from the start of what was scanned."""

    offset: int
    pts_90k: int
    is_key: bool


class TransportStreamScanner:
    """Scans one stream piece by piece; pieces are whole packets. Anything else yields no pictures.

    Remembers the last program tables (PAT and PMT), so that a chunk can start with them.
    """

    def __init__(self) -> None:
        self._association = b""
        self._map = b""
        self._map_pid = -1

    @property
    def tables(self) -> bytes:
        """The last PAT and PMT packets, or nothing as long as either is missing."""
        return self._association + self._map if self._association and self._map else b""

    def scan(self, data: bytes, base: int = 0) -> list[FrameStart]:
        """List the pictures that begin in ``data``; offsets count from ``base``."""
        if not is_transport_stream(data):
            return []
        starts = []
        for offset in _unit_starts(data):
            packet = data[offset : offset + PACKET_BYTES]
            pid = packet_pid(packet, 0)
            if pid in {0, self._map_pid}:
                self._remember(pid, packet)
            elif (start := _picture(packet, base + offset)) is not None:
                starts.append(start)
        return starts

    def lead_in(self, chunk: memoryview, offset: int, *, not_before: int) -> int:
        """Find where the packets of other streams that directly precede the picture at ``offset`` begin.

        ffmpeg writes PAT and PMT just before a key frame: they belong to the chunk that the key frame opens.
        """
        video_pid = packet_pid(chunk, offset)
        lowest = max(not_before, offset - _LONGEST_LEAD_IN * PACKET_BYTES)
        while offset - PACKET_BYTES >= lowest:
            before = offset - PACKET_BYTES
            if chunk[before] != _SYNC or packet_pid(chunk, before) == video_pid:
                break
            offset = before
        return offset

    def has_tables(self, lead_in: memoryview) -> bool:
        """Tell whether the packets hold both program tables."""
        pids = {packet_pid(lead_in, at) for at in range(0, len(lead_in), PACKET_BYTES)}
        return {0, self._map_pid} <= pids

    def _remember(self, pid: int, packet: bytes) -> None:
        if pid == 0:
            self._association = packet
            self._map_pid = _map_pid(packet)
        else:
            self._map = packet


def is_transport_stream(data: bytes) -> bool:
    """Tell whether the bytes are whole packets, each with its sync byte."""
    count, rest = divmod(len(data), PACKET_BYTES)
    return count > 0 and rest == 0 and data[::PACKET_BYTES].count(_SYNC) == count


def packet_pid(data: bytes | memoryview, offset: int) -> int:
    """Read the packet's PID, the 13-bit name of its stream."""
    return (data[offset + 1] & 0x1F) << 8 | data[offset + 2]


def _unit_starts(data: bytes) -> Iterator[int]:
    flags = data[1::PACKET_BYTES].translate(_STARTS)
    at = flags.find(1)
    while at >= 0:
        yield at * PACKET_BYTES
        at = flags.find(1, at + 1)


def _payload_at(packet: bytes) -> int:
    """Find where the payload begins; the packet's end when there is none."""
    control = packet[3] >> 4 & 3
    if not control & 1:
        return PACKET_BYTES
    return min(PACKET_BYTES, 5 + packet[4]) if control & 2 else 4


def _map_pid(association: bytes) -> int:
    """Read the PID of the first program's map from a PAT packet; -1 when there is none."""
    section = _payload_at(association)
    section += 1 + association[section] if section < PACKET_BYTES else 0
    entry = section + 8
    while entry + 4 <= PACKET_BYTES:
        if association[entry] << 8 | association[entry + 1]:  # program 0 is the network's table
            return (association[entry + 2] & 0x1F) << 8 | association[entry + 3]
        entry += 4
    return -1


def _picture(packet: bytes, offset: int) -> FrameStart | None:
    at = _payload_at(packet)
    if packet[at : at + 3] != _PES_START or at + 14 > PACKET_BYTES:
        return None
    if not _FIRST_VIDEO_STREAM <= packet[at + 3] <= _LAST_VIDEO_STREAM:
        return None
    has_adaptation = packet[3] & 0x20 and packet[4]
    is_key = (
        bool(has_adaptation and packet[5] & _RANDOM_ACCESS)
        or _KEY_UNIT.search(packet, at + 9) is not None
    )
    return FrameStart(offset, _pts(packet, at), is_key)


def _pts(packet: bytes, at: int) -> int:
    """Read the presentation time of the PES packet at ``at``; 0 when it has none."""
    if not packet[at + 7] & 0x80:
        return 0
    p = packet[at + 9 : at + 14]
    return (p[0] >> 1 & 7) << 30 | p[1] << 22 | p[2] >> 1 << 15 | p[3] << 7 | p[4] >> 1
