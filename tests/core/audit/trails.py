"""Trails of the tests: fixed key, session and salt, and a handful of entries."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.audit.trail import TRAIL_NAME, Trail
from core.runtime.clock import Instant
from core.storage.disk import Disk

SESSION_KEY = bytes(range(32))
SESSION_ID = UUID("7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11")
SALT = bytes(range(0x80, 0xA0))
SECOND = 1_000_000_000
STARTED = Instant(5_000 * SECOND, 1_800_000_000 * SECOND)

FIVE = (
    (0, AuditKind.OPENED, AuditActor.OWNER, "", "", "standard"),
    (1_500, AuditKind.JOINED, AuditActor.PEER, "laptop", "", ""),
    (2_000, AuditKind.ASKED, AuditActor.PEER, "keyboard", "", ""),
    (9_250, AuditKind.GRANTED, AuditActor.OWNER, "keyboard", "granted", "five_minutes"),
    (60_000, AuditKind.ENDED, AuditActor.OWNER, "", "", ""),
)


def at(milliseconds: int) -> Instant:
    """Give the moment so long after the session's start."""
    return Instant(
        STARTED.mono_ns + milliseconds * 1_000_000, STARTED.utc_ns + milliseconds * 1_000_000
    )


def new_trail(directory: Path, disk: Disk | None = None, salt: bytes = SALT) -> Trail:
    """Begin a trail with the fixed key and salt."""
    return Trail(
        directory,
        session_key=SESSION_KEY,
        session_id=SESSION_ID,
        started=STARTED,
        disk=disk,
        random_bytes=lambda _: salt,
    )


def append_five(trail: Trail, count: int = 5) -> list[AuditEntry]:
    """Append the first of the five entries."""
    return [
        trail.append(kind, actor, resource, decision, reason, instant=at(moment))
        for moment, kind, actor, resource, decision, reason in FIVE[:count]
    ]


def path_of(directory: Path) -> Path:
    """Name the trail's file."""
    return directory / TRAIL_NAME
