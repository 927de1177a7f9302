"""Sessions start whole or not at all, and end sealed or resumable."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from uuid import UUID

import pytest

from core.api.commands import StartSession
from core.api.events import SessionChanged
from core.api.snapshots import SessionState
from core.errors import (
    DisplayUnavailable,
    EncoderUnavailable,
    Failure,
    RecorderFailed,
    SessionBusy,
    StorageFull,
    StorageTooLow,
    UsageFailure,
    VaultLocked,
)
from core.runtime.clock import SystemClock
from core.sessions import writing as session_writing
from tests.fakes.busy_worker import cancel_often
from tests.fakes.clocks import LeapingClock
from tests.fakes.pictures import ClipPictures
from tests.fakes.session_bench import SessionBench

WHOLE = {"opening.json", "manifest.json", "manifest.sig.json", "chunks/00000000.lcs"}


class FailingStore:
    """A store whose named methods fail, as long as they are named."""

    def __init__(self, inner: object) -> None:
        self._inner = inner
        self.failures: dict[str, BaseException] = {}
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> object:
        """Give a method that fails as told."""
        found = getattr(self._inner, name)

        def call(*arguments: object) -> object:
            self.calls.append(name)
            if name in self.failures:
                raise self.failures[name]
            return found(*arguments)

        return call


def test_a_session_is_recorded_sealed_and_announced(tmp_path: Path) -> None:
    """From start to end: recording, sealing, anchoring, with its files and its rows in the outbox."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            started = await bench.record()
            assert (started.state, started.source) == (SessionState.RECORDING, "clip")
            assert bench.sessions.running_id == started.session_id
            ended = await bench.sessions.end(UUID(started.session_id), "owner")
            assert (ended.state, ended.end_reason) == (SessionState.ANCHORING, "owner")
            assert bench.files(ended.session_id) == WHOLE
            assert bench.sessions.running_id is None
            assert bench.pictures.closed == 1
            rows = await bench.on_store(bench.store.outbox)
            assert [row.kind for row in rows] == ["opened", "sealed"]
            told = [e.session.state for e in bench.events if isinstance(e, SessionChanged)]
            assert told == [
                SessionState.RECORDING,
                SessionState.SEALING,
                SessionState.ANCHORING,
            ]
            assert bench.incidents() == []

    asyncio.run(run())


REFUSALS: list[tuple[str, type[Failure]]] = [
    ("locked", VaultLocked),
    ("no space", StorageTooLow),
    ("recipient", UsageFailure),
    ("pictures", DisplayUnavailable),
    ("source", EncoderUnavailable),
    ("store", StorageFull),
    ("disk", StorageFull),
]


@pytest.mark.parametrize("where, expected", REFUSALS)
def test_a_start_that_fails_leaves_nothing(
    tmp_path: Path, where: str, expected: type[Failure], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes in the way: no directory, no row, no source, and the next start works."""
    pictures = ClipPictures(
        SystemClock(),
        failure=DisplayUnavailable(display=":9") if where == "pictures" else None,
        source_failure=EncoderUnavailable(tried="all") if where == "source" else None,
    )
    command = StartSession(recipients=("00",) if where == "recipient" else ())

    async def run() -> None:
        async with SessionBench(tmp_path, pictures=pictures, wrap_store=FailingStore) as bench:
            bench.is_locked = where == "locked"
            bench.space = (1, 100) if where == "no space" else (50, 100)
            if where == "store":
                bench.store.failures["add_session"] = StorageFull(path="db")
            if where == "disk":
                monkeypatch.setattr("core.sessions.opening.write_atomically", _full)
            with pytest.raises(expected):
                await bench.sessions.start(command)
            assert list(bench.directory.sessions.iterdir()) == []
            assert await bench.on_store(bench.store.sessions) == []
            assert await bench.on_store(bench.store.outbox) == []
            assert pictures.closed == pictures.opened
            assert all(source.is_closed for source in pictures.sources)
            assert bench.sessions.running_id is None
            monkeypatch.undo()
            bench.is_locked, bench.space = False, (50, 100)
            bench.store.failures.clear()
            pictures._failure = pictures._source_failure = None
            await bench.record()

    asyncio.run(run())


def _full(path: Path, content: bytes) -> None:
    path.write_bytes(content[:10])
    raise StorageFull(path=str(path))


@pytest.mark.parametrize("moment", ["open", "add_session"])
def test_a_start_that_is_cancelled_leaves_nothing_or_a_session(tmp_path: Path, moment: str) -> None:
    """Cancelled before its row is written nothing is left; cancelled after it, the session runs."""

    async def run() -> None:
        async with SessionBench(tmp_path, wrap_store=FailingStore) as bench:
            loop = asyncio.get_running_loop()
            starting = asyncio.ensure_future(bench.sessions.start(StartSession()))
            if moment == "open":
                bench.pictures.on_open = starting.cancel
                with pytest.raises(asyncio.CancelledError):
                    await starting
                assert list(bench.directory.sessions.iterdir()) == []
                assert bench.pictures.closed == bench.pictures.opened
                return
            _cancel_in(bench.store, loop, starting)
            summary = await starting
            assert bench.sessions.running_id == summary.session_id
            ended = await bench.sessions.end(UUID(summary.session_id), "owner")
            assert ended.state is SessionState.ANCHORING

    asyncio.run(run())


def _cancel_in(
    store: FailingStore, loop: asyncio.AbstractEventLoop, starting: asyncio.Future[object]
) -> None:
    """Cancel a start while its row is being written, and let the loop know before the row is there."""
    real = store._inner.add_session

    def add(*arguments: object) -> None:
        async def cancel() -> None:
            starting.cancel()

        asyncio.run_coroutine_threadsafe(cancel(), loop).result()
        real(*arguments)

    store._inner.add_session = add


def test_one_session_runs_at_a_time(tmp_path: Path) -> None:
    """A second start is refused, naming the session that runs."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            summary = await bench.record()
            with pytest.raises(SessionBusy) as refusal:
                await bench.sessions.start(StartSession())
            assert refusal.value.facts == {"session_id": summary.session_id}

    asyncio.run(run())


def test_a_full_disk_while_recording_ends_the_session(tmp_path: Path) -> None:
    """A journal that does not fit ends it as "space"; what is there is sealed when there is room again."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            summary = await bench.record()
            running = bench.sessions._running
            sealer = running.recording._sealer
            real = sealer.flush
            sealer.flush = _raise_full
            await bench.until(lambda: "storage_full" in bench.incidents())
            sealer.flush = real
            await bench.until(lambda: bench.sessions.running_id is None)
            ended = await bench.sessions.summary(UUID(summary.session_id))
            assert (ended.state, ended.end_reason) == (SessionState.ANCHORING, "space")
            assert ended.chunks == 1

    asyncio.run(run())


def _raise_full() -> None:
    raise StorageFull(path="journal")


@pytest.mark.parametrize("step", ["row", "finish", "manifest"])
def test_a_full_disk_when_closing_leaves_it_to_the_next_unlocking(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever write does not fit: nothing is lost, and recovery in the same process seals the session."""

    async def run() -> None:
        async with SessionBench(tmp_path, wrap_store=FailingStore) as bench:
            summary = await bench.record()
            if step == "row":
                bench.store.failures["save_session"] = StorageFull(path="db")
            elif step == "finish":
                bench.store.failures["add_chunk"] = StorageFull(path="db")
            else:
                monkeypatch.setattr("core.sessions.closing.write_atomically", _full)
            await bench.sessions.end(UUID(summary.session_id), "owner")
            assert bench.incidents() == ["storage_full"]
            assert bench.sessions.running_id is None
            stored = (await bench.on_store(bench.store.session, UUID(summary.session_id))).row
            assert stored.state in {"recording", "sealing"}
            bench.store.failures.clear()
            monkeypatch.undo()
            assert await bench.recovery.run() == [UUID(summary.session_id)]
            sealed = await bench.sessions.summary(UUID(summary.session_id))
            assert (sealed.state, sealed.chunks) == (SessionState.ANCHORING, 1)
            assert bench.files(summary.session_id) >= WHOLE

    asyncio.run(run())


def test_a_recorder_that_is_given_up_ends_the_session(tmp_path: Path) -> None:
    """When the source does not come back the session is sealed as far as it came, and says why it ended."""

    async def run() -> None:
        clock = LeapingClock()
        async with SessionBench(tmp_path, clock=clock) as bench:
            summary = await bench.record()
            bench.pictures._source_failure = DisplayUnavailable(display=":9")
            bench.pictures.sources[0].die()
            await bench.until(lambda: RecorderFailed.code in bench.incidents())
            await bench.until(lambda: bench.sessions.running_id is None)
            ended = await bench.sessions.summary(UUID(summary.session_id))
            assert (ended.state, ended.end_reason) == (SessionState.ANCHORING, "recorder")
            assert ended.chunks >= 1  # by their age, too: this clock leaps
            assert ended.gaps >= 1

    asyncio.run(run())


def test_an_end_that_is_asked_for_twice_is_one_end(tmp_path: Path) -> None:
    """Two requests get the same sealed session; a third, later, is shown it as it is."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = UUID((await bench.record()).session_id)
            ends = (bench.sessions.end(session_id, reason) for reason in ("owner", "space"))
            first, second = await asyncio.gather(*ends)
            assert first == second
            assert (first.end_reason, first.state) == ("owner", SessionState.ANCHORING)
            assert await bench.sessions.end(session_id, "owner") == first

    asyncio.run(run())


def test_the_front_end_hears_when_nothing_runs_any_more(tmp_path: Path) -> None:
    """However a session ends, ``on_ended`` is called when none runs."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            heard: list[str | None] = []
            bench.sessions.on_ended = lambda: heard.append(bench.sessions.running_id)
            await bench.record()
            await bench.sessions.end_running("space")
            assert heard == [None]

    asyncio.run(run())


def test_a_start_that_is_cancelled_again_and_again_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled while it is written down, and while that is taken back: pictures, sealer and directory all go."""
    writing, may_write, may_seal = threading.Event(), threading.Event(), threading.Event()
    real = session_writing._check_wanted

    def slowly(given_up: threading.Event) -> None:
        writing.set()
        may_write.wait()
        real(given_up)

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            monkeypatch.setattr(session_writing, "_check_wanted", slowly)
            starting = asyncio.ensure_future(bench.sessions.start(StartSession()))
            await asyncio.to_thread(writing.wait)
            busy = asyncio.ensure_future(bench.parts.sealing_worker.run(may_seal.wait))
            try:
                await cancel_often(starting)
                assert not starting.done()  # it is being written
                may_write.set()
                await bench.on_store(int)
                await cancel_often(starting)
                assert not starting.done()  # the sealer has not been let go of
            finally:
                may_write.set()
                may_seal.set()
                await asyncio.wait([busy, starting])
            with pytest.raises(asyncio.CancelledError):
                await starting
            assert list(bench.directory.sessions.iterdir()) == []
            assert await bench.on_store(bench.store.sessions) == []
            assert bench.pictures.closed == bench.pictures.opened == 1
            assert all(source.is_closed for source in bench.pictures.sources)

    asyncio.run(run())
