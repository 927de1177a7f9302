"""The live screen follows its session from the first picture to the chain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import EndSession, WatchSession
from core.api.events import ChainChanged, IncidentRecorded, SpaceChanged, ThumbnailTaken
from core.api.hosting import HostSession, ReadHosting
from core.api.snapshots import (
    ChainSnapshot,
    SessionState,
    SessionSummary,
    SpaceLevel,
    SpaceSnapshot,
)
from lucid_gui.bridge import Bridge
from lucid_gui.screens.live.view_model import LARGEST_CHUNK, LiveModel
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, SPACE, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.recorded_navigator import RecordedNavigator


@pytest.fixture
def running(appliance: MadeUpAppliance) -> SessionSummary:
    """Give a session that records."""
    summary = made_up.summary(5, SessionState.RECORDING, chunks=0, duration_s=0.0)
    appliance.sessions[summary.session_id] = summary
    return summary


@pytest.fixture
def model(
    qtbot: QtBot,
    bridge: Bridge,
    navigator: RecordedNavigator,
    parent: QObject,
    running: SessionSummary,
) -> Iterator[LiveModel]:
    """Give the model of a screen on the running session."""
    made = LiveModel(bridge, navigator, parent)  # type: ignore[arg-type]
    made.enter({"sessionId": running.session_id})
    qtbot.waitUntil(lambda: made.state == "recording")
    yield made
    made.leave()


def test_the_numbers_follow_the_session(
    qtbot: QtBot, model: LiveModel, appliance: MadeUpAppliance, running: SessionSummary
) -> None:
    """Time, size, chunks, fill, gaps and encoder come from the newest event."""
    appliance.progress(
        running.session_id, duration_s=3723.0, gaps=1, open_chunk_bytes=LARGEST_CHUNK // 2
    )
    qtbot.waitUntil(lambda: model.clock == "1:02:03")
    assert (model.sealedChunks, model.openFill, model.gapsText) == (3, 0.5, "1 gap")
    assert model.encoder == "libx264 veryfast"


def test_pictures_of_another_session_are_not_shown(
    qtbot: QtBot, model: LiveModel, appliance: MadeUpAppliance
) -> None:
    """Only the thumbnails of the session that is watched reach the screen."""
    qtbot.waitUntil(lambda: model.feed.image().width() == 320)
    appliance.emit(ThumbnailTaken("another", 2, 1, bytes(6)))
    appliance.progress(model.sessionId, duration_s=9.0)
    qtbot.waitUntil(lambda: model.clock == "0:09")
    assert model.feed.image().width() == 320


def test_leaving_ends_the_watching_and_forgets_the_picture(
    qtbot: QtBot, model: LiveModel, appliance: MadeUpAppliance
) -> None:
    """Nobody looks, so nothing is sent and nothing is kept."""
    qtbot.waitUntil(lambda: not model.feed.image().isNull())
    model.leave()
    assert model.feed.image().isNull()
    qtbot.waitUntil(lambda: not appliance.sent(WatchSession)[-1].is_watching)


def test_ending_is_asked_once_and_followed_to_the_chain(
    qtbot: QtBot, model: LiveModel, appliance: MadeUpAppliance, running: SessionSummary
) -> None:
    """Sealing, anchoring, anchored; then the block is named and the session can be opened."""
    model.end()
    model.end()
    assert model.isEnding
    qtbot.waitUntil(lambda: model.state == "sealing")
    assert len(appliance.sent(EndSession)) == 1
    assert not model.canEnd
    appliance.seal(running.session_id)
    qtbot.waitUntil(lambda: model.state == "anchoring")
    assert model.isOver
    appliance.anchor(running.session_id)
    qtbot.waitUntil(lambda: model.blockText.replace("\u202f", " ") == "18 122")
    assert [step["status"] for step in model.steps] == ["done"] * 4


def test_an_end_that_fails_can_be_tried_again(
    qtbot: QtBot, model: LiveModel, appliance: MadeUpAppliance
) -> None:
    """The failure is shown, and End works again."""
    appliance.answers[EndSession] = failure("storage_full", path="x")
    model.end()
    qtbot.waitUntil(lambda: model.failure != {})
    assert model.canEnd
    assert not model.isEnding


def test_incidents_are_shown_newest_first(
    qtbot: QtBot, model: LiveModel, appliance: MadeUpAppliance, running: SessionSummary
) -> None:
    """Those of this session and of the appliance, not those of another session."""
    appliance.emit(IncidentRecorded(failure("recording_gap", reason="x", seconds=1.0), "another"))
    appliance.emit(IncidentRecorded(failure("chain_unreachable", reason="away")))
    gap = failure("recording_gap", reason="encoder died", seconds=0.8)
    appliance.emit(IncidentRecorded(gap, running.session_id))
    qtbot.waitUntil(lambda: len(model.incidents) == 2)
    assert [each["code"] for each in model.incidents] == ["recording_gap", "chain_unreachable"]


def test_low_space_is_said_once_and_taken_back(
    qtbot: QtBot, model: LiveModel, appliance: MadeUpAppliance, running: SessionSummary
) -> None:
    """The engine's own incident replaces ours; enough space takes it away."""
    appliance.emit(SpaceChanged(SpaceSnapshot(8, 100, SpaceLevel.LOW)))
    qtbot.waitUntil(lambda: [each["code"] for each in model.incidents] == ["space"])
    appliance.emit(IncidentRecorded(failure("space_low", free_percent=8), running.session_id))
    qtbot.waitUntil(lambda: [each["code"] for each in model.incidents] == ["space_low"])
    appliance.emit(SpaceChanged(SPACE))
    qtbot.waitUntil(lambda: model.incidents == [])


def test_a_chain_that_is_away_is_said_while_anchoring(
    qtbot: QtBot, model: LiveModel, appliance: MadeUpAppliance, running: SessionSummary
) -> None:
    """The session is kept, and the sentence says that it waits."""
    appliance.emit(ChainChanged(ChainSnapshot(is_reachable=False)))
    appliance.seal(running.session_id)
    qtbot.waitUntil(lambda: model.sentence == "Sealed, waiting for the chain")


def test_a_session_that_is_unknown_is_a_failure(
    qtbot: QtBot, bridge: Bridge, navigator: RecordedNavigator, parent: QObject
) -> None:
    """The screen says that there is no such session."""
    model = LiveModel(bridge, navigator, parent)  # type: ignore[arg-type]
    model.enter({"sessionId": "nobody"})
    qtbot.waitUntil(lambda: model.failure.get("code") == "session_unknown")
    model.leave()


def test_an_answer_about_opening_the_session_is_not_needed(
    qtbot: QtBot, model: LiveModel, navigator: RecordedNavigator, appliance: MadeUpAppliance
) -> None:
    """The way to the session's own page is open whatever else is under way."""
    appliance.answers[EndSession] = PENDING
    model.openSession()
    assert navigator.replaced == [("session", {"sessionId": model.sessionId})]


def test_a_session_that_a_peer_can_join_has_a_screen_of_its_own(
    qtbot: QtBot,
    bridge: Bridge,
    navigator: RecordedNavigator,
    parent: QObject,
    appliance: MadeUpAppliance,
) -> None:
    """It is shown there, unless it is over; a session that is only recorded stays here."""
    appliance.submit(HostSession())
    session_id = made_up.session_id(hosted.HOSTED)
    made = LiveModel(bridge, navigator, parent)  # type: ignore[arg-type]
    for arguments in ({"sessionId": "another"}, {"sessionId": session_id, "isOver": True}):
        made.enter(arguments)
        qtbot.waitUntil(lambda: bool(appliance.sent(ReadHosting)))
        made.leave()
    assert navigator.replaced == []
    made.enter({"sessionId": session_id})
    qtbot.waitUntil(lambda: bool(navigator.replaced))
    assert navigator.replaced == [("hosting", {"sessionId": session_id})]
    made.leave()
