"""The running session: what is held in memory while one is recorded, and nowhere else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from core.api.snapshots import SessionState
from core.errors import StorageFull
from core.recording.recorder import Recorder
from core.runtime.clock import Clock, Instant
from core.sessions.live import LiveRecording
from core.sessions.logs import SessionLogs
from core.sessions.sources import Pictures
from core.storage.metadata import SessionRow


@dataclass
class RunningSession:
    """One session from its first picture until it is on its way to the chain."""

    row: SessionRow
    start: Instant
    session_key: bytes = field(repr=False)
    ephemeral_seed: bytes = field(repr=False)
    pictures: Pictures
    recorder: Recorder
    recording: LiveRecording
    logs: SessionLogs | None = None  # of a session that a peer can join
    leaves: list[bytes] = field(default_factory=list)
    end_reason: str | None = None
    ended: Instant | None = None
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def stop(self, reason: str) -> None:
        """Ask the recorder for a clean end; the first reason counts."""
        if self.end_reason is None:
            self.end_reason = reason
            await self.recorder.stop()

    def ended_row(self, clock: Clock) -> SessionRow:
        """Give the row of the session as it ended."""
        ended = self.ended or clock.now()
        return replace(
            self.row,
            state=SessionState.SEALING.value,
            ended_utc_ns=ended.utc_ns,
            duration_ns=ended.mono_ns - self.start.mono_ns,
            end_reason=self.end_reason or "recorder",
        )


def reason_of(error: Exception) -> str:
    """Say why a session ends that could not go on."""
    return "space" if isinstance(error, StorageFull) else "recorder"
