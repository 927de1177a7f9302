"""The running session: what is held in memory while one is recorded, and nowhere else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from core.recording.recorder import Recorder
from core.runtime.clock import Instant
from core.sessions.live import LiveRecording
from core.sessions.sources import Pictures
from core.sessions.trail_writing import SessionTrail
from core.storage.metadata import SessionRow


@dataclass
class RunningSession:
    """One session from its first picture until it is on its way to the chain."""

    row: SessionRow
    start: Instant
    session_key: bytes
    ephemeral_seed: bytes
    pictures: Pictures
    recorder: Recorder
    recording: LiveRecording
    trail: SessionTrail | None = None  # of a session that a peer can join
    leaves: list[bytes] = field(default_factory=list)
    end_reason: str | None = None
    ended: Instant | None = None
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
