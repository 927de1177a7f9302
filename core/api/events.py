"""Events: what happened, in the past tense. They reach a front end in the order they happened."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.api.questions import Question, QuestionEnd
from core.api.snapshots import (
    ChainSnapshot,
    EngineSnapshot,
    FailureSnapshot,
    LiveSession,
    SessionSummary,
    Setting,
    SpaceSnapshot,
)


@dataclass(frozen=True)
class Event:
    """The root of all events."""


@dataclass(frozen=True)
class RequestFinished(Event):
    """A command was carried out; ``result`` is the type its docstring names."""

    request_id: int
    result: object = field(repr=False)  # may be a secret, such as what a QR code says


@dataclass(frozen=True)
class RequestFailed(Event):
    """A command was not carried out."""

    request_id: int
    failure: FailureSnapshot


@dataclass(frozen=True)
class RequestCancelled(Event):
    """A command was cancelled by the person."""

    request_id: int


@dataclass(frozen=True)
class RequestProgressed(Event):
    """How far a long command is; coalesced to ten a second."""

    request_id: int
    stage: str  # snake_case, such as "checking_chunks", "writing_chunks"
    done: int
    total: int


@dataclass(frozen=True)
class EngineChanged(Event):
    """The engine's phase changed."""

    engine: EngineSnapshot


@dataclass(frozen=True)
class SessionChanged(Event):
    """A session's state or totals changed."""

    session: SessionSummary


@dataclass(frozen=True)
class SessionProgressed(Event):
    """The running session grew; coalesced to ten a second."""

    live: LiveSession


@dataclass(frozen=True)
class ThumbnailTaken(Event):
    """A small picture of what is being recorded: ``rgb`` is height × width × 3 bytes, no padding."""

    session_id: str
    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True)
class SpaceChanged(Event):
    """The free space changed by a percent, or its level did."""

    space: SpaceSnapshot


@dataclass(frozen=True)
class ChainChanged(Event):
    """The chain's head or reachability changed."""

    chain: ChainSnapshot


@dataclass(frozen=True)
class SettingChanged(Event):
    """A setting has a new value."""

    setting: Setting


@dataclass(frozen=True)
class QuestionAsked(Event):
    """The owner is asked."""

    question: Question


@dataclass(frozen=True)
class QuestionEnded(Event):
    """A question ended, once."""

    question_id: int
    end: QuestionEnd


@dataclass(frozen=True)
class FrameShown(Event):
    """A decoded frame: ``rgb`` is height × width × 3 bytes, no padding. Only the newest one matters."""

    playback_id: int
    position_s: float
    utc_ms: int
    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True)
class PlaybackChanged(Event):
    """A playback runs, holds or has come to its end."""

    playback_id: int
    is_playing: bool
    position_s: float
    speed: float
    is_in_gap: bool
    is_at_end: bool


@dataclass(frozen=True)
class IncidentRecorded(Event):
    """Something the owner should know, with its failure; the work goes on."""

    failure: FailureSnapshot
    session_id: str | None = None
