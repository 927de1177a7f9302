"""Sentences about reading from afar. They are read far away: the next step is the reader's, not the owner's."""

from __future__ import annotations

from collections.abc import Mapping

from core.api.sentence import Sentence

READING_SENTENCES: Mapping[str, Sentence] = {
    "token_needed": Sentence(
        "This needs the token of an access, and none was given that this appliance knows.",
        "Send the token, whole, in the header Authorization: Bearer TOKEN; its owner can grant a new one.",
    ),
    "access_ended": Sentence(
        "This access has {reason}.",
        "Ask the owner of the appliance for a new one.",
    ),
    "out_of_scope": Sentence(
        "This access does not reach that far: it lacks the scope {scope}.",
        "Ask the owner of the appliance for an access with that scope.",
    ),
    "too_many_calls": Sentence(
        "That is more than may be called in so short a time.",
        "Call again in {seconds} seconds.",
    ),
    "call_refused": Sentence(
        "This call is not understood: {reason}.",
        "Look at /v1/openapi.json for what can be called, and how.",
    ),
    "nothing_there": Sentence(
        "There is no {what} here.",
        "Look at /v1/openapi.json for what can be called, and list the sessions first.",
    ),
    "call_unwritten": Sentence(
        "This appliance cannot write down that it was called, so it tells nothing.",
        "Its owner should look at its free space and its disk; call again later.",
    ),
    "reading_failed": Sentence(
        "What was asked for cannot be read just now ({failure}).",
        "Call again later; if it happens again, ask the owner of the appliance to look at it.",
    ),
}
