"""The recorder brings a dead source back, says what is missing, and gives up in the end."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from core.errors import DisplayUnavailable, EncoderUnavailable, Failure, RecorderFailed
from core.recording.encoders import EncoderProbe
from core.recording.recorder import RecordedGap, Recorder, RecorderLimits
from core.recording.source import StreamPiece
from core.recording.x11grab import X11GrabSource
from core.runtime.clock import SystemClock
from tests.conformance.frame_source import decode, stamps_of
from tests.engine_thread import on_engine_thread
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.frame_source import ClipSource

PACKET = b"\x47" + bytes(187)


class Sources:
    """Hands out prepared sources one after the other and remembers them."""

    def __init__(self, clock: ManualClock, *plan: list[bytes] | Failure) -> None:
        self._clock = clock
        self._plan = list(plan)
        self.made: list[ClipSource] = []

    def make(self) -> ClipSource:
        """Make the next source; the plan's last entry is used again and again."""
        step = self._plan.pop(0) if len(self._plan) > 1 else self._plan[0]
        failure = step if isinstance(step, Failure) else None
        self.made.append(
            ClipSource(self._clock, [] if isinstance(step, Failure) else step, failure=failure)
        )
        return self.made[-1]


async def read_all(recorder: Recorder) -> list[StreamPiece | RecordedGap]:
    """Read to the end."""
    found = []
    while (each := await recorder.read()) is not None:
        found.append(each)
    return found


async def started(
    clock: ManualClock, sources: Sources, limits: RecorderLimits | None = None
) -> Recorder:
    """Start a recorder over prepared sources."""
    recorder = Recorder(sources.make, clock, limits)
    await recorder.start()
    return recorder


def test_pieces_pass_through_until_the_stop() -> None:
    """What the source gives is given on, and a stop ends it without a gap."""

    async def scenario() -> None:
        clock = ManualClock()
        recorder = await started(clock, Sources(clock, [PACKET, PACKET * 2]))
        assert (recorder.encoder, recorder.width, recorder.height) == ("clip", 64, 48)
        await recorder.stop()
        found = await read_all(recorder)
        assert [len(each.data) for each in found if isinstance(each, StreamPiece)] == [188, 376]
        assert len(found) == 2
        assert await recorder.read() is None
        await recorder.close()

    asyncio.run(scenario())


def test_a_first_start_that_fails_is_not_tried_again() -> None:
    """What is missing at the start is told at once."""

    async def scenario() -> None:
        clock = ManualClock()
        sources = Sources(clock, DisplayUnavailable(display=":7"))
        with pytest.raises(DisplayUnavailable):
            await started(clock, sources)
        assert len(sources.made) == 1
        assert sources.made[0].is_closed

    asyncio.run(scenario())


def test_a_death_leaves_a_gap_between_last_and_first_piece() -> None:
    """The gap runs from the last piece before the death to the first one after it."""

    async def scenario() -> None:
        clock = ManualClock()
        sources = Sources(clock, [PACKET], [PACKET])
        recorder = await started(clock, sources)
        last = await recorder.read()
        assert isinstance(last, StreamPiece)
        reading = asyncio.create_task(recorder.read())
        await clock.advance(1.0)
        told: list[bool] = []
        recorder.on_gap = lambda: told.append(recorder.is_in_gap)
        sources.made[0].die()
        gap = await reading
        assert told == [True]
        assert gap == RecordedGap(last.instant, clock.now(), "encoder_died")
        assert not recorder.is_in_gap
        assert isinstance(await recorder.read(), StreamPiece)
        await recorder.close()

    asyncio.run(scenario())


def test_a_source_that_says_nothing_is_replaced() -> None:
    """Three seconds without a piece end a source; the gap says that it stalled."""

    async def scenario() -> None:
        clock = ManualClock()
        sources = Sources(clock, [PACKET], [PACKET])
        recorder = await started(clock, sources)
        await recorder.read()
        reading = asyncio.create_task(recorder.read())
        await settle()
        await clock.advance(2.9)
        assert not reading.done()
        await clock.advance(3.1)
        gap = await reading
        assert isinstance(gap, RecordedGap)
        assert gap.reason == "stalled"
        assert sources.made[0].is_closed
        await recorder.close()

    asyncio.run(scenario())


def test_a_reader_that_pauses_is_no_stall() -> None:
    """Only the time in which somebody waits for a piece counts."""

    async def scenario() -> None:
        clock = ManualClock()
        sources = Sources(clock, [PACKET, PACKET])
        recorder = await started(clock, sources)
        await recorder.read()
        await clock.advance(60)
        assert isinstance(await recorder.read(), StreamPiece)
        assert len(sources.made) == 1
        await recorder.close()

    asyncio.run(scenario())


def test_a_lost_display_is_waited_for_and_given_up() -> None:
    """Attempts are bounded, with rising pauses; the gap comes first, then the failure, each time."""

    async def scenario() -> None:
        clock = ManualClock()
        sources = Sources(clock, [PACKET], DisplayUnavailable(display=":7"))
        recorder = await started(clock, sources, RecorderLimits(pauses_seconds=(0.0, 1.0, 2.0)))
        last = await recorder.read()
        assert isinstance(last, StreamPiece)
        sources.made[0].die("display_lost")
        reading = asyncio.create_task(recorder.read())
        await settle()
        assert recorder.is_in_gap
        await clock.advance(10)
        gap = await reading
        assert isinstance(gap, RecordedGap)
        assert gap.reason == "display_lost"
        assert gap.end.mono_ns - gap.start.mono_ns >= 3_000_000_000
        assert len(sources.made) == 4
        for _ in range(2):
            with pytest.raises(RecorderFailed) as caught:
                await recorder.read()
            assert caught.value.facts == {"attempts": 3, "reason": "display_lost"}

    asyncio.run(scenario())


def test_a_display_that_comes_back_is_recorded_on() -> None:
    """A display that was away for a moment leaves one gap that names it."""

    async def scenario() -> None:
        clock = ManualClock()
        away = DisplayUnavailable(display=":7")
        sources = Sources(clock, [PACKET], away, away, [PACKET])
        recorder = await started(clock, sources)
        await recorder.read()
        sources.made[0].die()
        reading = asyncio.create_task(recorder.read())
        await settle()
        await clock.advance(5)
        gap = await reading
        assert isinstance(gap, RecordedGap)
        assert gap.reason == "display_lost"
        assert isinstance(await recorder.read(), StreamPiece)
        await recorder.close()

    asyncio.run(scenario())


def test_a_source_that_keeps_dying_is_given_up() -> None:
    """A source that starts, gives a piece and dies again and again uses up the attempts."""

    async def scenario() -> None:
        clock = ManualClock()
        sources = Sources(clock, [PACKET])
        recorder = await started(clock, sources, RecorderLimits(pauses_seconds=(0.0, 0.0)))
        for run in range(3):
            assert isinstance(await recorder.read(), StreamPiece)
            sources.made[run].die()
            assert isinstance(await recorder.read(), RecordedGap)
        with pytest.raises(RecorderFailed) as caught:
            await recorder.read()
        assert caught.value.facts == {"attempts": 2, "reason": "encoder_died"}

    asyncio.run(scenario())


@pytest.mark.parametrize("seconds, attempts", [(5.0, 3), (20.0, 2)])
def test_a_long_healthy_run_clears_the_attempts(seconds: float, attempts: int) -> None:
    """Deaths far apart are each the first one."""

    async def scenario() -> int:
        clock = ManualClock()
        sources = Sources(clock, [PACKET, PACKET])
        recorder = await started(clock, sources, RecorderLimits(pauses_seconds=(0.0, 60.0, 60.0)))
        await recorder.read()
        sources.made[0].die()
        await recorder.read()  # the gap
        await recorder.read()
        await clock.advance(seconds)
        await recorder.read()
        sources.made[1].die()
        reading = asyncio.create_task(recorder.read())
        await settle()
        is_back = reading.done()
        await recorder.close()
        await reading
        return 2 if is_back else 3

    assert asyncio.run(scenario()) == attempts


def test_a_stop_during_a_gap_ends_it() -> None:
    """A recording that is ended while its display is away ends with the gap, without waiting."""

    async def scenario() -> None:
        clock = ManualClock()
        sources = Sources(clock, [PACKET], EncoderUnavailable(tried="x"))
        recorder = await started(clock, sources)
        await recorder.read()
        sources.made[0].die()
        reading = asyncio.create_task(recorder.read())
        await settle()
        await recorder.stop()
        gap = await reading
        assert isinstance(gap, RecordedGap)
        assert gap.reason == "encoder_died"
        assert await recorder.read() is None

    asyncio.run(scenario())


def test_a_cancelled_read_in_a_gap_can_be_repeated() -> None:
    """A reader that gives up waiting in a gap gets the gap when it reads again."""

    async def scenario() -> None:
        clock = ManualClock()
        sources = Sources(clock, [PACKET], EncoderUnavailable(tried="x"), [PACKET])
        recorder = await started(clock, sources)
        await recorder.read()
        sources.made[0].die()
        reading = asyncio.create_task(recorder.read())
        await settle()
        reading.cancel()
        await asyncio.wait([reading])
        reading = asyncio.create_task(recorder.read())
        await settle()
        await clock.advance(5)
        assert isinstance(await reading, RecordedGap)
        assert isinstance(await recorder.read(), StreamPiece)
        await recorder.close()

    asyncio.run(scenario())


def test_closing_wakes_the_reader() -> None:
    """A reader that waits when the recorder is closed gets None."""

    async def scenario() -> None:
        clock = ManualClock()
        recorder = await started(clock, Sources(clock, [PACKET]))
        await recorder.read()
        reading = asyncio.create_task(recorder.read())
        await settle()
        await recorder.close()
        assert await reading is None
        await recorder.close()

    asyncio.run(scenario())


# --- with the real programs -----------------------------------------------------------------------


def record(
    display: str,
    hurt: Callable[[X11GrabSource], None],
    limits: RecorderLimits | None = None,
) -> tuple[list[bytes], list[RecordedGap]]:
    """Record a display, hurt the source after a moment, record on past the gap, and stop cleanly."""
    clock = SystemClock()
    start, probe = clock.now(), EncoderProbe()
    sources: list[X11GrabSource] = []

    def make() -> X11GrabSource:
        sources.append(X11GrabSource(display, clock=clock, session_start=start, probe=probe))
        return sources[-1]

    async def scenario() -> tuple[list[bytes], list[RecordedGap]]:
        recorder = Recorder(make, clock, limits)
        await recorder.start()
        runs: list[bytes] = [b""]
        gaps: list[RecordedGap] = []
        is_hurt = is_stopped = False
        began = time.monotonic()
        while (found := await recorder.read()) is not None:
            if isinstance(found, RecordedGap):
                gaps.append(found)
                runs.append(b"")
                began = time.monotonic()
                continue
            runs[-1] += found.data
            is_time = time.monotonic() - began > 0.7
            if is_time and not is_hurt:
                hurt(sources[-1])
                is_hurt = True
            elif is_time and gaps and not is_stopped:
                await recorder.stop()
                is_stopped = True
        await recorder.close()
        return runs, gaps

    return on_engine_thread(scenario)


def signal_to(number: signal.Signals) -> Callable[[X11GrabSource], None]:
    """Make something that sends the signal to the source's own ffmpeg."""

    def hurt(source: X11GrabSource) -> None:
        assert source.pid is not None
        os.kill(source.pid, number)

    return hurt


def test_a_killed_ffmpeg_is_back_within_a_second(x_display: str) -> None:
    """A kill -9 leaves a gap of less than a second, and both runs play on one time line."""
    runs, gaps = record(x_display, signal_to(signal.SIGKILL))
    assert [gap.reason for gap in gaps] == ["encoder_died"]
    missing_s = (gaps[0].end.mono_ns - gaps[0].start.mono_ns) / 1e9
    print(f"gap after kill -9: {missing_s:.3f} s")
    assert missing_s < 1.0
    stamps = stamps_of(b"".join(runs))
    assert all(a < b for a, b in pairwise(stamps))
    assert decode(runs[1])


def test_a_frozen_ffmpeg_is_replaced(x_display: str) -> None:
    """An ffmpeg that is stopped by a signal is noticed, killed and replaced."""
    limits = RecorderLimits(stall_seconds=1.0)
    runs, gaps = record(x_display, signal_to(signal.SIGSTOP), limits)
    assert [gap.reason for gap in gaps] == ["stalled"]
    assert (gaps[0].end.mono_ns - gaps[0].start.mono_ns) / 1e9 < 3.0
    assert decode(runs[1])
