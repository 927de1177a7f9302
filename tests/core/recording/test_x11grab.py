"""Recording a real X display by a real ffmpeg."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from itertools import pairwise
from pathlib import Path

import pytest

from core.errors import DisplayUnavailable, EncoderUnavailable, MissingProgram, RecorderFailed
from core.recording.encoders import Encoder, EncoderProbe
from core.recording.source import FrameSource
from core.recording.x11grab import X11GrabSource
from core.runtime.clock import SystemClock
from tests.conformance.frame_source import (
    BreakSource,
    FrameSourceConformance,
    MakeSource,
    decode,
    drain,
    joined,
    lost_packets,
    read_until,
    stamps_of,
)
from tests.engine_thread import on_engine_thread

CLOCK = SystemClock()


def source_of(display: str, probe: EncoderProbe | None = None, **environment: str) -> X11GrabSource:
    """Make a source of a session that begins now."""
    return X11GrabSource(
        display,
        clock=CLOCK,
        session_start=CLOCK.now(),
        probe=probe or EncoderProbe(),
        environment=environment,
    )


@pytest.fixture
def make_source(x_display: str) -> MakeSource:
    """Make sources of one session of the real display."""
    start, probe = CLOCK.now(), EncoderProbe()
    return lambda: X11GrabSource(x_display, clock=CLOCK, session_start=start, probe=probe)


@pytest.fixture
def make_broken_source() -> MakeSource:
    """Make a source of a display that is not there."""
    return lambda: source_of(":31999")


@pytest.fixture
def break_source() -> BreakSource:
    """Kill the ffmpeg of a source."""

    def break_it(source: FrameSource) -> None:
        assert isinstance(source, X11GrabSource)
        assert source.pid is not None
        os.kill(source.pid, signal.SIGKILL)

    return break_it


class TestX11Grab(FrameSourceConformance):
    """The suite, over Xvfb and ffmpeg."""


def test_a_missing_ffmpeg_is_named(tmp_path: Path) -> None:
    """Without ffmpeg on the PATH, the error names the program and its package."""
    source = source_of(":0", PATH=str(tmp_path))
    with pytest.raises(MissingProgram) as caught:
        on_engine_thread(source.start)
    assert caught.value.facts == {"program": "ffmpeg", "package": "ffmpeg"}


def test_a_missing_display_is_named() -> None:
    """A display that is not there is named."""
    with pytest.raises(DisplayUnavailable) as caught:
        on_engine_thread(source_of(":31999").start)
    assert caught.value.facts == {"display": ":31999"}


def test_an_encoder_that_fails_at_its_work_is_tried_anew(x_display: str) -> None:
    """An encoder that passed the probe but cannot open the display's size is named and forgotten."""
    probe = EncoderProbe()
    probe._chosen = Encoder("no_such_encoder", ())
    with pytest.raises(EncoderUnavailable) as caught:
        on_engine_thread(source_of(x_display, probe).start)
    assert caught.value.facts == {"tried": "no_such_encoder"}
    assert probe._chosen is None


def test_other_last_words_are_passed_on(x_display: str) -> None:
    """What ffmpeg says when nothing else is known about its death ends up in the failure."""
    probe = EncoderProbe()
    probe._chosen = Encoder("libx264", ("-no-such-option", "1"))
    with pytest.raises(RecorderFailed) as caught:
        on_engine_thread(source_of(x_display, probe).start)
    assert "ption not found" in str(caught.value.facts["reason"])


def test_an_odd_display_is_recorded_whole() -> None:
    """A display of odd size is padded to even numbers, so that no column or row is missing."""

    async def scenario() -> None:
        source = source_of(display)
        await source.start()
        assert (source.width, source.height) == (322, 242)
        pieces = await read_until(source, 0.2)
        await source.stop()
        pieces += await drain(source)
        assert set(decode(joined(pieces))) == {(322, 242)}

    reader, writer = os.pipe()
    arguments = [
        "Xvfb",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        "321x241x24",
        "-nolisten",
        "tcp",
    ]
    with subprocess.Popen(arguments, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader, encoding="ascii") as stream:
            display = f":{stream.readline().strip()}"
        try:
            on_engine_thread(scenario)
        finally:
            server.terminate()


def test_not_reading_holds_the_encoder_back(x_display: str) -> None:
    """A reader that pauses finds the stream whole, and not more of it than the pipe holds."""

    async def scenario() -> None:
        source = source_of(x_display)
        await source.start()
        pieces = await read_until(source, 0.2)
        await CLOCK.sleep(1.0)
        pieces += await read_until(source, 1.5)
        await source.close()
        stream = joined(pieces)
        assert lost_packets(stream) == 0
        stamps = stamps_of(stream)
        assert all(a < b for a, b in pairwise(stamps))

    on_engine_thread(scenario)


def test_stamps_begin_at_the_sessions_age(x_display: str) -> None:
    """A source that starts an hour into its session stamps its first picture with an hour."""

    async def scenario() -> int:
        start = CLOCK.now()
        source = X11GrabSource(
            x_display,
            clock=CLOCK,
            session_start=start._replace(mono_ns=start.mono_ns - 3600 * 1_000_000_000),
            probe=EncoderProbe(),
        )
        await source.start()
        pieces = await read_until(source, 0.1)
        await source.close()
        return stamps_of(joined(pieces))[0]

    assert 3600 <= on_engine_thread(scenario) / 90_000 < 3605


def test_a_frozen_encoder_ends_at_the_deadline(x_display: str) -> None:
    """A stopped ffmpeg does not obey a stop: it is killed, and the reader gets its None."""

    async def scenario() -> float:
        source = source_of(x_display)
        await source.start()
        assert source.pid is not None
        os.kill(source.pid, signal.SIGSTOP)
        began = time.monotonic()
        await source.stop()
        await drain(source)
        return time.monotonic() - began

    assert on_engine_thread(scenario) < 6


def test_ffmpeg_dies_with_the_engines_thread(x_display: str) -> None:
    """When the thread that started ffmpeg is gone, so is ffmpeg, though nobody closed it."""
    sources = []

    async def scenario() -> int:
        source = source_of(x_display)
        sources.append(source)
        await source.start()
        assert source.pid is not None
        child = source._child
        assert child is not None
        child._drop_pidfd()
        child._close_errors()
        return source.pid

    pid = on_engine_thread(scenario)
    child = sources[0]._child
    assert child is not None
    assert child._process.wait(5) == -signal.SIGKILL
    assert not Path(f"/proc/{pid}").exists()
    child.output.close()
