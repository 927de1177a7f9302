"""Prompt desk: turns what a peer tries into questions to the owner, few enough to be read.

One question for a capability at a time, and so many at once; what comes meanwhile is counted. After a *no* the
peer waits before it can make a question appear again, longer each time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from core.api.permissions import Capability, GrantLength, Rule
from core.api.questions import PermissionQuestion, QuestionEnd
from core.canonical.plain_text import plain_text
from core.permissions.grants import GrantTable
from core.permissions.questions import Answer
from core.runtime.clock import Clock

MOST_OPEN = 3
PROMPT_S = 30.0
_SECOND_NS = 1_000_000_000
_FIRST_COOL_DOWN_NS = 10 * _SECOND_NS
_LONGEST_COOL_DOWN_NS = 300 * _SECOND_NS

Ask = Callable[[Callable[[int, int], PermissionQuestion], float], Awaitable[Answer]]


class Why(Enum):
    """Why something was denied."""

    POLICY = "policy"  # a rule denies it, and nobody was asked
    OWNER = "owner"  # the owner said no
    EXPIRED = "expired"  # the owner did not answer in time
    WITHDRAWN = (
        "withdrawn"  # the question lost its sense: the peer is gone, or the session has ended
    )


class Outcomes(Protocol):
    """Who hears what became of a request; nothing here raises or waits."""

    def asked(self, question: PermissionQuestion) -> None:
        """The owner is asked."""

    def granted(self, capability: Capability, length: GrantLength) -> None:
        """The owner said yes, and the grant table has the grant."""

    def denied(self, capability: Capability, why: Why) -> None:
        """It is denied; what is tried during the cool-down that follows is only counted."""


@dataclass(frozen=True)
class Visitor:
    """Who is there to ask for something; ``name`` is what the peer calls itself."""

    session_id: str
    name: str


class _Request:
    """What is known of one capability's requests."""

    def __init__(self) -> None:
        self.attempts = 0  # since it was last refused
        self.detail = ""
        self.task: asyncio.Task[None] | None = None
        self.cool_until_ns = 0
        self.cool_down_ns = _FIRST_COOL_DOWN_NS


class PromptDesk:
    """The requests of one session; lives on the engine's loop.

    ``ask`` is as OpenQuestions.ask_for; ``failed`` hears of what nobody expected.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        grants: GrantTable,
        ask: Ask,
        outcomes: Outcomes,
        failed: Callable[[BaseException], None],
        prompt_s: float = PROMPT_S,
        most_open: int = MOST_OPEN,
        is_observer: bool = False,
    ) -> None:
        self._clock = clock
        self._grants = grants
        self._ask = ask
        self._outcomes = outcomes
        self._failed = failed
        self._prompt_s = prompt_s
        self._most_open = most_open
        self._is_observer = is_observer
        self._visitor: Visitor | None = None
        self._requests = {capability: _Request() for capability in Capability}
        self._queue: list[Capability] = []

    def peer_came(self, visitor: Visitor) -> None:
        """From now on somebody can ask."""
        self._visitor = visitor

    def peer_left(self) -> None:
        """Withdraw every question; nobody is asked for anything until a peer comes again."""
        self._visitor = None
        self._queue.clear()
        for capability, request in self._requests.items():
            request.attempts, request.detail = 0, ""
            if request.task is not None:
                request.task.cancel()
                request.task = None
                self._outcomes.denied(capability, Why.WITHDRAWN)

    def attempt(self, capability: Capability, count: int = 1, detail: str = "") -> None:
        """Take an attempt that the gate saw and refused; asks, waits or counts, as it stands."""
        if self._visitor is None or count <= 0 or self._is_settled(capability):
            return
        self._grants.count_attempts(capability, count)
        request = self._requests[capability]
        request.attempts += count
        request.detail = plain_text(detail) or request.detail
        if self._is_cooling(request):
            return
        if self._grants.rule_of(capability) is Rule.DENY:
            self._deny(capability, Why.POLICY)
        elif request.task is None and capability not in self._queue:
            self._queue.append(capability)
            self._open_next()

    def cool_down(self, capability: Capability) -> None:
        """Let the peer wait before it can ask for this again, as after a *no*; for a grant that was revoked."""
        request = self._requests[capability]
        request.cool_until_ns = self._clock.now().mono_ns + request.cool_down_ns
        request.cool_down_ns = min(2 * request.cool_down_ns, _LONGEST_COOL_DOWN_NS)

    def forgive(self, capability: Capability) -> None:
        """Forget that this was refused: whoever comes next is another, and the owner has asked for them."""
        request = self._requests[capability]
        request.cool_until_ns, request.cool_down_ns = 0, _FIRST_COOL_DOWN_NS

    def _is_settled(self, capability: Capability) -> bool:
        return self._grants.has_ended or self._grants.is_granted(capability, self._clock.now())

    def _is_cooling(self, request: _Request) -> bool:
        return self._clock.now().mono_ns < request.cool_until_ns

    def _open_next(self) -> None:
        """Show what waits as far as there is room, after a second look at whether it still makes sense."""
        while self._queue and self._open_count() < self._most_open:
            capability = self._queue.pop(0)
            request = self._requests[capability]
            if self._visitor is None or self._is_settled(capability) or self._is_cooling(request):
                continue
            request.task = asyncio.ensure_future(self._request(capability, self._visitor))
            request.task.add_done_callback(self._look_at)

    def _open_count(self) -> int:
        return sum(request.task is not None for request in self._requests.values())

    async def _request(self, capability: Capability, visitor: Visitor) -> None:
        """Ask one question and act on its answer; cancelled when the peer leaves."""
        try:
            answer = await self._ask(
                lambda question_id, until: self._make(capability, visitor, question_id, until),
                self._prompt_s,
            )
            self._settle(capability, answer)
        finally:
            request = self._requests[capability]
            if request.task is asyncio.current_task():
                request.task = None
            self._open_next()

    def _make(
        self, capability: Capability, visitor: Visitor, question_id: int, deadline_utc_ms: int
    ) -> PermissionQuestion:
        request = self._requests[capability]
        question = PermissionQuestion(
            question_id=question_id,
            deadline_utc_ms=deadline_utc_ms,
            timeout_s=self._prompt_s,
            session_id=visitor.session_id,
            capability=capability,
            peer=plain_text(visitor.name),
            attempts=request.attempts,
            detail=request.detail,
            is_observer=self._is_observer,
        )
        self._outcomes.asked(question)
        return question

    def _settle(self, capability: Capability, answer: Answer) -> None:
        if answer.end is QuestionEnd.CANCELLED or self._grants.has_ended:
            self._requests[capability].attempts = 0
            self._outcomes.denied(capability, Why.WITHDRAWN)
        elif answer.end is QuestionEnd.YES and answer.length is not None:
            self._requests[capability] = _Request()
            self._grants.grant(capability, answer.length, self._clock.now())
            self._outcomes.granted(capability, answer.length)
        else:
            is_late = answer.end is QuestionEnd.EXPIRED
            self._deny(capability, Why.EXPIRED if is_late else Why.OWNER)

    def _deny(self, capability: Capability, why: Why) -> None:
        request = self._requests[capability]
        request.attempts, request.detail = 0, ""
        self.cool_down(capability)
        self._outcomes.denied(capability, why)

    def _look_at(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)
