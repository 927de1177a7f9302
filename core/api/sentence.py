"""A sentence: how a failure is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """What is the matter, and the next step; each a whole sentence."""

    what: str
    next_step: str
