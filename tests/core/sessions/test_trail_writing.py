"""A session's trail is ended, let go of and abandoned to the end, whoever asked for that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from core.api.hosting import AuditEntry, AuditKind
from core.audit.trail import load_trail
from core.errors import SessionNotHosted
from core.runtime.clock import SystemClock
from core.runtime.workers import Worker
from core.sessions.trail_writing import SessionTrail
from tests.core.audit.trails import SESSION_ID, SESSION_KEY, path_of
from tests.fakes.busy_worker import cancel_before_its_turn

Work = Callable[[SessionTrail, Worker], Coroutine[None, None, None]]


def with_trail(directory: Path, work: Work) -> list[AuditEntry]:
    """Do something with a trail that has begun, and give the entries that were told of."""
    clock, worker, told = SystemClock(), Worker("store"), list[AuditEntry]()

    async def run() -> None:
        trail = SessionTrail(
            directory,
            session_id=SESSION_ID,
            session_key=SESSION_KEY,
            started=clock.now(),
            worker=worker,
            clock=clock,
            tell=told.append,
        )
        await worker.run(trail.begin, "standard")
        await work(trail, worker)
        await asyncio.sleep(0)  # what the worker tells comes by the loop

    try:
        asyncio.run(run())
    finally:
        worker.close()
    return told


def written(directory: Path) -> list[AuditKind]:
    """Read what the file says."""
    content = load_trail(path_of(directory), session_key=SESSION_KEY, session_id=SESSION_ID)
    return [each.kind for each in content.entries]


def is_open(path: Path) -> bool:
    """Tell whether this process holds a file open."""
    held = Path("/proc/self/fd")
    return path in {each.readlink() for each in held.iterdir() if each.is_symlink()}


def test_an_end_that_is_cancelled_is_an_end(tmp_path: Path) -> None:
    """The last entry is written and told of, the file is let go of, and nothing comes behind it."""

    async def work(trail: SessionTrail, worker: Worker) -> None:
        assert is_open(path_of(tmp_path))
        await cancel_before_its_turn(worker, trail.end("owner"))
        assert not is_open(path_of(tmp_path))
        with pytest.raises(SessionNotHosted):
            await trail.end("owner")

    told = with_trail(tmp_path, work)
    assert written(tmp_path) == [AuditKind.OPENED, AuditKind.ENDED]
    assert [each.kind for each in told] == [AuditKind.ENDED]


@pytest.mark.parametrize("way", [SessionTrail.let_go, SessionTrail.abandon])
def test_letting_go_that_is_cancelled_lets_go(
    tmp_path: Path, way: Callable[[SessionTrail], Coroutine[None, None, None]]
) -> None:
    """No file is held open by a trail that nobody can end any more."""

    async def work(trail: SessionTrail, worker: Worker) -> None:
        await cancel_before_its_turn(worker, way(trail))
        assert not is_open(path_of(tmp_path))

    with_trail(tmp_path, work)
    assert written(tmp_path) == [AuditKind.OPENED]
