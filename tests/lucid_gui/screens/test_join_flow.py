"""By taps alone: an invitation, the terms, the other desktop, what goes out to it, and the way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest

from core.api.commands import EndSession
from core.api.hosting import HideZones, Revoke, Shield
from core.api.joining import (
    AllowHere,
    DesktopShown,
    JoinedState,
    JoinSession,
    KeyInput,
    PointerInput,
    ReadTerms,
    SendInput,
)
from core.api.permissions import Capability, GrantLength
from tests.fakes import made_up_joining as other
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.lucid_gui.kiosk_driver import KioskDriver
from tests.lucid_gui.screens.conftest import KioskMaker
from tests.lucid_gui.screens.test_hosted_flow import FINGERS, SIZES, check, check_targets

SESSION = made_up.session_id(other.JOINED)


def read_terms(kiosk: KioskDriver, invitation: str = other.LINK, code: str = "") -> None:
    """Come from home to the terms."""
    kiosk.tap("join")
    kiosk.item("invitationField").setProperty("text", invitation)
    if code:
        kiosk.item("codeField").setProperty("text", code)
    kiosk.tap("showTermsButton")


def join(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    """Accept the terms and wait for the desktop."""
    read_terms(kiosk)
    kiosk.tap("acceptButton")
    kiosk.until(lambda: kiosk.screen() == "joined" and kiosk.model().isThere)
    appliance.other_end.show()
    kiosk.until(lambda: kiosk.model().feed.hasPicture)


def let_out(kiosk: KioskDriver, capability: Capability) -> None:
    """Let pointing or typing out for the length that is offered first."""
    kiosk.tap(f"chip-{capability.value}")
    kiosk.until(lambda: not kiosk.item("lengthSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.model().isOut and not kiosk.seen("lengthSheet"))


def sent(appliance: MadeUpAppliance) -> list[KeyInput | PointerInput]:
    """List every input that was sent on, in order."""
    return [each for batch in appliance.sent(SendInput) for each in batch.inputs]


def buttons(appliance: MadeUpAppliance) -> list[PointerInput]:
    """List what was sent on that is about a button."""
    return [each for each in sent(appliance) if isinstance(each, PointerInput) and each.button]


@pytest.fixture
def joined(make_kiosk: KioskMaker) -> Callable[..., tuple[KioskDriver, MadeUpAppliance]]:
    """Give what makes a kiosk that shows another desktop."""

    def make(**options: object) -> tuple[KioskDriver, MadeUpAppliance]:
        appliance = MadeUpAppliance()
        kiosk = make_kiosk(appliance, **options)
        join(kiosk, appliance)
        return kiosk, appliance

    return make


Join = Callable[..., tuple[KioskDriver, MadeUpAppliance]]


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_a_link_leads_to_the_terms_and_in(
    make_kiosk: KioskMaker, size: tuple[int, int], finger: str
) -> None:
    """No code is asked for; what is accepted is what was shown."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size, finger=FINGERS[finger]())
    check(kiosk)
    kiosk.tap("join")
    check(kiosk)
    kiosk.item("codeField")
    kiosk.item("invitationField").setProperty("text", other.LINK)
    kiosk.until(lambda: not kiosk.seen("codeField"))
    kiosk.tap("showTermsButton")
    kiosk.item("termsScroll")
    check(kiosk)
    assert appliance.sent(ReadTerms) == [ReadTerms(other.LINK, "")]
    assert not kiosk.seen("termsCertificate")
    kiosk.tap("acceptButton")
    kiosk.until(lambda: kiosk.screen() == "joined")
    accepted = appliance.sent(JoinSession)[0]
    terms = other.terms()
    assert (accepted.terms_hash, accepted.certificate_sha256) == (
        terms.terms_hash,
        terms.certificate_sha256,
    )
    assert accepted.name.startswith("Lucid ")


@SIZES
def test_an_address_needs_its_code_and_the_certificate_compared(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """A wrong code is said where it was typed; before the comparison nothing can be accepted."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size)
    read_terms(kiosk, other.ADDRESS, "WRON-GONE")
    kiosk.until(lambda: kiosk.text("joinFailure") != "")
    check(kiosk)
    kiosk.item("codeField").setProperty("text", other.CODE)
    kiosk.tap("showTermsButton")
    kiosk.item("termsCertificate")
    check(kiosk)
    assert not kiosk.item("acceptButton").isEnabled()
    assert "certificate" in kiosk.text("termsWhyNot")
    kiosk.tap("sameToggle")
    kiosk.until(lambda: kiosk.item("acceptButton").isEnabled())
    kiosk.tap("acceptButton")
    kiosk.until(lambda: kiosk.screen() == "joined")
    assert appliance.sent(JoinSession)[0].code == other.CODE


@pytest.mark.parametrize(
    "code, facts",
    [
        ("host_unreachable", {"address": other.ADDRESS, "reason": "nobody answers"}),
        ("certificate_different", {"address": other.ADDRESS}),
        ("join_refused", {"reason": "its door is locked"}),
    ],
)
@SIZES
def test_what_went_wrong_is_said_with_its_next_step(
    make_kiosk: KioskMaker, size: tuple[int, int], code: str, facts: dict[str, str]
) -> None:
    """In its place, whole, and the fields stay as they were."""
    appliance = MadeUpAppliance()
    appliance.answers[ReadTerms] = failure(code, **facts)
    kiosk = make_kiosk(appliance, size=size)
    read_terms(kiosk)
    kiosk.until(lambda: kiosk.text("joinFailure") != "")
    check(kiosk)
    assert kiosk.item("invitationField").property("text") == other.LINK


@SIZES
def test_asking_can_be_cancelled_and_terms_declined(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Both come back to the invitation."""
    appliance = MadeUpAppliance()
    works = appliance.answers[ReadTerms]
    appliance.answers[ReadTerms] = PENDING
    kiosk = make_kiosk(appliance, size=size)
    read_terms(kiosk)
    kiosk.item("joinProgress")
    check(kiosk)
    kiosk.model().cancel()
    kiosk.item("showTermsButton")
    appliance.answers[ReadTerms] = works
    kiosk.tap("showTermsButton")
    kiosk.tap("declineButton")
    kiosk.item("invitationField")
    assert not appliance.sent(JoinSession)


def test_no_key_and_no_program_accepts(make_kiosk: KioskMaker) -> None:
    """Neither a key on the button, nor a call of what the button calls."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance)
    read_terms(kiosk)
    button = kiosk.item("acceptButton")
    button.forceActiveFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Enter):
        QTest.keyClick(kiosk.window, key)
    button.clicked.emit()  # type: ignore[attr-defined]  # a signal of Pressable.qml
    kiosk.model().accept()
    assert not appliance.sent(JoinSession)
    kiosk.tap("acceptButton")
    kiosk.until(lambda: bool(appliance.sent(JoinSession)))


def test_what_was_copied_is_pasted(make_kiosk: KioskMaker) -> None:
    """In one line."""
    kiosk = make_kiosk(MadeUpAppliance())
    QGuiApplication.clipboard().setText(f"{other.LINK}\n")
    kiosk.tap("join")
    kiosk.tap("pasteButton")
    kiosk.until(lambda: kiosk.item("invitationField").property("text") == other.LINK)


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_clicks_go_out_for_as_long_as_is_chosen(
    joined: Join, size: tuple[int, int], finger: str
) -> None:
    """At first a hint, once, and nothing goes out; one tap on the chip takes it back."""
    kiosk, appliance = joined(size=size, finger=FINGERS[finger]())
    check(kiosk)
    kiosk.tap("desktopItem")
    kiosk.until(lambda: kiosk.text("joinedHintText").startswith("Your clicks stay here"))
    assert sent(appliance) == []
    let_out(kiosk, Capability.POINTER)
    assert appliance.sent(AllowHere) == [
        AllowHere(SESSION, Capability.POINTER, GrantLength.FIVE_MINUTES)
    ]
    check(kiosk)
    kiosk.tap("desktopItem")
    kiosk.until(lambda: len(buttons(appliance)) >= 2)
    pressed = buttons(appliance)
    assert [(each.button, each.is_pressed) for each in pressed] == [(1, True), (1, False)]
    assert abs(pressed[0].x - 640) <= 4
    kiosk.tap("chip-pointer")
    kiosk.until(lambda: appliance.sent(Revoke) == [Revoke(SESSION, Capability.POINTER)])
    kiosk.until(lambda: not kiosk.model().isOut)


@SIZES
def test_the_keyboard_types_on_the_other_desktop(joined: Join, size: tuple[int, int]) -> None:
    """Letters with shift, the keys that it lacks, and control with the next key."""
    kiosk, appliance = joined(size=size)
    let_out(kiosk, Capability.KEYBOARD)
    kiosk.tap("keyboardButton")
    kiosk.until(lambda: kiosk.seen("keyboard") and kiosk.seen("remoteKeys"))
    check_targets(kiosk)
    kiosk.model().type("A")
    kiosk.model().toggleModifier("control")
    kiosk.model().tapKey(111)
    kiosk.until(lambda: len(sent(appliance)) == 8)
    assert [(each.code, each.is_pressed) for each in sent(appliance)] == [  # type: ignore[union-attr]
        (42, True),
        (30, True),
        (30, False),
        (42, False),
        (29, True),
        (111, True),
        (111, False),
        (29, False),
    ]
    kiosk.model().type("€")
    kiosk.until(lambda: "no key for €" in kiosk.text("joinedHintText"))
    kiosk.tap("keyboardButton" if kiosk.seen("keyboardButton") else "barHandle")
    kiosk.until(lambda: not kiosk.seen("keyboard") and kiosk.seen("keyboardButton"))


def test_the_keys_of_a_keyboard_go_by_their_numbers(joined: Join) -> None:
    """As the platform gives them, after a sheet has gone too; a held key is sent once, and lifted when it must be."""
    kiosk, appliance = joined()
    let_out(kiosk, Capability.KEYBOARD)
    kiosk.until(lambda: kiosk.item("desktopItem").hasActiveFocus())
    press(kiosk, Qt.Key.Key_A, 38)
    press(kiosk, Qt.Key.Key_A, 38, is_repeated=True)
    press(kiosk, Qt.Key.Key_A, 38, is_down=False)
    press(kiosk, Qt.Key.Key_Tab, 23)
    press(kiosk, Qt.Key.Key_B, 0)
    kiosk.until(lambda: len(sent(appliance)) == 3)
    kiosk.tap("shieldButton")
    kiosk.until(lambda: kiosk.model().isShielded and len(sent(appliance)) == 4)
    press(kiosk, Qt.Key.Key_A, 38)
    assert sent(appliance) == [
        KeyInput(30, is_pressed=True),
        KeyInput(30, is_pressed=False),
        KeyInput(15, is_pressed=True),
        KeyInput(15, is_pressed=False),
    ]


def press(
    kiosk: KioskDriver, key: Qt.Key, number: int, *, is_down: bool = True, is_repeated: bool = False
) -> None:
    """Put a key of a keyboard down, or lift it, with the number that X gives it."""
    kind = QEvent.Type.KeyPress if is_down else QEvent.Type.KeyRelease
    none = Qt.KeyboardModifier.NoModifier
    event = QKeyEvent(kind, key, none, number, 0, 0, "", is_repeated)
    QCoreApplication.sendEvent(kiosk.window, event)


@SIZES
def test_the_shield_and_the_zones_hold_at_this_end(joined: Join, size: tuple[int, int]) -> None:
    """One tap hides all of it and lets nothing out; a finger hides a part."""
    kiosk, appliance = joined(size=size)
    kiosk.tap("shieldButton")
    kiosk.until(lambda: kiosk.model().isShielded and not kiosk.model().feed.hasPicture)
    check(kiosk)
    assert kiosk.text("coverTitle") == "Shielded"
    kiosk.tap("shieldButton")
    kiosk.until(lambda: len(appliance.sent(Shield)) == 2)
    kiosk.until(lambda: not kiosk.model().isShielded)
    assert kiosk.session.bridge.latest(DesktopShown) is None
    appliance.emit(other.desktop(SESSION))
    kiosk.until(lambda: kiosk.model().feed.hasPicture)
    kiosk.tap("zonesButton")
    check(kiosk)
    kiosk.stroke("zoneArea", (0.2, 0.3), (0.6, 0.7))
    kiosk.until(lambda: bool(appliance.sent(HideZones)))
    kiosk.tap("zonesDoneButton")
    kiosk.item("zone")


@SIZES
def test_the_bar_slides_away_and_comes_back(joined: Join, size: tuple[int, int]) -> None:
    """What is left of ours is the frame and the handle."""
    kiosk, _appliance = joined(size=size)
    kiosk.tap("hideBarButton")
    kiosk.until(lambda: not kiosk.seen("joinedBar"))
    kiosk.item("joinedFrame")
    check(kiosk)
    kiosk.tap("barHandle")
    kiosk.item("joinedBar")


@SIZES
def test_leaving_is_confirmed_and_shows_the_record(joined: Join, size: tuple[int, int]) -> None:
    """A no changes nothing."""
    kiosk, appliance = joined(size=size)
    for answer in ("deny", "approve"):
        kiosk.tap("leaveButton")
        kiosk.until(lambda: not kiosk.item("leaveSheet").property("isGuarded"))
        check_targets(kiosk)
        kiosk.tap(answer)
        kiosk.until(lambda: not kiosk.seen("leaveSheet"))
    kiosk.until(lambda: kiosk.screen() == "live")
    assert appliance.sent(EndSession) == [EndSession(SESSION)]


@SIZES
def test_an_end_from_the_other_side_is_said(joined: Join, size: tuple[int, int]) -> None:
    """The picture goes, and the record is a tap away."""
    kiosk, appliance = joined(size=size)
    appliance.other_end.end()
    kiosk.until(lambda: kiosk.text("coverTitle") == "The joined session is over")
    check(kiosk)
    assert not kiosk.model().feed.hasPicture
    kiosk.tap("showRecordButton")
    kiosk.until(lambda: kiosk.screen() == "live")


def test_an_end_is_said_although_leaving_had_failed(joined: Join) -> None:
    """Who could not leave is told why, and is still there: when the other side ends it later, that is said."""
    kiosk, appliance = joined()
    appliance.answers[EndSession] = failure("storage_full", path="x")
    kiosk.tap("leaveButton")
    kiosk.until(lambda: not kiosk.item("leaveSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: bool(appliance.sent(EndSession)) and not kiosk.model().isEnding)
    appliance.other_end.end()
    kiosk.until(lambda: kiosk.text("coverTitle") == "The joined session is over")


@SIZES
def test_home_leads_back_to_the_desktop(joined: Join, size: tuple[int, int]) -> None:
    """While it runs nothing else can be joined; its newest picture is there at once."""
    kiosk, appliance = joined(size=size)
    kiosk.open("home")
    kiosk.until(lambda: kiosk.model().runningScreen == "joined")
    assert not kiosk.seen("join")
    check(kiosk)
    kiosk.tap("watch")
    kiosk.until(lambda: kiosk.screen() == "joined" and kiosk.model().state == "watching")
    assert kiosk.model().feed.hasPicture
    kiosk.open("join")
    kiosk.item("openRunningButton")
    check(kiosk)
    assert appliance.other_end.joined is not None
    assert appliance.other_end.joined.state is JoinedState.WATCHING


def test_a_question_takes_the_desktop_s_touches(joined: Join) -> None:
    """While one is shown, nothing goes out, and only a touch answers."""
    kiosk, appliance = joined()
    let_out(kiosk, Capability.POINTER)
    kiosk.until(lambda: kiosk.item("desktopItem").isEnabled())
    before = len(sent(appliance))
    number = appliance.door.try_to(Capability.VIEW)
    kiosk.until(lambda: kiosk.item("question").property("questionId") == number)
    item = kiosk.item("desktopItem")
    top = item.mapToScene(QPointF(item.width() / 2, 8)).toPoint()
    kiosk.finger.press(kiosk.window, top)
    kiosk.finger.lift(kiosk.window, top)
    QTest.keyClick(kiosk.window, Qt.Key.Key_A)
    assert len(sent(appliance)) == before
    assert kiosk.seen("question")


def test_a_picture_that_comes_first_is_not_lost(make_kiosk: KioskMaker) -> None:
    """A desktop on which nothing moves sends no other."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance)
    read_terms(kiosk)
    kiosk.tap("acceptButton")
    kiosk.until(lambda: kiosk.screen() == "joined" and kiosk.model().isThere)
    appliance.emit(other.desktop(SESSION))
    kiosk.until(lambda: kiosk.model().feed.hasPicture)
    assert kiosk.text("coverTitle") == "Connecting"
    appliance.other_end.change(state=JoinedState.WATCHING)
    kiosk.until(lambda: not kiosk.seen("joinedCover"))
    assert kiosk.model().feed.hasPicture


@SIZES
def test_a_refused_acceptance_is_said_where_it_was_given(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Above the terms, which can be accepted again; other terms have to be read first."""
    appliance = MadeUpAppliance()
    appliance.answers[JoinSession] = failure("join_refused", reason="its session is ending")
    kiosk = make_kiosk(appliance, size=size)
    read_terms(kiosk)
    kiosk.item("termsScroll").setProperty("contentY", 200.0)
    kiosk.tap("acceptButton")
    kiosk.until(lambda: kiosk.text("termsFailure") != "")
    assert kiosk.item("termsScroll").property("contentY") == 0
    check(kiosk)
    appliance.answers[JoinSession] = failure("terms_refused", reason="its terms have changed")
    kiosk.tap("acceptButton")
    kiosk.until(lambda: kiosk.text("joinFailure") != "")


def test_no_key_and_no_program_lets_anything_out(joined: Join) -> None:
    """Neither the sheet's button by a key, nor a call of what it calls; nor can the length be changed so."""
    kiosk, appliance = joined()
    kiosk.tap("chip-pointer")
    kiosk.until(lambda: not kiosk.item("lengthSheet").property("isGuarded"))
    for name in ("approve", "lengthChoice"):
        kiosk.item(name).forceActiveFocus()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Enter):
            QTest.keyClick(kiosk.window, key)
    kiosk.model().chooseLength(GrantLength.UNTIL_END.value)
    kiosk.model().allow()
    assert kiosk.model().length == GrantLength.FIVE_MINUTES.value
    assert not appliance.sent(AllowHere)
    kiosk.tap("lengthChoice", 0.85)
    kiosk.tap("approve")
    kiosk.until(
        lambda: (
            appliance.sent(AllowHere)
            == [AllowHere(SESSION, Capability.POINTER, GrantLength.UNTIL_END)]
        )
    )
