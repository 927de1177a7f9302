"""A live recording reads no further than it has written, and ends on the first failure of either side."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from core.api.snapshots import LiveSession
from core.errors import RecorderFailed, StorageFull
from core.recording.recorder import RecordedGap
from core.recording.source import StreamPiece
from core.runtime.clock import Instant
from core.runtime.workers import Worker
from core.sessions.live import FLUSH_EVERY_S, LiveRecording
from core.storage.metadata import GapRow
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

    def __init__(self, *items: object) -> None:
        self.items = list(items)
        self.asked = 0

    async def read(self) -> StreamPiece | RecordedGap | None:
        """Give the next item; wait for ever after the last one, unless it is None."""
        self.asked += 1
        await asyncio.sleep(0)
        if not self.items:
            await asyncio.Event().wait()
        item = self.items.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    async def stop(self) -> None:
        """Nothing to stop."""


class Scale:
    """Takes pieces and may be held up, or made to fail."""

    open_bytes = 0
    frames = 0

    def __init__(self) -> None:
        self.taken = 0
        self.flushes = 0
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
        """Nothing to seal."""

    def abandon(self) -> None:
        """Nothing to let go."""


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

    async def _keep(self, gap: GapRow) -> None:
        self.gaps.append(gap)


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
            while not any(not each.done() for _, each in studio.clock._sleepers):  # noqa: ASYNC110
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
