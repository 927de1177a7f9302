"""The hosting screen follows the session, and does what the owner asks once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import EndSession, WatchSession
from core.api.events import IncidentRecorded, SpaceChanged
from core.api.hosting import DropPeer, HostSession, Invite, Revoke, Shield
from core.api.network import ServicePhase
from core.api.permissions import Capability
from core.api.snapshots import SessionState, SpaceLevel, SpaceSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.screens.hosting.view_model import HostingModel
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.recorded_navigator import RecordedNavigator

SESSION = made_up.session_id(hosted.HOSTED)
OVER = ("live", {"sessionId": SESSION, "isOver": True})


@pytest.fixture
def model(
    qtbot: QtBot,
    bridge: Bridge,
    navigator: RecordedNavigator,
    parent: QObject,
    appliance: MadeUpAppliance,
) -> Iterator[HostingModel]:
    """Give the model of a screen that was entered, on a session that waits for its peer."""
    appliance.submit(HostSession())
    qtbot.waitUntil(lambda: appliance.door.hosting is not None)
    made = HostingModel(bridge, navigator, parent)  # type: ignore[arg-type]
    made.enter({"sessionId": SESSION})
    qtbot.waitUntil(lambda: made.isThere)
    yield made
    made.leave()


def state_of(model: HostingModel, capability: Capability) -> str:
    """Read how a chip stands."""
    return next(
        str(each["state"]) for each in model.chips if each["capability"] == capability.value
    )


def let_in(qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance) -> None:
    """Let the peer come in."""
    appliance.door.admit()
    qtbot.waitUntil(lambda: model.peerState == "admitted")


def test_it_shows_the_invitation_then_the_peer(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """Each step of the peer is said."""
    assert model.invitation["code"] == hosted.invitation().code
    appliance.door.knock()
    qtbot.waitUntil(lambda: model.sentence == "Waiting for the code")
    let_in(qtbot, model, appliance)
    assert model.invitation == {}
    assert model.detail == "It sees the desktop and may do nothing."


def test_pictures_and_numbers_come_while_it_is_shown(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """They are asked for on coming, and no more on leaving."""
    qtbot.waitUntil(lambda: model.feed.hasPicture)
    appliance.progress(SESSION, duration_s=65.0, is_in_gap=True)
    qtbot.waitUntil(lambda: model.clock == "1:05")
    assert model.isInGap
    assert model.chunks == "3 chunks"
    model.leave()
    assert not model.feed.hasPicture
    qtbot.waitUntil(lambda: appliance.sent(WatchSession)[-1].is_watching is False)


def test_one_tap_takes_a_grant_back(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """Once, however often it is tapped, and only what is granted."""
    let_in(qtbot, model, appliance)
    appliance.answers[Revoke] = PENDING
    model.revoke(Capability.KEYBOARD.value)
    model.revoke(Capability.VIEW.value)
    model.revoke(Capability.VIEW.value)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    assert appliance.sent(Revoke) == [Revoke(SESSION, Capability.VIEW)]
    assert not any(each["isRevocable"] for each in model.chips)
    appliance.finish(Revoke, failure("session_unknown", 1, session_id=SESSION))
    qtbot.waitUntil(lambda: bool(model.failure))
    assert state_of(model, Capability.VIEW) == "allowed"


def test_a_question_colours_its_chip_until_it_ends(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """Amber while it is open; then as it was."""
    let_in(qtbot, model, appliance)
    number = appliance.door.try_to(Capability.FILES_IN)
    qtbot.waitUntil(lambda: state_of(model, Capability.FILES_IN) == "asking")
    appliance.door.let_expire(number)
    qtbot.waitUntil(lambda: state_of(model, Capability.FILES_IN) == "denied")


def test_the_shield_goes_up_and_down(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """What is shown is what the engine says, not what was tapped."""
    appliance.answers[Shield] = PENDING
    model.toggleShield()
    model.toggleShield()
    qtbot.waitUntil(lambda: bool(appliance.pending))
    assert model.isShielding
    assert not model.isShielded
    appliance.finish(Shield)
    appliance.door.change(is_shielded=True)
    qtbot.waitUntil(lambda: model.isShielded and not model.isShielding)
    model.toggleShield()
    qtbot.waitUntil(lambda: len(appliance.sent(Shield)) == 2)
    assert [each.is_on for each in appliance.sent(Shield)] == [True, False]


def test_a_peer_that_is_sent_away_needs_a_new_code(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """Until the owner makes one, nobody can come in."""
    let_in(qtbot, model, appliance)
    model.disconnectPeer()
    qtbot.waitUntil(lambda: model.peerState == "absent" and not model.isDropping)
    assert model.invitation == {}
    model.invite()
    qtbot.waitUntil(lambda: bool(model.invitation) and not model.isInviting)
    assert len(appliance.sent(DropPeer)) == len(appliance.sent(Invite)) == 1


def test_the_door_is_locked_after_wrong_codes(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """The screen counts the time down by itself."""
    appliance.door.guess_wrong(5, model.now_utc_ms() + 1500)
    qtbot.waitUntil(lambda: model.isLocked)
    assert model.sentence == "Too many wrong codes"
    qtbot.waitUntil(lambda: not model.isLocked, timeout=10_000)
    assert model.sentence == "Nobody is connected"


def test_zones_follow_the_engine(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """With the windows that a rule hides counted beside them."""
    appliance.door.change(zones=hosted.ZONES, hidden_windows=2)
    qtbot.waitUntil(lambda: model.zones.count == 2)
    assert model.hiddenText == "2 windows hidden"
    assert model.zones.rows[0]["x"] == pytest.approx(840 / 1280)


def test_the_end_leads_to_the_sealing(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance, navigator: RecordedNavigator
) -> None:
    """Once, by the owner's word; the live screen shows its way to the chain."""
    model.end()
    model.end()
    qtbot.waitUntil(lambda: bool(navigator.replaced))
    assert appliance.sent(EndSession) == [EndSession(SESSION)]
    assert navigator.replaced == [OVER]


@pytest.mark.parametrize("way", ["door", "state"])
def test_a_session_that_ends_by_itself_leads_there_too(
    qtbot: QtBot,
    model: HostingModel,
    appliance: MadeUpAppliance,
    navigator: RecordedNavigator,
    way: str,
) -> None:
    """Whichever word of the engine comes first, and the other one changes nothing."""
    if way == "door":
        appliance.door.end()
    appliance.change(SESSION, state=SessionState.SEALING)
    qtbot.waitUntil(lambda: bool(navigator.replaced))
    assert model.isThere
    assert navigator.replaced == [OVER]


def test_an_end_that_fails_is_said(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance, navigator: RecordedNavigator
) -> None:
    """The session goes on, and can be ended again."""
    appliance.answers[EndSession] = failure("storage_full", path="/data")
    model.end()
    qtbot.waitUntil(lambda: bool(model.failure))
    assert not model.isEnding
    assert navigator.replaced == []


def test_incidents_and_space_are_shown_here(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """The session's own and Lucid's, but not another session's."""
    gap = failure("recording_gap", reason="stalled", seconds=1.0)
    assert model.shows_incident(IncidentRecorded(gap, SESSION))
    assert not model.shows_incident(IncidentRecorded(gap, "another"))
    appliance.emit(IncidentRecorded(gap, "another"))
    appliance.emit(IncidentRecorded(gap, SESSION))
    appliance.emit(SpaceChanged(SpaceSnapshot(2_000, 40_000, SpaceLevel.LOW)))
    qtbot.waitUntil(lambda: len(model.incidents) == 2)
    assert model.incidents[0]["what"] == "Only 5 % of the disk is free."
    appliance.emit(SpaceChanged(SpaceSnapshot(20_000, 40_000, SpaceLevel.FINE)))
    qtbot.waitUntil(lambda: len(model.incidents) == 1)


def test_a_tor_that_leads_here_again_is_not_said_to_be_away(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """What was said while it was away goes once the session is reached; what else happened stays."""
    appliance.door.change(reach=ServicePhase.REACHABLE)
    appliance.emit(IncidentRecorded(failure("recording_gap", reason="x", seconds=1.0), SESSION))
    appliance.emit(IncidentRecorded(failure("tor_lost", reason="it was killed")))
    appliance.door.change(reach=ServicePhase.WAITING)
    qtbot.waitUntil(lambda: len(model.incidents) == 2 and model.reach["state"] == "waiting")
    appliance.door.change(reach=ServicePhase.REACHABLE)
    qtbot.waitUntil(lambda: len(model.incidents) == 1)
    assert model.incidents[0]["code"] == "recording_gap"


def test_another_sessions_words_change_nothing(
    qtbot: QtBot, model: HostingModel, appliance: MadeUpAppliance
) -> None:
    """Neither its peer, nor its pictures, nor its end."""
    appliance.door.change(session_id="another", is_shielded=True)
    appliance.door.change(session_id=SESSION, is_shielded=False, hidden_windows=1)
    qtbot.waitUntil(lambda: model.hiddenText != "")
    assert not model.isShielded
