"""Power cuts while recording: kill -9 at seeded moments, again and again, on one data directory."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from core.api.commands import ListSessions, Secret, ShowSession, UnlockVault
from core.api.events import IncidentRecorded
from core.api.snapshots import SessionDetail, SessionState
from core.sealing.checking import check_stored
from core.sealing.chunk import SealedChunk
from core.sessions.closing import sealed_chunk
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.sqlite_metadata import SqliteMetadataStore
from tests.fakes.front_end import running_engine
from tests.fakes.recording_victim import PASSPHRASE

CYCLES = 25
LOST_AT_MOST_S = 2.0
SECRET_TEXT = "screentext5531"
_SEED = 20261122


def record_and_kill(directory: Path, display: str, seconds: float) -> tuple[str, float]:
    """Record for a while and kill -9; gives the session and when it was killed, in UTC seconds."""
    arguments = [sys.executable, "-m", "tests.fakes.recording_victim", str(directory), display]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as victim:
        try:
            assert victim.stdout is not None
            word, _, session_id = victim.stdout.readline().partition(" ")
            assert word == "recording", f"{word} {session_id}"
            time.sleep(seconds)  # the seeded moment of the cut, not a wait for something
        finally:
            victim.kill()
            killed_at = time.time()
    return session_id.strip(), killed_at


def check_recovered(detail: SessionDetail, directory: Path, killed_at: float) -> None:
    """Check that a killed session was sealed whole and lacks at most two seconds."""
    summary = detail.summary
    assert summary.state is SessionState.ANCHORING
    assert summary.was_interrupted
    assert summary.end_reason == "interrupted"
    assert detail.manifest_json is not None
    assert summary.ended_utc_ms is not None
    assert killed_at - summary.ended_utc_ms / 1000 <= LOST_AT_MOST_S
    for chunk in stored_chunks(directory, summary.session_id):
        check_stored(DirectoryChunkStore(directory / "sessions"), UUID(summary.session_id), chunk)
    journal = directory / "sessions" / summary.session_id / "journal"
    assert list(journal.glob("*")) == []


def stored_chunks(directory: Path, session_id: str) -> list[SealedChunk]:
    """Read a session's chunks as they are stored."""
    store = SqliteMetadataStore(directory / "lucid.db")
    try:
        return [sealed_chunk(row) for row in store.chunks(UUID(session_id))]
    finally:
        store.close()


def run_cycles(directory: Path, display: str, cycles: int, seed: int) -> None:
    """Record, kill, start again and check, that many times."""
    moments = random.Random(seed)
    for _ in range(cycles):
        session_id, killed_at = record_and_kill(directory, display, moments.uniform(0.0, 2.5))
        with running_engine(directory, is_anchoring=False) as front_end:
            front_end.do(UnlockVault(Secret(PASSPHRASE)))
            detail = front_end.do(ShowSession(session_id))
            sessions = front_end.do(ListSessions())
            assert front_end.all_of(IncidentRecorded) == []
        check_recovered(detail, directory, killed_at)
        assert sessions[0].session_id == session_id
        assert all(each.state is SessionState.ANCHORING for each in sessions)


@pytest.fixture
def busy_display(x_display: str) -> Iterator[str]:
    """Give a display on which text keeps scrolling."""
    script = f"while :; do echo {SECRET_TEXT} $((n=n+1)); sleep 0.02; done"
    arguments = ["xterm", "-display", x_display, "-fa", "Monospace", "-e", "sh", "-c", script]
    with subprocess.Popen(arguments, stderr=subprocess.DEVNULL) as terminal:
        try:
            yield x_display
        finally:
            terminal.terminate()


@pytest.mark.timeout(600)
def test_every_cut_is_sealed_at_the_next_start(tmp_path: Path, busy_display: str) -> None:
    """After 25 cuts every session is sealed without a manual step, and at most two seconds are lost."""
    run_cycles(tmp_path / "data", busy_display, CYCLES, _SEED)
    assert_nothing_plain(tmp_path / "data")


@pytest.mark.chaos
@pytest.mark.timeout(7200)
def test_five_hundred_cuts(tmp_path: Path, busy_display: str) -> None:
    """The same, 500 times, with another seed each run (it is printed)."""
    seed = int(os.environ.get("LUCID_CHAOS_SEED", time.time_ns() % 1_000_000))
    print(f"LUCID_CHAOS_SEED={seed}")
    run_cycles(tmp_path / "data", busy_display, 500, seed)
    assert_nothing_plain(tmp_path / "data")


def assert_nothing_plain(directory: Path) -> None:
    """Find neither transport-stream sync patterns nor text of the screen in any file."""
    for path in directory.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert SECRET_TEXT.encode() not in content, path
            assert not has_sync_pattern(content), path


def has_sync_pattern(content: bytes, packets: int = 5) -> bool:
    """Tell whether 0x47 stands at that many places 188 bytes apart, at any offset."""
    for offset in range(188):
        column = content[offset::188]
        if b"\x47" * packets in column:
            return True
    return False


def test_the_search_finds_what_it_looks_for() -> None:
    """The search for sync patterns is one that can fail."""
    stream = b"x" * 77 + (b"\x47" + bytes(187)) * 5
    assert has_sync_pattern(stream)
    assert not has_sync_pattern(bytes(4000))
