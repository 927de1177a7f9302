"""By taps alone: somebody is let in to watch and sent away, a receipt is opened, a door is opened again."""

from __future__ import annotations

import pytest

from core.api.commands import AnswerQuestion
from core.api.hosting import AuditActor, DropObserver, HostSession, InviteObserver
from tests.fakes import made_up_hosting as hosted
from tests.fakes.engine_port import failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.lucid_gui.kiosk_driver import KioskDriver
from tests.lucid_gui.screens.conftest import KioskMaker
from tests.lucid_gui.screens.test_hosted_flow import (
    FINGERS,
    SIZES,
    check,
    check_targets,
    host,
)


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_somebody_watches_from_the_code_to_the_stop(
    make_kiosk: KioskMaker, size: tuple[int, int], finger: str
) -> None:
    """The code, the question that says it is an observer, and one tap that ends it."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size, finger=FINGERS[finger]())
    host(kiosk, appliance)
    appliance.door.admit()
    kiosk.until(lambda: kiosk.model().peerState == "admitted")
    kiosk.tap("observerRow")
    check(kiosk)
    kiosk.tap("inviteObserverButton")
    kiosk.until(lambda: kiosk.text("observerInvitationCode") == hosted.observer_invitation().code)
    assert len(appliance.sent(InviteObserver)) == 1
    check(kiosk)
    kiosk.tap("observerInvitationQr")
    kiosk.item("observerLargeCode")
    check_targets(kiosk)
    kiosk.tap("largeCodeClose")
    _let_watch(kiosk, appliance)
    check(kiosk)
    kiosk.tap("dropObserverButton")
    kiosk.until(lambda: kiosk.text("observerSentence") == "Let somebody watch")
    assert len(appliance.sent(DropObserver)) == 1


def _let_watch(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    number = appliance.door.ask_to_watch()
    kiosk.until(lambda: kiosk.item("question").property("questionId") == number)
    kiosk.until(lambda: not kiosk.item("question").property("isGuarded"))
    assert "watch only" in kiosk.text("question")
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.text("observerSentence").endswith("watches"))
    assert appliance.sent(AnswerQuestion)[-1].is_yes


@SIZES
def test_what_cannot_be_done_is_said_where_it_was_tried(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """A code that could not be made leaves nobody in, and says why."""
    appliance = MadeUpAppliance()
    appliance.answers[InviteObserver] = failure("missing_program", program="xrdp", package="xrdp")
    kiosk = make_kiosk(appliance, size=size)
    host(kiosk, appliance)
    kiosk.tap("observerRow")
    kiosk.tap("inviteObserverButton")
    kiosk.until(lambda: kiosk.text("observerFailure") != "")
    check(kiosk)
    kiosk.tap("partBackButton")
    kiosk.item("observerRow")


@SIZES
def test_the_hosting_screen_says_when_the_peer_agreed(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """As soon as the trail does; an observer's consent is not the peer's."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size)
    host(kiosk, appliance)
    appliance.door.consent(AuditActor.OBSERVER)
    appliance.door.consent()
    appliance.door.admit()
    kiosk.until(lambda: kiosk.text("hostingConsent").startswith("Agreed to the terms at"))
    assert "typed the code" in kiosk.text("hostingConsent")
    check(kiosk)


@SIZES
def test_a_receipt_is_opened_from_the_trail(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """A tap on who agreed shows the sentences and the hashes; from there the recording plays."""
    sealed = hosted.sealed()
    appliance = MadeUpAppliance((sealed,))
    kiosk = make_kiosk(appliance, size=size)
    kiosk.open("session", sessionId=sealed.session_id)
    kiosk.until(lambda: kiosk.model().isThere and kiosk.model().trail.isThere)
    kiosk.tap("detailsButton")
    kiosk.tap("detailsTabs", 0.95)
    kiosk.tap("trailSearchButton")
    kiosk.item("trailSearch").setProperty("text", "agreed typed")
    kiosk.item("trailSearch").finish()
    kiosk.until(lambda: not kiosk.seen("keyboard"))
    kiosk.tap("trailRow0")
    kiosk.item("receipt")
    check(kiosk)
    assert "recorded from start to end" in kiosk.text("receiptText")
    kiosk.tap("receiptCloseButton")
    kiosk.tap("trailRow0")
    kiosk.tap("receiptPlayButton")
    kiosk.until(lambda: kiosk.screen() == "player")


@SIZES
def test_a_door_is_opened_again_under_the_same_policy(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """What happens is said first; a no changes nothing, a failure is said in its place."""
    sealed = hosted.sealed()
    appliance = MadeUpAppliance((sealed,))
    kiosk = make_kiosk(appliance, size=size)
    kiosk.open("session", sessionId=sealed.session_id)
    kiosk.until(lambda: kiosk.model().isThere)
    check(kiosk)
    _answer_again(kiosk, "deny")
    assert not appliance.sent(HostSession)
    works = appliance.answers[HostSession]
    appliance.answers[HostSession] = failure("missing_program", program="xrdp", package="xrdp")
    _answer_again(kiosk, "approve")
    kiosk.until(lambda: kiosk.text("sessionFailure") != "")
    appliance.answers[HostSession] = works
    _answer_again(kiosk, "approve")
    kiosk.until(lambda: kiosk.screen() == "hosting")
    assert appliance.sent(HostSession)[-1] == HostSession(again=sealed.session_id)


def _answer_again(kiosk: KioskDriver, answer: str) -> None:
    kiosk.tap("hostAgainButton")
    kiosk.until(lambda: not kiosk.item("againSheet").property("isGuarded"))
    check_targets(kiosk)
    kiosk.tap(answer)
    kiosk.until(lambda: not kiosk.seen("againSheet"))


def test_only_a_hosted_session_can_be_hosted_again(make_kiosk: KioskMaker) -> None:
    """Another one has no policy of that kind."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance)
    kiosk.open("start")
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "live")
    session_id = next(iter(appliance.sessions))
    appliance.seal(session_id)
    appliance.anchor(session_id)
    kiosk.open("session", sessionId=session_id)
    kiosk.item("detailsButton")
    assert not kiosk.seen("hostAgainButton")
