"""The roots of the tree of errors."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """How a command line that ended this way exits."""

    FINE = 0
    DOES_NOT_HOLD = 1
    USAGE = 2
    MISSING = 3


class LucidError(Exception):
    """The root of the tree."""


class Cancelled(LucidError):
    """The person cancelled; front ends stay silent."""


class Bug(LucidError):
    """A promise inside the program was broken; it is logged whole and shown as such."""


class Failure(LucidError):
    """Something a person must be told.

    ``facts`` fill the sentence of the code; they never hold a key, a passphrase or a frame.
    """

    code: ClassVar[str] = "failure"
    is_retryable: ClassVar[bool] = False
    exit_code: ClassVar[ExitCode] = ExitCode.DOES_NOT_HOLD

    def __init__(self, **facts: str | int | float) -> None:
        self.facts = facts
        super().__init__(f"{self.code} {facts}" if facts else self.code)


class UsageFailure(Failure):
    """Asked for wrongly. Facts: reason."""

    code = "usage"
    exit_code = ExitCode.USAGE


class MissingFailure(Failure):
    """Something is missing on this machine."""

    code = "missing"
    exit_code = ExitCode.MISSING


class DoesNotHold(Failure):
    """What was checked is not as it should be."""

    code = "does_not_hold"
