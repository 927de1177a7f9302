"""The sessions screen lists, follows and opens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import ListSessions
from core.api.events import SessionChanged
from core.api.snapshots import SessionState
from lucid_gui.bridge import Bridge
from lucid_gui.screens.sessions.view_model import SessionsModel
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.recorded_navigator import RecordedNavigator


@pytest.fixture
def model(
    qtbot: QtBot, bridge: Bridge, navigator: RecordedNavigator, parent: QObject
) -> Iterator[SessionsModel]:
    """Give the model of a screen that has read its list."""
    made = SessionsModel(bridge, navigator, parent)  # type: ignore[arg-type]
    made.enter({})
    qtbot.waitUntil(lambda: not made.isLoading)
    yield made
    made.leave()


def test_the_list_follows_the_engine(
    qtbot: QtBot, model: SessionsModel, appliance: MadeUpAppliance
) -> None:
    """A session that begins appears, and its state changes in place."""
    assert model.countText == "1 session"
    begun = made_up.summary(-1, SessionState.RECORDING)
    appliance.emit(SessionChanged(begun))
    qtbot.waitUntil(lambda: model.count == 2)
    assert model.sessions.is_running(begun.session_id)
    appliance.emit(SessionChanged(made_up.summary(-1, SessionState.ANCHORED)))
    qtbot.waitUntil(lambda: not model.sessions.is_running(begun.session_id))


def test_a_running_session_opens_live_and_others_on_their_page(
    qtbot: QtBot, model: SessionsModel, appliance: MadeUpAppliance, navigator: RecordedNavigator
) -> None:
    """The screen that fits the state is opened."""
    begun = made_up.summary(-1, SessionState.RECORDING)
    appliance.emit(SessionChanged(begun))
    qtbot.waitUntil(lambda: model.count == 2)
    model.open(begun.session_id)
    model.open(made_up.session_id(0))
    model.startOne()
    assert [screen for screen, _arguments in navigator.opened] == ["live", "session", "start"]


def test_a_list_that_cannot_be_read_says_so(
    qtbot: QtBot, model: SessionsModel, appliance: MadeUpAppliance
) -> None:
    """The failure is shown, what is known stays, and a second try takes it away."""
    working = appliance.answers[ListSessions]
    appliance.answers[ListSessions] = failure("store_corrupt", 1, reason="bad page")
    model.load()
    qtbot.waitUntil(lambda: model.failure != {})
    assert model.count == 1
    appliance.answers[ListSessions] = working
    model.load()
    assert model.failure == {}
