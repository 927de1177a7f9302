"""Answer: what a command came to, for programs and for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from core.errors import ExitCode

if TYPE_CHECKING:
    from core.api.snapshots import FailureSnapshot


@dataclass(frozen=True)
class Answer:
    """A document with stable names, the same in lines, and how the command ends."""

    document: Mapping[str, object]
    lines: Iterable[str] = field(default=())
    exit_code: int = ExitCode.FINE


class Refused(Exception):
    """The engine, or the machine, said no; carries the failure to the one place that shows it."""

    def __init__(self, failure: FailureSnapshot) -> None:
        super().__init__(failure.code)
        self.failure = failure


class Interrupted(Exception):
    """The person pressed Ctrl-C and what was under way has ended."""


def show(answer: Answer, *, is_json: bool, is_among_lines: bool = False) -> int:
    """Print an answer on stdout and return how the command ends; among other lines, an object is one line too."""
    if is_json:
        indent = None if is_among_lines else 2
        print(json.dumps(plain(answer.document), indent=indent, ensure_ascii=False))
    else:
        for line in answer.lines:
            print(line.rstrip())
    sys.stdout.flush()
    return int(answer.exit_code)


def show_failure(failure: FailureSnapshot, *, is_json: bool, is_among_lines: bool = False) -> int:
    """Say what is the matter and what to do next; return how the command ends."""
    from core.api.text import sentence_for

    if is_json:
        document = {"error": error_document(failure)}
        answer = Answer(document, exit_code=failure.exit_code)
        return show(answer, is_json=True, is_among_lines=is_among_lines)
    sentence = sentence_for(failure)
    say(f"lucid: {sentence.what}")
    say(f"       {sentence.next_step}")
    return failure.exit_code


def error_document(failure: FailureSnapshot) -> dict[str, object]:
    """Say a failure to programs: its stable code, its sentence and its facts."""
    from core.api.text import sentence_for

    sentence = sentence_for(failure)
    return {
        "code": failure.code,
        "message": sentence.what,
        "next_step": sentence.next_step,
        "facts": dict(failure.facts),
    }


def say(line: str) -> None:
    """Tell the person something that is not data."""
    print(line, file=sys.stderr, flush=True)


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Turn snapshots into what JSON can hold: objects with snake_case names, enums by value."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    names = getattr(value, "__dataclass_fields__", None)
    if names is not None:
        return {name: plain(getattr(value, name)) for name in names}
    return value
