"""An owner with a desk: real questions, real grants, a clock that passes when told."""

from __future__ import annotations

from core.api.events import Event, QuestionAsked, QuestionEnded
from core.api.permissions import Capability, GrantLength, Rule
from core.api.questions import PermissionQuestion
from core.permissions.desk import PromptDesk, Visitor, Why
from core.permissions.grants import GrantTable
from core.permissions.questions import OpenQuestions
from tests.fakes.clocks import ManualClock, settle

VISITOR = Visitor("7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11", "laptop")


class DeskOwner:
    """Hears what the desk decides and answers its questions."""

    def __init__(
        self, rules: dict[Capability, Rule], *, most_open: int = 3, is_observer: bool = False
    ) -> None:
        self.clock = ManualClock()
        self.told: list[Event] = []
        self.heard: list[tuple[object, ...]] = []
        self.errors: list[BaseException] = []
        self.questions = OpenQuestions(self.clock, self.told.append)
        self.grants = GrantTable(rules.items())
        self.desk = PromptDesk(
            clock=self.clock,
            grants=self.grants,
            ask=self.questions.ask_for,
            outcomes=self,
            failed=self.errors.append,
            most_open=most_open,
            is_observer=is_observer,
        )

    def asked(self, question: PermissionQuestion) -> None:
        """Keep it."""
        self.heard.append(("asked", question.capability))

    def granted(self, capability: Capability, length: GrantLength) -> None:
        """Keep it."""
        self.heard.append(("granted", capability, length))

    def denied(self, capability: Capability, why: Why) -> None:
        """Keep it."""
        self.heard.append(("denied", capability, why))

    async def tries(self, capability: Capability, count: int = 1, detail: str = "") -> None:
        """Let the peer try something."""
        self.desk.attempt(capability, count, detail)
        await settle()

    async def answers(self, capability: Capability, length: GrantLength | None) -> None:
        """Answer the open question for a capability; None is a no."""
        open_now = {each.capability: each for each in self.open()}
        question_id = open_now[capability].question_id
        if length is None:
            self.questions.answer(question_id, is_yes=False)
        else:
            self.questions.answer(question_id, is_yes=True, length=length)
        await settle()

    def open(self) -> list[PermissionQuestion]:
        """List the questions that are shown."""
        return [each for each in self.questions.open() if isinstance(each, PermissionQuestion)]

    def open_capabilities(self) -> list[Capability]:
        """List what is being asked for."""
        return [each.capability for each in self.open()]

    def is_granted(self, capability: Capability) -> bool:
        """Look into the table."""
        return self.grants.is_granted(capability, self.clock.now())

    def told_in_pairs(self) -> bool:
        """Tell whether each question that was shown was also taken away."""
        asked = [each.question.question_id for each in self.told if isinstance(each, QuestionAsked)]
        ended = [each.question_id for each in self.told if isinstance(each, QuestionEnded)]
        return sorted(asked) == sorted(ended)
