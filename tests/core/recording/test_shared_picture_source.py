"""Recording a gate's shared picture by a real child with a real encoder."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest

from core.errors import DisplayUnavailable, EncoderUnavailable, RecorderFailed
from core.recording.recorder import RecordedGap, Recorder, RecorderLimits
from core.recording.shared_picture import SharedPicture
from core.recording.shared_picture_source import CodecChoice, SharedPictures, SharedPictureSource
from core.recording.source import FrameSource
from core.runtime.clock import SystemClock
from tests.conformance.frame_source import (
    BreakSource,
    FrameSourceConformance,
    MakeSource,
    decode,
    drain,
    joined,
    read_until,
    stamps_of,
)
from tests.engine_thread import on_engine_thread
from tests.fakes.shared_picture import DARK, FakeGate, Painter

CLOCK = SystemClock()
FAKETIME = next(
    (str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None
)
SECRET = (0, 0, 255)  # red, which nothing else in these pictures is


@pytest.fixture
def gate() -> Iterator[FakeGate]:
    """Give a gate with a dark picture."""
    gate = FakeGate()
    yield gate
    gate.close()


@pytest.fixture
def picture(gate: FakeGate) -> Iterator[SharedPicture]:
    """Give a reader of the gate's picture."""
    picture = gate.share()
    yield picture
    picture.close()


@pytest.fixture
def painter(gate: FakeGate) -> Iterator[Painter]:
    """Let somebody paint all the time."""
    painter = Painter(gate)
    yield painter
    painter.close()


@pytest.fixture
def make_source(picture: SharedPicture, painter: Painter) -> MakeSource:
    """Make sources of one session, of a picture that changes all the time."""
    start = CLOCK.now()
    return lambda: SharedPictureSource(picture, clock=CLOCK, session_start=start)


@pytest.fixture
def make_broken_source(gate: FakeGate) -> MakeSource:
    """Make a source of a picture that is gone."""
    picture = gate.share()
    picture.close()
    return lambda: SharedPictureSource(picture, clock=CLOCK, session_start=CLOCK.now())


@pytest.fixture
def break_source() -> BreakSource:
    """Kill the child of a source."""

    def break_it(source: FrameSource) -> None:
        assert isinstance(source, SharedPictureSource)
        assert source.pid is not None
        os.kill(source.pid, signal.SIGKILL)

    return break_it


class TestSharedPictureSource(FrameSourceConformance):
    """The suite, over a fake gate that paints all the time."""


def source_of(picture: SharedPicture, **options: object) -> SharedPictureSource:
    """Make a source of a session that begins now."""
    return SharedPictureSource(picture, clock=CLOCK, session_start=CLOCK.now(), **options)  # type: ignore[arg-type]


def recorded(source: SharedPictureSource, meanwhile: Callable[[], Awaitable[None]]) -> bytes:
    """Record while something happens, stop cleanly, and give the stream."""

    async def scenario() -> bytes:
        await source.start()
        reading = asyncio.create_task(drain(source))
        await meanwhile()
        await source.stop()
        return joined(await reading)

    return on_engine_thread(scenario)


def has_red(stream: bytes) -> list[bool]:
    """Tell of each decoded picture whether anything in it is red."""
    found = []
    with av.open(io.BytesIO(stream), format="mpegts") as container:
        for frame in container.decode(video=0):
            red_difference = bytes(frame.planes[2])
            found.append(max(red_difference) > 160)
    return found


def test_what_is_hidden_is_in_no_picture(gate: FakeGate, picture: SharedPicture) -> None:
    """Of something red that moves behind a hidden rectangle, no decoded picture shows what is behind it."""
    gate.hidden = [(200, 0, 240, 480)]

    async def move() -> None:
        for step in range(60):
            gate.paint((210 + step, step * 6, 100, 100), SECRET)
            await CLOCK.sleep(0.02)

    hidden = has_red(recorded(source_of(picture), move))
    assert len(hidden) >= 10
    assert not any(hidden)
    gate.hidden = []
    assert any(has_red(recorded(source_of(picture), move)))


def test_an_unchanged_picture_costs_a_packet_a_second(picture: SharedPicture) -> None:
    """At rest there is about one picture a second, of a packet each, and now and then the tables."""

    async def scenario() -> list[bytes]:
        source = source_of(picture)
        await source.start()
        pieces = await read_until(source, 5.5)
        await source.close()
        return [piece.data for piece in pieces]

    first, *rest = on_engine_thread(scenario)
    stamps = stamps_of(first + b"".join(rest))
    assert 5 <= len(stamps) <= 8
    assert all(0.9 < (b - a) / 90_000 < 2 for a, b in pairwise(stamps))
    assert sum(map(len, rest[1:])) <= len(rest) * 188 + 3 * 188


def test_a_change_is_taken_at_once(gate: FakeGate, picture: SharedPicture) -> None:
    """After a stillness, a change is in the stream long before the next repetition."""

    async def scenario() -> float:
        source = source_of(picture)
        await source.start()
        await read_until(source, 1.5)
        await CLOCK.sleep(0.2)
        began = time.monotonic()
        gate.paint((0, 0, 300, 300), SECRET)
        await source.read()
        took = time.monotonic() - began
        await source.close()
        return took

    assert on_engine_thread(scenario) < 0.5


def test_the_last_of_many_changes_is_recorded(gate: FakeGate, picture: SharedPicture) -> None:
    """After a burst of changes within one frame's time, the picture ends as the last one left it."""

    async def burst() -> None:
        for _ in range(5):
            gate.paint((0, 0, 640, 480), SECRET)
            gate.paint((0, 0, 640, 480), DARK)
        gate.paint((0, 0, 640, 480), SECRET)
        await CLOCK.sleep(0.5)

    assert has_red(recorded(source_of(picture), burst))[-1]


@pytest.mark.parametrize("size", [(321, 241), (1366, 30)])
def test_odd_sizes_are_recorded_whole(size: tuple[int, int]) -> None:
    """A picture of odd size is padded to even numbers, so that no column or row is missing."""
    gate = FakeGate(size)
    picture = gate.share()
    gate.paint((size[0] - 1, size[1] - 1, 1, 1), SECRET)
    source = source_of(picture)
    stream = recorded(source, lambda: CLOCK.sleep(0.1))
    even = (size[0] + size[0] % 2, size[1] + size[1] % 2)
    assert (source.width, source.height) == even
    assert set(decode(stream)) == {even}
    picture.close()
    gate.close()


def test_stamps_are_the_sessions_age(gate: FakeGate, picture: SharedPicture) -> None:
    """A source that starts an hour into its session stamps its first picture with an hour; stamps are true."""

    async def scenario() -> tuple[list[float], list[float]]:
        now = CLOCK.now()
        start = now._replace(mono_ns=now.mono_ns - 3600 * 1_000_000_000)
        source = SharedPictureSource(picture, clock=CLOCK, session_start=start)
        await source.start()
        stamps, arrivals = [], []
        for _ in range(8):
            gate.paint((0, 0, 64, 64), SECRET)
            piece = await source.read()
            assert piece is not None
            stamps += [stamp / 90_000 for stamp in stamps_of(piece.data)]
            arrivals.append((piece.instant.mono_ns - start.mono_ns) / 1e9)
            await CLOCK.sleep(0.13)
        await source.close()
        return stamps, arrivals

    stamps, arrivals = on_engine_thread(scenario)
    assert 3600 <= stamps[0] < 3605
    assert stamps[-1] <= arrivals[-1]
    assert stamps[-1] == pytest.approx(arrivals[-1], abs=0.6)


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed (Debian: libfaketime)")
@pytest.mark.parametrize("jump", ["+3h", "-48h"])
def test_the_wall_clock_jumps(
    picture: SharedPicture, painter: Painter, tmp_path: Path, jump: str
) -> None:
    """Setting the clock by hours, either way, changes nothing in the stream."""
    told = tmp_path / "time"
    told.write_text("+0\n", encoding="ascii")
    environment = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(told)}
    as_it_is = ("FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC", "DONT_FAKE_MONOTONIC")
    environment |= dict.fromkeys(as_it_is, "1")

    async def set_clock() -> None:
        await CLOCK.sleep(1.5)
        told.write_text(f"{jump}\n", encoding="ascii")
        await CLOCK.sleep(2.5)

    stamps = stamps_of(recorded(source_of(picture, environment=environment), set_clock))
    steps = [(b - a) / 90_000 for a, b in pairwise(stamps)]
    assert len(steps) >= 8
    assert min(steps) > 0.05
    assert max(steps) < 0.6


def record_hurt(
    pictures: SharedPictures,
    hurt: Callable[[SharedPictureSource], None],
    limits: RecorderLimits | None = None,
) -> tuple[list[bytes], list[RecordedGap]]:
    """Record, hurt the source after a moment, record on past the gap, and stop cleanly."""
    start, sources = CLOCK.now(), []

    def make() -> FrameSource:
        sources.append(pictures.make_source(start))
        return sources[-1]

    async def scenario() -> tuple[list[bytes], list[RecordedGap]]:
        recorder = Recorder(make, CLOCK, limits)
        await recorder.start()
        runs, gaps = [b""], []
        asyncio.get_running_loop().call_later(0.7, lambda: hurt(sources[-1]))
        while (found := await recorder.read()) is not None:
            if isinstance(found, RecordedGap):
                gaps.append(found)
                runs.append(b"")
                asyncio.get_running_loop().call_later(
                    0.5, lambda: asyncio.ensure_future(recorder.stop())
                )
                continue
            runs[-1] += found.data
        await recorder.close()
        return runs, gaps

    return on_engine_thread(scenario)


def signal_to(number: signal.Signals) -> Callable[[SharedPictureSource], None]:
    """Make something that sends the signal to the source's own child."""

    def hurt(source: SharedPictureSource) -> None:
        assert source.pid is not None
        os.kill(source.pid, number)

    return hurt


async def nothing() -> None:
    """End nothing."""


def test_a_killed_encoder_is_back_within_a_second(picture: SharedPicture, painter: Painter) -> None:
    """A kill -9 leaves a gap of less than a second, and both runs play on one time line."""
    pictures = SharedPictures(picture, clock=CLOCK, ended=nothing)
    runs, gaps = record_hurt(pictures, signal_to(signal.SIGKILL))
    assert [gap.reason for gap in gaps] == ["encoder_died"]
    missing_s = (gaps[0].end.mono_ns - gaps[0].start.mono_ns) / 1e9
    print(f"gap after kill -9: {missing_s:.3f} s")
    assert missing_s < 1.0
    stamps = stamps_of(b"".join(runs))
    assert all(a < b for a, b in pairwise(stamps))
    assert decode(runs[1])


def test_a_frozen_encoder_is_replaced(picture: SharedPicture, painter: Painter) -> None:
    """An encoder that is stopped by a signal is noticed, killed and replaced."""
    pictures = SharedPictures(picture, clock=CLOCK, ended=nothing)
    limits = RecorderLimits(stall_seconds=1.5)
    runs, gaps = record_hurt(pictures, signal_to(signal.SIGSTOP), limits)
    assert [gap.reason for gap in gaps] == ["stalled"]
    assert decode(runs[1])


def test_stillness_is_no_stall(picture: SharedPicture) -> None:
    """A picture that nobody changes keeps the recorder's watchdog quiet."""

    async def scenario() -> list[object]:
        start = CLOCK.now()
        pictures = SharedPictures(picture, clock=CLOCK, ended=nothing)
        recorder = Recorder(lambda: pictures.make_source(start), CLOCK)
        await recorder.start()
        found = [await recorder.read() for _ in range(6)]
        await recorder.close()
        return found

    assert not any(isinstance(each, RecordedGap) for each in on_engine_thread(scenario))


def test_a_gate_that_dies_while_it_writes_is_a_lost_display(
    gate: FakeGate, picture: SharedPicture
) -> None:
    """A picture that stays half written is repeated for two seconds, and then ends the stream."""

    async def scenario() -> str:
        source = source_of(picture)
        await source.start()
        gate.write_header(is_open=True)
        os.eventfd_write(gate.changes, 1)
        await drain(source)
        await source.close()
        return source.end_reason

    assert on_engine_thread(scenario) == "display_lost"
    with pytest.raises(DisplayUnavailable):
        on_engine_thread(source_of(picture).start)


def test_a_picture_of_another_size_is_a_lost_display(
    gate: FakeGate, picture: SharedPicture
) -> None:
    """A header that changes its size ends the stream."""

    async def scenario() -> str:
        source = source_of(picture)
        await source.start()
        gate.width = 32
        gate.paint((0, 0, 1, 1), SECRET)
        await drain(source)
        return source.end_reason

    assert on_engine_thread(scenario) == "display_lost"


def test_closing_the_picture_ends_the_stream(picture: SharedPicture) -> None:
    """A source whose picture is closed under it ends, and none can be started after it."""

    async def scenario() -> str:
        source = source_of(picture)
        await source.start()
        picture.close()
        await drain(source)
        await source.close()
        return source.end_reason

    assert on_engine_thread(scenario) == "display_lost"
    with pytest.raises(DisplayUnavailable):
        on_engine_thread(source_of(picture).start)


def test_the_engine_keeps_no_descriptor(gate: FakeGate) -> None:
    """After a stop, a close and the end of the picture, the process has what it had before."""

    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    async def run(*, is_stopped: bool) -> None:
        source = source_of(picture)
        await source.start()
        if is_stopped:
            await source.stop()
            await drain(source)
        await source.close()
        assert source.pid is None

    before = count()
    picture = gate.share()
    on_engine_thread(lambda: run(is_stopped=True))
    on_engine_thread(lambda: run(is_stopped=False))
    picture.close()
    assert count() == before


def test_the_codec_that_works_is_remembered(picture: SharedPicture) -> None:
    """Where there is no hardware encoder, libx264 is found, and tried first the next time."""
    codecs = CodecChoice()
    assert codecs.to_try == ["h264_v4l2m2m", "libx264"]
    source = source_of(picture, codecs=codecs)
    recorded(source, nothing)
    assert source.encoder == codecs.known
    assert codecs.to_try[0] == codecs.known
    assert sorted(codecs.to_try) == ["h264_v4l2m2m", "libx264"]


def failing(script: str) -> tuple[str, ...]:
    """Make a program that stands in for the encoder."""
    return (sys.executable, "-c", script)


def test_without_a_working_codec_all_are_named(picture: SharedPicture) -> None:
    """When each codec fails, the failure lists them."""
    codecs = CodecChoice()
    codecs.known = "libx264"
    source = source_of(picture, codecs=codecs, program=failing("raise SystemExit(3)"))
    with pytest.raises(EncoderUnavailable) as caught:
        on_engine_thread(source.start)
    assert caught.value.facts == {"tried": "h264_v4l2m2m, libx264"}
    assert codecs.known is None


def test_other_last_words_are_passed_on(picture: SharedPicture) -> None:
    """What the child says when nothing else is known about its death ends up in the failure."""
    with pytest.raises(RecorderFailed) as caught:
        on_engine_thread(source_of(picture, program=failing("raise SystemExit('oh no')")).start)
    assert caught.value.facts["reason"] == "oh no"
    with pytest.raises(RecorderFailed):
        on_engine_thread(source_of(picture, program=failing("raise SystemExit(7)")).start)


def test_a_frozen_child_ends_at_the_deadline(picture: SharedPicture) -> None:
    """A child that does not obey a stop is killed, and the reader gets its None."""

    async def scenario() -> float:
        source = source_of(picture)
        await source.start()
        signal_to(signal.SIGSTOP)(source)
        began = time.monotonic()
        await source.stop()
        await drain(source)
        return time.monotonic() - began

    assert on_engine_thread(scenario) < 6


def test_not_reading_holds_the_encoder_back(picture: SharedPicture, painter: Painter) -> None:
    """A reader that pauses finds the stream whole."""

    async def scenario() -> bytes:
        source = source_of(picture)
        await source.start()
        pieces = await read_until(source, 0.2)
        await CLOCK.sleep(1.0)
        pieces += await read_until(source, 1.5)
        await source.close()
        return joined(pieces)

    stamps = stamps_of(on_engine_thread(scenario))
    assert all(a < b for a, b in pairwise(stamps))


def test_pictures_end_what_hosts_them_once(gate: FakeGate) -> None:
    """Closing closes the picture and then calls the hook, once; the label is that of lists."""
    ended: list[bool] = []
    picture = gate.share()

    async def end() -> None:
        ended.append(picture.is_closed)

    async def scenario() -> None:
        pictures = SharedPictures(picture, clock=CLOCK, ended=end, frame_rate=5)
        assert pictures.label == "hosted"
        await pictures.close()
        await pictures.close()

    on_engine_thread(scenario)
    assert ended == [True]
