"""By taps alone: the first choice, what gets in Tor's way, bridges, and the change of the address."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication

from core.api.events import IncidentRecorded
from core.api.network import (
    Connect,
    FinishRotation,
    ForgetBridges,
    Network,
    RotateOnion,
    ServicePhase,
    ServiceShown,
    TorPhase,
    TorStatus,
    UseBridges,
    WorkOffline,
)
from core.api.scanning import CameraLooked, ScanCode
from core.api.snapshots import EnginePhase
from lucid_gui.screens.screen_model import ScreenModel
from tests.fakes import made_up_network as net
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.lucid_gui.kiosk_driver import KioskDriver
from tests.lucid_gui.screens.conftest import KioskMaker
from tests.lucid_gui.screens.test_hosted_flow import FINGERS, SIZES, check, check_targets

STATES = {
    "undecided": Network(),
    "forced": Network(is_mode_forced=True),
    "offline": Network(is_chosen=True),
    "starting": replace(net.connecting(0, "", ""), tor=TorStatus(TorPhase.STARTING)),
    "connecting": net.connecting(50, "loading_descriptors", "Loading relay descriptors"),
    "stuck": net.stuck(),
    "restarting": net.restarting(),
    "missing": replace(net.restarting(), tor=TorStatus(TorPhase.MISSING)),
    "off": replace(net.restarting(), tor=TorStatus()),
    "ready": net.ready(),
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screens' clock stand."""
    monkeypatch.setattr(ScreenModel, "utc_clock", staticmethod(lambda: made_up.NOW_UTC_MS))


def visit(
    make_kiosk: KioskMaker, network: Network, **options: object
) -> tuple[KioskDriver, MadeUpAppliance]:
    """Open the network screen by way of the settings."""
    appliance = MadeUpAppliance()
    appliance.net.set(network)
    kiosk = make_kiosk(appliance, **options)
    kiosk.tap("rail-settings")
    kiosk.tap("networkRow")
    kiosk.until(lambda: kiosk.screen() == "network" and kiosk.model()._network == network)
    return kiosk, appliance


def approve(kiosk: KioskDriver, sheet: str) -> None:
    """Say yes once the sheet takes an answer."""
    kiosk.until(lambda: not kiosk.item(sheet).property("isGuarded"))
    check_targets(kiosk)
    kiosk.tap("approve")


@SIZES
@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_fits(make_kiosk: KioskMaker, size: tuple[int, int], state: str) -> None:
    """Each state has its sentence, and nothing is cut or too small to tap."""
    kiosk, _ = visit(make_kiosk, STATES[state], size=size)
    assert kiosk.model().state["state"] == state
    assert kiosk.text("networkSentence")
    check(kiosk)


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_a_new_appliance_asks_before_it_connects(
    make_kiosk: KioskMaker, size: tuple[int, int], finger: str
) -> None:
    """After the first passphrase the choice comes by itself; a bridge can be chosen before any connection."""
    appliance = MadeUpAppliance()
    appliance.change_phase(EnginePhase.NO_VAULT)
    appliance.net.set(Network())
    kiosk = make_kiosk(appliance, size=size, finger=FINGERS[finger]())
    kiosk.until(lambda: kiosk.screen() == "welcome" and kiosk.session.status.networkText)
    appliance.change_phase(EnginePhase.READY)
    kiosk.until(lambda: kiosk.screen() == "network" and kiosk.model().state["state"] == "undecided")
    check(kiosk)
    kiosk.tap("bridgeButton")
    check(kiosk)
    QGuiApplication.clipboard().setText(net.SNOWFLAKE_LINE)
    kiosk.tap("bridgePasteButton")
    kiosk.item("understood0")
    QGuiApplication.clipboard().clear()
    kiosk.tap("useBridgesButton")
    kiosk.until(lambda: kiosk.model().bridges)
    assert appliance.sent(UseBridges) == [UseBridges(net.SNOWFLAKE_LINE)]
    assert appliance.sent(Connect) == []
    kiosk.tap("connectButton")
    kiosk.until(lambda: kiosk.model().state["state"] == "connecting")
    assert len(appliance.sent(Connect)) == 1
    check(kiosk)
    kiosk.tap("laterButton")
    kiosk.until(lambda: kiosk.screen() == "home" and not kiosk.seen("networkCard"))


@SIZES
def test_the_choice_can_wait_and_home_reminds_of_it(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Nothing was asked of the engine; the card at home leads to the choice, and goes with it."""
    appliance = MadeUpAppliance()
    appliance.net.set(Network())
    kiosk = make_kiosk(appliance, size=size)
    kiosk.item("networkCard")
    check(kiosk)
    kiosk.tap("chooseNetwork")
    kiosk.tap("offlineButton")
    kiosk.until(lambda: kiosk.model().state["state"] == "offline")
    assert appliance.sent(WorkOffline) == [WorkOffline()]
    kiosk.tap("rail-home")
    kiosk.until(lambda: kiosk.screen() == "home" and not kiosk.seen("networkCard"))


def test_an_appliance_that_is_known_already_asks_nothing(make_kiosk: KioskMaker) -> None:
    """Unlocking leads home, whatever was chosen."""
    appliance = MadeUpAppliance()
    appliance.change_phase(EnginePhase.LOCKED)
    appliance.net.set(Network())
    kiosk = make_kiosk(appliance)
    kiosk.until(lambda: kiosk.session.status.networkText)
    appliance.change_phase(EnginePhase.READY)
    kiosk.until(lambda: kiosk.screen() == "home")


def test_tors_own_phases_are_shown_while_it_connects(make_kiosk: KioskMaker) -> None:
    """Percentage, summary, time since the last change and the deadline are Tor's and the engine's own."""
    kiosk, appliance = visit(make_kiosk, STATES["connecting"])
    assert kiosk.text("torPercent") == "Tor says: Loading relay descriptors"
    assert kiosk.item("torPercent").property("share") == 0.5
    assert kiosk.text("torSilence") == (
        "No change for 12 s. If it gets nowhere, you are asked what to do in 1:20."
    )
    assert [each["status"] for each in kiosk.model().steps] == ["done", "done", "now", "later"]
    appliance.net.set(net.ready())
    kiosk.until(lambda: kiosk.text("networkSentence") == "Connected by Tor")
    assert not kiosk.seen("torProgress")


def test_what_is_stuck_is_said_and_can_be_tried_again(make_kiosk: KioskMaker) -> None:
    """After the deadline the reason stands there with three ways on."""
    kiosk, appliance = visit(make_kiosk, net.stuck())
    assert "connection refused" in kiosk.text("networkSentence")
    for name in ("connectButton", "bridgeButton", "offlineButton"):
        assert kiosk.item(name).property("height") == 64
    kiosk.tap("connectButton")
    kiosk.until(lambda: appliance.sent(Connect) == [Connect()])
    kiosk.until(lambda: kiosk.model().state["state"] == "connecting")


def test_a_wrong_clock_is_said_as_that(make_kiosk: KioskMaker) -> None:
    """No bridge is offered, since none helps."""
    wrong = failure("clock_wrong", minutes=127, direction="slow")
    kiosk, _ = visit(make_kiosk, net.stuck(wrong))
    assert kiosk.text("networkSentence").startswith(
        "The clock of this appliance is 127 minutes slow"
    )
    assert not kiosk.seen("bridgeButton")


@SIZES
def test_bridges_are_typed_shown_and_used(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """A line that is wrong is said to be; a right one is shown first, then used, then forgotten."""
    kiosk, appliance = visit(make_kiosk, net.stuck(), size=size)
    kiosk.tap("bridgeButton")
    kiosk.tap("bridgeField")
    kiosk.until(lambda: kiosk.session.navigator and kiosk.item("bridgeField").property("isEditing"))
    check(kiosk)
    kiosk.item("bridgeField").setProperty("text", "hello")
    kiosk.item("bridgeField").accept()
    kiosk.until(lambda: "Bridge line 1" in kiosk.text("bridgesFailure"))
    check(kiosk)
    kiosk.item("bridgeField").setProperty("text", net.OBFS4_LINE)
    kiosk.item("bridgeField").accept()
    kiosk.item("understood0")
    check(kiosk)
    assert appliance.sent(UseBridges) == []
    kiosk.tap("useBridgesButton")
    kiosk.until(lambda: appliance.sent(UseBridges) == [UseBridges(net.OBFS4_LINE)])
    kiosk.item("bridge0")
    check(kiosk)
    kiosk.tap("forgetBridgesButton")
    kiosk.until(lambda: appliance.sent(ForgetBridges) and not kiosk.seen("bridge0"))


@SIZES
def test_bridges_that_cannot_be_read_are_replaced_or_forgotten(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """What was kept keeps Tor from starting; the screen says so, and both ways out are on it."""
    kiosk, appliance = visit(make_kiosk, net.with_unreadable_bridges(), size=size)
    assert "cannot be read" in kiosk.text("networkSentence")
    assert kiosk.seen("otherBridgesButton")
    check(kiosk)
    kiosk.tap("forgetBridgesButton")
    kiosk.until(lambda: appliance.sent(ForgetBridges))


@SIZES
@pytest.mark.parametrize("state", ["undecided", "connecting", "stuck", "missing", "ready"])
def test_a_tor_of_the_system_leads_to_no_bridges(
    make_kiosk: KioskMaker, size: tuple[int, int], state: str
) -> None:
    """It is configured where it is; nothing on the screen leads to bridges that it would refuse."""
    network = replace(STATES[state], is_tor_others=True)
    kiosk, _ = visit(make_kiosk, network, size=size)
    assert kiosk.text("networkSentence")
    assert not kiosk.seen("bridgeButton")
    assert not kiosk.seen("otherBridgesButton")
    assert not kiosk.seen("forgetBridgesButton")
    check(kiosk)


def test_bridges_are_pasted_and_can_be_discarded(make_kiosk: KioskMaker) -> None:
    """Two lines at once are two bridges; nothing is used."""
    kiosk, appliance = visit(make_kiosk, Network())
    QGuiApplication.clipboard().setText(f"{net.OBFS4_LINE}\n{net.SNOWFLAKE_LINE}\n")
    kiosk.tap("bridgeButton")
    kiosk.tap("bridgePasteButton")
    kiosk.item("understood1")
    kiosk.tap("discardBridgesButton")
    kiosk.until(lambda: not kiosk.seen("understood0"))
    QGuiApplication.clipboard().clear()
    assert appliance.sent(UseBridges) == []


@SIZES
def test_bridges_come_from_a_qr_code(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """The camera's picture is shown, what the code says is understood, and the camera is let go."""
    kiosk, appliance = visit(make_kiosk, net.stuck(), size=size)
    appliance.answers[ScanCode] = PENDING
    kiosk.tap("bridgeButton")
    kiosk.tap("bridgeScanButton")
    kiosk.item("scanCover")
    appliance.emit(CameraLooked(4, 3, bytes(36)))
    kiosk.until(lambda: kiosk.model().scanner.feed.hasPicture)
    check_targets(kiosk)
    appliance.finish(ScanCode, net.OBFS4_LINE)
    kiosk.item("understood0")
    assert not kiosk.seen("scanCover")
    assert not kiosk.model().scanner.feed.hasPicture


def test_a_scan_that_finds_nothing_can_be_tried_again_or_left(make_kiosk: KioskMaker) -> None:
    """The reason is shown; leaving the screen cancels what runs."""
    kiosk, appliance = visit(make_kiosk, net.stuck())
    appliance.answers[ScanCode] = failure("camera_missing", 3, reason="there is no camera")
    kiosk.tap("bridgeButton")
    kiosk.tap("bridgeScanButton")
    kiosk.until(lambda: "there is no camera" in kiosk.text("scanFailure"))
    check_targets(kiosk)
    appliance.answers[ScanCode] = PENDING
    kiosk.tap("scanAgainButton")
    kiosk.until(lambda: appliance.pending)
    kiosk.tap("rail-home")
    kiosk.until(lambda: not appliance.pending)


@pytest.mark.parametrize("share, hours", [(0.15, 0.0), (0.5, 24.0), (0.85, 168.0)])
def test_the_address_is_changed_after_a_confirmation(
    make_kiosk: KioskMaker, share: float, hours: float
) -> None:
    """The length is what was chosen, and only the sheet's yes does it."""
    kiosk, appliance = visit(make_kiosk, net.ready())
    kiosk.tap("rotateButton")
    check(kiosk)
    kiosk.tap("overlapChoice", share)
    kiosk.tap("rotateNowButton")
    assert appliance.sent(RotateOnion) == []
    approve(kiosk, "rotateSheet")
    kiosk.until(lambda: appliance.sent(RotateOnion) == [RotateOnion(hours)])
    kiosk.until(lambda: kiosk.text("ownAddress") == net.OWN_NEW)


@SIZES
def test_both_addresses_are_shown_until_the_old_one_goes(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """It can be let go sooner, after a confirmation."""
    kiosk, appliance = visit(make_kiosk, net.ready(), size=size)
    appliance.submit(RotateOnion(24.0))
    kiosk.until(lambda: kiosk.text("oldAddress") == net.OWN)
    assert kiosk.text("oldAddressUntil").startswith("It goes in 24 h")
    assert not kiosk.seen("rotateButton")
    check(kiosk)
    kiosk.tap("finishButton")
    kiosk.until(lambda: not kiosk.item("finishSheet").property("isGuarded"))
    kiosk.tap("deny")
    assert appliance.sent(FinishRotation) == []
    kiosk.tap("finishButton")
    approve(kiosk, "finishSheet")
    kiosk.until(lambda: appliance.sent(FinishRotation) and not kiosk.seen("oldAddress"))


def test_a_refusal_is_said(make_kiosk: KioskMaker) -> None:
    """Going offline is refused while a session is reached, and the button is free again."""
    kiosk, appliance = visit(make_kiosk, net.ready())
    appliance.answers[WorkOffline] = failure("network_in_use", 1, session_id="x")
    kiosk.tap("offlineButton")
    kiosk.until(lambda: "reached by Tor" in kiosk.text("networkFailure"))
    kiosk.until(kiosk.item("offlineButton").isEnabled)


def test_the_pill_of_the_header_leads_to_the_network(make_kiosk: KioskMaker) -> None:
    """It says how Tor stands on every screen with a header."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance)
    assert not kiosk.seen("networkPill")
    appliance.net.set(STATES["connecting"])
    kiosk.until(lambda: kiosk.session.status.networkText == "Tor 50 %")
    kiosk.tap("networkPill")
    kiosk.until(lambda: kiosk.screen() == "network")
    kiosk.tap("networkPill")
    kiosk.tap("back")
    kiosk.until(lambda: kiosk.screen() == "home")


def test_the_end_of_tors_support_is_told_once(make_kiosk: KioskMaker) -> None:
    """Sixty days before, a notice says the day; the engine's incident about it is not a second one."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance)
    past = replace(net.ready().tor, ends_utc_ms=1_600_000_000_000)
    appliance.net.set(net.ready(tor=past))
    kiosk.until(lambda: "ends on 2020-09-13" in kiosk.session.notices.what)
    incident = failure("tor_ending", version=net.VERSION, day="2020-09-13")
    appliance.emit(IncidentRecorded(incident))
    appliance.net.set(net.connecting(0, "starting", "Starting"))
    kiosk.until(lambda: kiosk.session.status.networkText == "Tor 0 %")
    assert kiosk.session.notices.count == 1


def test_the_services_are_listed(make_kiosk: KioskMaker) -> None:
    """Each with what it is for, whether it can be reached, and how many keys open it."""
    services = (
        ServiceShown("session", f"{net.OWN}:7000", ServicePhase.PUBLISHING, 1),
        ServiceShown("observer", f"{net.OWN}:7001", ServicePhase.WAITING),
    )
    kiosk, _ = visit(make_kiosk, net.ready(services=services))
    rows = {each["title"]: each["value"] for each in kiosk.model().facts}
    assert rows["The session's address"] == "is being published, 1 key opens it"
    assert rows["The observer's address"] == "waits for Tor"
    assert rows["Tor's version"] == net.VERSION
