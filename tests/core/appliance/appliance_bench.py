"""An engine with clips for pictures, as the appliance's tests drive it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.api.commands import CreateVault, EndSession, Secret, StartSession, UnlockVault
from core.api.events import Event, SessionProgressed
from core.api.snapshots import SessionSummary
from core.runtime.clock import SystemClock
from tests.fakes.front_end import FrontEnd, running_engine
from tests.fakes.pictures import ClipPictures

PASSPHRASE = Secret("a passphrase for appliances")
CLIP_FRAMES = 30


@contextmanager
def appliance(directory: Path, **options: Any) -> Iterator[FrontEnd]:  # noqa: ANN401
    """Run an engine that records clips and leaves the chain alone, unless told otherwise."""
    chosen = {"is_anchoring": False, "open_pictures": ClipPictures(SystemClock()), **options}
    with running_engine(directory, **chosen) as front_end:
        yield front_end


def create(front_end: FrontEnd) -> None:
    """Make the vault."""
    front_end.do(CreateVault(PASSPHRASE))


def unlock(front_end: FrontEnd) -> None:
    """Open the vault."""
    front_end.do(UnlockVault(PASSPHRASE))


def start(front_end: FrontEnd) -> str:
    """Start a session and wait until the whole clip came in."""
    session_id: str = front_end.do(StartSession()).session_id
    front_end.wait_for(lambda event: _has_all(event, session_id))
    return session_id


def record(front_end: FrontEnd) -> SessionSummary:
    """Record a whole session."""
    summary: SessionSummary = front_end.do(EndSession(start(front_end)))
    return summary


def _has_all(event: Event, session_id: str) -> bool:
    is_progress = isinstance(event, SessionProgressed) and event.live.session_id == session_id
    return is_progress and event.live.frames >= CLIP_FRAMES
