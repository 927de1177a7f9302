"""The sheet of a question is answered by touch or pointer only, after its guard."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.api.commands import AnswerQuestion
from core.api.events import QuestionAsked
from tests.fakes.engine_port import FakeEnginePort
from tests.fakes.kiosk_scripts import disclosure, full_port
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Mouse, Touch

KEYS = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Space,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Y,
)
FINGERS = {"mouse": Mouse, "touch": Touch}


def ask(kiosk: KioskDriver, port: FakeEnginePort, question_id: int = 1) -> None:
    """Ask, and wait until the sheet is there."""
    port.emit(QuestionAsked(disclosure(question_id, int(time.time() * 1000) + 30_000)))
    kiosk.until(lambda: kiosk.item("question").property("isOpen"))


def wait_for_guard(kiosk: KioskDriver) -> None:
    """Wait until the sheet takes answers."""
    kiosk.until(lambda: not kiosk.item("question").property("isGuarded"))


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
@pytest.mark.parametrize("finger", sorted(FINGERS))
@pytest.mark.parametrize("button, is_yes", [("approve", True), ("deny", False)])
def test_a_touch_answers(
    open_kiosk: KioskOpener, size: tuple[int, int], finger: str, button: str, is_yes: bool
) -> None:
    """Each button sends its own answer, and the sheet goes."""
    port = full_port()
    kiosk = open_kiosk(port, size=size, finger=FINGERS[finger]())
    ask(kiosk, port)
    wait_for_guard(kiosk)
    assert kiosk.small_targets() == []
    kiosk.tap(button)
    kiosk.until(lambda: port.sent(AnswerQuestion) == [AnswerQuestion(1, is_yes)])
    kiosk.until(lambda: not kiosk.seen("question"))


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_deny_is_the_larger_button_and_both_are_large(
    open_kiosk: KioskOpener, size: tuple[int, int]
) -> None:
    """The safe answer is the easier one to hit."""
    port = full_port()
    kiosk = open_kiosk(port, size=size)
    ask(kiosk, port)
    deny, approve = kiosk.item("deny"), kiosk.item("approve")
    assert deny.width() * deny.height() > approve.width() * approve.height()
    assert min(deny.height(), approve.height()) >= 64


def test_no_key_answers(open_kiosk: KioskOpener) -> None:
    """Neither Return nor Space nor Tab and Return answer, wherever the focus is."""
    port = full_port()
    kiosk = open_kiosk(port)
    ask(kiosk, port)
    wait_for_guard(kiosk)
    for name in (None, "approve", "deny"):
        if name is not None:
            kiosk.item(name).forceActiveFocus()
        for key in KEYS:
            QTest.keyClick(kiosk.window, key)
    assert kiosk.item("question").property("isOpen")
    kiosk.tap("deny")
    kiosk.until(lambda: port.sent(AnswerQuestion) == [AnswerQuestion(1, False)])


def test_the_guard_takes_no_answer(open_kiosk: KioskOpener) -> None:
    """A touch that was on its way to something else answers nothing."""
    port = full_port()
    kiosk = open_kiosk(port)
    ask(kiosk, port)
    sheet = kiosk.item("question")
    at = kiosk._point(kiosk.item("approve"), 0.5)
    taps = 0
    while sheet.property("isGuarded"):
        kiosk.finger.press(kiosk.window, at)
        if not sheet.property("isGuarded"):
            break  # the guard ended between the two: that press began under it
        kiosk.finger.lift(kiosk.window, at)
        taps += 1
    kiosk.finger.lift(kiosk.window, at)
    assert taps > 0
    assert sheet.property("isOpen")
    assert port.sent(AnswerQuestion) == []


def test_the_next_question_has_a_guard_of_its_own(open_kiosk: KioskOpener) -> None:
    """A double tap does not answer two questions."""
    port = full_port()
    kiosk = open_kiosk(port)
    ask(kiosk, port, 1)
    port.emit(QuestionAsked(disclosure(2, int(time.time() * 1000) + 30_000)))
    wait_for_guard(kiosk)
    kiosk.tap("deny")
    assert kiosk.item("question").property("isOpen")
    assert kiosk.item("question").property("isGuarded")


def test_what_lies_beneath_cannot_be_tapped(open_kiosk: KioskOpener) -> None:
    """Rail and screen are dimmed, in sight, and out of reach."""
    port = full_port()
    kiosk = open_kiosk(port)
    kiosk.until(lambda: kiosk.seen("start"))
    ask(kiosk, port)
    for name in ("rail-settings", "start"):
        item = kiosk.item(name)
        at = kiosk._point(item, 0.5)
        kiosk.finger.press(kiosk.window, at)
        kiosk.finger.lift(kiosk.window, at)
    assert kiosk.screen() == "home"
