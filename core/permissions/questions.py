"""Open questions: each ends once, by an answer, by cancelling or by its deadline; the default is no."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from core.api.events import Event, QuestionAsked, QuestionEnded
from core.api.permissions import GrantLength
from core.api.questions import PermissionQuestion, Question, QuestionEnd
from core.errors import UsageFailure
from core.runtime.clock import Clock

QuestionKind = TypeVar("QuestionKind", bound=Question)


@dataclass(frozen=True)
class Answer:
    """How a question ended; ``length`` is there for a yes alone."""

    end: QuestionEnd
    length: GrantLength | None = None


class OpenQuestions:
    """The questions that wait for the owner; lives on the engine's loop."""

    def __init__(self, clock: Clock, publish: Callable[[Event], None]) -> None:
        self._clock = clock
        self._publish = publish
        self._last_id = 0
        self._open: dict[int, tuple[Question, asyncio.Future[Answer]]] = {}

    def open(self) -> list[Question]:
        """List the questions that wait, oldest first."""
        return [question for question, _ in self._open.values()]

    async def ask(self, make: Callable[[int, int], QuestionKind], timeout_s: float) -> bool:
        """Ask and wait; True only for a yes before the deadline.

        ``make`` gets the question's ID and its deadline in UTC milliseconds.
        """
        return (await self.ask_for(make, timeout_s)).end is QuestionEnd.YES

    async def ask_for(self, make: Callable[[int, int], QuestionKind], timeout_s: float) -> Answer:
        """Ask and wait; gives how it ended and, for a yes, for how long."""
        self._last_id += 1
        question = make(
            self._last_id, self._clock.now().utc_ns // 1_000_000 + int(timeout_s * 1000)
        )
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._open[question.question_id] = (question, waiting)
        self._publish(QuestionAsked(question))
        expiry = asyncio.ensure_future(self._expire(question.question_id, timeout_s))
        answer = Answer(QuestionEnd.CANCELLED)
        try:
            answer = await waiting
        finally:
            expiry.cancel()
            self._open.pop(question.question_id, None)
            self._publish(QuestionEnded(question.question_id, answer.end))
        return answer

    def answer(
        self, question_id: int, *, is_yes: bool, length: GrantLength = GrantLength.FIVE_MINUTES
    ) -> None:
        """End a question by the owner's word; one that has ended stays as it ended.

        Raises UsageFailure for a length that a permission's question does not offer; it stays open then.
        """
        if not is_yes:
            self._end(question_id, Answer(QuestionEnd.NO))
            return
        question, _ = self._open.get(question_id, (None, None))
        if isinstance(question, PermissionQuestion) and length not in question.lengths:
            raise UsageFailure(reason="this permission is not offered for that long")
        self._end(question_id, Answer(QuestionEnd.YES, length))

    def cancel_all(self) -> None:
        """End every question without an answer."""
        for question_id in list(self._open):
            self._end(question_id, Answer(QuestionEnd.CANCELLED))

    async def _expire(self, question_id: int, timeout_s: float) -> None:
        await self._clock.sleep(timeout_s)
        self._end(question_id, Answer(QuestionEnd.EXPIRED))

    def _end(self, question_id: int, answer: Answer) -> None:
        _, waiting = self._open.get(question_id, (None, None))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
