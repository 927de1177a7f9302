"""Writing a sealed log: each record becomes one authenticated frame at the end of the file."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from core.audit.sealed_log_format import (
    FRAME_HEADER,
    KIND_RECORD,
    LARGEST_LOG,
    LARGEST_RECORD,
    MARKER,
    SALT_BYTES,
    LogKind,
    frame_nonce,
    log_key,
    pack_preamble,
)
from core.errors import Bug
from core.runtime.files import make_directory, storage_errors
from core.sealing.aead import TAG_BYTES
from core.storage.disk import Disk

_PART_SUFFIX = ".part"


class SealedLogWriter:
    """One file; made on the disk by the first ``sync``. For one thread at a time.

    A frame is encrypted once, when its record is added, so no nonce is used twice: what could not be written
    or synced is written again with the same bytes. All of the file is kept in memory for that; it has at most 64 MiB.
    """

    def __init__(
        self,
        path: Path,
        *,
        kind: LogKind,
        key: bytes,
        session_id: UUID,
        wrapped: bytes = b"",
        disk: Disk | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.path = path
        self._disk = disk or Disk()
        salt = random_bytes(SALT_BYTES)
        self._preamble = pack_preamble(kind, session_id, salt, wrapped)
        self._cipher = ChaCha20Poly1305(log_key(kind, key, session_id, salt))
        self._content = bytearray(self._preamble)
        self._written = 0
        self._synced = 0
        self._sequence = 0
        self._handle: int | None = None
        self._is_named = False
        self._is_listed = False

    @property
    def is_synced(self) -> bool:
        """Tell whether everything that was added is on the medium."""
        return self._sequence == 0 or self._synced == len(self._content)

    def add(self, record: bytes) -> None:
        """Encrypt a record; it gets to the medium with the next ``sync``. StorageFull beyond 64 MiB."""
        if len(record) > LARGEST_RECORD:
            raise Bug("a record of a sealed log is that large")
        length = len(record) + TAG_BYTES
        if len(self._content) + FRAME_HEADER.size + length > LARGEST_LOG:
            with storage_errors(self.path):
                raise OSError(errno.EFBIG, "File too large")
        header = FRAME_HEADER.pack(MARKER, length, self._sequence, KIND_RECORD)
        nonce = frame_nonce(self._sequence)
        self._content += header + self._cipher.encrypt(nonce, record, self._preamble + header)
        self._sequence += 1

    def sync(self) -> None:
        """Write what the file does not hold yet, and put it on the medium.

        Raises StorageFull and DataDirectoryUnwritable; nothing is lost by that: the next call tries again.
        """
        if self.is_synced:
            return
        with storage_errors(self.path):
            if self._handle is None:
                make_directory(self.path.parent)
                self._handle = self._disk.create(self._part)
            self._write(self._handle)
            self._put_on_medium(self._handle)

    def close(self) -> None:
        """Let go of the file, which stays; one without a whole frame goes."""
        if self._handle is None:
            return
        self._disk.close(self._handle)
        self._handle = None
        if not self._is_named:
            with suppress(OSError):
                self._disk.remove(self._part)

    @property
    def _part(self) -> Path:
        return self.path.with_name(self.path.name + _PART_SUFFIX)

    def _write(self, handle: int) -> None:
        """Write the rest; of one that does not fit nothing stays behind."""
        try:
            self._disk.write_at(handle, self._content[self._written :], self._written)
        except OSError:
            with suppress(OSError):
                self._disk.truncate(handle, self._written)
            raise
        self._written = len(self._content)

    def _put_on_medium(self, handle: int) -> None:
        """Sync, and give the file its name once; a sync that failed makes all that was written doubtful."""
        try:
            self._disk.sync(handle)
        except OSError:
            self._written = self._synced
            raise
        if not self._is_named:
            self._disk.rename(self._part, self.path)
            self._is_named = True
        if not self._is_listed:
            self._disk.sync_directory(self.path.parent)
            self._is_listed = True
        self._synced = self._written


def cut_off(path: Path, length: int, disk: Disk) -> None:
    """Cut off what a crash left behind the last whole frame; raises StorageFull and DataDirectoryUnwritable."""
    with storage_errors(path):
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            disk.truncate(handle, length)
            disk.sync(handle)
        finally:
            disk.close(handle)
