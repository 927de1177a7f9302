"""The sentences that somebody who joins a session accepts, in version 1 of the terms; they follow from the facts.

A reader writes them anew from the other members and refuses terms that say anything else: other words would be
another version. They are plain ASCII and few, because the page at the door shows them whole on the smallest desktop
that a policy allows, and takes no key on a client's screen where they do not fit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TermsFacts:
    """What the sentences depend on."""

    is_observer: bool
    sees_at_once: bool
    records_keys: bool
    longest_minutes: int
    idle_minutes: int


def terms_text(facts: TermsFacts) -> str:
    """Write the sentences, one a line."""
    keys = "Keys are recorded too." if facts.records_keys else "Keys are not recorded."
    return "\n".join(
        (
            "What this desktop shows is recorded, and who does what in it.",
            keys,
            _may(facts),
            "The owner can take back what was allowed and end the session at any time.",
            f"It ends by itself after {facts.longest_minutes} minutes, or {facts.idle_minutes} without input.",
            "The record is encrypted, sealed and anchored; whoever is given it can check it.",
            "That you agree is part of it.",
        )
    )


def _may(facts: TermsFacts) -> str:
    if facts.is_observer:
        return "You only watch, and see nothing unless the owner allows it."
    if facts.sees_at_once:
        return "You see the desktop; nothing else is possible unless the owner allows it."
    return "You see and do nothing unless the owner allows it."
