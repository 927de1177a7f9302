"""What a session lives among: the sessions that are kept, and the programs that it runs on."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from uuid import UUID

from core.hosting.ledger import AppendsEntries
from core.remote.entrance import Entrance
from core.remote.monitors import Monitors


class EndsSessions(AppendsEntries, Protocol):
    """The sessions, as a hosted session sees them."""

    @property
    def is_in_gap(self) -> bool:
        """Whether no pictures are recorded just now."""

    def note_key(self, session_id: UUID, keysym: int, *, is_pressed: bool) -> None:
        """Take what is typed, where the policy has it recorded."""

    async def end(self, session_id: UUID, reason: str) -> object:
        """End the running session."""


class HostsPrograms(Protocol):
    """What a session's programs run on, as a hosted session sees it."""

    @property
    def gate(self) -> Monitors:
        """The lines to gate and channels."""

    @property
    def entrance(self) -> Entrance | None:
        """Where connections come, once it is open."""

    @property
    def certificate_sha256(self) -> str:
        """The fingerprint of the session's certificate."""

    async def open(self, place: Path | None = None) -> None:
        """Let connections come, to a Unix socket or, without one, to a port of loopback. Raises RemoteHostFailed."""
