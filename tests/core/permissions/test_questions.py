"""A question ends once: by its answer, by its deadline or by being cancelled; the default is no."""

from __future__ import annotations

import asyncio

import pytest

from core.api.events import Event, QuestionAsked, QuestionEnded
from core.api.permissions import GrantLength
from core.api.questions import PermissionQuestion, Question, QuestionEnd
from core.errors import UsageFailure
from core.permissions.questions import Answer, OpenQuestions
from tests.fakes.clocks import ManualClock, settle


class Owner:
    """Asks a question and keeps what is told."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.told: list[Event] = []
        self.questions = OpenQuestions(self.clock, self.told.append)

    async def ask(self, timeout_s: float = 30.0) -> asyncio.Task[bool]:
        """Ask in the background."""
        task = asyncio.ensure_future(
            self.questions.ask(lambda each, until: Question(each, until, timeout_s), timeout_s)
        )
        await settle()
        return task

    def ends(self) -> list[tuple[int, QuestionEnd]]:
        """List the ends that were told."""
        told = [each for each in self.told if isinstance(each, QuestionEnded)]
        return [(each.question_id, each.end) for each in told]


@pytest.mark.parametrize("is_yes, end", [(True, QuestionEnd.YES), (False, QuestionEnd.NO)])
def test_an_answer_ends_a_question_once(is_yes: bool, end: QuestionEnd) -> None:
    """The first answer counts; later ones, the deadline and cancelling change nothing."""

    async def run() -> None:
        owner = Owner()
        asking = await owner.ask()
        owner.questions.answer(1, is_yes=is_yes)
        owner.questions.answer(1, is_yes=not is_yes)
        assert await asking is is_yes
        owner.questions.cancel_all()
        await owner.clock.advance(60)
        assert owner.ends() == [(1, end)]
        assert owner.questions.open() == []

    asyncio.run(run())


def test_a_deadline_is_a_no() -> None:
    """Right before the deadline the question is open; at it, it has expired."""

    async def run() -> None:
        owner = Owner()
        asking = await owner.ask(30)
        asked = owner.told[0]
        assert isinstance(asked, QuestionAsked)
        assert asked.question.deadline_utc_ms == owner.clock.utc_ns // 1_000_000 + 30_000
        await owner.clock.advance(29.999)
        assert owner.questions.open() == [asked.question]
        await owner.clock.advance(0.001)
        assert await asking is False
        owner.questions.answer(1, is_yes=True)
        assert owner.ends() == [(1, QuestionEnd.EXPIRED)]

    asyncio.run(run())


def test_cancelling_ends_all_questions() -> None:
    """Each gets its own end, oldest first; IDs are not used again."""

    async def run() -> None:
        owner = Owner()
        asking = [await owner.ask() for _ in range(2)]
        assert [each.question_id for each in owner.questions.open()] == [1, 2]
        owner.questions.cancel_all()
        assert await asyncio.gather(*asking) == [False, False]
        assert owner.ends() == [(1, QuestionEnd.CANCELLED), (2, QuestionEnd.CANCELLED)]
        third = await owner.ask()
        assert owner.questions.open()[0].question_id == 3
        owner.questions.cancel_all()
        await third

    asyncio.run(run())


def test_whoever_asked_may_go_away() -> None:
    """A request that is cancelled takes its question with it."""

    async def run() -> None:
        owner = Owner()
        asking = await owner.ask()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert owner.ends() == [(1, QuestionEnd.CANCELLED)]
        assert owner.questions.open() == []

    asyncio.run(run())


def test_an_answer_to_no_question_is_nothing() -> None:
    """An ID that was never asked is ignored."""
    owner = Owner()
    owner.questions.answer(7, is_yes=True)
    assert owner.told == []


@pytest.mark.parametrize("length", GrantLength)
def test_a_yes_says_for_how_long(length: GrantLength) -> None:
    """Whoever asks for an answer gets its length; a no has none, whatever was sent along."""

    async def run() -> None:
        owner = Owner()
        for is_yes, expected in (
            (True, Answer(QuestionEnd.YES, length)),
            (False, Answer(QuestionEnd.NO)),
        ):
            asking = asyncio.ensure_future(
                owner.questions.ask_for(lambda each, until: Question(each, until, 30), 30)
            )
            await settle()
            owner.questions.answer(
                owner.questions.open()[0].question_id, is_yes=is_yes, length=length
            )
            assert await asking == expected

    asyncio.run(run())


def test_a_length_that_was_not_offered_is_refused() -> None:
    """A yes for longer than the question offers changes nothing; the question is still open."""

    async def run() -> None:
        owner = Owner()
        offered = (GrantLength.FIVE_MINUTES,)
        asking = asyncio.ensure_future(
            owner.questions.ask_for(
                lambda each, until: PermissionQuestion(each, until, 30, lengths=offered), 30
            )
        )
        await settle()
        with pytest.raises(UsageFailure):
            owner.questions.answer(1, is_yes=True, length=GrantLength.UNTIL_END)
        assert len(owner.questions.open()) == 1
        owner.questions.answer(1, is_yes=True)
        assert await asking == Answer(QuestionEnd.YES, GrantLength.FIVE_MINUTES)

    asyncio.run(run())
