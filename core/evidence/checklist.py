"""A verification as a list of named checks; one that fails does not hide the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from core.api.snapshots import Check, CheckOutcome, FailureSnapshot
from core.api.text import sentence_for
from core.errors import Failure, MissingFailure

T = TypeVar("T")


class NotChecked(Exception):
    """A check that cannot be made here, with the reason; that is no failure."""


class Checklist:
    """Makes checks in order and keeps what each came to."""

    def __init__(self) -> None:
        self.checks: list[Check] = []

    def run(self, name: str, rests_on: str, work: Callable[[], str]) -> None:
        """Make one check: ``work`` gives its summary, or raises a Failure or NotChecked.

        What is missing on this machine (a chain that does not answer) does not make a claim wrong:
        such a check is not made either.
        """
        try:
            check = Check(name, CheckOutcome.HOLDS, work(), rests_on)
        except NotChecked as reason:
            check = Check(name, CheckOutcome.NOT_CHECKED, f"Not checked: {reason}.", "nothing yet")
        except MissingFailure as missing:
            check = failed_check(name, "nothing yet", missing, CheckOutcome.NOT_CHECKED)
        except Failure as failure:
            check = failed_check(name, rests_on, failure)
        self.checks.append(check)

    @property
    def holds(self) -> bool:
        """Tell whether no check failed."""
        return all(check.outcome is not CheckOutcome.FAILS for check in self.checks)


def failed_check(
    name: str, rests_on: str, failure: Failure, outcome: CheckOutcome = CheckOutcome.FAILS
) -> Check:
    """Say what came in the way of a check, with the failure's own sentence."""
    snapshot = FailureSnapshot(
        failure.code, dict(failure.facts), failure.is_retryable, int(failure.exit_code)
    )
    return Check(name, outcome, sentence_for(snapshot).what, rests_on, snapshot)


class Part(Generic[T]):
    """A part of the evidence that several checks need; it is read once.

    ``read`` raises what reading it raised, for the check that is about it; ``value`` raises
    NotChecked then, for the checks that only need it.
    """

    def __init__(self, name: str, read: Callable[[], T]) -> None:
        self._name = name
        self._read = read
        self._found: list[T] = []
        self._failure: Failure | NotChecked | None = None

    def read(self) -> T:
        """Give the part or raise what is wrong with it."""
        if self._failure is not None:
            raise self._failure
        if not self._found:
            try:
                self._found.append(self._read())
            except (Failure, NotChecked) as failure:
                self._failure = failure
                raise
        return self._found[0]

    @property
    def value(self) -> T:
        """Give the part, or say that it cannot be relied on."""
        try:
            return self.read()
        except Failure as failure:
            raise NotChecked(f"{self._name} cannot be relied on") from failure
