"""By taps alone: somebody is let read, the secrets are shown once, the log is looked at, and the access ends."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage

from core.api.access import GrantAccess, ListAccess, ListCalls, RevokeAccess, Scope, VerifyCalls
from core.api.network import Network, ServicePhase, ServiceShown
from lucid_gui.screens.screen_model import ScreenModel
from tests.fakes import made_up_access as readers
from tests.fakes import made_up_network as net
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.qr_reader import read_picture
from tests.lucid_gui.kiosk_driver import KioskDriver
from tests.lucid_gui.screens.conftest import KioskMaker
from tests.lucid_gui.screens.test_hosted_flow import FINGERS, SIZES, check, check_targets


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screens' clock stand."""
    monkeypatch.setattr(ScreenModel, "utc_clock", staticmethod(lambda: made_up.NOW_UTC_MS))


def visit(
    make_kiosk: KioskMaker, network: Network | None = None, **options: object
) -> tuple[KioskDriver, MadeUpAppliance]:
    """Open the screen by way of the settings."""
    appliance = MadeUpAppliance()
    appliance.net.set(network or net.ready())
    appliance.readers.known = readers.listed()
    appliance.readers.calls = readers.calls()
    kiosk = make_kiosk(appliance, **options)
    kiosk.tap("rail-settings")
    kiosk.tap("accessRow")
    kiosk.until(lambda: kiosk.screen() == "access" and kiosk.model().isLoaded)
    return kiosk, appliance


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_somebody_is_let_read(make_kiosk: KioskMaker, size: tuple[int, int], finger: str) -> None:
    """What is made is what was chosen; its code can be scanned off the screen; then it is forgotten here."""
    kiosk, appliance = visit(make_kiosk, size=size, finger=FINGERS[finger]())
    check(kiosk)
    kiosk.tap("grantButton")
    check(kiosk)
    assert not kiosk.item("grantNowButton").isEnabled()
    kiosk.item("accessName").setProperty("text", "Auditor, summer")
    kiosk.tap("scope-metrics")
    kiosk.tap("scope-health")
    kiosk.tap("accessDays", 0.1)
    check(kiosk)
    kiosk.tap("grantNowButton")
    kiosk.item("grantedQr")
    scopes = (Scope.METRICS, Scope.SESSIONS, Scope.MANIFESTS, Scope.PROOFS)
    assert appliance.sent(GrantAccess) == [GrantAccess("Auditor, summer", scopes, 7)]
    check(kiosk)
    assert kiosk.text("grantedReach") == "Can be reached"
    link = kiosk.text("grantedLink")
    assert (
        read_picture(kiosk.window.grabWindow().convertToFormat(QImage.Format.Format_RGB888)) == link
    )
    assert "until Thursday 26 November." in kiosk.text("grantedWarning")
    kiosk.tap("grantedDoneButton")
    kiosk.until(lambda: not kiosk.seen("grantedQr"))
    assert kiosk.model()._granted is None
    kiosk.item("access4")


@SIZES
def test_whoever_reads_without_lucid_gets_every_part_as_text(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Address, key and token, for a browser or curl behind a Tor of their own; then it is forgotten as ever."""
    kiosk, _ = visit(make_kiosk, size=size)
    kiosk.tap("grantButton")
    kiosk.item("accessName").setProperty("text", "Auditor")
    kiosk.tap("grantNowButton")
    kiosk.tap("grantedTextRow")
    granted = kiosk.model()._granted
    assert kiosk.text("grantedAddress") == granted.address
    name = granted.address.partition(".")[0]
    assert kiosk.text("grantedKeyLine") == f"{name}:descriptor:x25519:{granted.client_key}"
    assert kiosk.text("grantedKey") == granted.client_key
    assert kiosk.text("grantedToken") == granted.token
    assert kiosk.text("grantedTextReach") == "Can be reached"
    check(kiosk)
    kiosk.tap("partBackButton")
    kiosk.tap("grantedTextRow")
    kiosk.tap("networkPill")
    kiosk.until(lambda: kiosk.screen() == "network")
    kiosk.tap("back")
    kiosk.until(lambda: kiosk.seen("access0"))
    assert not kiosk.seen("grantedToken")


def test_leaving_the_screen_forgets_the_secrets(make_kiosk: KioskMaker) -> None:
    """They are shown once, whichever way the page is left."""
    kiosk, appliance = visit(make_kiosk)
    model = kiosk.model()
    kiosk.tap("grantButton")
    kiosk.item("accessName").setProperty("text", "Auditor")
    kiosk.tap("grantNowButton")
    kiosk.item("grantedQr")
    kiosk.tap("networkPill")
    kiosk.until(lambda: kiosk.screen() == "network")
    assert model._granted is None
    kiosk.tap("back")
    kiosk.until(lambda: len(appliance.sent(ListAccess)) == 2 and kiosk.seen("access0"))
    assert not kiosk.seen("grantedQr")


def test_a_first_access_says_that_its_address_is_not_there_yet(make_kiosk: KioskMaker) -> None:
    """Who scans it before has to try again; the page says when that is over."""
    kiosk, appliance = visit(make_kiosk, net.ready(services=()))
    kiosk.tap("grantButton")
    kiosk.item("accessName").setProperty("text", "Auditor")
    kiosk.tap("grantNowButton")
    assert kiosk.text("grantedReach") == "Not published yet"
    for phase, text in (
        (ServicePhase.PUBLISHING, "Being published"),
        (ServicePhase.WAITING, "Waits for Tor"),
        (ServicePhase.REACHABLE, "Can be reached"),
    ):
        appliance.net.change(services=(ServiceShown("reading", net.OWN, phase, 1),))
        kiosk.until(lambda text=text: kiosk.text("grantedReach") == text)


def test_a_refused_access_is_said(make_kiosk: KioskMaker) -> None:
    """The form stays as it is."""
    kiosk, appliance = visit(make_kiosk)
    appliance.answers[GrantAccess] = failure("vault_locked")
    kiosk.tap("grantButton")
    kiosk.item("accessName").setProperty("text", "Auditor")
    kiosk.tap("grantNowButton")
    kiosk.until(lambda: kiosk.text("grantFailure") != "")
    kiosk.until(kiosk.item("grantNowButton").isEnabled)


@SIZES
def test_an_access_is_ended_after_a_confirmation(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Only the open ones can be; the sheet's no keeps it."""
    kiosk, appliance = visit(make_kiosk, size=size)
    assert not kiosk.seen("revoke2")
    kiosk.tap("revoke0")
    kiosk.until(lambda: not kiosk.item("revokeSheet").property("isGuarded"))
    check_targets(kiosk)
    kiosk.tap("deny")
    assert appliance.sent(RevokeAccess) == []
    kiosk.tap("revoke0")
    kiosk.until(lambda: not kiosk.item("revokeSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: "ended by you, Today" in kiosk.text("accessState0"))
    assert appliance.sent(RevokeAccess) == [RevokeAccess(readers.listed()[0].access_id)]
    check(kiosk)


@SIZES
def test_the_log_is_read_and_checked(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """Who asked for what and what became of it; the check says how many calls hold."""
    kiosk, appliance = visit(make_kiosk, size=size)
    kiosk.tap("callsButton")
    kiosk.item("call5")
    check(kiosk)
    outcomes = [each["outcome"] for each in kiosk.model().calls]
    assert outcomes[1] == "may not read that"
    kiosk.tap("checkCallsButton")
    kiosk.until(lambda: kiosk.text("callsChecked").startswith("6 calls; none was taken out"))
    appliance.answers[VerifyCalls] = failure("calls_altered", 1, sequence=3)
    kiosk.tap("checkCallsButton")
    kiosk.until(lambda: "changed at entry 3" in kiosk.text("callsFailure"))
    assert not kiosk.seen("callsChecked")
    check(kiosk)


def test_a_long_log_comes_page_by_page(make_kiosk: KioskMaker) -> None:
    """Each page begins where the one before ended, and the last has no button."""
    kiosk, appliance = visit(make_kiosk)
    appliance.readers.calls = readers.calls(70)
    kiosk.tap("callsButton")
    kiosk.tap("moreCallsButton")
    kiosk.until(lambda: len(kiosk.model().calls) == 70)
    assert appliance.sent(ListCalls)[1].before == 21
    assert not kiosk.seen("moreCallsButton")


@SIZES
def test_offline_says_so_and_leads_to_the_network(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Nobody new is let in, and what is there is listed."""
    kiosk, _ = visit(make_kiosk, Network(is_chosen=True), size=size)
    kiosk.item("access0")
    assert not kiosk.item("grantButton").isEnabled()
    check(kiosk)
    kiosk.tap("openNetworkButton")
    kiosk.until(lambda: kiosk.screen() == "network")


def test_nobody_and_nothing_have_words_of_their_own(make_kiosk: KioskMaker) -> None:
    """An empty list and an empty log say what would be there."""
    kiosk, appliance = visit(make_kiosk)
    appliance.readers.set(())
    appliance.readers.calls = ()
    assert kiosk.text("accessEmpty") == "Nobody may read from afar"
    kiosk.tap("callsButton")
    assert kiosk.text("callsEmpty") == "Nothing was read yet"
