"""Questions are shown one at a time, with the facts, and end once."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from core.api.commands import AnswerQuestion
from core.api.events import QuestionAsked, QuestionEnded
from core.api.permissions import Capability, GrantLength
from core.api.questions import Question, QuestionEnd
from lucid_gui.bridge import Bridge
from lucid_gui.dialogs.questions import Questions
from lucid_gui.dialogs.wording import words_for
from tests.fakes import made_up_hosting as hosted
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


def test_a_permission_says_who_and_what_and_offers_its_lengths(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """The shortest length is chosen; another one goes out with the answer."""
    clock, seat = Clock(), MadeUpSeat()
    questions = Questions(fake_bridge, seat, now_utc_ms=clock)
    asked = hosted.question(Capability.KEYBOARD, clock.utc_ms + 30_000, 5, attempts=4)
    port.emit(QuestionAsked(asked))
    qtbot.waitUntil(lambda: questions.isOpen)
    assert "Anna-PC" in questions.title
    assert questions.title.endswith("wants to type")
    assert questions.remark == "Tried 4 times."
    assert [each["value"] for each in questions.lengths] == [each.value for each in GrantLength]
    assert questions.length == GrantLength.FIVE_MINUTES.value
    questions.chooseLength("for ever")
    questions.chooseLength(GrantLength.QUARTER_HOUR.value)
    questions.approve()
    qtbot.waitUntil(lambda: bool(port.sent(AnswerQuestion)))
    assert port.sent(AnswerQuestion) == [AnswerQuestion(5, True, GrantLength.QUARTER_HOUR)]


def test_the_next_question_begins_with_the_shortest_length(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """A long grant is chosen each time anew, and only out of what is offered."""
    clock = Clock()
    questions = Questions(fake_bridge, MadeUpSeat(), now_utc_ms=clock)
    offered = (GrantLength.UNTIL_END, GrantLength.QUARTER_HOUR)
    for number, lengths in ((1, tuple(GrantLength)), (2, offered)):
        port.emit(
            QuestionAsked(
                hosted.question(Capability.VIEW, clock.utc_ms + 30_000, number, lengths=lengths)
            )
        )
    qtbot.waitUntil(lambda: len(questions._waiting) == 1)
    questions.chooseLength(GrantLength.UNTIL_END.value)
    questions.deny()
    assert questions.length == GrantLength.QUARTER_HOUR.value
    questions.chooseLength(GrantLength.FIVE_MINUTES.value)
    assert questions.length == GrantLength.QUARTER_HOUR.value


def test_without_a_press_on_this_seat_nothing_is_answered(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """Neither yes nor no nor another length comes from anything but a finger here."""
    clock, seat = Clock(), MadeUpSeat(is_pressed=False)
    questions = Questions(fake_bridge, seat, now_utc_ms=clock)
    port.emit(QuestionAsked(hosted.question(Capability.KEYBOARD, clock.utc_ms + 30_000)))
    qtbot.waitUntil(lambda: questions.isOpen)
    assert seat.is_watching
    questions.chooseLength(GrantLength.UNTIL_END.value)
    questions.approve()
    questions.deny()
    assert questions.isOpen
    assert questions.length == GrantLength.FIVE_MINUTES.value
    port.emit(QuestionEnded(1, QuestionEnd.EXPIRED))
    qtbot.waitUntil(lambda: not questions.isOpen)
    assert port.sent(AnswerQuestion) == []
    assert not seat.is_watching


def test_each_question_looks_at_the_seat_anew(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """A press that answered one question does not answer the next."""
    clock, seat = Clock(), MadeUpSeat()
    questions = Questions(fake_bridge, seat, now_utc_ms=clock)
    for number in (1, 2):
        port.emit(QuestionAsked(disclosure(number, clock.utc_ms + 30_000)))
    qtbot.waitUntil(lambda: len(questions._waiting) == 1)
    questions.deny()
    assert seat.begun == 2


def test_what_the_peer_wrote_is_kept_apart() -> None:
    """Its name is short and isolated in our sentence, its detail is a text of its own."""
    hostile = "<b>Lucid</b>\N{RIGHT-TO-LEFT OVERRIDE}" + "x" * 300
    words = words_for(hosted.question(Capability.FILES_IN, 0, peer=hostile, detail=hostile))
    assert len(words.title) < 60
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in words.title + words.detail
    assert "<b>" not in words.explanation


def test_after_its_close_nothing_is_shown_counted_or_watched(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """A kiosk that is closed answers nothing; the engine's own clock says no."""
    clock, seat = Clock(), MadeUpSeat()
    questions = Questions(fake_bridge, seat, now_utc_ms=clock)
    for number in (1, 2):
        port.emit(QuestionAsked(disclosure(number, clock.utc_ms + 30_000)))
    qtbot.waitUntil(lambda: len(questions._waiting) == 1)
    questions.close()
    assert not questions.isOpen
    assert not questions._clock.isActive()
    assert not seat.is_watching
    assert port.sent(AnswerQuestion) == []
