"""Given text: lines that a person hands over by a file, a descriptor or standard input, not among a command's words.

The list of processes is open to everybody on the machine, and a line may hold a secret.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from core.cli.answer import say
from core.cli.conversation import interruptible
from core.errors import UsageFailure

_STDIN = "-"


def read_given_text(
    descriptor: int | None,
    name: Path | None,
    *,
    noun: str,
    question: str,
    most: int,
    is_one_line: bool = False,
) -> str:
    """Read at most ``most`` bytes of UTF-8 from a descriptor, a file, or standard input where neither is named.

    A person at a terminal is asked with ``question`` first. Raises UsageFailure, and Interrupted for Ctrl-C there.
    """
    place = "standard input" if descriptor is None else f"file descriptor {descriptor}"
    try:
        if descriptor is not None:
            with os.fdopen(descriptor, "rb", closefd=False) as stream:
                read = stream.read(most)
        elif name is None or str(name) == _STDIN:
            read = _typed(question, most, is_one_line=is_one_line)
        else:
            place = f"the file {name}"
            with name.open("rb") as stream:
                read = stream.read(most)
        return read.decode("utf-8")
    except OSError as error:
        reason = f"{noun} cannot be read: {place} does not open ({error.strerror or error})"
        raise UsageFailure(reason=reason) from error
    except UnicodeDecodeError as error:
        raise UsageFailure(reason=f"{noun} cannot be read: {place} holds no text") from error


def _typed(question: str, most: int, *, is_one_line: bool) -> bytes:
    """Read standard input; nothing is under way yet that Ctrl-C could end gently, so that it ends at once."""
    with interruptible():
        if sys.stdin.isatty():
            say(question)
        return sys.stdin.buffer.readline(most) if is_one_line else sys.stdin.buffer.read(most)
