"""Recording a gate's shared picture by a real child with a real encoder."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from core.recording.shared_picture_source import SharedPictureSource
from core.recording.source import FrameSource
from core.runtime.clock import SystemClock
from tests.conformance.frame_source import BreakSource, FrameSourceConformance, MakeSource
from tests.fakes.shared_picture import FakeGate, Painter

CLOCK = SystemClock()


@pytest.fixture
def gate() -> Iterator[FakeGate]:
    """Give a gate with a dark picture."""
    gate = FakeGate()
    yield gate
    gate.close()


@pytest.fixture
def make_source(gate: FakeGate) -> Iterator[MakeSource]:
    """Make sources of one session, of a picture that changes all the time."""
    start, picture, painter = CLOCK.now(), gate.share(), Painter(gate)
    yield lambda: SharedPictureSource(picture, clock=CLOCK, session_start=start)
    painter.close()
    picture.close()


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
