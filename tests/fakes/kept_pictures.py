"""Waits until pictures are on the disk: what is recorded is there a moment later, and a crash in between loses it."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import UUID

from core.storage.data_directory import DataDirectory

_LEAST_BYTES = 4096  # a picture's worth
_LOOK_S = 0.02
_PATIENCE_S = 60.0


def wait_until_kept(directory: Path, session_id: str) -> None:
    """Return once a journal of the session holds pictures; raises TimeoutError."""
    journals = DataDirectory(directory).journal(UUID(session_id))
    deadline = time.monotonic() + _PATIENCE_S
    while not any(each.stat().st_size >= _LEAST_BYTES for each in journals.glob("*")):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no pictures in {journals}")
        time.sleep(_LOOK_S)
