"""A sealed session and a bundle of it, for every test of the evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.evidence.sessions import SealedSession


@pytest.fixture
def session(tmp_path: Path) -> SealedSession:
    """A session of four small chunks, sealed and anchored."""
    return SealedSession(tmp_path / "sessions")


@pytest.fixture
def bundle(session: SealedSession, tmp_path: Path) -> Path:
    """A bundle with chunks 1 and 2, of which 2 is readable."""
    return session.bundle(tmp_path / "session.lucid", 1, 2, readable=(2,))
