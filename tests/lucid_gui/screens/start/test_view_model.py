"""The start screen chooses a source, looks at the space and starts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import SourceKind, StartSession
from core.api.events import SpaceChanged
from core.api.hosting import HostSession
from core.api.network import Network
from core.api.permissions import Profile
from core.api.snapshots import EnginePhase, SpaceLevel, SpaceSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.screens.start import view_model
from lucid_gui.screens.start.view_model import StartModel
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.made_up_network import ready
from tests.fakes.recorded_navigator import RecordedNavigator


@pytest.fixture
def model(
    bridge: Bridge,
    navigator: RecordedNavigator,
    parent: QObject,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[StartModel]:
    """Give the model of a screen that was entered, on a machine with one display."""
    monkeypatch.setattr(view_model, "find_displays", lambda: [":7"])
    made = StartModel(bridge, navigator, parent)  # type: ignore[arg-type]
    made.enter({})
    yield made
    made.leave()


def test_the_sandbox_comes_first_and_is_chosen(model: StartModel) -> None:
    """Beside it stand a remote peer and the displays that are there."""
    assert [each["display"] for each in model.sources] == ["", "", ":7"]
    assert model.selected == 0
    assert model.spaceText.startswith("70 % free")


def test_the_screen_that_the_kiosk_is_on_comes_last(
    model: StartModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be recorded, and is called what it is; any other display stands before it."""
    monkeypatch.setattr(view_model, "find_displays", lambda: [":0", ":7"])
    monkeypatch.setattr(view_model, "own_display", lambda _platform, _environment: ":0")
    model.enter({})
    titles = [(each["kind"], each["title"]) for each in model.sources[2:]]
    assert titles == [("display", "Display :7"), ("display", "Display :0, this screen")]
    assert "pages of this kiosk" in model.sources[-1]["detail"]


def test_starting_opens_the_live_screen(
    qtbot: QtBot, model: StartModel, appliance: MadeUpAppliance, navigator: RecordedNavigator
) -> None:
    """The chosen display is recorded; the live screen takes the start screen's place."""
    model.select(2)
    model.start()
    assert model.isStarting
    qtbot.waitUntil(lambda: bool(navigator.replaced))
    assert appliance.sent(StartSession) == [StartSession(SourceKind.DISPLAY, ":7")]
    assert navigator.replaced[0][0] == "live"


def test_two_taps_start_one_session(
    qtbot: QtBot, model: StartModel, appliance: MadeUpAppliance
) -> None:
    """While one is being started, nothing else is."""
    appliance.answers[StartSession] = PENDING
    model.start()
    model.start()
    model.select(1)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    assert len(appliance.sent(StartSession)) == 1
    assert model.selected == 0


def test_a_failure_is_shown_and_can_be_tried_again(
    qtbot: QtBot, model: StartModel, appliance: MadeUpAppliance
) -> None:
    """The sentence names what is missing, and Start works again."""
    appliance.answers[StartSession] = failure("display_unavailable", display=":7")
    model.start()
    qtbot.waitUntil(lambda: model.failure != {})
    assert model.failure["what"] == "The display :7 cannot be opened."
    assert model.canStart


@pytest.mark.parametrize(
    "level, can_start",
    [
        (SpaceLevel.FINE, True),
        (SpaceLevel.LOW, True),
        (SpaceLevel.REFUSING, False),
        (SpaceLevel.CLOSING, False),
    ],
)
def test_too_little_space_refuses(
    qtbot: QtBot, model: StartModel, appliance: MadeUpAppliance, level: SpaceLevel, can_start: bool
) -> None:
    """Low space warns, less of it refuses."""
    appliance.emit(SpaceChanged(SpaceSnapshot(1, 100, level)))
    qtbot.waitUntil(lambda: model.spaceLevel == level.value)
    assert model.canStart is can_start
    model.start()
    assert model.isStarting is can_start


def test_a_running_session_is_offered_instead(
    qtbot: QtBot, model: StartModel, appliance: MadeUpAppliance, navigator: RecordedNavigator
) -> None:
    """There is one session at a time; the screen leads to it."""
    appliance.change_phase(EnginePhase.READY, running_session_id="abc")
    qtbot.waitUntil(lambda: model.runningId == "abc")
    assert not model.canStart
    model.openRunning()
    assert navigator.replaced == [("live", {"sessionId": "abc"})]


@pytest.mark.parametrize("profile", Profile)
def test_a_remote_peer_meets_the_chosen_profile(
    qtbot: QtBot,
    model: StartModel,
    appliance: MadeUpAppliance,
    navigator: RecordedNavigator,
    profile: Profile,
) -> None:
    """Only the owner's own rules go along with Custom; the hosting screen opens."""
    assert not model.isForPeer
    model.select(1)
    assert model.isForPeer
    model.chooseProfile(profile.value)
    model.start()
    qtbot.waitUntil(lambda: bool(navigator.replaced))
    rules = model.rules.policy() if profile is Profile.CUSTOM else None
    assert appliance.sent(HostSession) == [HostSession(profile, rules)]
    assert navigator.replaced[0][0] == "hosting"


def test_a_session_can_stay_on_this_machine_though_tor_is_used(
    qtbot: QtBot, model: StartModel, appliance: MadeUpAppliance
) -> None:
    """What is sent is what is said; offline there is nothing to choose, and while the door is opened nothing either."""
    appliance.answers[HostSession] = PENDING
    appliance.net.set(Network(is_chosen=True))
    model.select(1)
    model.stayLocal(True)
    qtbot.waitUntil(lambda: model.reachText.startswith("This appliance works offline"))
    assert not model.hasTor
    appliance.net.set(ready())
    qtbot.waitUntil(lambda: model.hasTor)
    assert not model.isByTor
    assert model.reachText.startswith("Nothing of it goes to Tor")
    model.start()
    qtbot.waitUntil(lambda: bool(appliance.pending))
    model.stayLocal(False)
    assert model.isLocal
    assert appliance.sent(HostSession) == [HostSession(is_local=True)]


def test_a_profile_cannot_change_while_the_door_is_opened(
    qtbot: QtBot, model: StartModel, appliance: MadeUpAppliance
) -> None:
    """What was sent is what the screen goes on to show."""
    appliance.answers[HostSession] = PENDING
    model.select(1)
    model.start()
    qtbot.waitUntil(lambda: bool(appliance.pending))
    model.chooseProfile("strict")
    assert model.profile == "standard"
