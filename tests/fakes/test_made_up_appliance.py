"""The made-up appliance behaves like an engine as far as the screens can tell."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from core.api.commands import (
    EndSession,
    ListSessions,
    OpenPlayback,
    SeekPlayback,
    ShowSession,
    StartSession,
    WatchSession,
)
from core.api.events import (
    Event,
    FrameShown,
    PlaybackChanged,
    RequestFailed,
    RequestFinished,
    SessionChanged,
    ThumbnailTaken,
)
from core.api.snapshots import SessionState
from tests.fakes import made_up_sessions as made_up
from tests.fakes.made_up_appliance import MadeUpAppliance


@pytest.fixture
def appliance() -> Iterator[MadeUpAppliance]:
    """Give a made-up appliance with one session."""
    made = MadeUpAppliance((made_up.summary(),))
    yield made
    made.stop()
    assert made.wait_stopped(10.0)


@pytest.fixture
def events(appliance: MadeUpAppliance) -> queue.SimpleQueue[Event]:
    """Give the queue its events come into."""
    heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
    appliance.subscribe(heard.put)
    return heard


def _next(events: queue.SimpleQueue[Event], kind: type[Event]) -> Event:
    while not isinstance(event := events.get(timeout=5.0), kind):
        pass
    return event


def test_a_session_lives_from_start_to_anchored(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """It records, is sealed, waits for the chain, is anchored, and is listed first."""
    appliance.submit(StartSession())
    started = _next(events, RequestFinished).result  # type: ignore[attr-defined]
    appliance.submit(EndSession(started.session_id))
    _next(events, RequestFinished)
    appliance.seal(started.session_id)
    appliance.anchor(started.session_id)
    states = [_next(events, SessionChanged).session.state for _ in range(2)]  # type: ignore[attr-defined]
    assert states == [SessionState.ANCHORING, SessionState.ANCHORED]
    appliance.submit(ListSessions())
    listed = _next(events, RequestFinished).result  # type: ignore[attr-defined]
    assert [each.session_id for each in listed] == [started.session_id, made_up.session_id(0)]


def test_unknown_sessions_fail(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """Neither shown nor opened."""
    for command in (ShowSession("nobody"), OpenPlayback("nobody")):
        appliance.submit(command)
        failed = _next(events, RequestFailed)
        assert failed.failure.code == "session_unknown"  # type: ignore[attr-defined]


def test_a_seek_shows_its_frame(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """The frame's bytes fit its size, and the playback says where it is and whether in a gap."""
    appliance.submit(OpenPlayback(made_up.session_id(0)))
    appliance.submit(SeekPlayback(7, 1311.0))
    frame = _next(events, FrameShown)
    assert isinstance(frame, FrameShown)
    assert len(frame.rgb) == frame.width * frame.height * 3
    changed = _next(events, PlaybackChanged)
    assert isinstance(changed, PlaybackChanged)
    assert changed.is_in_gap


def test_watching_sends_a_thumbnail(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """A session that is known sends its picture."""
    appliance.submit(WatchSession(made_up.session_id(0), is_watching=True))
    taken = _next(events, ThumbnailTaken)
    assert isinstance(taken, ThumbnailTaken)
    assert len(taken.rgb) == taken.width * taken.height * 3


def test_made_up_pictures_are_whole() -> None:
    """Every row has every pixel, whatever the size and the progress."""
    for width, height, progress in ((1, 1, 0.0), (33, 17, 0.3), (320, 180, 1.0)):
        assert len(made_up.desktop_rgb(width, height, progress)) == width * height * 3
