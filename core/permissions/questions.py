"""Open questions: each ends once, by an answer, by cancelling or by its deadline; the default is no."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from core.api.events import Event, QuestionAsked, QuestionEnded
from core.api.questions import Question, QuestionEnd
from core.runtime.clock import Clock

QuestionKind = TypeVar("QuestionKind", bound=Question)


class OpenQuestions:
    """The questions that wait for the owner; lives on the engine's loop."""

    def __init__(self, clock: Clock, publish: Callable[[Event], None]) -> None:
        self._clock = clock
        self._publish = publish
        self._last_id = 0
        self._open: dict[int, tuple[Question, asyncio.Future[QuestionEnd]]] = {}

    def open(self) -> list[Question]:
        """List the questions that wait, oldest first."""
        return [question for question, _ in self._open.values()]

    async def ask(self, make: Callable[[int, int], QuestionKind], timeout_s: float) -> bool:
        """Ask and wait; True only for a yes before the deadline.

        ``make`` gets the question's ID and its deadline in UTC milliseconds.
        """
        self._last_id += 1
        question = make(
            self._last_id, self._clock.now().utc_ns // 1_000_000 + int(timeout_s * 1000)
        )
        answer: asyncio.Future[QuestionEnd] = asyncio.get_running_loop().create_future()
        self._open[question.question_id] = (question, answer)
        self._publish(QuestionAsked(question))
        expiry = asyncio.ensure_future(self._expire(question.question_id, timeout_s))
        end = QuestionEnd.CANCELLED
        try:
            end = await answer
        finally:
            expiry.cancel()
            self._open.pop(question.question_id, None)
            self._publish(QuestionEnded(question.question_id, end))
        return end is QuestionEnd.YES

    def answer(self, question_id: int, *, is_yes: bool) -> None:
        """End a question by the owner's word; one that has ended stays as it ended."""
        self._end(question_id, QuestionEnd.YES if is_yes else QuestionEnd.NO)

    def cancel_all(self) -> None:
        """End every question without an answer."""
        for question_id in list(self._open):
            self._end(question_id, QuestionEnd.CANCELLED)

    async def _expire(self, question_id: int, timeout_s: float) -> None:
        await self._clock.sleep(timeout_s)
        self._end(question_id, QuestionEnd.EXPIRED)

    def _end(self, question_id: int, end: QuestionEnd) -> None:
        _, answer = self._open.get(question_id, (None, None))
        if answer is not None and not answer.done():
            answer.set_result(end)
