"""By taps alone: a session that is reached by Tor, from both ends."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage

from core.api.commands import StartSession
from core.api.events import RequestProgressed
from core.api.hosting import HostSession, InviteObserver
from core.api.joining import JoinSession, ReadTerms
from core.api.network import Network, ServicePhase
from core.api.scanning import ScanCode
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_joining as other
from tests.fakes import made_up_network as net
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.qr_reader import read_picture
from tests.lucid_gui.kiosk_driver import LANDSCAPE, KioskDriver
from tests.lucid_gui.screens.conftest import KioskMaker
from tests.lucid_gui.screens.test_hosted_flow import FINGERS, SIZES, check, check_targets, host

LINK = hosted.onion_invitation().link


def by_tor(make_kiosk: KioskMaker, **options: object) -> tuple[KioskDriver, MadeUpAppliance]:
    """Make a kiosk whose appliance is connected by Tor."""
    appliance = MadeUpAppliance()
    appliance.net.set(net.ready())
    return make_kiosk(appliance, **options), appliance


def open_door(kiosk: KioskDriver) -> None:
    """Ask for a session that a peer can join."""
    kiosk.open("start")
    kiosk.tap("source1")
    kiosk.tap("startButton")


def code_on_screen(kiosk: KioskDriver) -> str:
    """Read the code off what is shown."""
    return read_picture(kiosk.window.grabWindow().convertToFormat(QImage.Format.Format_RGB888))


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_an_invitation_is_one_code_for_a_camera(
    make_kiosk: KioskMaker, size: tuple[int, int], finger: str
) -> None:
    """Small and enlarged, it is read off the screen whole: address, key, code and certificate."""
    kiosk, appliance = by_tor(make_kiosk, size=size, finger=FINGERS[finger]())
    host(kiosk, appliance)
    check(kiosk)
    assert kiosk.text("hostingDetail") == "Its onion address is being published; a minute at most."
    assert kiosk.text("reachRow") == "Being published"
    appliance.door.change(reach=ServicePhase.REACHABLE)
    kiosk.until(lambda: kiosk.text("reachRow") == "Can be reached")
    link = appliance.door.hosting.invitation.link  # type: ignore[union-attr]
    assert len(link) > 200
    assert code_on_screen(kiosk) == link
    kiosk.tap("invitationQr")
    kiosk.item("largeCode")
    assert code_on_screen(kiosk) == link
    kiosk.tap("largeCodeClose")
    appliance.door.change(reach=ServicePhase.WAITING)
    kiosk.until(lambda: "Tor is being connected again" in kiosk.text("hostingDetail"))
    check(kiosk)
    kiosk.tap("reachRow")
    kiosk.until(lambda: kiosk.screen() == "network")


@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
def test_the_enlarged_code_is_read_at_480_pixels_in_every_theme(
    make_kiosk: KioskMaker, theme: str
) -> None:
    """The least height that Lucid has is enough for the longest link."""
    kiosk, appliance = by_tor(make_kiosk, size=LANDSCAPE, theme=theme)
    host(kiosk, appliance)
    kiosk.tap("invitationQr")
    kiosk.item("largeCode")
    assert kiosk.window.height() == 480
    invitation = appliance.door.hosting.invitation  # type: ignore[union-attr]
    assert code_on_screen(kiosk) == invitation.link  # type: ignore[union-attr]


@SIZES
def test_an_ordinary_client_gets_every_part_as_text(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The key is the line that a Tor of their own takes; all of it goes with the code."""
    kiosk, appliance = by_tor(make_kiosk, size=size)
    host(kiosk, appliance)
    assert not kiosk.seen("invitationAddress")
    kiosk.tap("textRow")
    invitation = appliance.door.hosting.invitation  # type: ignore[union-attr]
    assert invitation is not None
    assert kiosk.text("textLink") == invitation.link
    assert kiosk.text("textAddress") == invitation.address
    name = invitation.address.partition(".")[0]
    assert kiosk.text("textKeyLine") == f"{name}:descriptor:x25519:{invitation.client_key}"
    assert kiosk.text("textCertificate") == invitation.certificate_sha256
    check(kiosk)
    for phase, text in (
        (ServicePhase.REACHABLE, "Can be reached"),
        (ServicePhase.WAITING, "Waits for Tor"),
    ):
        appliance.door.change(reach=phase)
        kiosk.until(lambda text=text: kiosk.text("textReach") == text)
    appliance.door.admit()
    kiosk.until(lambda: not kiosk.seen("textLink"))


@SIZES
def test_an_observer_gets_an_address_of_its_own(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The same card, with its own code."""
    kiosk, appliance = by_tor(make_kiosk, size=size)
    host(kiosk, appliance)
    kiosk.tap("observerRow")
    kiosk.tap("inviteObserverButton")
    kiosk.until(lambda: kiosk.text("observerReachRow") == "Being published")
    check(kiosk)
    kiosk.tap("observerTextRow")
    invitation = appliance.door.hosting.observing.invitation  # type: ignore[union-attr]
    assert kiosk.text("textLink") == invitation.link  # type: ignore[union-attr]
    kiosk.tap("partBackButton")
    kiosk.item("observerReachRow")


@SIZES
def test_an_observer_that_cannot_be_invited_leads_to_the_network(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Tor was lost meanwhile; the session itself goes on beneath."""
    kiosk, appliance = by_tor(make_kiosk, size=size)
    host(kiosk, appliance)
    appliance.answers[InviteObserver] = failure("tor_not_ready", phase="restarting", percent=0)
    kiosk.tap("observerRow")
    kiosk.tap("inviteObserverButton")
    kiosk.until(lambda: "Tor is not connected" in kiosk.text("observerFailure"))
    check(kiosk)
    kiosk.item("observerFailure").acted.emit()
    kiosk.until(lambda: kiosk.screen() == "network")
    kiosk.tap("back")
    kiosk.until(lambda: kiosk.screen() == "hosting" and kiosk.model().isThere)


def test_offline_a_session_says_that_it_is_for_this_machine(make_kiosk: KioskMaker) -> None:
    """Before it begins and while it runs, with the way to the network."""
    appliance = MadeUpAppliance()
    appliance.net.set(Network(is_chosen=True))
    kiosk = make_kiosk(appliance)
    kiosk.open("start")
    kiosk.tap("source1")
    assert kiosk.text("reachRow") == "Not reached from elsewhere"
    check(kiosk)
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "hosting" and kiosk.model().isThere)
    assert kiosk.text("reachRow") == "This machine only"
    kiosk.item("invitationAddress")
    check(kiosk)


@SIZES
def test_a_session_is_kept_to_this_machine_by_a_tap(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The row says so before it begins, and a second tap takes it back."""
    kiosk, appliance = by_tor(make_kiosk, size=size)
    kiosk.open("start")
    kiosk.tap("source1")
    assert kiosk.text("reachRow") == "Reached by Tor"
    for said in ("Not reached from elsewhere", "Reached by Tor", "Not reached from elsewhere"):
        kiosk.tap("localRow")
        kiosk.until(lambda said=said: kiosk.text("reachRow") == said)  # type: ignore[misc]
        check(kiosk)
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "hosting" and kiosk.model().isThere)
    assert [each.is_local for each in appliance.sent(HostSession)] == [True]
    assert kiosk.text("reachRow") == "This machine only"


@SIZES
def test_the_door_waits_for_tor_with_progress_and_can_be_left(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Cancelling ends the wait, and the button is there again."""
    kiosk, appliance = by_tor(make_kiosk, size=size)
    appliance.answers[HostSession] = PENDING
    open_door(kiosk)
    kiosk.until(lambda: appliance.pending)
    appliance.emit(RequestProgressed(next(iter(appliance.pending)), "connecting_to_tor", 45, 100))
    kiosk.until(lambda: kiosk.text("startProgress") == "Connecting to Tor")
    assert kiosk.item("startProgress").property("share") == 0.45
    check(kiosk)
    kiosk.item("startProgress").cancelled.emit()
    kiosk.until(lambda: not appliance.pending and kiosk.seen("startButton"))
    kiosk.until(kiosk.item("startButton").isEnabled)


def test_a_door_that_waits_does_not_open_behind_ones_back(make_kiosk: KioskMaker) -> None:
    """Who leaves the screen while Tor connects takes the wish back."""
    kiosk, appliance = by_tor(make_kiosk)
    appliance.answers[HostSession] = PENDING
    open_door(kiosk)
    kiosk.until(lambda: appliance.pending)
    appliance.emit(RequestProgressed(next(iter(appliance.pending)), "connecting_to_tor", 45, 100))
    kiosk.item("startProgress")
    kiosk.tap("rail-settings")
    kiosk.until(lambda: not appliance.pending)


def test_a_recording_that_starts_goes_on_when_its_screen_is_left(make_kiosk: KioskMaker) -> None:
    """Nothing is waited for there, and nothing is cancelled."""
    kiosk, appliance = by_tor(make_kiosk)
    appliance.answers[StartSession] = PENDING
    kiosk.open("start")
    kiosk.tap("startButton")
    kiosk.until(lambda: appliance.pending)
    kiosk.tap("rail-settings")
    kiosk.until(lambda: kiosk.screen() == "settings")
    assert appliance.pending


@SIZES
def test_what_is_in_tors_way_leads_to_the_network(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """At the start of a session, and back at it what was chosen stays chosen."""
    kiosk, appliance = by_tor(make_kiosk, size=size)
    appliance.answers[HostSession] = failure("tor_stuck", tag="conn", percent=5, reason="no route")
    open_door(kiosk)
    kiosk.until(lambda: "no route" in kiosk.text("startFailure"))
    check(kiosk)
    kiosk.item("startFailure").acted.emit()
    kiosk.until(lambda: kiosk.screen() == "network")
    kiosk.tap("back")
    kiosk.until(lambda: kiosk.screen() == "start" and kiosk.model().isForPeer)


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_a_scanned_invitation_leads_to_the_terms(
    make_kiosk: KioskMaker, size: tuple[int, int], finger: str
) -> None:
    """One tap on scan is all; the link is shown in its field meanwhile."""
    kiosk, appliance = by_tor(make_kiosk, size=size, finger=FINGERS[finger]())
    appliance.answers[ScanCode] = LINK
    kiosk.tap("join")
    check(kiosk)
    kiosk.tap("scanButton")
    kiosk.item("termsScroll")
    assert appliance.sent(ReadTerms) == [ReadTerms(LINK)]
    kiosk.tap("acceptButton")
    kiosk.until(lambda: appliance.sent(JoinSession))
    assert appliance.sent(JoinSession)[0].invitation == LINK


@SIZES
def test_an_onion_address_needs_its_code_and_its_key(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Without a link, the third field asks for what opens the address."""
    kiosk, appliance = by_tor(make_kiosk, size=size)
    invitation = hosted.onion_invitation()
    kiosk.tap("join")
    kiosk.item("invitationField").setProperty("text", invitation.address)
    kiosk.item("codeField").setProperty("text", other.CODE)
    kiosk.item("clientKeyField")
    check(kiosk)
    assert not kiosk.item("showTermsButton").isEnabled()
    kiosk.item("clientKeyField").setProperty("text", invitation.client_key.lower())
    kiosk.tap("showTermsButton")
    kiosk.until(lambda: appliance.sent(ReadTerms))
    expected = ReadTerms(invitation.address, other.CODE, invitation.client_key)
    assert appliance.sent(ReadTerms) == [expected]


def test_the_way_by_tor_is_told_while_it_is_gone(make_kiosk: KioskMaker) -> None:
    """First how far Tor is, and before that that it is gone by it; it can be stopped."""
    kiosk, appliance = by_tor(make_kiosk)
    appliance.answers[ReadTerms] = PENDING
    kiosk.tap("join")
    kiosk.item("invitationField").setProperty("text", LINK)
    kiosk.tap("showTermsButton")
    kiosk.until(lambda: kiosk.text("joinProgress") == "Reaching the other end by Tor")
    kiosk.until(lambda: appliance.pending)
    appliance.emit(RequestProgressed(next(iter(appliance.pending)), "connecting_to_tor", 80, 100))
    kiosk.until(lambda: kiosk.text("joinProgress") == "Connecting to Tor")
    check_targets(kiosk)
    kiosk.item("joinProgress").cancelled.emit()
    kiosk.until(lambda: not appliance.pending and kiosk.seen("showTermsButton"))


@SIZES
def test_joining_offline_leads_to_the_network(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The sentence says why, and its button goes there; the fields are empty when one comes back."""
    appliance = MadeUpAppliance()
    appliance.net.set(Network(is_chosen=True))
    appliance.answers[ReadTerms] = failure("network_offline")
    kiosk = make_kiosk(appliance, size=size)
    kiosk.tap("join")
    kiosk.item("invitationField").setProperty("text", LINK)
    kiosk.tap("showTermsButton")
    kiosk.until(lambda: "works offline" in kiosk.text("joinFailure"))
    check(kiosk)
    kiosk.item("joinFailure").acted.emit()
    kiosk.until(lambda: kiosk.screen() == "network")
    kiosk.tap("back")
    kiosk.until(lambda: kiosk.screen() == "join" and kiosk.seen("invitationField"))
    assert kiosk.item("invitationField").property("text") == ""
    assert kiosk.model().invitation == ""


@SIZES
def test_hosting_again_waits_for_tor_too(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """With its progress in the place of the buttons; it can be stopped, and ends with the screen."""
    appliance = MadeUpAppliance((hosted.sealed(),))
    appliance.net.set(net.ready())
    kiosk = make_kiosk(appliance, size=size)
    appliance.answers[HostSession] = PENDING
    kiosk.open("session", sessionId=hosted.sealed().session_id)
    for _ in range(2):
        kiosk.tap("hostAgainButton")
        kiosk.until(lambda: not kiosk.item("againSheet").property("isGuarded"))
        kiosk.tap("approve")
        kiosk.until(lambda: appliance.pending)
        number = next(iter(appliance.pending))
        appliance.emit(RequestProgressed(number, "connecting_to_tor", 45, 100))
        kiosk.until(lambda: kiosk.text("hostAgainProgress") == "Connecting to Tor")
        check(kiosk)
        kiosk.item("hostAgainProgress").cancelled.emit()
        kiosk.until(lambda: not appliance.pending and kiosk.seen("hostAgainButton"))
    kiosk.tap("hostAgainButton")
    kiosk.until(lambda: not kiosk.item("againSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: appliance.pending)
    number = next(iter(appliance.pending))
    appliance.emit(RequestProgressed(number, "connecting_to_tor", 46, 100))
    kiosk.item("hostAgainProgress")
    kiosk.tap("rail-settings")
    kiosk.until(lambda: not appliance.pending)
