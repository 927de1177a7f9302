"""The sentences that somebody who joins a session accepts, in version 1 of the terms; they follow from the facts.

A reader writes them anew from the other members and refuses terms that say anything else: other words would be
another version.
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
    return "\n".join((*_may(facts), *_recorded(facts), _ends(facts), _kept()))


def _may(facts: TermsFacts) -> tuple[str, ...]:
    if facts.is_observer:
        return (
            "You watch, and can do nothing else.",
            "You see the desktop only while its owner allows it.",
        )
    seen = (
        "You see the desktop from the start, until its owner takes that back."
        if facts.sees_at_once
        else "You see the desktop only while its owner allows it."
    )
    return (seen, "You can do nothing else unless the owner allows it, each thing by itself.")


def _recorded(facts: TermsFacts) -> tuple[str, ...]:
    desktop = "What the desktop shows is recorded from start to end, except what the owner hides."
    written = (
        "When you come and go, and your name, are written down."
        if facts.is_observer
        else "When you come and go, what you try and what is allowed are written down, with the names and sizes of"
        " files and the sizes of what is copied."
    )
    keys = (
        "What is typed in the session is recorded, key by key."
        if facts.records_keys
        else "Keys are not recorded; what typing shows on the desktop is."
    )
    return (desktop, written, keys)


def _ends(facts: TermsFacts) -> str:
    return (
        "The owner can take back what was allowed and end the session at any time; it ends by itself after"
        f" {facts.longest_minutes} minutes, or {facts.idle_minutes} minutes without input."
    )


def _kept() -> str:
    return (
        "The record is encrypted, signed, sealed and anchored on a chain: whoever is given it can check that nothing in"
        " it was changed. That you accept this is part of it."
    )
