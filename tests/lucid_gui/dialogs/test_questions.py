"""Questions are shown one at a time, with the facts, and end once."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from core.api.commands import AnswerQuestion
from core.api.events import QuestionAsked, QuestionEnded
from core.api.questions import Question, QuestionEnd
from lucid_gui.bridge import Bridge
from lucid_gui.dialogs.questions import Questions
from lucid_gui.dialogs.wording import words_for
from tests.fakes.engine_port import FakeEnginePort
from tests.fakes.kiosk_scripts import disclosure
from tests.fakes.made_up_seat import MadeUpSeat


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.utc_ms = 1_000_000

    def __call__(self) -> int:
        """Read it."""
        return self.utc_ms


def test_a_question_says_what_will_really_happen() -> None:
    """The sheet names the span, the keys and the place."""
    words = words_for(disclosure(1, 0))
    assert words.title == "Let 10 min 20 s leave in readable form?"
    assert "can watch 10 min 20 s" in words.explanation
    assert "4 chunks" in words.explanation
    assert "/media/stick/session.lucid" in words.explanation


def test_a_question_of_an_unknown_kind_is_still_asked() -> None:
    """A newer engine's question is shown in general terms."""
    assert words_for(Question(1, 0, 1.0)).title != ""


def test_one_question_at_a_time(qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort) -> None:
    """The second waits until the first is answered, and each answer goes to its own question."""
    clock = Clock()
    questions = Questions(fake_bridge, MadeUpSeat(), now_utc_ms=clock)
    port.emit(QuestionAsked(disclosure(7, clock.utc_ms + 30_000)))
    port.emit(QuestionAsked(disclosure(8, clock.utc_ms + 60_000)))
    qtbot.waitUntil(lambda: questions.questionId == 7)
    assert questions.secondsLeft == 30
    questions.approve()
    assert questions.questionId == 8
    questions.deny()
    assert not questions.isOpen
    qtbot.waitUntil(lambda: len(port.sent(AnswerQuestion)) == 2)
    assert port.sent(AnswerQuestion) == [AnswerQuestion(7, True), AnswerQuestion(8, False)]


def test_a_question_that_waited_too_long_is_not_shown(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """A queued question is checked again before it is shown."""
    clock = Clock()
    questions = Questions(fake_bridge, MadeUpSeat(), now_utc_ms=clock)
    for number, seconds in ((1, 90), (2, 30), (3, 120)):
        port.emit(QuestionAsked(disclosure(number, clock.utc_ms + seconds * 1000)))
    qtbot.waitUntil(lambda: len(questions._waiting) == 2)
    clock.utc_ms += 60_000
    questions.deny()
    assert questions.questionId == 3


def test_an_ended_question_goes_away_without_an_answer(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """What the engine ended is neither shown nor answered any more, waiting or shown."""
    clock = Clock()
    questions = Questions(fake_bridge, MadeUpSeat(), now_utc_ms=clock)
    for number in (1, 2, 3):
        port.emit(QuestionAsked(disclosure(number, clock.utc_ms + 30_000)))
    qtbot.waitUntil(lambda: len(questions._waiting) == 2)
    port.emit(QuestionEnded(2, QuestionEnd.CANCELLED))
    port.emit(QuestionEnded(1, QuestionEnd.EXPIRED))
    qtbot.waitUntil(lambda: questions.questionId == 3)
    port.emit(QuestionEnded(3, QuestionEnd.CANCELLED))
    qtbot.waitUntil(lambda: not questions.isOpen)
    assert port.sent(AnswerQuestion) == []


def test_the_clock_takes_an_expired_question_away(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """No answer means no: at the deadline the sheet goes, and nothing is sent."""
    clock = Clock()
    questions = Questions(fake_bridge, MadeUpSeat(), now_utc_ms=clock)
    port.emit(QuestionAsked(disclosure(1, clock.utc_ms + 30_000)))
    qtbot.waitUntil(lambda: questions.isOpen)
    clock.utc_ms += 29_500
    with qtbot.waitSignal(questions.ticked):
        pass
    assert questions.secondsLeft == 1
    clock.utc_ms += 500
    qtbot.waitUntil(lambda: not questions.isOpen)
    assert port.sent(AnswerQuestion) == []
