"""A disk that is really full, and a real limit on file sizes: nothing acknowledged is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import StorageFull
from core.sealing.recovery import recover
from core.sealing.sealer import ChunkLimits, SessionSealer
from tests.fakes.sealed_session import SESSION_ID, SESSION_KEY, START, SealedSession
from tests.fakes.synthetic_stream import SyntheticStream

LIMITS = ChunkLimits(300_000, 600_000)
PIECES = list(SyntheticStream(frame_bytes=10_000, key_every=5).frames(150))


@pytest.fixture
def small_file_system(tmp_path: Path) -> Iterator[Path | None]:
    """Mount a file system of 1.5 MiB where we may; None elsewhere."""
    target = tmp_path / "small"
    target.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1536k,mode=700", "tmpfs", str(target)]
    is_mounted = (
        os.geteuid() == 0
        and subprocess.run(mounting, check=False, capture_output=True).returncode == 0
    )
    yield target if is_mounted else None
    if is_mounted:
        subprocess.run(["umount", str(target)], check=True)


def _record_until_full(session: SealedSession, sealer: SessionSealer) -> int:
    """Record and flush until it no longer fits; gives how many bytes were flushed."""
    flushed = 0
    for piece in PIECES:
        try:
            sealer.append(piece, session.after(300))
            sealer.flush()
        except StorageFull:
            return flushed
        flushed += len(piece)
    pytest.fail("it never was full")


def test_a_file_system_that_is_full(small_file_system: Path | None) -> None:
    """On a full file system sealing stops with StorageFull, what was flushed is kept, and it goes on with room."""
    if small_file_system is None:
        print("no file system may be mounted here: only the fakes and the size limit were run")
        return
    ballast = small_file_system / "ballast"
    ballast.write_bytes(bytes(750_000))  # what recovery needs again for a chunk beside its journals
    session = SealedSession(small_file_system, limits=LIMITS)
    sealer = session.sealer()
    flushed = _record_until_full(session, sealer)
    ballast.unlink()
    sealer.flush()
    sealer.abandon()
    session.sealed += recover(
        session_id=SESSION_ID,
        session_key=SESSION_KEY,
        start=START,
        chunks=session.store,
        journal_directory=session.journal_directory,
        known=tuple(session.sealed),
    )
    assert flushed > 100_000
    assert len(session.video()) >= flushed
    assert session.video() == b"".join(PIECES)[: len(session.video())]
    names = [path.name for path in small_file_system.rglob("*") if path.is_file()]
    assert all(name.endswith(".lcs") for name in names)


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    """Under a file-size limit of the system the chunk is refused as a full disk would, and its journal stays whole."""
    program = """
import resource, sys
from pathlib import Path
from core.errors import StorageFull
from core.sealing.sealer import ChunkLimits
from tests.fakes.sealed_session import SealedSession
from tests.fakes.synthetic_stream import SyntheticStream

session = SealedSession(Path(sys.argv[1]), limits=ChunkLimits(300_000, 600_000))
sealer = session.sealer()
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
taken = 0
try:
    for frame in SyntheticStream(frame_bytes=10_000).frames(100):
        sealer.append(frame, session.after(300))
        sealer.flush()
        taken += len(frame)
except StorageFull:
    print(taken)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
sealer.finish()
print(session.sealed[0].plain_bytes)
"""
    root = Path(__file__).parents[3]
    child = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    flushed, sealed = map(int, child.stdout.split())
    assert 50_000 < flushed < 100_000
    assert sealed >= flushed
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".lcs"]
