"""Reading a journal back: as much as is whole, and a word on what is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from core.errors import JournalCorrupt
from core.sealing.aead import TAG_BYTES
from core.sealing.filling_chunk import FillingChunk, TimeRange
from core.sealing.frames import FRAME
from core.sealing.journal_format import (
    ACCEPTED_VERSIONS,
    FRAME_HEADER,
    HEADER,
    HEADER_BYTES,
    KIND_DATA,
    KIND_END,
    LARGEST_RECORD,
    MAGIC,
    MARKER,
    RECORD,
    frame_nonce,
    read_record_start,
)
from core.sealing.keys import journal_key


@dataclass
class JournalContent:
    """What a journal holds of its chunk.

    ``lost_bytes`` counts the file's bytes behind a damaged place; 0 when the journal ends as a crash leaves it.
    """

    index: int
    video: list[memoryview] = field(default_factory=list)
    table: bytearray = field(default_factory=bytearray)
    video_bytes: int = 0
    times: TimeRange = field(default_factory=lambda: TimeRange(0, 0, 0, 0))
    is_ended: bool = False
    lost_bytes: int = 0

    def fill(self, chunk: FillingChunk) -> None:
        """Put the content into an empty chunk."""
        chunk.restore(self.video, self.table, self.times)
        chunk.shorten(self.video_bytes)


def read_journal(path: Path, *, session_key: bytes, session_id: UUID, index: int) -> JournalContent:
    """Read a journal up to its end, its torn tail or its first damaged frame.

    A tail that a crash cut off is as it should be. A frame that does not hold although whole frames follow is
    damage: what precedes it is kept and ``lost_bytes`` says so. Raises JournalCorrupt when the header or not even the
    first frame can be read, and OSError.
    """
    data = path.read_bytes()
    frames = _FrameReader(data, session_key, session_id, index)
    content = JournalContent(index)
    position = HEADER_BYTES
    sequence = 0
    while not content.is_ended and (found := frames.read(position, sequence)) is not None:
        kind, record = found
        if not _take(content, kind, record):
            break
        position += FRAME_HEADER.size + len(record) + TAG_BYTES
        sequence += 1
    if sequence == 0:  # it got its name after its first frame was synced
        raise JournalCorrupt(index=index, field="first frame")
    if not content.is_ended and frames.has_frame_after(position, sequence):
        content.lost_bytes = len(data) - position
    return content


class _FrameReader:
    """Decrypts the frames of one journal."""

    def __init__(self, data: bytes, session_key: bytes, session_id: UUID, index: int) -> None:
        self._data = memoryview(data)
        self._bytes = data
        self._header = data[:HEADER_BYTES]
        if len(data) < HEADER_BYTES:
            raise JournalCorrupt(index=index, field="header")
        magic, version, size, found_index, found_session, salt = HEADER.unpack(self._header)
        if magic != MAGIC or size != HEADER_BYTES:
            raise JournalCorrupt(index=index, field="header")
        if version not in ACCEPTED_VERSIONS:
            raise JournalCorrupt(index=index, field="version")
        if found_index != index or found_session != session_id.bytes:
            raise JournalCorrupt(index=index, field="session or index")
        self._cipher = ChaCha20Poly1305(journal_key(session_key, session_id, index, salt))

    def read(self, position: int, sequence: int) -> tuple[int, bytes] | None:
        """Decrypt the frame at ``position``; None when no whole, genuine frame of that number lies there."""
        body = position + FRAME_HEADER.size
        if body > len(self._data):
            return None
        marker, length, found, kind = FRAME_HEADER.unpack_from(self._data, position)
        is_sound = marker == MARKER and TAG_BYTES <= length <= LARGEST_RECORD + TAG_BYTES
        if not is_sound or found != sequence or body + length > len(self._data):
            return None
        associated = self._header + self._bytes[position:body]
        try:
            record = self._cipher.decrypt(
                frame_nonce(sequence), self._data[body : body + length], associated
            )
        except InvalidTag:
            return None
        return kind, record

    def has_frame_after(self, position: int, sequence: int) -> bool:
        """Tell whether a genuine later frame lies anywhere behind ``position``."""
        at = self._bytes.find(MARKER, position)
        while at >= 0:
            if at + FRAME_HEADER.size <= len(self._data):
                later = FRAME_HEADER.unpack_from(self._data, at)[2]
                if later >= sequence and at > position and self.read(at, later) is not None:
                    return True
            at = self._bytes.find(MARKER, at + 1)
        return False


def _take(content: JournalContent, kind: int, record: bytes) -> bool:
    """Add a record; False when it does not go on where the last one ended."""
    if len(record) < RECORD.size:
        return False
    start = read_record_start(record)
    if kind == KIND_END:
        content.is_ended = start.video_offset <= content.video_bytes
        content.video_bytes = min(content.video_bytes, start.video_offset)
        content.times = start.times
        return content.is_ended
    table_end = RECORD.size + start.frames * FRAME.size
    if kind != KIND_DATA or start.video_offset != content.video_bytes or table_end > len(record):
        return False
    content.table += record[RECORD.size : table_end]
    content.video.append(memoryview(record)[table_end:])
    content.video_bytes += len(record) - table_end
    content.times = start.times
    return True
