"""The frame table: where each picture of a chunk begins, and when.

An entry has 32 bytes, little-endian: at_ns u64, utc_ns u64, pts u64, offset u32, flags u32 (bit 0: key
frame). Entries stand in the order of their offsets.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

FRAME = struct.Struct("<QQQII")
KEY_FLAG = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a chunk.

    ``offset`` is where its first packet begins in the chunk's video; ``at_ns`` counts from the session's
    start on the monotonic clock; ``pts_90k`` is the encoder's own time in 90 kHz ticks (33 bits, it starts
    again with each stream); ``is_key`` says that decoding can begin here.
    """

    offset: int
    at_ns: int
    utc_ns: int
    pts_90k: int
    is_key: bool


def pack_frame(frame: Frame) -> bytes:
    """Write one entry."""
    flags = KEY_FLAG if frame.is_key else 0
    return FRAME.pack(frame.at_ns, frame.utc_ns, frame.pts_90k, frame.offset, flags)


def unpack_frames(table: bytes | bytearray | memoryview) -> tuple[Frame, ...]:
    """Read a whole table; its length is a multiple of 32."""
    return tuple(
        Frame(offset, at_ns, utc_ns, pts, bool(flags & KEY_FLAG))
        for at_ns, utc_ns, pts, offset, flags in FRAME.iter_unpack(table)
    )


def is_orderly(frames: Sequence[Frame], video_bytes: int) -> bool:
    """Tell whether offsets rise and lie within the video."""
    last = -1
    for frame in frames:
        if frame.offset <= last:
            return False
        last = frame.offset
    return last < video_bytes


def key_frame_at(frames: Sequence[Frame], at_ns: int) -> Frame | None:
    """Find the key frame from which to decode to see the moment ``at_ns``; the first one for an earlier moment."""
    keys = [frame for frame in frames if frame.is_key]
    if not keys:
        return None
    return keys[max(0, bisect_right(keys, at_ns, key=lambda frame: frame.at_ns) - 1)]
