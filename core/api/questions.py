"""Questions: what the engine must ask the owner before it goes on, as noun phrases.

A question ends once: answered, cancelled or expired. Without an answer the safe default holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.api.permissions import Capability, GrantLength


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


@dataclass(frozen=True)
class PermissionQuestion(Question):
    """May the peer do this, and for how long? Answered by a touch on this appliance only."""

    session_id: str = ""
    capability: Capability = Capability.VIEW
    peer: str = ""
    attempts: int = 0  # how often it was tried since it was last refused
    detail: str = ""  # what was tried, such as a file's name; written by the peer, never trusted
    lengths: tuple[GrantLength, ...] = tuple(GrantLength)
    is_observer: bool = False  # it is somebody who may only watch
