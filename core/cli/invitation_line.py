"""The invitation as somebody gives it: a link holds a code and a key, and the list of processes is open to everybody.

So it is read from standard input or a descriptor. What stands among the words of a command is taken, and said to be
open to see.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import BinaryIO

from core.api.joining import ReadTerms
from core.cli.answer import say
from core.cli.conversation import interruptible
from core.errors import UsageFailure

_LONGEST = 4096
_SCHEME = "lucid://"
_ONION = ".onion:"
_PASTE = "Paste the invitation that the other end shows, or type its address, and press Enter."


@dataclass(frozen=True)
class GivenInvitation:
    """What was given: a link, or an address with its code and, by Tor, its client key; all of it a person's words."""

    text: str = field(repr=False)
    code: str = field(repr=False)
    client_key: str = field(repr=False)
    is_from_stdin: bool  # which has nobody's answers then, unless it is a terminal

    def asking(self) -> ReadTerms:
        """Ask for the terms with it."""
        return ReadTerms(self.text, self.code, self.client_key)


def read_given(invocation: Namespace) -> GivenInvitation:
    """Take the invitation from where the command line says. Raises UsageFailure, and Interrupted for Ctrl-C."""
    text, code, key = invocation.invitation, invocation.code, invocation.key
    is_from_stdin = invocation.line_fd is None and text in {None, "-"}
    if code or key or not (is_from_stdin or text is None):
        say(
            "lucid: in the list of processes, everybody on this machine can read what an invitation holds."
        )
        say("       lucid session join reads it from standard input, or from --line-fd N.")
    if text is not None and not is_from_stdin:
        return GivenInvitation(text, code, key, is_from_stdin=False)
    try:
        if is_from_stdin:
            with interruptible():
                given = _completed(_asking, code, key)
        else:
            with os.fdopen(invocation.line_fd, "rb", closefd=False) as stream:
                given = _completed(_lines_of(stream), code, key)
    except (OSError, ValueError) as error:
        raise UsageFailure(reason=f"the invitation cannot be read: {error}") from error
    return GivenInvitation(*given, is_from_stdin=is_from_stdin)


def _completed(line: Callable[[str], str], code: str, key: str) -> tuple[str, str, str]:
    """Read a link, or an address and then a line for each thing that it needs and that is not there yet."""
    text = line(_PASTE)
    if text and not text.startswith(_SCHEME):
        code = code or line("Its code:")
        if _ONION in text.lower():
            key = key or line("Its client key:")
    return text, code, key


def _asking(question: str) -> str:
    """Read a line of standard input; a person at a terminal is asked for it."""
    if sys.stdin.isatty():
        say(question)
    return _text_of(sys.stdin.buffer.readline(_LONGEST))


def _lines_of(stream: BinaryIO) -> Callable[[str], str]:
    """Give one line after the other, and empty ones after the last."""
    lines = chain(stream.read(_LONGEST).splitlines(), repeat(b""))
    return lambda _: _text_of(next(lines))


def _text_of(line: bytes) -> str:
    return line.decode("utf-8").strip()
