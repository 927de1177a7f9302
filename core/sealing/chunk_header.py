"""The first 128 bytes of a chunk: what it is, how long, and where it belongs. See docs/formats/chunk.md."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from uuid import UUID

from core.errors import ChunkMalformed, ChunkTruncated, ChunkVersionUnsupported
from core.sealing.aead import TAG_BYTES
from core.sealing.frames import FRAME

MAGIC = b"LucidChk"
VERSION = 1
ACCEPTED_VERSIONS = (1,)
HEADER_BYTES = 128
LARGEST_VIDEO = 16 << 20
MOST_FRAMES = LARGEST_VIDEO // 188 + 1
LARGEST_PLAIN = LARGEST_VIDEO + MOST_FRAMES * FRAME.size

_START = struct.Struct("<8sHHI")
_LAYOUT = struct.Struct("<8sHHIQQQII16sIIQQQQ24s")
_IS_COMPRESSED = 1


@dataclass(frozen=True)
class ChunkHeader:
    """The header of a chunk.

    ``plain_bytes`` is the video and its frame table; ``payload_bytes`` the same after compression;
    ``stored_bytes`` the whole file. The times are those of the first and last piece that went in.
    """

    session_id: UUID
    index: int
    is_compressed: bool
    payload_bytes: int
    video_bytes: int
    frames: int
    first_at_ns: int
    last_at_ns: int
    first_utc_ns: int
    last_utc_ns: int
    nonce: bytes

    @property
    def plain_bytes(self) -> int:
        """Count the bytes that were compressed and encrypted."""
        return self.video_bytes + self.frames * FRAME.size

    @property
    def stored_bytes(self) -> int:
        """Count the bytes of header, ciphertext and tag."""
        return HEADER_BYTES + self.payload_bytes + TAG_BYTES

    def pack(self) -> bytes:
        """Write the header; these bytes are the ciphertext's associated data."""
        return _LAYOUT.pack(
            MAGIC,
            VERSION,
            HEADER_BYTES,
            _IS_COMPRESSED if self.is_compressed else 0,
            self.stored_bytes,
            self.payload_bytes,
            self.plain_bytes,
            self.video_bytes,
            self.frames,
            self.session_id.bytes,
            self.index,
            0,
            self.first_at_ns,
            self.last_at_ns,
            self.first_utc_ns,
            self.last_utc_ns,
            self.nonce,
        )


def read_header(
    stored: bytes | bytearray | memoryview, *, index: int, length: int | None = None
) -> ChunkHeader:
    """Read the header of the chunk that lies at ``index`` and check it against itself and the chunk's length.

    ``stored`` is the whole chunk, or its beginning together with the ``length`` of the whole. Raises
    ChunkTruncated, ChunkMalformed and ChunkVersionUnsupported, naming ``index``. Whether the header is genuine
    only the key or the leaf can tell.
    """
    found_bytes = len(stored) if length is None else length
    _check_start(stored, index)
    if found_bytes < HEADER_BYTES + TAG_BYTES:
        raise ChunkTruncated(index=index, expected=HEADER_BYTES + TAG_BYTES, found=found_bytes)
    fields = _LAYOUT.unpack_from(stored)
    flags, stored_bytes, payload, plain, video, frames = fields[3:9]
    session, found_index, reserved, *times = fields[9:16]
    header = ChunkHeader(
        session_id=UUID(bytes=session),
        index=found_index,
        is_compressed=bool(flags & _IS_COMPRESSED),
        payload_bytes=payload,
        video_bytes=video,
        frames=frames,
        first_at_ns=times[0],
        last_at_ns=times[1],
        first_utc_ns=times[2],
        last_utc_ns=times[3],
        nonce=fields[16],
    )
    _check(index, "flags", is_fine=flags in {0, _IS_COMPRESSED} and reserved == 0)
    _check(
        index, "sizes", is_fine=stored_bytes == header.stored_bytes and plain == header.plain_bytes
    )
    _check(index, "sizes", is_fine=video <= LARGEST_VIDEO and frames <= MOST_FRAMES)
    _check(index, "sizes", is_fine=payload < plain if header.is_compressed else payload == plain)
    if found_bytes != stored_bytes:
        raise ChunkTruncated(index=index, expected=stored_bytes, found=found_bytes)
    return header


def _check_start(stored: bytes | bytearray | memoryview, index: int) -> None:
    """Check magic, version and header size, which every version keeps in these places."""
    if len(stored) < _START.size:
        raise ChunkTruncated(index=index, expected=HEADER_BYTES + TAG_BYTES, found=len(stored))
    magic, version, header_bytes, _ = _START.unpack_from(stored)
    _check(index, "magic", is_fine=magic == MAGIC)
    if version not in ACCEPTED_VERSIONS:
        raise ChunkVersionUnsupported(index=index, found=version, known=max(ACCEPTED_VERSIONS))
    _check(index, "header size", is_fine=header_bytes == HEADER_BYTES)


def _check(index: int, field: str, *, is_fine: bool) -> None:
    if not is_fine:
        raise ChunkMalformed(index=index, field=field)
