"""Scripts for a fake engine that has something to show on every screen of the kiosk."""

from __future__ import annotations

from core.api.commands import ListSessions, ReadChain, ReadSettings
from core.api.questions import DisclosureQuestion
from core.api.snapshots import EngineSnapshot, SessionState, SessionSummary, Setting
from tests.fakes.engine_port import CHAIN, READY, FakeEnginePort

START_UTC_MS = 1_795_000_000_000
SETTINGS = (
    Setting("progress_interval_min", 10, 10, minimum=1, maximum=120),
    Setting("frames_per_second", 15, 15, minimum=5, maximum=30),
    Setting("theme", "dark", "dark", choices=("dark", "light", "contrast")),
    Setting("rotation", 0, 0, choices=("0", "90", "180", "270")),
)


def session(
    number: int, state: SessionState = SessionState.ANCHORED, duration_s: float = 760.0
) -> SessionSummary:
    """Make a session; a higher number is a newer one."""
    started = START_UTC_MS + number * 3_600_000
    return SessionSummary(
        session_id=f"{number:08d}-0000-4000-8000-000000000000",
        state=state,
        source="sandbox",
        started_utc_ms=started,
        ended_utc_ms=started + int(duration_s * 1000),
        duration_s=duration_s,
        chunks=3,
        plain_bytes=180_000_000,
        stored_bytes=180_000_000,
        gaps=0,
        merkle_root="ab" * 32,
    )


def full_port(
    engine: EngineSnapshot = READY, sessions: tuple[SessionSummary, ...] | None = None
) -> FakeEnginePort:
    """Make a fake engine with sessions, settings and a chain."""
    known = sessions if sessions is not None else (session(2, SessionState.ANCHORING), session(1))
    answers = {ListSessions: known, ReadSettings: SETTINGS, ReadChain: CHAIN}
    return FakeEnginePort(engine, answers=dict(answers))


def disclosure(
    question_id: int, deadline_utc_ms: int, timeout_s: float = 30.0
) -> DisclosureQuestion:
    """Ask whether ten minutes may leave in readable form."""
    return DisclosureQuestion(
        question_id,
        deadline_utc_ms,
        timeout_s,
        session_id=session(1).session_id,
        destination="/media/stick/session.lucid",
        from_s=60.0,
        until_s=680.0,
        chunks=4,
    )
