"""A trail outlives a crash up to its last whole entry, and what became of it is part of the record."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.api.hosting import AuditKind
from core.api.snapshots import SessionState
from core.audit.trail import TRAIL_NAME
from core.errors import TrailMalformed
from core.sessions.opening import FILE_NAME
from tests.core.sessions.test_hosted import GRANTED, manifest_of
from tests.core.sessions.test_recovery import crash
from tests.fakes.session_bench import SessionBench


def test_after_a_crash_the_head_of_what_is_there_is_signed(tmp_path: Path) -> None:
    """A torn tail is cut off, no last entry is made up, and the session says that it was interrupted."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            await bench.sessions.trail_append(session_id, *GRANTED)
            await crash(bench)
            path = bench.directory.session(session_id) / TRAIL_NAME
            whole = path.read_bytes()
            path.write_bytes(whole + whole[-300:-200])
        async with SessionBench(tmp_path) as bench:
            await bench.recovery.mark_interrupted()
            before = await bench.sessions.read_trail(session_id)
            assert await bench.recovery.run() == [session_id]
            assert path.read_bytes() == whole
            assert await bench.sessions.read_trail(session_id) == before
            assert [each.kind for each in before] == [AuditKind.OPENED, AuditKind.GRANTED]
            manifest = manifest_of(bench, session_id)
            assert manifest.trail is not None
            assert (manifest.trail.count, manifest.end_reason) == (2, "interrupted")
            assert manifest.policy_signature is not None
            assert bench.incidents() == []

    asyncio.run(run())


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[150] ^= 1
    path.write_bytes(content)


def _put_another(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[16:32] = uuid4().bytes
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage, code",
    [
        (Path.unlink, "trail_malformed"),
        (_put_another, "trail_malformed"),
        (_flip, "trail_altered"),
    ],
)
def test_a_damaged_trail_is_told_and_the_session_sealed_without_it(
    tmp_path: Path, damage: Callable[[Path], None], code: str
) -> None:
    """What a crash alone does not explain is an incident; the manifest lacks the trail, and reading it says so."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            await bench.sessions.trail_append(session_id, *GRANTED)
            await crash(bench)
            damage(bench.directory.session(session_id) / TRAIL_NAME)
            assert await bench.recovery.run() == [session_id]
            assert bench.incidents() == [code]
            assert manifest_of(bench, session_id).trail is None
            with pytest.raises(TrailMalformed):
                await bench.sessions.read_trail(session_id)

    asyncio.run(run())


def test_a_hosted_session_that_never_began_is_swept(tmp_path: Path) -> None:
    """A directory with an opening and a trail, of which no row knows and which holds no picture, goes."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            directory = bench.directory.session(uuid4())
            directory.mkdir()
            for name in (FILE_NAME, TRAIL_NAME, f"{TRAIL_NAME}.part"):
                (directory / name).write_text("{}")
            await bench.recovery.run()
            assert not directory.exists()

    asyncio.run(run())


@pytest.mark.parametrize("least", [1, 40])
def test_every_decision_that_was_answered_outlives_a_kill(tmp_path: Path, least: int) -> None:
    """Killed in the middle of appending: all that was answered for is in the trail, whose head is signed."""

    async def run() -> None:
        session_id, answered = await _kill_while_appending(tmp_path, least)
        async with SessionBench(tmp_path) as bench:
            await bench.recovery.mark_interrupted()
            assert await bench.recovery.run() == [session_id]
            entries = await bench.sessions.read_trail(session_id)
            assert answered <= len(entries) - 1 <= answered + 1
            head = manifest_of(bench, session_id).trail
            assert head is not None
            assert head.count == len(entries)
            assert (await bench.sessions.summary(session_id)).state is SessionState.ANCHORING

    asyncio.run(run())


async def _kill_while_appending(directory: Path, least: int) -> tuple[UUID, int]:
    """Let a victim append, kill it, and tell how many entries it was answered for."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.trail_victim", str(directory)),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout is not None
    try:
        session_id = UUID((await child.stdout.readline()).decode().strip())
        for _ in range(least):
            assert await child.stdout.readline() == b"appended\n"
    finally:
        child.kill()
        rest = await child.stdout.read()
        await child.wait()
    return session_id, least + rest.count(b"appended\n")
