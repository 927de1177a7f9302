"""The source that plays clips passes the suite of every frame source."""

from __future__ import annotations

import itertools

import pytest

from core.errors import DisplayUnavailable
from core.recording.source import FrameSource
from tests.conformance.frame_source import BreakSource, FrameSourceConformance, MakeSource
from tests.fakes.clip import make_clip
from tests.fakes.clocks import ManualClock
from tests.fakes.frame_source import ClipSource

_RUN_NS = 3_000_000_000


@pytest.fixture
def make_source() -> MakeSource:
    """Give sources of three seconds each, one after the other on one time line."""
    clock, runs = ManualClock(), itertools.count()

    def make() -> FrameSource:
        return ClipSource(clock, make_clip(45, start_ns=next(runs) * _RUN_NS).pieces())

    return make


@pytest.fixture
def make_broken_source() -> MakeSource:
    """Give a source without a display."""

    def make() -> FrameSource:
        source = ClipSource(ManualClock(), [], failure=DisplayUnavailable(display=":1"))
        source.die()
        return source

    return make


@pytest.fixture
def break_source() -> BreakSource:
    """Make a clip source die."""

    def break_it(source: FrameSource) -> None:
        assert isinstance(source, ClipSource)
        source.die()

    return break_it


class TestClipSource(FrameSourceConformance):
    """The suite, over clips from memory."""
