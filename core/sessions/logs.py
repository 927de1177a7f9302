"""The logs of a running session that a peer can join: its trail, and what is typed where its policy says so."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.entries import TrailHead
from core.sessions.key_writing import SessionKeys
from core.sessions.trail_writing import SessionTrail


@dataclass(frozen=True)
class LogHeads:
    """What the manifest says of a session's logs; None where there is none, or where it could not be read."""

    trail: TrailHead | None = None
    keys: TrailHead | None = None


class SessionLogs:
    """Begun, kept and ended together; used on the engine's loop, unless a method says otherwise."""

    def __init__(self, trail: SessionTrail, keys: SessionKeys | None, again: str = "") -> None:
        self.trail = trail
        self.keys = keys
        self._again = again  # the earlier session whose policy this one has

    def begin(self, profile: str) -> None:
        """Put both on the medium; on the store's worker. Raises StorageFull, DataDirectoryUnwritable."""
        self.trail.begin(profile, self._again)
        if self.keys is not None:
            self.keys.begin()

    async def sync(self) -> None:
        """Put what waits on the medium; raises as ``begin``."""
        await self.trail.sync()
        if self.keys is not None:
            await self.keys.sync()

    async def end(self, end_reason: str) -> LogHeads:
        """Write the last of each, let go of the files, and give their heads; raises as ``begin``."""
        trail = await self.trail.end(end_reason)
        return LogHeads(trail, None if self.keys is None else await self.keys.end())

    async def let_go(self) -> None:
        """Let go of the files without a last entry; what can be kept is kept for recovery."""
        await self.trail.let_go()
        if self.keys is not None:
            await self.keys.let_go()

    async def abandon(self) -> None:
        """Let go of the files of a session that never began."""
        await self.trail.abandon()
        if self.keys is not None:
            await self.keys.abandon()
