"""The shell: phases, chips, notices, rail, rotation, sleep."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF

from core.api.commands import LockVault, ReadSettings
from core.api.events import ChainChanged, IncidentRecorded, SettingChanged, SpaceChanged
from core.api.snapshots import EnginePhase, SessionState, Setting, SpaceLevel, SpaceSnapshot
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import CHAIN, READY, failure
from tests.fakes.kiosk_scripts import SETTINGS, full_port
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Mouse, Touch

FINGERS = {"mouse": Mouse, "touch": Touch}


@pytest.mark.parametrize(
    "phase, screen",
    [
        (EnginePhase.NO_VAULT, "welcome"),
        (EnginePhase.LOCKED, "welcome"),
        (EnginePhase.FAILED, "welcome"),
        (EnginePhase.READY, "home"),
    ],
)
def test_the_engine_s_phase_leads_to_its_screen(
    open_kiosk: KioskOpener, phase: EnginePhase, screen: str
) -> None:
    """First use, locked and failed stand at the door; ready goes in."""
    kiosk = open_kiosk(full_port(replace(READY, phase=phase)))
    kiosk.until(lambda: kiosk.screen() == screen)
    kiosk.until(lambda: bool(kiosk.seen("rail-home")) == (screen == "home"))


def test_locking_leads_back_to_the_door(open_kiosk: KioskOpener) -> None:
    """Lock now, from wherever one is, and nothing of the house is in sight."""
    port = full_port()
    port.answers[LockVault] = lambda _command: port.change_phase(EnginePhase.LOCKED)
    kiosk = open_kiosk(port)
    kiosk.tap("rail-settings")
    kiosk.tap("lock")
    kiosk.until(lambda: kiosk.screen() == "welcome")
    assert kiosk.seen("rail-home") == []


def test_the_chips_say_how_things_stand(open_kiosk: KioskOpener) -> None:
    """Block, space, and both in amber words when something is wrong."""
    port = full_port()
    kiosk = open_kiosk(port)
    status = kiosk.session.status
    kiosk.until(lambda: status.chainText == "Block 18\N{NARROW NO-BREAK SPACE}204")
    assert status.spaceText == "70 % free"
    port.emit(ChainChanged(replace(CHAIN, is_reachable=False)))
    port.emit(SpaceChanged(SpaceSnapshot(4, 100, SpaceLevel.REFUSING)))
    kiosk.until(lambda: status.chainText == "Chain away")
    kiosk.until(lambda: (status.spaceText, status.isSpaceLow) == ("4 % free", True))


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
@pytest.mark.parametrize("finger", sorted(FINGERS))
def test_the_rail_leads_everywhere(
    open_kiosk: KioskOpener, finger: str, size: tuple[int, int]
) -> None:
    """Each entry opens its screen, by mouse and by touch, beside or below."""
    kiosk = open_kiosk(full_port(), size=size, finger=FINGERS[finger]())
    for screen in ("sessions", "node", "settings", "home"):
        kiosk.tap(f"rail-{screen}")
        kiosk.until(lambda screen=screen: kiosk.screen() == screen)  # type: ignore[misc]


def test_notices_come_one_after_the_other(open_kiosk: KioskOpener) -> None:
    """An equal one is shown once; the cross takes it away, and so does a tap anywhere on it."""
    port = full_port()
    kiosk = open_kiosk(port)
    for code in ("chain_unreachable", "chain_unreachable", "recorder_failed"):
        port.emit(IncidentRecorded(failure(code)))
    notices = kiosk.session.notices
    kiosk.until(lambda: notices.count == 2)
    first = notices.what
    kiosk.tap("dismiss")
    kiosk.until(lambda: notices.count == 1)
    assert notices.what != first
    kiosk.tap("notice")
    kiosk.until(lambda: not kiosk.seen("notice"))


def test_each_notice_goes_by_itself(open_kiosk: KioskOpener) -> None:
    """An incident has longer than a failure, and each its whole time; the next one follows."""
    port = full_port()
    port.answers[LockVault] = failure("session_busy", session_id="x")
    kiosk = open_kiosk(port)
    timer = kiosk.window.findChild(QObject, "noticeTimer")
    port.emit(IncidentRecorded(failure("recorder_failed")))
    kiosk.until(lambda: kiosk.seen("notice"))
    incident_ms = timer.property("interval")
    kiosk.session.bridge.submit(LockVault())
    kiosk.until(lambda: kiosk.session.notices.count == 2)
    kiosk.session.notices.dismiss()
    assert timer.property("running")
    assert timer.property("interval") < incident_ms
    port.emit(IncidentRecorded(failure("chain_unreachable")))
    kiosk.until(lambda: kiosk.session.notices.count == 2)
    for left in (1, 0):
        timer.setProperty("interval", 1)
        kiosk.until(lambda left=left: kiosk.session.notices.count == left)  # type: ignore[misc]
    assert not kiosk.seen("notice")


def test_a_notice_waits_while_the_screen_is_dark(open_kiosk: KioskOpener) -> None:
    """Its time begins when somebody can read it."""
    port = full_port()
    kiosk = open_kiosk(port)
    timer = kiosk.window.findChild(QObject, "noticeTimer")
    shell = kiosk.item("stage").childItems()[-1].childItems()[0]
    shell.setProperty("isAsleep", True)
    port.emit(IncidentRecorded(failure("recorder_failed")))
    kiosk.until(lambda: kiosk.session.notices.count == 1)
    assert not timer.property("running")
    shell.setProperty("isAsleep", False)
    kiosk.until(lambda: timer.property("running"))


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
@pytest.mark.parametrize("screen", ["home", "start", "live", "session"])
def test_a_notice_covers_no_button(
    open_kiosk: KioskOpener, screen: str, size: tuple[int, int]
) -> None:
    """Whatever can be started, ended, played or exported stays in reach."""
    port = MadeUpAppliance((made_up.summary(), made_up.summary(-22, SessionState.RECORDING)))
    kiosk = open_kiosk(port, size=size)
    subject = made_up.session_id(-22 if screen == "live" else 0)
    kiosk.open(screen, **({"sessionId": subject} if screen in {"live", "session"} else {}))
    port.emit(IncidentRecorded(failure("recorder_failed"), "another session"))
    kiosk.until(lambda: kiosk.seen("notice"))
    kiosk.draw()
    notice = kiosk.item("notice")
    place = notice.mapRectToScene(notice.boundingRect())
    buttons = [each for each in kiosk.items() if type_name(each).startswith("ActionButton")]
    assert buttons
    for button in buttons:
        assert not place.intersects(button.mapRectToScene(button.boundingRect()))


def type_name(item: QObject) -> str:
    """Name the QML type of an item."""
    return item.metaObject().className()


@pytest.mark.parametrize("screen, number", [("live", -22), ("player", 0)])
def test_a_screen_s_own_incident_is_no_notice(
    open_kiosk: KioskOpener, screen: str, number: int
) -> None:
    """What a screen says about its session is not said twice; what it does not say is a notice."""
    port = MadeUpAppliance((made_up.summary(), made_up.summary(-22, SessionState.RECORDING)))
    kiosk = open_kiosk(port)
    own = made_up.session_id(number)
    kiosk.open(screen, sessionId=own)
    kiosk.until(lambda: screen == "live" or kiosk.model().isThere)
    model = kiosk.model()
    port.emit(IncidentRecorded(failure("chunk_altered", index=7), own))
    kiosk.until(lambda: model.failure if screen == "player" else model.incidents)
    assert kiosk.session.notices.count == 0
    port.emit(IncidentRecorded(failure("recorder_failed"), "another session"))
    kiosk.until(lambda: kiosk.session.notices.count == 1)


def test_a_failure_that_no_screen_handles_is_shown(open_kiosk: KioskOpener) -> None:
    """Locking while a session runs is refused, and the shell says so."""
    port = full_port()
    port.answers[LockVault] = failure("session_busy", session_id="x")
    kiosk = open_kiosk(port)
    kiosk.tap("rail-settings")
    kiosk.tap("lock")
    kiosk.until(lambda: kiosk.seen("notice"))
    assert not kiosk.session.notices.isIncident


def test_settings_turn_and_colour_the_screen(open_kiosk: KioskOpener) -> None:
    """The engine's settings hold as soon as they are read, and whenever they change."""
    port = full_port()
    port.answers[ReadSettings] = tuple(
        replace(each, value="light") if each.name == "theme" else each for each in SETTINGS
    )
    kiosk = open_kiosk(port, theme=None)
    kiosk.until(lambda: kiosk.window.color().name() == "#f4f5f1")
    port.emit(SettingChanged(Setting("rotation", 180, 0)))
    kiosk.until(lambda: kiosk.item("stage").rotation() == 180)


@pytest.mark.parametrize("finger", sorted(FINGERS))
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_touches_turn_with_the_picture(
    open_kiosk: KioskOpener, size: tuple[int, int], rotation: int, finger: str
) -> None:
    """However the appliance is held, a tap lands on what is seen there."""
    port = full_port()
    kiosk = open_kiosk(port, size=size, finger=FINGERS[finger]())
    port.emit(SettingChanged(Setting("rotation", rotation, 0)))
    stage = kiosk.item("stage")
    kiosk.until(lambda: stage.rotation() == rotation)
    is_turned = rotation % 180 != 0
    assert (stage.width(), stage.height()) == (size[::-1] if is_turned else size)
    tap_centre(kiosk, "rail-node")
    kiosk.until(lambda: kiosk.screen() == "node")
    tap_centre(kiosk, "rail-home")
    kiosk.until(lambda: kiosk.screen() == "home")


def tap_centre(kiosk: KioskDriver, name: str) -> None:
    """Tap where an item's centre is on the glass, and see that this is on the glass."""
    item = kiosk.item(name)
    at = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    assert 0 <= at.x() < kiosk.window.width()
    assert 0 <= at.y() < kiosk.window.height()
    kiosk.finger.press(kiosk.window, at)
    kiosk.finger.lift(kiosk.window, at)


@pytest.mark.parametrize("finger", sorted(FINGERS))
def test_the_touch_that_wakes_the_screen_presses_nothing(
    open_kiosk: KioskOpener, finger: str
) -> None:
    """The dark screen takes the first touch; the second one counts."""
    kiosk = open_kiosk(full_port(), finger=FINGERS[finger]())
    rail = kiosk.item("rail-node")
    shell = kiosk.item("stage").childItems()[-1].childItems()[0]
    shell.setProperty("isAsleep", True)
    at = rail.mapToScene(QPointF(rail.width() / 2, rail.height() / 2)).toPoint()
    kiosk.finger.press(kiosk.window, at)
    assert shell.property("isAsleep"), "it wakes when the finger is lifted"
    kiosk.finger.lift(kiosk.window, at)
    kiosk.until(lambda: not shell.property("isAsleep"))
    assert kiosk.screen() == "home"
    kiosk.finger.press(kiosk.window, at)
    kiosk.finger.lift(kiosk.window, at)
    kiosk.until(lambda: kiosk.screen() == "node")


def test_while_it_stops_nothing_can_be_tapped(open_kiosk: KioskOpener) -> None:
    """The splash covers everything and says what is being done."""
    port = full_port()
    kiosk = open_kiosk(port)
    kiosk.until(lambda: kiosk.seen("start"))
    kiosk.session.status.show_stopping()
    kiosk.finger.press(kiosk.window, QPoint(40, 240))
    kiosk.finger.lift(kiosk.window, QPoint(40, 240))
    assert kiosk.screen() == "home"
