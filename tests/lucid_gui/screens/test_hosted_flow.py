"""Through a hosted session by taps alone: start, the door, a question, a chip, the shield, zones, the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtTest import QTest

from core.api.commands import AnswerQuestion, EndSession, SeekPlayback, ShowSession
from core.api.hosting import DropPeer, HideZones, HostSession, Invite, Revoke, Shield
from core.api.permissions import Capability, GrantLength, PolicyRules, Profile, Rule, WindowRule
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Mouse, Touch
from tests.lucid_gui.screens.conftest import KioskMaker
from tests.lucid_gui.shell.test_every_screen import cut, overlapping, too_small

FINGERS = {"mouse": Mouse, "touch": Touch}
SIZES = pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
KEYS = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Space,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Y,
    Qt.Key.Key_A,
)
PLAIN = 0  # QQuickText::PlainText
HOSTILE = (
    "<img src=x onerror=alert(1)><b>Lucid</b>\N{RIGHT-TO-LEFT OVERRIDE}"
    "\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET} wants nothing at all\n" + "x" * 400
)


def check(kiosk: KioskDriver) -> None:
    """See that a finger fits, and that no word is cut, off the edge or under another."""
    kiosk.draw()
    assert kiosk.small_targets() == []
    assert list(too_small(kiosk)) == []
    assert list(cut(kiosk)) == []
    assert list(overlapping(kiosk)) == []


def host(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    """Open the door and wait until it is shown."""
    kiosk.open("start")
    kiosk.tap("source1")
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "hosting" and kiosk.model().isThere)
    assert appliance.door.hosting is not None


def ask(
    kiosk: KioskDriver, appliance: MadeUpAppliance, capability: Capability, **changes: object
) -> int:
    """Let the peer try something, and wait until the owner can answer."""
    number = appliance.door.try_to(capability, **changes)  # type: ignore[arg-type]  # by name
    kiosk.until(lambda: kiosk.item("question").property("questionId") == number)
    kiosk.until(lambda: not kiosk.item("question").property("isGuarded"))
    return number


@pytest.fixture
def admit(make_kiosk: KioskMaker) -> Callable[..., tuple[KioskDriver, MadeUpAppliance]]:
    """Give what makes a kiosk on whose desktop a peer is."""

    def make(**options: object) -> tuple[KioskDriver, MadeUpAppliance]:
        appliance = MadeUpAppliance()
        kiosk = make_kiosk(appliance, **options)
        host(kiosk, appliance)
        appliance.door.admit()
        kiosk.until(lambda: kiosk.model().peerState == "admitted")
        return kiosk, appliance

    return make


Admit = Callable[..., tuple[KioskDriver, MadeUpAppliance]]


@pytest.mark.parametrize("finger", sorted(FINGERS))
@SIZES
def test_a_hosted_session_goes_from_start_to_end_by_taps(
    make_kiosk: KioskMaker, size: tuple[int, int], finger: str
) -> None:
    """Every step is a tap, and each reaches the engine."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size, finger=FINGERS[finger]())
    host(kiosk, appliance)
    assert appliance.sent(HostSession) == [HostSession(Profile.STANDARD)]
    _door(kiosk, appliance)
    _question(kiosk, appliance)
    _revoke(kiosk, appliance)
    _shield(kiosk, appliance)
    _zones(kiosk, appliance)
    _send_away(kiosk, appliance)
    _end(kiosk, appliance)


def _door(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    check(kiosk)
    assert kiosk.text("invitationCode") == hosted.invitation().code
    kiosk.tap("invitationQr")
    kiosk.item("largeCode")
    check_targets(kiosk)
    kiosk.tap("largeCodeClose")
    kiosk.tap("newCodeButton")
    kiosk.until(lambda: kiosk.text("invitationCode") == hosted.invitation(1).code)
    assert len(appliance.sent(Invite)) == 1
    appliance.door.knock()
    kiosk.until(lambda: kiosk.text("hostingSentence") == "Waiting for the code")
    check(kiosk)
    appliance.door.admit()
    kiosk.until(lambda: kiosk.model().peerState == "admitted")
    check(kiosk)


def check_targets(kiosk: KioskDriver) -> None:
    """See that a finger fits where one thing lies over another on purpose."""
    kiosk.draw()
    assert kiosk.small_targets() == []


def _question(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    number = ask(kiosk, appliance, Capability.KEYBOARD)
    check_targets(kiosk)
    kiosk.tap("questionLength", 0.5)
    kiosk.until(lambda: kiosk.session.questions.length == GrantLength.QUARTER_HOUR.value)
    kiosk.tap("approve")
    kiosk.until(lambda: not kiosk.seen("question"))
    kiosk.until(lambda: kiosk.text("hostingDetail") == "It sees the desktop and may type.")
    assert appliance.sent(AnswerQuestion) == [
        AnswerQuestion(number, True, GrantLength.QUARTER_HOUR)
    ]


def _revoke(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    kiosk.until(lambda: kiosk.text("chipState-keyboard").startswith("until "))
    kiosk.tap("chip-keyboard")
    kiosk.until(lambda: kiosk.text("chipState-keyboard") == "not allowed")
    assert [each.capability for each in appliance.sent(Revoke)] == [Capability.KEYBOARD]


def _shield(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    assert kiosk.item("shieldButton").height() >= 64
    kiosk.tap("shieldButton")
    kiosk.item("shieldCover")
    kiosk.draw()
    check(kiosk)
    kiosk.tap("shieldButton")
    kiosk.until(lambda: not kiosk.seen("shieldCover"))
    assert [each.is_on for each in appliance.sent(Shield)] == [True, False]


def _zones(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    kiosk.tap("zonesButton")
    check(kiosk)
    kiosk.stroke("zoneArea", (0.25, 0.25), (0.5, 0.5))
    kiosk.until(lambda: len(appliance.sent(HideZones)) == 1)
    zone = appliance.sent(HideZones)[0].zones[0]
    assert zone.x == pytest.approx(320, abs=8)
    assert zone.width == pytest.approx(320, abs=16)
    assert zone.height == pytest.approx(180, abs=16)
    kiosk.stroke("zoneArea", (0.3, 0.3), (0.4, 0.3))
    kiosk.until(lambda: len(appliance.sent(HideZones)) == 2)
    moved = appliance.sent(HideZones)[1].zones[0]
    assert moved.x == pytest.approx(zone.x + 128, abs=8)
    assert (moved.y, moved.width, moved.height) == (zone.y, zone.width, zone.height)
    kiosk.tap("zoneRemoveButton")
    kiosk.until(lambda: appliance.sent(HideZones)[-1].zones == ())
    kiosk.stroke("zoneArea", (0.6, 0.6), (0.9, 0.9))
    kiosk.until(lambda: kiosk.model().zones.count == 1 and not kiosk.model().zones.isSending)
    kiosk.tap("zoneUndoButton")
    kiosk.until(lambda: kiosk.model().zones.count == 0)
    kiosk.tap("zonesDoneButton")
    kiosk.item("shieldButton")


def _send_away(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    kiosk.tap("disconnectButton")
    kiosk.until(lambda: kiosk.text("hostingSentence") == "Nobody is connected")
    assert len(appliance.sent(DropPeer)) == 1
    check(kiosk)


def _end(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    assert kiosk.item("endButton").height() >= 64
    kiosk.tap("endButton")
    kiosk.until(lambda: not kiosk.item("endSheet").property("isGuarded"))
    kiosk.tap("deny")
    assert appliance.sent(EndSession) == []
    kiosk.tap("endButton")
    kiosk.until(lambda: not kiosk.item("endSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.screen() == "live")
    kiosk.until(lambda: kiosk.model().state == "sealing")


@SIZES
def test_the_owners_own_rules_are_what_the_session_opens_under(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Capabilities, hidden windows, keys and limits, all by touch."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size)
    kiosk.open("start")
    kiosk.tap("source1")
    for profile in ("strict", "standard", "custom"):
        kiosk.tap(f"profile-{profile}")
        check(kiosk)
    kiosk.tap("rulesButton")
    check(kiosk)
    kiosk.tap("rule-view", 0.5)
    kiosk.tap("rule-files_out", 0.2)
    kiosk.tap("rulesTabs", 0.5)
    check(kiosk)
    kiosk.tap("windowTitle")
    kiosk.until(lambda: kiosk.seen("keyboard"))
    kiosk.item("windowTitle").setProperty("text", "Bank")
    kiosk.tap("hideWindowsButton")
    kiosk.item("hiddenWindow0")
    kiosk.until(lambda: not kiosk.seen("keyboard"))
    kiosk.tap("rulesTabs", 0.9)
    check(kiosk)
    kiosk.tap("recordKeys")
    kiosk.tap("limit-idle_minutes-raise")
    kiosk.tap("partBackButton")
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "hosting")
    sent = appliance.sent(HostSession)[0]
    assert sent.profile is Profile.CUSTOM
    assert isinstance(sent.rules, PolicyRules)
    rules = dict(sent.rules.rules)
    assert (rules[Capability.VIEW], rules[Capability.FILES_OUT]) == (Rule.ASK, Rule.DENY)
    assert sent.rules.hidden_windows == (WindowRule("Bank"),)
    assert (sent.rules.records_keys, sent.rules.idle_minutes) == (True, 30)


@SIZES
def test_no_key_answers_a_permission(admit: Admit, size: tuple[int, int]) -> None:
    """Wherever the focus is; nor does a key choose a longer time."""
    kiosk, appliance = admit(size=size)
    ask(kiosk, appliance, Capability.KEYBOARD)
    for name in (None, "approve", "deny", "questionLength"):
        if name is not None:
            kiosk.item(name).forceActiveFocus()
        for key in KEYS:
            QTest.keyClick(kiosk.window, key)
    assert kiosk.item("question").property("isOpen")
    assert kiosk.session.questions.length == GrantLength.FIVE_MINUTES.value
    assert appliance.sent(AnswerQuestion) == []


def test_what_a_program_injects_answers_nothing(admit: Admit) -> None:
    """Neither an event that is sent within the program, nor a button's own signal, nor accessibility."""
    kiosk, appliance = admit()
    ask(kiosk, appliance, Capability.KEYBOARD)
    button = Qt.MouseButton.LeftButton
    for name in ("approve", "deny"):
        at = QPointF(kiosk._point(kiosk.item(name), 0.5))
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            event = QMouseEvent(kind, at, at, button, button, Qt.KeyboardModifier.NoModifier)
            QCoreApplication.sendEvent(kiosk.window, event)
        kiosk.item(name).clicked.emit()
    kiosk.item("question").approved.emit()
    assert kiosk.item("question").property("isOpen")
    assert appliance.sent(AnswerQuestion) == []
    kiosk.tap("deny")
    kiosk.until(lambda: [each.is_yes for each in appliance.sent(AnswerQuestion)] == [False])


@SIZES
def test_deny_is_larger_and_the_clock_is_seen(admit: Admit, size: tuple[int, int]) -> None:
    """Half of the screen, both buttons large, the seconds left, and what no answer means."""
    kiosk, appliance = admit(size=size)
    ask(kiosk, appliance, Capability.CLIPBOARD_OUT)
    deny, approve = kiosk.item("deny"), kiosk.item("approve")
    assert deny.width() * deny.height() > approve.width() * approve.height()
    assert min(deny.height(), approve.height()) >= 64
    assert 0 < kiosk.item("question").property("secondsLeft") <= 30
    words = {str(each.property("text")) for each in kiosk.items()}
    assert "No answer means no." in words


@SIZES
def test_a_tap_does_not_fall_through_a_question(admit: Admit, size: tuple[int, int]) -> None:
    """Neither the second of two quick taps, nor one that comes as the question goes by itself, ends the session."""
    kiosk, appliance = admit(size=size)
    kiosk.tap("endButton")
    number = ask(kiosk, appliance, Capability.KEYBOARD)
    lower, upper = sorted(kiosk.seen("approve"), key=kiosk.item("question").isAncestorOf)
    at = kiosk._point(upper, 0.5)
    assert lower.contains(lower.mapFromScene(QPointF(at)))
    for _ in range(2):
        kiosk.finger.press(kiosk.window, at)
        kiosk.finger.lift(kiosk.window, at)
    assert not kiosk.seen("question")
    assert [each.question_id for each in appliance.sent(AnswerQuestion)] == [number]
    number = ask(kiosk, appliance, Capability.POINTER)
    appliance.door.let_expire(number)
    kiosk.until(lambda: not kiosk.seen("question"))
    kiosk.finger.press(kiosk.window, at)
    kiosk.finger.lift(kiosk.window, at)
    assert kiosk.item("endSheet").property("isOpen")
    kiosk.tap("approve")
    kiosk.until(lambda: len(appliance.sent(EndSession)) == 1)


def test_no_answer_is_a_no(admit: Admit) -> None:
    """At the deadline the question goes by itself; nothing is sent, and nothing is allowed."""
    kiosk, appliance = admit()
    number = appliance.door.try_to(Capability.KEYBOARD, 1.2)
    kiosk.until(lambda: kiosk.seen("question"))
    kiosk.until(lambda: not kiosk.seen("question"))
    appliance.door.let_expire(number)
    kiosk.until(lambda: kiosk.text("chipState-keyboard") == "not allowed")
    assert appliance.sent(AnswerQuestion) == []


def test_questions_wait_for_each_other(admit: Admit) -> None:
    """One is shown at a time; one that ended meanwhile is not shown any more."""
    kiosk, appliance = admit()
    first = ask(kiosk, appliance, Capability.KEYBOARD)
    second = appliance.door.try_to(Capability.POINTER)
    third = appliance.door.try_to(Capability.FILES_IN)
    kiosk.until(lambda: kiosk.model()._asking.keys() == {first, second, third})
    assert kiosk.item("question").property("questionId") == first
    appliance.door.let_expire(second)
    kiosk.until(lambda: second not in kiosk.model()._asking)
    kiosk.tap("deny")
    kiosk.until(lambda: kiosk.item("question").property("questionId") == third)
    assert kiosk.item("question").property("isGuarded")
    kiosk.until(lambda: not kiosk.item("question").property("isGuarded"))
    kiosk.tap("deny")
    kiosk.until(lambda: not kiosk.seen("question"))
    assert [each.question_id for each in appliance.sent(AnswerQuestion)] == [first, third]


@SIZES
def test_a_hostile_name_and_detail_stay_plain_text(admit: Admit, size: tuple[int, int]) -> None:
    """Long, turned around, with markup: the buttons stay where they are, and our words are whole."""
    kiosk, appliance = admit(size=size)
    appliance.door.admit(HOSTILE)
    ask(kiosk, appliance, Capability.FILES_IN, peer=HOSTILE, detail=HOSTILE)
    kiosk.draw()
    assert kiosk.text("question").endswith("wants to bring files")
    detail = kiosk.item("questionDetail")
    assert "<b>" in str(detail.property("text"))
    shown = [each for each in kiosk.items() if each.inherits("QQuickText")]
    held = [each for each in shown if "<img" in str(each.property("text"))]
    assert len(held) >= 3  # the screen's sentence, the question's title and its detail
    for each in held:
        text_format, _is_undefined = QQmlExpression(qmlContext(each), each, "textFormat").evaluate()
        assert text_format == PLAIN
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in str(each.property("text"))
    assert int(detail.property("lineCount")) <= 2
    for name in ("approve", "deny", "questionLength"):
        item = kiosk.item(name)
        bottom = item.mapToScene(QPointF(0, item.height())).y()
        assert bottom <= kiosk.window.height()
        assert item.mapToScene(QPointF(0, 0)).y() > detail.mapToScene(QPointF(0, 0)).y()
    assert kiosk.small_targets() == []


@SIZES
def test_a_locked_door_says_so(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """With the time it takes, and without a code."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size)
    host(kiosk, appliance)
    appliance.door.guess_wrong(5, kiosk.model().now_utc_ms() + 252_000)
    kiosk.until(lambda: kiosk.text("hostingSentence") == "Too many wrong codes")
    assert kiosk.text("hostingDetail").startswith("Nobody can come in for 4:1")
    assert not kiosk.seen("invitationCode")
    assert kiosk.seen("newCodeButton")
    check(kiosk)


@SIZES
def test_a_large_code_goes_when_it_was_used(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """The screen shows who came in; the next code is not shown large unasked."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size)
    host(kiosk, appliance)
    kiosk.tap("invitationQr")
    kiosk.item("largeCode")
    appliance.door.admit()
    kiosk.until(lambda: not kiosk.seen("largeCode"))
    kiosk.tap("disconnectButton")
    kiosk.tap("newCodeButton")
    kiosk.item("invitationQr")
    assert not kiosk.seen("largeCode")


@SIZES
def test_home_leads_to_the_hosted_session(admit: Admit, size: tuple[int, int]) -> None:
    """It says who is there and what they may; so does every other way to the running session."""
    kiosk, appliance = admit(size=size)
    kiosk.tap("hostingBackButton")
    kiosk.until(lambda: kiosk.screen() == "home")
    kiosk.until(lambda: "is connected" in str(kiosk.model().recording.get("title", "")))
    check(kiosk)
    kiosk.tap("watch")
    kiosk.until(lambda: kiosk.screen() == "hosting" and kiosk.model().isThere)
    assert appliance.door.hosting is not None
    kiosk.open("sessions")
    kiosk.tap("sessionRow0")
    kiosk.until(lambda: kiosk.screen() == "hosting")


@SIZES
def test_the_trail_leads_into_the_recording(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """It is filtered and searched, and an entry or a mark plays from its moment."""
    sealed = hosted.sealed()
    appliance = MadeUpAppliance((sealed,))
    kiosk = make_kiosk(appliance, size=size)
    kiosk.open("session", sessionId=sealed.session_id)
    kiosk.until(lambda: kiosk.model().isThere and kiosk.model().trail.isThere)
    kiosk.tap("detailsButton")
    kiosk.tap("detailsTabs", 0.95)
    kiosk.item("trailList")
    check_targets(kiosk)
    kiosk.tap("trailGroups", 0.37)
    kiosk.until(lambda: kiosk.model().trail.group == "decisions")
    kiosk.tap("trailSearchButton")
    kiosk.until(lambda: kiosk.seen("keyboard"))
    kiosk.item("trailSearch").setProperty("text", "allowed type")
    kiosk.until(lambda: kiosk.text("trailCount").startswith("1 of "))
    kiosk.item("trailSearch").finish()
    kiosk.until(lambda: not kiosk.seen("keyboard"))
    kiosk.tap("trailRow0")
    kiosk.until(lambda: kiosk.screen() == "player" and bool(appliance.sent(SeekPlayback)))
    assert appliance.sent(SeekPlayback)[0].position_s == 309.0
    kiosk.until(lambda: kiosk.model().markText == "Allowed: Type")
    kiosk.item("markNote")
    kiosk.item("playerMarks")
    assert kiosk.small_targets() == []
    kiosk.tap("mark0")
    kiosk.until(lambda: len(appliance.sent(SeekPlayback)) == 2)
    assert appliance.sent(SeekPlayback)[1].position_s == pytest.approx(121.0)


@SIZES
@pytest.mark.parametrize("is_recorded", [True, False])
def test_the_trail_says_where_what_was_typed_is_read(
    make_kiosk: KioskMaker, size: tuple[int, int], is_recorded: bool
) -> None:
    """One line, where the record holds it; what was typed is not shown on this screen."""
    sealed = hosted.sealed()
    appliance = MadeUpAppliance((sealed,))
    manifest = '{"keys":{"records":2}}' if is_recorded else "{}"
    detail = replace(made_up.detail(sealed), manifest_json=manifest)
    appliance.answers[ShowSession] = lambda _command: detail
    kiosk = make_kiosk(appliance, size=size)
    kiosk.open("session", sessionId=sealed.session_id)
    kiosk.until(lambda: kiosk.model().isThere and kiosk.model().trail.isThere)
    kiosk.tap("detailsButton")
    kiosk.tap("detailsTabs", 0.95)
    kiosk.item("trailList")
    check(kiosk)
    assert bool(kiosk.seen("trailKeys")) is is_recorded
    if is_recorded:
        assert "lucid session keys" in kiosk.text("trailKeys")
