"""A session's trail: appended to as things happen, and read back against the head in the manifest."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.audit.entries import (
    TrailHead,
    WrittenEntry,
    entry_hash,
    follow_chain,
    start_of,
)
from core.audit.sealed_log import SealedLogWriter, cut_off
from core.audit.sealed_log_format import TRAIL
from core.audit.sealed_log_reader import LogContent, read_sealed_log
from core.canonical.plain_text import plain_text
from core.errors import TrailAltered
from core.runtime.clock import Instant
from core.storage.disk import Disk

TRAIL_NAME = "trail.lct"
_LONGEST_UNSYNCED_NS = 1_000_000_000
# What comes often and decides nothing may wait up to a second for the medium.
_ROUTINE = frozenset({AuditKind.FOCUS, AuditKind.CLIPBOARD, AuditKind.FILE, AuditKind.KNOCKED})


class Trail:
    """The trail of one running session, in its directory. For one thread at a time: syncing blocks."""

    def __init__(
        self,
        directory: Path,
        *,
        session_key: bytes,
        session_id: UUID,
        started: Instant,
        disk: Disk | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._log = SealedLogWriter(
            directory / TRAIL_NAME,
            kind=TRAIL,
            key=session_key,
            session_id=session_id,
            disk=disk,
            random_bytes=random_bytes,
        )
        self._started = started
        self._head = start_of(session_id)
        self._waiting_since_ns: int | None = None

    def append(
        self,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        decision: str = "",
        reason: str = "",
        *,
        instant: Instant,
        consent: str = "",
    ) -> AuditEntry:
        """Add an entry; when it returns, a decision is on the medium, and anything that has waited for a second.

        Texts lose what cannot be shown and, beyond 256 characters, their middle. Raises StorageFull and
        DataDirectoryUnwritable: the entry is in the trail even so, except beyond 64 MiB, and gets to the file with the
        next one that does.
        """
        entry = WrittenEntry(
            sequence=self._head.count,
            at_ns=max(0, instant.mono_ns - self._started.mono_ns),
            utc_ns=max(0, instant.utc_ns),
            kind=kind,
            actor=actor,
            resource=plain_text(resource),
            decision=plain_text(decision),
            reason=plain_text(reason),
            previous=self._head.hash,
            consent=consent.encode(),
        )
        written = entry.to_json()
        self._log.add(written)
        self._head = TrailHead(entry.sequence + 1, entry_hash(written))
        if self._waiting_since_ns is None:
            self._waiting_since_ns = instant.mono_ns
        if decision or kind not in _ROUTINE:
            self.sync()
        else:
            self.sync_if_due(instant)
        return entry.shown()

    def sync_if_due(self, now: Instant) -> None:
        """Put what has waited for a second on the medium; to be called about once a second. Raises as ``append``."""
        since = self._waiting_since_ns
        if since is not None and now.mono_ns - since >= _LONGEST_UNSYNCED_NS:
            self.sync()

    def sync(self) -> None:
        """Put everything on the medium. Raises as ``append``."""
        self._log.sync()
        self._waiting_since_ns = None

    def head(self) -> TrailHead:
        """Give the count and the last hash, for the manifest."""
        return self._head

    def close(self) -> TrailHead:
        """Sync, let go of the file, and give the head. Raises as ``append``; the file is let go of even so."""
        try:
            self.sync()
        finally:
            self._log.close()
        return self._head

    def abandon(self) -> None:
        """Let go of the file as it is; what was synced stays."""
        self._log.close()


@dataclass(frozen=True)
class TrailContent:
    """What a trail's file holds; ``torn_bytes`` behind its last whole entry are what a crash left."""

    entries: tuple[AuditEntry, ...]
    head: TrailHead
    whole_bytes: int
    torn_bytes: int


def load_trail(path: Path, *, session_key: bytes, session_id: UUID) -> TrailContent:
    """Read a trail for which there is no manifest yet: up to its end or its torn tail.

    Raises TrailMalformed when it cannot be read at all, and TrailAltered with the number of the damaged entry.
    """
    log = read_sealed_log(path, kind=TRAIL, key=session_key, session_id=session_id)
    return content_of(log, session_id)


def content_of(log: LogContent, session_id: UUID) -> TrailContent:
    """Follow the chain through a log's records; raises TrailAltered."""
    entries, head = follow_chain(log.records, session_id)
    shown = tuple(each.shown() for each in entries)
    return TrailContent(shown, head, log.whole_bytes, log.torn_bytes)


def read_trail(
    path: Path, *, session_key: bytes, session_id: UUID, head: TrailHead | None = None
) -> tuple[AuditEntry, ...]:
    """Read a trail; with the ``head`` that the manifest holds, all of it and nothing else.

    Raises as load_trail, and TrailAltered with the number of the first entry that is gone, too many or another one.
    """
    content = load_trail(path, session_key=session_key, session_id=session_id)
    if head is not None:
        require_head(content, head)
    return content.entries


def require_head(content: TrailContent, head: TrailHead) -> None:
    """Raise TrailAltered unless this is the whole trail of that head and nothing else."""
    if content.head.count != head.count:
        raise TrailAltered(sequence=min(content.head.count, head.count))
    if content.torn_bytes:
        raise TrailAltered(sequence=head.count)
    if content.head.hash != head.hash:
        raise TrailAltered(sequence=max(0, head.count - 1))


def recover_trail(
    path: Path, *, session_key: bytes, session_id: UUID, disk: Disk | None = None
) -> TrailHead:
    """Cut off what a crash left behind the last whole entry, and give the head for the manifest.

    Nothing can be appended afterwards: its frame would use a nonce again. Raises as load_trail, StorageFull and
    DataDirectoryUnwritable.
    """
    content = load_trail(path, session_key=session_key, session_id=session_id)
    if content.torn_bytes:
        cut_off(path, content.whole_bytes, disk or Disk())
    return content.head
