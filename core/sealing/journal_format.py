"""The journal's bytes: header, frames of ciphertext, records inside them. See docs/formats/journal.md."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.sealing.filling_chunk import TimeRange

MAGIC = b"LucidJnl"
VERSION = 1
ACCEPTED_VERSIONS = (1,)
HEADER = struct.Struct("<8sHHI16s32s")
HEADER_BYTES = HEADER.size

MARKER = b"LJf1"
FRAME_HEADER = struct.Struct("<4sIII")
KIND_DATA = 1
KIND_END = 2

RECORD = struct.Struct("<QQQQII")
RECORD_VIDEO_BYTES = 188 * 1394  # whole packets, a little under 256 KiB
LARGEST_RECORD = RECORD.size + 1394 * 32 + RECORD_VIDEO_BYTES

SUFFIX = ".lcj"
PART_SUFFIX = ".lcj.part"
DAMAGED_SUFFIX = ".lcj.damaged"


@dataclass(frozen=True)
class RecordStart:
    """The fixed part of a record.

    In a data record, ``video_offset`` is where its video goes and ``frames`` how many entries it holds; in an
    end record they are the length and the frame count of the whole chunk.
    """

    times: TimeRange
    video_offset: int
    frames: int

    def pack(self) -> bytes:
        """Write it."""
        times = self.times
        return RECORD.pack(
            times.first_at_ns,
            times.last_at_ns,
            times.first_utc_ns,
            times.last_utc_ns,
            self.video_offset,
            self.frames,
        )


def read_record_start(record: bytes) -> RecordStart:
    """Read the fixed part; ``record`` is at least as long."""
    first_at, last_at, first_utc, last_utc, offset, frames = RECORD.unpack_from(record)
    return RecordStart(TimeRange(first_at, last_at, first_utc, last_utc), offset, frames)


def pack_header(session_id: UUID, index: int, salt: bytes) -> bytes:
    """Write a journal's first 64 bytes."""
    return HEADER.pack(MAGIC, VERSION, HEADER_BYTES, index, session_id.bytes, salt)


def frame_nonce(sequence: int) -> bytes:
    """Make the 12-byte nonce of a frame; sound because each journal file has a key of its own."""
    return bytes(4) + sequence.to_bytes(8, "little")


def journal_path(directory: Path, index: int) -> Path:
    """Name the journal of a chunk."""
    return directory / f"{index:08d}{SUFFIX}"
