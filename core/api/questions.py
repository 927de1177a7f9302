"""Questions: what the engine must ask the owner before it goes on, as noun phrases.

A question ends once: answered, cancelled or expired. Without an answer the safe default holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class QuestionEnd(Enum):
    """How a question ended."""

    YES = "yes"
    NO = "no"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Question:
    """The root of all questions; the safe default of each is no."""

    question_id: int
    deadline_utc_ms: int
    timeout_s: float


@dataclass(frozen=True)
class DisclosureQuestion(Question):
    """May this part of a recording leave the appliance in readable form?"""

    session_id: str = ""
    destination: str = ""
    kind: str = "bundle"  # or "video"
    from_s: float = 0.0
    until_s: float = 0.0
    chunks: int = 0
