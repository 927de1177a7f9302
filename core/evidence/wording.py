"""Numbers with their nouns, for the summaries of checks."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Say how many: ``1 chunk``, ``2 chunks``."""
    return f"{number} {noun}" if number == 1 else f"{number} {_plural(noun)}"


def _plural(noun: str) -> str:
    return {"leaf": "leaves", "entry": "entries"}.get(noun, f"{noun}s")
