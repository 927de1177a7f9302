"""Snapshots: how things stand, as values that never change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.errors import ExitCode, Failure


class EnginePhase(Enum):
    """What the engine is doing as a whole."""

    STARTING = "starting"
    NO_VAULT = "no_vault"  # first use: a passphrase must be chosen
    LOCKED = "locked"
    READY = "ready"
    STOPPING = "stopping"
    FAILED = "failed"  # the self-test or the data directory stops it; see failure


class SessionState(Enum):
    """The life of a session, in this order; INTERRUPTED and UNANCHORED are side roads that lead back."""

    OPENING = "opening"
    RECORDING = "recording"
    INTERRUPTED = "interrupted"  # the appliance stopped; the next start with an open vault seals it
    SEALING = "sealing"
    ANCHORING = "anchoring"
    ANCHORED = "anchored"
    FAILED = "failed"  # it never recorded anything


class SpaceLevel(Enum):
    """How much space is free for recordings."""

    FINE = "fine"
    LOW = "low"  # below 10 %: a warning
    REFUSING = "refusing"  # below 5 %: no new session
    CLOSING = "closing"  # below 2.5 %: the running one is closed


class AnchorKind(Enum):
    """What was put on the chain."""

    CONTRACTS = "contracts"
    OPENED = "opened"
    PROGRESS = "progress"
    SEALED = "sealed"


class AnchorState(Enum):
    """How far an anchor is."""

    WAITING = "waiting"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class CheckOutcome(Enum):
    """What a check came to."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_CHECKED = "not_checked"  # said plainly, with the reason


@dataclass(frozen=True)
class FailureSnapshot:
    """A failure as it crosses the seam; the sentence comes from core.api.text."""

    code: str
    facts: dict[str, str | int | float]
    is_retryable: bool
    exit_code: int


def bug_snapshot(error: BaseException) -> FailureSnapshot:
    """Make a fault of the program ready for the seam; the log has all of it."""
    reason = f"{type(error).__name__}: {error}"
    return FailureSnapshot(
        "bug", {"reason": reason}, is_retryable=False, exit_code=int(ExitCode.MISSING)
    )


def failure_snapshot(failure: Failure) -> FailureSnapshot:
    """Make a failure ready for the seam."""
    return FailureSnapshot(
        failure.code, dict(failure.facts), failure.is_retryable, int(failure.exit_code)
    )


@dataclass(frozen=True)
class EngineSnapshot:
    """The engine as a whole."""

    phase: EnginePhase
    version: str
    device_fingerprint: str | None = None
    has_key_store: bool = False  # the system can remember the passphrase
    running_session_id: str | None = None
    failure: FailureSnapshot | None = None


@dataclass(frozen=True)
class SpaceSnapshot:
    """The free space where recordings go."""

    free_bytes: int
    total_bytes: int
    level: SpaceLevel


@dataclass(frozen=True)
class ChainSnapshot:
    """The chain as the engine sees it."""

    is_reachable: bool
    chain_id: int | None = None
    block_number: int | None = None
    block_hash: str | None = None
    block_time_utc_s: int | None = None
    anchors_address: str | None = None
    chunk_store_address: str | None = None
    waiting_anchors: int = 0
    confirmed_anchors: int = 0
    endpoint: str = ""
    failure: FailureSnapshot | None = None


@dataclass(frozen=True)
class Anchor:
    """One transaction about a session. Hashes are 0x-hex."""

    kind: AnchorKind
    state: AnchorState
    transaction: str | None = None
    block_number: int | None = None
    block_hash: str | None = None
    block_time_utc_s: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Gap:
    """A stretch without pictures, in seconds from the session's start."""

    from_s: float
    until_s: float
    reason: str


@dataclass(frozen=True)
class ChunkRow:
    """One sealed chunk; sizes in bytes, times in seconds from the session's start, leaf in hex."""

    index: int
    from_s: float
    until_s: float
    plain_bytes: int
    stored_bytes: int
    is_compressed: bool
    leaf: str


@dataclass(frozen=True)
class SessionSummary:
    """A session in one row. Times are UTC milliseconds."""

    session_id: str
    state: SessionState
    source: str
    started_utc_ms: int
    ended_utc_ms: int | None
    duration_s: float
    chunks: int
    plain_bytes: int
    stored_bytes: int
    gaps: int
    merkle_root: str | None
    was_interrupted: bool = False
    # "owner", "space", "interrupted", "recorder", "shutdown"; of a hosted session also "peer_limit" (its length or
    # idle limit), "anomaly", "voided" (another policy than the signed one was in force), "host_lost"; of
    # a joined session also "other_end" (it has ended it, or is not there)
    end_reason: str | None = None
    failure: FailureSnapshot | None = None


@dataclass(frozen=True)
class SessionDetail:
    """All there is to know about a session without opening it."""

    summary: SessionSummary
    policy_hash: str
    encoder: str | None
    device_fingerprint: str
    manifest_hash: str | None
    manifest_json: str | None
    chunk_rows: tuple[ChunkRow, ...]
    gap_rows: tuple[Gap, ...]
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True)
class LiveSession:
    """The running session, sent at most ten times a second."""

    session_id: str
    duration_s: float
    recorded_bytes: int
    sealed_chunks: int
    open_chunk_bytes: int
    frames: int
    gaps: int
    is_in_gap: bool
    encoder: str


@dataclass(frozen=True)
class Check:
    """One claim that was checked: its name, what it came to, with numbers, and what it rests on."""

    name: str  # stable snake_case, such as "device_signature", "merkle_root"
    outcome: CheckOutcome
    summary: str  # one sentence with the numbers
    rests_on: str  # what has to be trusted for it
    failure: FailureSnapshot | None = None


@dataclass(frozen=True)
class VerificationReport:
    """What a verification found."""

    subject: str
    session_id: str | None
    holds: bool
    checks: tuple[Check, ...]
    root_of_trust: str  # "checkpoint", "live_node", "own_chain", "network_chain" or "nothing_yet"
    duration_s: float


@dataclass(frozen=True)
class ExportedFile:
    """A file written for the person."""

    path: str
    size_bytes: int
    kind: str  # "bundle" or "video"
    chunks: int
    discloses_keys: bool


@dataclass(frozen=True)
class PlaybackOpened:
    """A playback that is ready; positions are seconds from the session's start."""

    playback_id: int
    session_id: str
    duration_s: float
    width: int
    height: int
    gaps: tuple[Gap, ...]
    started_utc_ms: int


@dataclass(frozen=True)
class Setting:
    """A setting, its bounds and what it is for are in core.config.settings."""

    name: str
    value: str | int | float | bool
    default: str | int | float | bool
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
