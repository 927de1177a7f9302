"""Host readers: what can be asked and ended about the network and its readers while a session is hosted.

A hosted session holds the data directory, so that no other command could do it meanwhile.
"""

from __future__ import annotations

from argparse import Namespace

from core.cli import access, onion
from core.cli.answer import Answer
from core.cli.conversation import Conversation

READER_LINES = "network · access · access revoke ID"


def answer_line(conversation: Conversation, words: tuple[str, ...]) -> Answer | None:
    """Answer a typed line; None where it is none of these. Raises Refused, and ValueError for words that mean nothing.

    An access is named by its ID's beginning or by its whole name, as ``lucid access revoke`` takes it.
    """
    match words:
        case ("network",):
            return onion.status_now(conversation)
        case ("access",):
            return access.list_access(conversation, Namespace())
        case ("access", "revoke", name, *more):
            return access.revoke(conversation, Namespace(access_id=" ".join((name, *more))))
        case ("network" | "access", *_):
            raise ValueError(words[0])
        case _:
            return None
