"""By taps alone: an appliance is paired by its code, asked, followed where it moved, and forgotten."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from core.api.network import Network
from core.api.peers import AddPeer, AskPeer, FollowPeer, ForgetPeer, PeerTopic
from core.api.scanning import ScanCode
from tests.fakes import made_up_network as net
from tests.fakes import made_up_peers as peers
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.lucid_gui.kiosk_driver import KioskDriver
from tests.lucid_gui.screens.conftest import KioskMaker
from tests.lucid_gui.screens.test_hosted_flow import FINGERS, SIZES, check, check_targets


def visit(
    make_kiosk: KioskMaker, network: Network | None = None, *, count: int = 1, **options: object
) -> tuple[KioskDriver, MadeUpAppliance]:
    """Open the screen by way of the settings."""
    appliance = MadeUpAppliance()
    appliance.net.set(network or net.ready())
    appliance.peers.known = tuple(peers.peer(number, f"Peer {number}") for number in range(count))
    kiosk = make_kiosk(appliance, **options)
    kiosk.tap("rail-settings")
    kiosk.tap("peersRow")
    kiosk.until(lambda: kiosk.screen() == "peers" and kiosk.model().isLoaded)
    return kiosk, appliance


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_an_appliance_is_paired_by_its_code(
    make_kiosk: KioskMaker, size: tuple[int, int], finger: str
) -> None:
    """Scanned, named, paired: then it is shown."""
    kiosk, appliance = visit(make_kiosk, count=0, size=size, finger=FINGERS[finger]())
    check(kiosk)
    appliance.answers[ScanCode] = peers.LINK
    kiosk.tap("addPeerButton")
    check(kiosk)
    assert not kiosk.item("pairButton").isEnabled()
    kiosk.tap("pairingScanButton")
    kiosk.until(lambda: kiosk.item("pairingField").property("text") == peers.LINK)
    kiosk.item("pairingName").setProperty("text", "Workshop")
    kiosk.tap("pairButton")
    kiosk.until(lambda: kiosk.text("peerName").strip("\u2068\u2069") == "Workshop")
    assert appliance.sent(AddPeer) == [AddPeer(peers.LINK, "Workshop")]
    check(kiosk)
    assert kiosk.model().link == ""


@SIZES
def test_a_line_that_is_none_is_said_to_be(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """It can be pasted anew; nothing is kept."""
    kiosk, appliance = visit(make_kiosk, count=0, size=size)
    QGuiApplication.clipboard().setText("https://example.org/\n")
    kiosk.tap("addPeerButton")
    kiosk.tap("pairingPasteButton")
    QGuiApplication.clipboard().clear()
    kiosk.tap("pairButton")
    kiosk.until(lambda: "lucid-pair://" in kiosk.text("pairingFailure"))
    check(kiosk)
    kiosk.tap("partBackButton")
    kiosk.item("peersEmpty")
    assert appliance.peers.known == ()


def test_a_pairing_can_be_cancelled(make_kiosk: KioskMaker) -> None:
    """It goes by Tor and may take long."""
    kiosk, appliance = visit(make_kiosk, count=0)
    appliance.answers[AddPeer] = PENDING
    kiosk.tap("addPeerButton")
    kiosk.item("pairingField").setProperty("text", peers.LINK)
    kiosk.tap("pairButton")
    progress = kiosk.item("pairingProgress")
    check(kiosk)
    kiosk.until(lambda: appliance.pending)
    progress.cancelled.emit()
    kiosk.until(lambda: not appliance.pending and kiosk.seen("pairButton"))


@SIZES
def test_a_peer_is_asked_how_it_is_and_what_it_has(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Each answer takes the place of the one before."""
    kiosk, appliance = visit(make_kiosk, size=size)
    kiosk.tap("peer0")
    check(kiosk)
    kiosk.tap("healthButton")
    kiosk.item("answer1")
    assert "9 % of the disk is free." in kiosk.text("answer1")
    check(kiosk)
    kiosk.tap("peerSessionsButton")
    kiosk.item("answer2")
    assert kiosk.model().answer["rows"][0]["value"].strip("\u2068\u2069") == "anchoring"
    check(kiosk)
    asked = [each.topic for each in appliance.sent(AskPeer)]
    assert asked == [PeerTopic.HEALTH, PeerTopic.SESSIONS]
    kiosk.tap("partBackButton")
    kiosk.item("peer0")


def test_what_a_peer_refuses_is_said(make_kiosk: KioskMaker) -> None:
    """What it answered before is shown no more."""
    kiosk, appliance = visit(make_kiosk)
    kiosk.tap("peer0")
    kiosk.tap("healthButton")
    kiosk.item("answer0")
    appliance.answers[AskPeer] = failure("peer_refused", 1, name="Peer 0", reason="it is over")
    kiosk.tap("peerSessionsButton")
    kiosk.until(lambda: "it is over" in kiosk.text("peerFailure"))
    assert not kiosk.seen("answer0")


def test_an_answer_of_an_unknown_form_is_called_that(make_kiosk: KioskMaker) -> None:
    """Nothing is made up from it."""
    kiosk, appliance = visit(make_kiosk)
    appliance.peers.documents[PeerTopic.HEALTH] = '{"checks": [7]}'
    kiosk.tap("peer0")
    kiosk.tap("healthButton")
    kiosk.until(lambda: "form that this Lucid does not know" in kiosk.text("answerNote"))


def test_a_peer_is_followed_where_it_moved(make_kiosk: KioskMaker) -> None:
    """Its address is the new one, and its key is the same."""
    kiosk, appliance = visit(make_kiosk)
    kiosk.tap("peer0")
    before = kiosk.model().chosen["device"]
    kiosk.tap("followButton")
    kiosk.until(lambda: kiosk.text("peerAddress") == net.onion_of("elsewhere"))
    assert kiosk.model().chosen["device"] == before
    assert len(appliance.sent(FollowPeer)) == 1
    assert "moved 1 time" in kiosk.text("peerDetail")


@SIZES
def test_a_peer_is_forgotten_after_a_confirmation(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The list is back, without it."""
    kiosk, appliance = visit(make_kiosk, size=size, count=2)
    check(kiosk)
    kiosk.tap("peer0")
    kiosk.tap("forgetPeerButton")
    kiosk.until(lambda: not kiosk.item("forgetSheet").property("isGuarded"))
    check_targets(kiosk)
    kiosk.tap("deny")
    assert appliance.sent(ForgetPeer) == []
    kiosk.tap("forgetPeerButton")
    kiosk.until(lambda: not kiosk.item("forgetSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.seen("peer0") and not kiosk.seen("peer1"))
    assert len(appliance.sent(ForgetPeer)) == 1


def test_offline_says_so(make_kiosk: KioskMaker) -> None:
    """Nothing can be added, and the way to the network is there."""
    kiosk, _ = visit(make_kiosk, Network(is_chosen=True))
    assert not kiosk.item("addPeerButton").isEnabled()
    check(kiosk)
    kiosk.tap("openNetworkButton")
    kiosk.until(lambda: kiosk.screen() == "network")


@SIZES
def test_what_is_in_tors_way_leads_to_the_network(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """At a pairing and at a question alike."""
    kiosk, appliance = visit(make_kiosk, size=size)
    appliance.answers[AskPeer] = failure("tor_not_ready", phase="connecting", percent=45)
    kiosk.tap("peer0")
    kiosk.tap("healthButton")
    kiosk.until(lambda: "Tor is not connected" in kiosk.text("peerFailure"))
    check(kiosk)
    kiosk.item("peerFailure").acted.emit()
    kiosk.until(lambda: kiosk.screen() == "network")
