"""Confirmation: a question that is answered with yes before something is done that cannot be taken back."""

from __future__ import annotations

import sys
from typing import TextIO

from core.cli.answer import Interrupted, say
from core.cli.conversation import interruptible
from core.errors import UsageFailure

_YES = frozenset({"y", "yes"})


def is_yes(question: str, terminal: TextIO) -> bool:
    """Ask a person; whatever is not yes is a no. Raises Interrupted for Ctrl-C."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    with interruptible():
        answer = terminal.readline()
    return answer.strip().lower() in _YES


def confirm(question: str, *, is_confirmed: bool) -> None:
    """Go on only with a yes, by ``--yes`` or by a person at the terminal.

    Raises UsageFailure where nobody can be asked, and Interrupted for a no.
    """
    if is_confirmed:
        return
    if not sys.stdin.isatty():
        raise UsageFailure(
            reason="what cannot be taken back is asked first; without a terminal to ask on, add --yes"
        )
    if not is_yes(question, sys.stdin):
        say("Nothing was changed.")
        raise Interrupted
