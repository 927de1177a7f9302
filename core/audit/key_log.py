"""A session's key log: what was typed, only where the policy says so, under a key of its own.

Whoever can open the session's video and trail cannot open this with the same key: it is random, and the file
carries it wrapped for whoever may. Passwords typed at the door never get here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from blake3 import blake3

from core.api.hosting import KeyStroke
from core.audit.entries import HASH_BYTES, TrailHead
from core.audit.keysyms import key_name
from core.audit.sealed_log import SealedLogWriter, cut_off
from core.audit.sealed_log_format import KEYS, LARGEST_RECORD
from core.audit.sealed_log_reader import LogContent, read_sealed_log, wrapped_key_of
from core.errors import Bug, KeyLogAltered
from core.runtime.clock import Instant
from core.storage.disk import Disk

KEY_LOG_NAME = "keys.lct"
START_DOMAIN = b"lucid key log start v1\x00"
RECORD_DOMAIN = b"lucid key log record v1\x00"
_STROKE = struct.Struct("<QII")
_PRESSED = 1
_MOST_STROKES = (LARGEST_RECORD - HASH_BYTES) // _STROKE.size
LARGEST_KEYSYM = (1 << 32) - 1


@dataclass(frozen=True)
class Stroke:
    """A key that went down or up; ``keysym`` is X11's, ``at_ns`` counts from the session's start."""

    at_ns: int
    keysym: int = field(repr=False)
    is_pressed: bool

    def shown(self) -> KeyStroke:
        """Give it as front ends see it."""
        return KeyStroke(self.at_ns / 1e9, self.keysym, key_name(self.keysym), self.is_pressed)


class KeyLog:
    """The key log of one running session. For one thread at a time: syncing blocks.

    ``key`` (32 random bytes) serves this file alone; ``wrapped`` is it as whoever may read the file gets it.
    """

    def __init__(
        self,
        directory: Path,
        *,
        key: bytes,
        wrapped: bytes,
        session_id: UUID,
        started: Instant,
        disk: Disk | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        if not wrapped:
            raise Bug("a key log without a wrapped key could never be read")
        self._log = SealedLogWriter(
            directory / KEY_LOG_NAME,
            kind=KEYS,
            key=key,
            session_id=session_id,
            wrapped=wrapped,
            disk=disk,
            random_bytes=random_bytes,
        )
        self._started = started
        self._strokes: list[bytes] = []
        self._head = start_of_keys(session_id)

    def begin(self) -> None:
        """Put the file on the medium, with a record of no strokes; so its lack is damage. Raises as ``sync``."""
        self._add_record()
        self._log.sync()

    def append(self, keysym: int, *, is_pressed: bool, instant: Instant) -> None:
        """Add a stroke; it gets to the file with the next ``sync``. StorageFull beyond 64 MiB."""
        if not 0 <= keysym <= LARGEST_KEYSYM:
            raise Bug("a keysym has 32 bits")
        at_ns = max(0, instant.mono_ns - self._started.mono_ns)
        self._strokes.append(_STROKE.pack(at_ns, keysym, _PRESSED if is_pressed else 0))
        if len(self._strokes) == _MOST_STROKES:
            self._add_record()

    def sync(self) -> None:
        """Put everything on the medium, about once a second. Raises StorageFull and DataDirectoryUnwritable."""
        if self._strokes:
            self._add_record()
        self._log.sync()

    def head(self) -> TrailHead:
        """Give the number of records and the last one's hash, for the manifest; call it after ``close``."""
        return self._head

    def close(self) -> TrailHead:
        """Sync, let go of the file, and give the head."""
        try:
            self.sync()
        finally:
            self._log.close()
        return self._head

    def abandon(self) -> None:
        """Let go of the file as it is; what was synced stays."""
        self._log.close()

    def _add_record(self) -> None:
        record = self._head.hash + b"".join(self._strokes)
        self._log.add(record)
        self._strokes.clear()
        self._head = TrailHead(self._head.count + 1, _record_hash(record))


def start_of_keys(session_id: UUID) -> TrailHead:
    """Give the head of a key log without records."""
    return TrailHead(0, blake3(START_DOMAIN + session_id.bytes).digest())


def read_key_log(
    path: Path, *, key: bytes, session_id: UUID, head: TrailHead | None = None
) -> tuple[Stroke, ...]:
    """Read a key log; with the ``head`` that the manifest holds, all of it and nothing else.

    Raises KeyLogMalformed when it cannot be read at all, and KeyLogAltered with the number of the damaged record.
    """
    log = read_sealed_log(path, kind=KEYS, key=key, session_id=session_id)
    strokes, found = _follow(log, session_id)
    if head is not None and (found != head or log.torn_bytes):
        raise KeyLogAltered(sequence=min(found.count, head.count))
    return strokes


def recover_key_log(
    path: Path, *, key: bytes, session_id: UUID, disk: Disk | None = None
) -> TrailHead:
    """Cut off what a crash left behind the last whole record, and give the head for the manifest.

    As after recover_trail nothing can be appended. Raises as read_key_log, StorageFull and DataDirectoryUnwritable.
    """
    log = read_sealed_log(path, kind=KEYS, key=key, session_id=session_id)
    _, head = _follow(log, session_id)
    if log.torn_bytes:
        cut_off(path, log.whole_bytes, disk or Disk())
    return head


def wrapped_key_in(path: Path, session_id: UUID) -> bytes:
    """Give the wrapped key of a key log, which needs no key; raises KeyLogMalformed."""
    return wrapped_key_of(path, kind=KEYS, session_id=session_id)


def _follow(log: LogContent, session_id: UUID) -> tuple[tuple[Stroke, ...], TrailHead]:
    strokes: list[Stroke] = []
    head = start_of_keys(session_id)
    for record in log.records:
        strokes += _strokes_of(record, head)
        head = TrailHead(head.count + 1, _record_hash(record))
    return tuple(strokes), head


def _strokes_of(record: bytes, head: TrailHead) -> list[Stroke]:
    table = record[HASH_BYTES:]
    if record[:HASH_BYTES] != head.hash or len(table) % _STROKE.size:
        raise KeyLogAltered(sequence=head.count)
    rows = list(_STROKE.iter_unpack(table))
    if any(flags not in {0, _PRESSED} for _, _, flags in rows):
        raise KeyLogAltered(sequence=head.count)
    return [Stroke(at_ns, keysym, flags == _PRESSED) for at_ns, keysym, flags in rows]


def _record_hash(record: bytes) -> bytes:
    return blake3(RECORD_DOMAIN + record).digest()
