"""A front end without a screen: it submits commands, waits for their ends and keeps what it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from core.api.commands import AnswerQuestion, Command
from core.api.events import (
    Event,
    QuestionAsked,
    RequestCancelled,
    RequestFailed,
    RequestFinished,
    RequestProgressed,
)
from core.api.snapshots import FailureSnapshot
from core.config.engine_options import EngineOptions
from core.engine import Engine, start_engine

Kind = TypeVar("Kind", bound=Event)

PATIENCE_S = 60.0


class Refused(Exception):
    """The engine did not carry out a command."""

    def __init__(self, failure: FailureSnapshot) -> None:
        super().__init__(f"{failure.code} {failure.facts}")
        self.failure = failure


class FrontEnd:
    """Drives an engine from a test."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.events: list[Event] = []
        self.answers: bool | None = None  # what it says to questions; None says nothing
        self._changed = threading.Condition()
        engine.subscribe(self._hear)

    def do(self, command: Command, timeout_s: float = PATIENCE_S) -> Any:  # noqa: ANN401 - any result
        """Submit a command, wait for its end and give its result; raises Refused."""
        return self.end_of(self.engine.submit(command), timeout_s)

    def end_of(self, request_id: int, timeout_s: float = PATIENCE_S) -> Any:  # noqa: ANN401
        """Wait for the end of a request."""
        end = self.wait_for(lambda event: _ends(event, request_id), timeout_s)
        if isinstance(end, RequestFailed):
            raise Refused(end.failure)
        if isinstance(end, RequestCancelled):
            raise InterruptedError(request_id)
        assert isinstance(end, RequestFinished)
        return end.result

    def wait_for(self, is_it: Callable[[Event], bool], timeout_s: float = PATIENCE_S) -> Event:
        """Wait for an event, among those that came already too."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            seen = 0
            while True:
                for event in self.events[seen:]:
                    if is_it(event):
                        return event
                seen = len(self.events)
                if not self._changed.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"not among {[type(each).__name__ for each in self.events]}")

    def all_of(self, kind: type[Kind]) -> list[Kind]:
        """List the events of a kind so far."""
        with self._changed:
            return [event for event in self.events if isinstance(event, kind)]

    def forget(self) -> None:
        """Forget the events so far."""
        with self._changed:
            self.events.clear()

    def _hear(self, event: Event) -> None:
        with self._changed:
            if not isinstance(event, RequestProgressed):
                self.events.append(event)
            self._changed.notify_all()
        if isinstance(event, QuestionAsked) and self.answers is not None:
            self.engine.submit(AnswerQuestion(event.question.question_id, is_yes=self.answers))


@contextmanager
def running_engine(directory: Path, **options: Any) -> Iterator[FrontEnd]:  # noqa: ANN401
    """Run an engine with a cheap vault for the length of a block."""
    engine = start_engine(directory, EngineOptions(has_cheap_vault=True, **options))
    try:
        yield FrontEnd(engine)
    finally:
        engine.stop()
        assert engine.wait_stopped(PATIENCE_S), "the engine did not stop"


def _ends(event: Event, request_id: int) -> bool:
    is_end = isinstance(event, RequestFinished | RequestFailed | RequestCancelled)
    return is_end and event.request_id == request_id
