"""What is typed is collected, written on the store's worker, and let go of once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from uuid import UUID

import pytest

from core.audit.entries import TrailHead
from core.audit.key_log import KEY_LOG_NAME, KeyLog, read_key_log
from core.errors import Bug, StorageFull
from core.runtime.clock import SystemClock
from core.runtime.workers import Worker
from core.sessions.key_writing import SessionKeys
from tests.fakes.busy_worker import cancel_before_its_turn

KEY = bytes(range(32))
SESSION_ID = UUID("7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11")


def with_keys(directory: Path, work: Callable[[SessionKeys], Coroutine[None, None, None]]) -> None:
    """Do something with a log that has begun."""
    clock, worker = SystemClock(), Worker("store")
    log = KeyLog(
        directory, key=KEY, wrapped=b"[]", session_id=SESSION_ID, started=clock.now()
    )  # fmt: skip

    async def run() -> None:
        keys = SessionKeys(log, worker=worker, clock=clock)
        await worker.run(keys.begin)
        await work(keys)

    try:
        asyncio.run(run())
    finally:
        worker.close()


def written(directory: Path, head: TrailHead | None = None) -> list[int]:
    """Read what was pressed."""
    path = directory / KEY_LOG_NAME
    return [each.keysym for each in read_key_log(path, key=KEY, session_id=SESSION_ID, head=head)]


def names(directory: Path) -> list[str]:
    """Name the files there."""
    return [each.name for each in directory.iterdir()]


def _type(keys: SessionKeys, text: str) -> None:
    for character in text:
        keys.note(ord(character), is_pressed=True)


def test_strokes_wait_for_the_next_sync(tmp_path: Path) -> None:
    """The file is there before anything is typed; what is typed shares a record, and the end writes the rest."""

    async def work(keys: SessionKeys) -> None:
        assert written(tmp_path) == []
        _type(keys, "ab")
        assert written(tmp_path) == []
        await keys.sync()
        assert written(tmp_path) == [0x61, 0x62]
        _type(keys, "c")
        head = await keys.end()
        assert head.count == 3
        assert written(tmp_path, head) == [0x61, 0x62, 0x63]
        _type(keys, "d")
        await keys.sync()
        await keys.let_go()
        assert written(tmp_path, head) == [0x61, 0x62, 0x63]

    with_keys(tmp_path, work)


def test_letting_go_keeps_what_can_be_kept(tmp_path: Path) -> None:
    """A session that is given up leaves its strokes for recovery, and no second file."""

    async def work(keys: SessionKeys) -> None:
        _type(keys, "a")
        await keys.let_go()
        await keys.let_go()
        assert written(tmp_path) == [0x61]
        assert names(tmp_path) == [KEY_LOG_NAME]

    with_keys(tmp_path, work)


def test_a_full_disk_is_told_and_leaves_what_was_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither sync nor end swallow it; letting go afterwards does not try to begin another file."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async def work(keys: SessionKeys) -> None:
        _type(keys, "a")
        await keys.sync()
        with monkeypatch.context() as patch:
            patch.setattr("core.storage.disk.Disk.write_at", full)
            _type(keys, "b")
            with pytest.raises(StorageFull):
                await keys.sync()
            with pytest.raises(StorageFull):
                await keys.end()
        await keys.let_go()
        assert written(tmp_path) == [0x61]
        assert names(tmp_path) == [KEY_LOG_NAME]

    with_keys(tmp_path, work)


def test_a_number_that_no_key_has_is_a_mistake(tmp_path: Path) -> None:
    """It is refused where it comes in, so that it cannot spoil what was typed before it."""

    async def work(keys: SessionKeys) -> None:
        for keysym in (-1, 1 << 32):
            with pytest.raises(Bug):
                keys.note(keysym, is_pressed=True)
        await keys.abandon()

    with_keys(tmp_path, work)


def test_an_end_that_is_cancelled_is_an_end(tmp_path: Path) -> None:
    """What was typed until then is written, and the file is let go of."""

    async def work(keys: SessionKeys) -> None:
        _type(keys, "a")
        await cancel_before_its_turn(keys._worker, keys.end())
        assert written(tmp_path) == [0x61]
        assert keys._log._log._handle is None

    with_keys(tmp_path, work)


@pytest.mark.parametrize("way", [SessionKeys.let_go, SessionKeys.abandon])
def test_letting_go_that_is_cancelled_lets_go(
    tmp_path: Path, way: Callable[[SessionKeys], Coroutine[None, None, None]]
) -> None:
    """No file is held open by a log that nobody can end any more."""

    async def work(keys: SessionKeys) -> None:
        await cancel_before_its_turn(keys._worker, way(keys))
        assert keys._log._log._handle is None

    with_keys(tmp_path, work)
