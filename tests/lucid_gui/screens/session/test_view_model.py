"""The session screen shows one session as it stands now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import ShowSession
from core.api.snapshots import SessionState
from lucid_gui.bridge import Bridge
from lucid_gui.screens.session.view_model import SessionModel
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.recorded_navigator import RecordedNavigator

SESSION = made_up.session_id(0)


@pytest.fixture
def model(
    qtbot: QtBot, bridge: Bridge, navigator: RecordedNavigator, parent: QObject
) -> Iterator[SessionModel]:
    """Give the model of a screen on an anchored session."""
    made = SessionModel(bridge, navigator, parent)  # type: ignore[arg-type]
    made.enter({"sessionId": SESSION})
    qtbot.waitUntil(lambda: made.isThere)
    yield made
    made.leave()


def test_a_session_says_how_it_stands_first(model: SessionModel) -> None:
    """The sentence, the block, and the facts behind them."""
    assert model.sentence == "Sealed and anchored"
    assert model.detail.replace("\u202f", " ") == "In block 18 122."
    assert model.durationText == "1 h 12 min"
    assert {each["title"] for each in model.facts} >= {"Length", "Size", "How it ended"}


def test_its_parts_are_all_there(model: SessionModel) -> None:
    """Manifest, chunks, gaps and anchors come from the same answer."""
    assert len(model.chunks) == made_up.CHUNKS
    assert model.gaps[0]["text"] == "No pictures for 4 s: the encoder restarted"
    assert [each["kind"] for each in model.anchors] == ["Session opened", "Session sealed"]
    assert model.manifestLines[0] == "{"
    hashes = {each["title"] for each in model.manifestFacts if each["isHash"]}
    assert hashes >= {"Session", "Merkle root", "Manifest hash", "The session's own key"}


def test_a_sealed_session_plays(model: SessionModel, navigator: RecordedNavigator) -> None:
    """Play opens the player on it."""
    model.play()
    assert navigator.opened == [("player", {"sessionId": SESSION})]


@pytest.mark.parametrize(
    "state, is_sealed",
    [
        (SessionState.RECORDING, False),
        (SessionState.SEALING, False),
        (SessionState.INTERRUPTED, False),
        (SessionState.FAILED, False),
        (SessionState.ANCHORING, True),
    ],
)
def test_only_what_is_sealed_can_be_played_and_exported(
    qtbot: QtBot,
    model: SessionModel,
    appliance: MadeUpAppliance,
    state: SessionState,
    is_sealed: bool,
) -> None:
    """The screen follows the state without being opened again."""
    appliance.change(SESSION, state=state)
    qtbot.waitUntil(lambda: model.state == state.value)
    assert (model.canPlay, model.isSealed) == (is_sealed, is_sealed)


def test_a_running_session_leads_to_its_live_screen(
    qtbot: QtBot, model: SessionModel, appliance: MadeUpAppliance, navigator: RecordedNavigator
) -> None:
    """There is no manifest yet, and the live screen is one tap away."""
    appliance.change(SESSION, state=SessionState.RECORDING)
    qtbot.waitUntil(lambda: model.isRunning)
    assert model.manifestLines == []
    model.openLive()
    assert navigator.opened == [("live", {"sessionId": SESSION})]


def test_an_unknown_session_is_a_failure(
    qtbot: QtBot, model: SessionModel, appliance: MadeUpAppliance
) -> None:
    """The sentence names it; a second try takes the note away."""
    working = appliance.answers[ShowSession]
    appliance.answers[ShowSession] = failure("session_unknown", 1, session_id=SESSION)
    model.load()
    qtbot.waitUntil(lambda: SESSION in model.failure.get("what", ""))
    appliance.answers[ShowSession] = working
    model.load()
    assert model.failure == {}


def test_coming_back_keeps_what_was_verified(qtbot: QtBot, model: SessionModel) -> None:
    """The player lies on top for a while; the report is still there afterwards."""
    model.verification.start()
    qtbot.waitUntil(lambda: model.verification.outcome == "holds")
    model.leave()
    model.enter({"sessionId": SESSION})
    qtbot.waitUntil(lambda: model.isThere)
    assert model.verification.outcome == "holds"
