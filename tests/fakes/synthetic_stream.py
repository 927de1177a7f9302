"""A made-up H.264 transport stream: right in its packets, tables and times, with noise for pictures.

For tests and benchmarks that need many pictures without an encoder.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from random import Random

PACKET = 188
VIDEO_PID = 0x100
MAP_PID = 0x1000
TICKS_PER_SECOND = 90_000


class SyntheticStream:
    """Yields pictures as whole packets; every ``key_every``-th is a key frame led in by PAT and PMT."""

    def __init__(
        self,
        *,
        seed: int = 1,
        key_every: int = 5,
        frame_bytes: int = 600,
        per_second: int = 15,
        filler: bytes | None = None,
    ) -> None:
        self._random = Random(seed)
        self._key_every = key_every
        self._frame_bytes = frame_bytes
        self._ticks = TICKS_PER_SECOND // per_second
        self.filler = filler
        self._continuity = 0
        self.count = 0

    def frames(self, count: int) -> Iterator[bytes]:
        """Yield the next pictures."""
        for _ in range(count):
            yield self.frame()

    def frame(self) -> bytes:
        """Make the next picture."""
        is_key = self.count % self._key_every == 0
        pts = 126_000 + self.count * self._ticks
        self.count += 1
        body = self.filler or self._random.randbytes(self._frame_bytes)
        tables = program_association() + program_map() if is_key else b""
        return tables + self._packets(is_key, pts, body[: self._frame_bytes])

    def _packets(self, is_key: bool, pts: int, body: bytes) -> bytes:
        unit = b"\x00\x00\x00\x01" + (b"\x65" if is_key else b"\x41") + body
        rest = pes_header(pts) + unit
        packets: list[bytes] = []
        while rest:
            is_first = not packets
            packet, rest = self._packet(rest, is_first=is_first, is_key=is_first and is_key)
            packets.append(packet)
        return b"".join(packets)

    def _packet(self, rest: bytes, *, is_first: bool, is_key: bool) -> tuple[bytes, bytes]:
        self._continuity = (self._continuity + 1) & 15
        head = struct.pack(">BH", 0x47, (0x4000 if is_first else 0) | VIDEO_PID)
        room = 184 - (2 if is_key else 0)
        if len(rest) >= room and not is_key:
            return head + bytes([0x10 | self._continuity]) + rest[:room], rest[room:]
        taken = min(len(rest), room)
        length = 184 - taken - 1
        flags = bytes([0x40 if is_key else 0]) + b"\xff" * (length - 1) if length else b""
        return head + bytes([0x30 | self._continuity, length]) + flags + rest[:taken], rest[taken:]


def program_association() -> bytes:
    """A PAT with one program."""
    section = b"\x00\xb0\x0d\x00\x01\xc1\x00\x00" + struct.pack(">HH", 1, 0xE000 | MAP_PID)
    return _table(0, section)


def program_map() -> bytes:
    """A PMT with one H.264 stream."""
    pid = struct.pack(">H", 0xE000 | VIDEO_PID)
    section = b"\x02\xb0\x12\x00\x01\xc1\x00\x00" + pid + b"\xf0\x00\x1b" + pid + b"\xf0\x00"
    return _table(MAP_PID, section)


def pes_header(pts: int) -> bytes:
    """The beginning of a PES packet of a video stream that has a presentation time."""
    stamp = bytes(
        [
            0x21 | pts >> 29 & 0x0E,
            pts >> 22 & 0xFF,
            0x01 | pts >> 14 & 0xFE,
            pts >> 7 & 0xFF,
            0x01 | pts << 1 & 0xFE,
        ]
    )
    return b"\x00\x00\x01\xe0\x00\x00\x80\x80\x05" + stamp


def _table(pid: int, section: bytes) -> bytes:
    whole = section + struct.pack(">I", _crc(section))
    return (struct.pack(">BHBB", 0x47, 0x4000 | pid, 0x10, 0) + whole).ljust(PACKET, b"\xff")


def _crc(section: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in section:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value
