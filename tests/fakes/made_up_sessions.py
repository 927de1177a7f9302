"""Made-up sessions, reports and pictures: what tests and screenshots show."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from core.api.snapshots import (
    Anchor,
    AnchorKind,
    AnchorState,
    Check,
    CheckOutcome,
    ChunkRow,
    FailureSnapshot,
    Gap,
    LiveSession,
    SessionDetail,
    SessionState,
    SessionSummary,
    VerificationReport,
)

NOW_UTC_MS = 1_795_093_560_000  # 2026-11-19 13:06 UTC
STARTED_UTC_MS = 1_794_925_200_000  # 2026-11-17 14:20 UTC
DURATION_S = 4320.0
CHUNKS = 19
_MS = 1000
_DAY_MS = 86_400_000
_PLAIN = 11_300_000
_STORED = 11_280_512
GAPS = (Gap(1310.0, 1314.0, "encoder_died"), Gap(3022.5, 3024.1, "display_lost"))


def hex_of(word: str) -> str:
    """Make a hash that looks like one, the same each time."""
    return hashlib.sha256(word.encode()).hexdigest()


def session_id(number: int) -> str:
    """Make the ID of the session with that number."""
    digits = hex_of(f"session {number}")
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def summary(
    number: int = 0, state: SessionState = SessionState.ANCHORED, **changes: object
) -> SessionSummary:
    """Make a session; higher numbers began earlier."""
    is_over = state not in (SessionState.OPENING, SessionState.RECORDING)
    started = STARTED_UTC_MS - number * 7_860_000
    duration = DURATION_S if number == 0 else 300.0 + number * 917 % 5000
    fields: dict[str, object] = {
        "session_id": session_id(number),
        "state": state,
        "source": "sandbox",
        "started_utc_ms": started,
        "ended_utc_ms": started + int(duration * _MS) if is_over else None,
        "duration_s": duration,
        "chunks": CHUNKS,
        "plain_bytes": CHUNKS * _PLAIN,
        "stored_bytes": CHUNKS * _STORED,
        "gaps": len(GAPS) if number == 0 else 0,
        "merkle_root": hex_of("root") if is_over else None,
        "end_reason": "owner" if is_over else None,
    }
    return SessionSummary(**{**fields, **changes})  # type: ignore[arg-type]  # made-up fields by name


def listed() -> tuple[SessionSummary, ...]:
    """Make a list of sessions in which every kind of row occurs."""
    return (
        summary(-22, SessionState.RECORDING, chunks=2, gaps=0),
        summary(-20, SessionState.ANCHORING),
        summary(0),
        summary(1, was_interrupted=True, end_reason="interrupted", gaps=1),
        summary(4, source="display :0"),
        summary(13, SessionState.INTERRUPTED),
        summary(15, SessionState.FAILED, chunks=0, plain_bytes=0, stored_bytes=0, duration_s=0.0),
        *(summary(number) for number in range(24, 32)),
    )


def many(count: int) -> tuple[SessionSummary, ...]:
    """Make many sessions, newest first."""
    return tuple(summary(number) for number in range(count))


def chunk_rows(count: int = CHUNKS) -> tuple[ChunkRow, ...]:
    """Make the rows of a chunk table."""
    length = DURATION_S / count
    return tuple(
        ChunkRow(
            index=index,
            from_s=index * length,
            until_s=(index + 1) * length,
            plain_bytes=_PLAIN + index * 31_337,
            stored_bytes=_STORED + index * 31_300,
            is_compressed=index % 4 == 1,
            leaf=hex_of(f"leaf {index}"),
        )
        for index in range(count)
    )


def anchors(state: AnchorState = AnchorState.CONFIRMED) -> tuple[Anchor, ...]:
    """Make the transactions about a session."""
    opened = Anchor(
        AnchorKind.OPENED,
        AnchorState.CONFIRMED,
        "0x" + hex_of("opening"),
        18_051,
        "0x" + hex_of("block 18051"),
        STARTED_UTC_MS // _MS + 1,
    )
    if state is not AnchorState.CONFIRMED:
        return (opened, Anchor(AnchorKind.SEALED, state))
    sealed = Anchor(
        AnchorKind.SEALED,
        AnchorState.CONFIRMED,
        "0x" + hex_of("sealing"),
        18_122,
        "0x" + hex_of("block 18122"),
        STARTED_UTC_MS // _MS + 4323,
    )
    return (opened, sealed)


def manifest_json(of: SessionSummary) -> str:
    """Make a manifest as it is signed: canonical JSON in one line."""
    document = {
        "schema": "lucid/manifest/1",
        "session_id": of.session_id,
        "software_version": "0.1.0",
        "width": 1280,
        "height": 720,
        "fps": 15,
        "ephemeral_public_key": hex_of("ephemeral"),
        "merkle_root": of.merkle_root,
        "chunks": [
            {"index": row.index, "leaf": row.leaf, "stored_bytes": row.stored_bytes}
            for row in chunk_rows()
        ],
        "gaps": [{"from_ns": int(gap.from_s * 1e9), "reason": gap.reason} for gap in GAPS],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def detail(of: SessionSummary | None = None) -> SessionDetail:
    """Make all there is to know about a session."""
    of = of or summary()
    is_sealed = of.state in (SessionState.ANCHORING, SessionState.ANCHORED)
    is_anchored = of.state is SessionState.ANCHORED
    return SessionDetail(
        summary=of,
        policy_hash=hex_of("policy"),
        encoder="libx264 veryfast",
        device_fingerprint="9f2c71ab" * 8,
        manifest_hash=hex_of("manifest") if is_sealed else None,
        manifest_json=manifest_json(of) if is_sealed else None,
        chunk_rows=chunk_rows() if is_sealed else (),
        gap_rows=GAPS[: of.gaps],
        anchors=anchors(AnchorState.CONFIRMED if is_anchored else AnchorState.WAITING),
    )


def _check(
    name: str, summary_: str, rests_on: str, outcome: CheckOutcome = CheckOutcome.HOLDS
) -> Check:
    return Check(name, outcome, summary_, rests_on)


def report_that_holds() -> VerificationReport:
    """Make a report in which everything holds."""
    chain = "the appliance's own chain"
    checks = (
        _check(
            "manifest_schema", "The manifest is well formed (version 1).", "nothing beside itself"
        ),
        _check("device_signature", "Device 9f2c71ab9f2c71ab… signed it.", "the appliance's key"),
        _check("session_signature", "The session's own key signed it.", "the session's key"),
        _check("session_id", "It was opened with the key that signed.", "the opening"),
        _check("policy_hash", "The policy's hash is the one that was anchored.", chain),
        _check("merkle_root", "The root over 19 leaves is 4813494d137e1631….", "BLAKE3"),
        _check("chunks", "19 of 19 chunks are whole, 214 MB.", "the leaves"),
        _check("opened_anchor", "The opening is in block 18051.", chain),
        _check("sealed_anchor", "The seal is in block 18122.", chain),
        _check(
            "progress_anchors",
            "Not checked: nothing was anchored on the way.",
            "nothing yet",
            CheckOutcome.NOT_CHECKED,
        ),
        _check("header_trust", "The node has the same 2 blocks.", chain),
    )
    return VerificationReport(session_id(0), session_id(0), True, checks, "own_chain", 0.9)


def report_that_fails() -> VerificationReport:
    """Make a report in which a chunk was altered."""
    altered = FailureSnapshot("chunk_altered", {"index": 7}, is_retryable=False, exit_code=1)
    good = report_that_holds()
    failing = Check(
        "chunks",
        CheckOutcome.FAILS,
        "Chunk 7 of 19 is not what was sealed",
        "BLAKE3",
        altered,
    )
    checks = tuple(failing if each.name == "chunks" else each for each in good.checks)
    return VerificationReport(session_id(0), session_id(0), False, checks, "own_chain", 0.9)


def report_in_part() -> VerificationReport:
    """Make a report of a session that is not anchored yet."""
    waiting = FailureSnapshot("anchor_missing", {"session_id": session_id(0)}, True, 1)
    good = report_that_holds()
    open_check = Check(
        "sealed_anchor",
        CheckOutcome.NOT_CHECKED,
        "The sealing is not on the chain yet",
        "the chain",
        waiting,
    )
    checks = tuple(open_check if each.name == "sealed_anchor" else each for each in good.checks)
    return VerificationReport(session_id(0), session_id(0), True, checks, "own_chain", 0.9)


def live(of: SessionSummary, duration_s: float = 761.0, **changes: object) -> LiveSession:
    """Make the running session's numbers."""
    fields: dict[str, object] = {
        "session_id": of.session_id,
        "duration_s": duration_s,
        "recorded_bytes": 41_200_000,
        "sealed_chunks": 3,
        "open_chunk_bytes": 6_900_000,
        "frames": int(duration_s * 15),
        "gaps": 0,
        "is_in_gap": False,
        "encoder": "libx264 veryfast",
    }
    return LiveSession(**{**fields, **changes})  # type: ignore[arg-type]  # made-up fields by name


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float
    color: tuple[int, int, int]


def _desktop(progress: float) -> list[_Box]:
    """Lay out a desktop with a page and a terminal; ``progress`` moves its lines."""
    ground, paper, ink, green, night = (
        (35, 49, 60),
        (231, 234, 230),
        (176, 184, 180),
        (120, 178, 156),
        (13, 17, 23),
    )
    boxes = [_Box(0, 0, 1, 0.05, (24, 33, 41)), _Box(0.07, 0.12, 0.68, 0.9, paper)]
    widths = (0.24, 0.35, 0.45, 0.37, 0.5, 0.29, 0.41, 0.33, 0.47, 0.26)
    for row in range(9):
        width = widths[(row + int(progress * 40)) % len(widths)]
        top = 0.17 + row * 0.075
        boxes.append(_Box(0.1, top, 0.1 + width, top + 0.022, green if row % 4 == 0 else ink))
    boxes.append(_Box(0.5, 0.42, 0.95, 0.95, night))
    for row in range(7):
        width = widths[(row * 3 + int(progress * 60)) % len(widths)] * 0.7
        top = 0.47 + row * 0.062
        boxes.append(_Box(0.53, top, 0.53 + width, top + 0.016, green))
    return [_Box(0, 0, 1, 1, ground), *boxes]


def desktop_rgb(width: int, height: int, progress: float = 0.0) -> bytes:
    """Draw a made-up desktop: height × width × 3 bytes."""
    picture = bytearray(width * height * 3)
    for box in _desktop(progress):
        left, right = int(box.left * width), int(box.right * width)
        stripe = bytes(box.color) * (right - left)
        for row in range(int(box.top * height), int(box.bottom * height)):
            begin = (row * width + left) * 3
            picture[begin : begin + len(stripe)] = stripe
    return bytes(picture)
