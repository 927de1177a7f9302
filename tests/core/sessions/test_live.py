"""A live recording reads no further than it has written, and ends on the first failure of either side."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine

import pytest

from core.api.snapshots import LiveSession
from core.errors import RecorderFailed, StorageFull
from core.recording.recorder import RecordedGap
from core.recording.source import StreamPiece
from core.runtime.clock import Instant
from core.runtime.workers import Worker
from core.sessions.live import FLUSH_EVERY_S, HELD_UP_S, SILENT_S, LiveRecording
from core.storage.metadata import GapRow
from tests.fakes.busy_worker import cancel_before_its_turn
from tests.fakes.clocks import ManualClock

START = Instant(1_000, 5_000)
SECOND = 1_000_000_000


def piece(second: int) -> StreamPiece:
    """Make a piece that arrived so many seconds after the start."""
    return StreamPiece(bytes(188), Instant(START.mono_ns + second * SECOND, START.utc_ns))


class Tape:
    """Gives items one by one, counts how many were asked for, and raises what it holds."""

    encoder = "tape"
    is_in_gap = False
    on_gap: Callable[[], None]

    def __init__(self, *items: object) -> None:
        self.items = list(items)
        self.asked = 0
        self.more = asyncio.Event()

    async def read(self) -> StreamPiece | RecordedGap | None:
        """Give the next item; wait for ever after the last one, unless it is None."""
        self.asked += 1
        await asyncio.sleep(0)
        while not self.items:
            self.more.clear()
            await self.more.wait()
        item = self.items.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    def give(self, *items: object) -> None:
        """Have more to give."""
        self.items += items
        self.more.set()

    async def stop(self) -> None:
        """Nothing to stop."""


class Scale:
    """Takes pieces and may be held up, or made to fail."""

    open_bytes = 0
    frames = 0

    def __init__(self) -> None:
        self.taken = 0
        self.flushes = 0
        self.is_given_back = False
        self.arrived = threading.Semaphore(0)
        self.gate: threading.Semaphore | None = None
        self.failure: Exception | None = None

    def append(self, data: bytes, instant: Instant) -> None:
        """Take a piece when the gate lets it."""
        self.arrived.release()
        if self.gate is not None:
            self.gate.acquire()
        self.taken += 1

    def flush(self) -> None:
        """Count, or fail as told."""
        if self.failure is not None:
            raise self.failure
        self.flushes += 1

    def finish(self) -> None:
        """Seal nothing."""
        self.is_given_back = True

    def abandon(self) -> None:
        """Let go of nothing."""
        self.is_given_back = True


class Studio:
    """A live recording and all that it tells."""

    def __init__(self, tape: Tape) -> None:
        self.tape, self.scale, self.clock = tape, Scale(), ManualClock()
        self.gaps: list[GapRow] = []
        self.told: list[LiveSession] = []
        self.worker = Worker("sealing")
        self.recording = LiveRecording(
            session_id="s",
            start=START,
            recorder=tape,
            sealer=self.scale,
            sealing=self.worker,
            clock=self.clock,
            keep_gap=self._keep,
            progressed=self.told.append,
            saw_piece=lambda _: None,
        )
        self.turns: list[bool] = []
        self.recording.on_turn = lambda: self.turns.append(self.recording.is_recorded)

    async def _keep(self, gap: GapRow) -> None:
        self.gaps.append(gap)


def is_waited_for(clock: ManualClock, seconds: float) -> bool:
    """Tell whether somebody sleeps for so long from now on."""
    moment = clock.mono_ns + round(seconds * SECOND)
    return any(each == moment and not waiting.done() for each, waiting in clock._sleepers)


def in_studio(tape: Tape, script: Callable[[Studio], object]) -> None:
    """Run a script with a studio and end its worker."""

    async def run() -> None:
        studio = Studio(tape)
        try:
            await asyncio.wait_for(script(studio), 20)
        finally:
            await asyncio.to_thread(studio.worker.close)

    asyncio.run(run())


def test_nothing_is_read_before_the_last_piece_was_taken() -> None:
    """While the sealer is held up by a slow disk, the encoder is too: one piece is on its way, never two."""

    async def script(studio: Studio) -> None:
        studio.scale.gate = threading.Semaphore(0)
        running = asyncio.ensure_future(studio.recording.run())
        for number in range(1, 6):
            await asyncio.to_thread(studio.scale.arrived.acquire)
            assert (studio.tape.asked, studio.scale.taken) == (number, number - 1)
            studio.scale.gate.release()
        await running
        assert studio.scale.taken == 5

    in_studio(Tape(*(piece(each) for each in range(5)), None), script)


def test_what_came_in_is_told() -> None:
    """Bytes, gaps and the last moment add up, and gaps are kept in the session's own time."""
    gap = RecordedGap(Instant(0, 0), piece(3).instant, "encoder_died")

    async def script(studio: Studio) -> None:
        await studio.recording.run()
        counters = studio.recording.counters
        assert (counters.recorded_bytes, counters.gaps) == (2 * 188, 1)
        assert counters.last_at_ns == 4 * SECOND
        assert studio.gaps == [GapRow(0, 3 * SECOND, "encoder_died")]
        assert [each.recorded_bytes for each in studio.told] == [188, 376]

    in_studio(Tape(piece(1), gap, piece(4), None), script)


def test_it_flushes_while_no_picture_comes() -> None:
    """A still screen's last piece gets to the disk within half a second all the same."""

    async def script(studio: Studio) -> None:
        running = asyncio.ensure_future(studio.recording.run())
        for count in range(1, 4):
            while not is_waited_for(studio.clock, FLUSH_EVERY_S):  # noqa: ASYNC110 - it comes to its sleep
                await asyncio.sleep(0)
            await studio.clock.advance(FLUSH_EVERY_S)
            while studio.scale.flushes < count:  # noqa: ASYNC110 - a worker is at work
                await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    in_studio(Tape(piece(0)), script)


def test_a_flush_that_does_not_fit_ends_the_recording() -> None:
    """A full disk is told even while no picture comes."""

    async def script(studio: Studio) -> None:
        studio.scale.failure = StorageFull(path="journal")
        running = asyncio.ensure_future(studio.recording.run())
        while not studio.clock._sleepers:  # noqa: ASYNC110 - it comes to its sleep
            await asyncio.sleep(0)
        await studio.clock.advance(FLUSH_EVERY_S)
        with pytest.raises(StorageFull):
            await running

    in_studio(Tape(piece(0)), script)


def test_a_recorder_that_is_given_up_ends_the_recording() -> None:
    """Its failure is raised after what came before it was taken."""

    async def script(studio: Studio) -> None:
        with pytest.raises(RecorderFailed):
            await studio.recording.run()
        assert studio.scale.taken == 1

    in_studio(Tape(piece(0), RecorderFailed(attempts=8, reason="stalled")), script)


async def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so."""
    while not is_so():  # noqa: ASYNC110 - a worker is at work
        await asyncio.sleep(0)


def test_a_gap_is_told_when_it_begins_and_ends_with_a_piece_that_was_taken() -> None:
    """Not when the recorder has pictures again, but when the sealer has the first of them."""

    async def script(studio: Studio) -> None:
        running = asyncio.ensure_future(studio.recording.run())
        await until(lambda: studio.tape.asked == 2)
        studio.tape.on_gap()
        assert studio.turns == [False]
        studio.scale.gate = threading.Semaphore(0)
        studio.tape.give(RecordedGap(piece(0).instant, piece(2).instant, "stalled"), piece(2))
        await until(lambda: studio.tape.asked == 3)
        await asyncio.to_thread(studio.scale.arrived.acquire)
        await asyncio.to_thread(studio.scale.arrived.acquire)
        assert studio.turns == [False]
        studio.scale.gate.release()
        await until(lambda: studio.turns == [False, True])
        studio.tape.give(None)
        await running

    in_studio(Tape(piece(0)), script)


def test_a_source_that_says_nothing_is_told_before_it_is_a_gap() -> None:
    """A picture at rest is repeated once a second: after two, nobody knows whether anything is recorded."""

    async def script(studio: Studio) -> None:
        running = asyncio.ensure_future(studio.recording.run())
        await until(lambda: studio.tape.asked == 2 and is_waited_for(studio.clock, SILENT_S))
        for count in range(1, 4):
            await until(lambda: is_waited_for(studio.clock, FLUSH_EVERY_S))
            await studio.clock.advance(FLUSH_EVERY_S)
            await until(lambda wanted=count: studio.scale.flushes == wanted)
        await until(lambda: is_waited_for(studio.clock, FLUSH_EVERY_S))
        await studio.clock.advance(SILENT_S - 3 * FLUSH_EVERY_S - 0.1)
        assert studio.turns == []
        await studio.clock.advance(0.1)
        assert studio.turns == [False]
        studio.tape.give(piece(3), None)
        await running
        assert studio.turns == [False, True]

    in_studio(Tape(piece(0)), script)


def test_a_disk_that_takes_nothing_is_told() -> None:
    """Whether it holds up a piece or a flush: what is not on the disk a crash would lose."""

    async def script(studio: Studio) -> None:
        studio.scale.gate = threading.Semaphore(0)
        running = asyncio.ensure_future(studio.recording.run())
        await asyncio.to_thread(studio.scale.arrived.acquire)
        await studio.clock.advance(HELD_UP_S - 0.1)
        assert studio.turns == []
        await studio.clock.advance(0.1)
        assert studio.turns == [False]
        studio.scale.gate.release()
        await until(lambda: studio.turns == [False, True])
        studio.tape.give(None)
        await running

    in_studio(Tape(piece(0)), script)


@pytest.mark.parametrize("way", [LiveRecording.finish, LiveRecording.abandon])
def test_a_sealer_is_given_back_by_whoever_is_cancelled(
    way: Callable[[LiveRecording], Coroutine[None, None, None]],
) -> None:
    """It has files, memory and a thread; nobody else gives them back."""

    async def script(studio: Studio) -> None:
        await cancel_before_its_turn(studio.worker, way(studio.recording))
        assert studio.scale.is_given_back

    in_studio(Tape(), script)
