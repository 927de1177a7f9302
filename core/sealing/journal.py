"""Writing the journal of the open chunk: small authenticated frames, synced before ``write`` returns."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from core.runtime.files import make_directory, storage_errors
from core.sealing.aead import TAG_BYTES
from core.sealing.filling_chunk import FillingChunk, TimeRange
from core.sealing.journal_format import (
    FRAME_HEADER,
    HEADER_BYTES,
    KIND_DATA,
    KIND_END,
    LARGEST_RECORD,
    MARKER,
    PART_SUFFIX,
    RECORD_VIDEO_BYTES,
    RecordStart,
    frame_nonce,
    journal_path,
    pack_header,
)
from core.sealing.keys import JOURNAL_SALT_BYTES, journal_key
from core.storage.disk import Disk

_NO_TIMES = TimeRange(0, 0, 0, 0)


class JournalWriter:
    """The journal of one open chunk; made on the disk by the first ``write``. For one thread at a time.

    A write that did not fit keeps the frame as it was encrypted and writes the same bytes when it is
    asked again, so no nonce is used twice; after a sync that failed, the whole journal is written anew beside
    the old one, which stays until then.
    """

    def __init__(
        self,
        *,
        disk: Disk,
        directory: Path,
        session_key: bytes,
        session_id: UUID,
        index: int,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.path = journal_path(directory, index)
        self._disk = disk
        self._session_key = session_key
        self._session_id = session_id
        self._index = index
        self._random_bytes = random_bytes
        self._unwritten: memoryview | None = None
        self._handle: int | None = None
        self._is_in_place = False
        self._start_over()

    @property
    def exists(self) -> bool:
        """Tell whether something of the chunk is on the disk."""
        return self._is_in_place

    def holds_all_of(self, chunk: FillingChunk) -> bool:
        """Tell whether nothing of the chunk is missing in the journal."""
        return self._is_synced and self._video >= chunk.video_bytes

    def write(self, chunk: FillingChunk, *, is_end: bool = False) -> None:
        """Write what the journal does not hold yet and sync it; ``is_end`` says that the chunk is closed.

        Raises StorageFull and DataDirectoryUnwritable; what was synced earlier stays readable.
        """
        with storage_errors(self.path):
            try:
                if self._handle is None:
                    self._create()
                self._write_frames(chunk, is_end=is_end)
            except OSError:
                if not self._is_named:
                    self.close()
                raise
            self._sync()

    def remove(self) -> None:
        """Delete the journal, whose chunk is sealed."""
        self.close()
        if self._is_in_place:
            with storage_errors(self.path), suppress(FileNotFoundError):
                self._disk.remove(self.path)
            self._is_in_place = False

    def close(self) -> None:
        """Let go of the file, which stays; one that is not in place yet goes."""
        if self._handle is None:
            return
        self._disk.close(self._handle)
        self._handle = None
        if not self._is_named:
            with suppress(OSError):
                self._disk.remove(self._part)
        self._start_over()

    @property
    def _part(self) -> Path:
        return self.path.with_suffix(PART_SUFFIX)

    def _start_over(self) -> None:
        """Forget what was written, so that the next write begins a new file under a new key."""
        self._video = 0
        self._frames = 0
        self._sequence = 0
        self._end = 0
        self._unwritten = None
        self._has_end = False
        self._is_synced = False
        self._is_named = False

    def _create(self) -> None:
        make_directory(self.path.parent)
        self._handle = self._disk.create(self._part)
        self._frame = memoryview(bytearray(FRAME_HEADER.size + LARGEST_RECORD + TAG_BYTES))
        salt = self._random_bytes(JOURNAL_SALT_BYTES)
        header = pack_header(self._session_id, self._index, salt)
        self._cipher = ChaCha20Poly1305(
            journal_key(self._session_key, self._session_id, self._index, salt)
        )
        self._associated = bytearray(header + bytes(FRAME_HEADER.size))
        self._frame[:HEADER_BYTES] = header
        self._unwritten = self._frame[:HEADER_BYTES]

    def _write_frames(self, chunk: FillingChunk, *, is_end: bool) -> None:
        self._is_synced = False
        self._put_frame()
        while self._video < chunk.video_bytes:
            self._encrypt_next(chunk)
            self._put_frame()
        if is_end and not self._has_end:
            start = RecordStart(chunk.times or _NO_TIMES, chunk.video_bytes, chunk.frames)
            self._encrypt(KIND_END, start.pack())
            self._has_end = True
            self._put_frame()

    def _encrypt_next(self, chunk: FillingChunk) -> None:
        """Encrypt the next stretch of video with the entries of the frames that begin in it."""
        end = min(self._video + RECORD_VIDEO_BYTES, chunk.video_bytes)
        last = self._frames
        while last < chunk.frames and chunk.frame_offsets[last] < end:
            last += 1
        start = RecordStart(chunk.times or _NO_TIMES, self._video, last - self._frames)
        table = chunk.table(self._frames, last)
        self._encrypt(KIND_DATA, b"".join((start.pack(), table, chunk.video(self._video, end))))
        self._video, self._frames = end, last

    def _encrypt(self, kind: int, record: bytes) -> None:
        length = len(record) + TAG_BYTES
        header = FRAME_HEADER.pack(MARKER, length, self._sequence, kind)
        self._associated[HEADER_BYTES:] = header
        self._frame[: len(header)] = header
        self._unwritten = self._frame[: len(header) + length]
        nonce = frame_nonce(self._sequence)
        self._cipher.encrypt_into(nonce, record, self._associated, self._unwritten[len(header) :])
        self._sequence += 1

    def _put_frame(self) -> None:
        """Write the frame that waits; one that does not fit leaves no part of itself behind."""
        if self._unwritten is None or self._handle is None:
            return
        try:
            self._disk.write_at(self._handle, self._unwritten, self._end)
        except OSError:
            with suppress(OSError):
                self._disk.truncate(self._handle, self._end)
            raise
        self._end += len(self._unwritten)
        self._unwritten = None

    def _sync(self) -> None:
        """Sync, and give the file its name once; a sync that failed makes all that was written doubtful."""
        if self._handle is None:
            return
        try:
            self._disk.sync(self._handle)
            if not self._is_named:
                self._disk.rename(self._part, self.path)
                self._is_named = self._is_in_place = True
                self._disk.sync_directory(self.path.parent)
        except OSError:
            self.close()
            raise
        self._is_synced = True
