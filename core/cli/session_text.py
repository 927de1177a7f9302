"""Session text: summaries and details of sessions in lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.api.hosting import AuditEntry
from core.api.snapshots import Anchor, AnchorState, SessionDetail, SessionState, SessionSummary
from core.cli.columns import facts, table
from core.cli.units import clock, count, length, moment, size

_SHORTEST_ID = 8

_STATES = {
    SessionState.INTERRUPTED: "interrupted; it is sealed at the next start with an open vault",
    SessionState.ANCHORING: "sealed; waiting for the chain",
    SessionState.FAILED: "failed; nothing was recorded",
}

_END_REASONS = {
    "owner": "by the owner",
    "space": "by Lucid, because the disk was nearly full",
    "interrupted": "by a power cut or a crash; sealed afterwards",
    "recorder": "by Lucid, because the recorder kept failing",
    "shutdown": "by the shutdown of the appliance",
}


def session_list(sessions: Sequence[SessionSummary]) -> Iterator[str]:
    """Give one row a session, its ID as short as stays unique."""
    if not sessions:
        yield "No sessions yet. Record one with: lucid session record --sandbox --seconds 10"
        return
    digits = _digits_needed([session.session_id for session in sessions])
    yield from table(
        ("ID", "STARTED (UTC)", ">LENGTH", "STATE", ">CHUNKS", ">SIZE", ">GAPS", "SOURCE"),
        (
            (
                session.session_id[:digits],
                moment(session.started_utc_ms),
                clock(session.duration_s),
                session.state.value,
                str(session.chunks),
                size(session.stored_bytes),
                str(session.gaps),
                session.source,
            )
            for session in sessions
        ),
    )


def session_facts(session: SessionSummary) -> Iterator[str]:
    """Give a session's totals as a list of facts."""
    yield from facts(_summary_pairs(session))


def session_detail(detail: SessionDetail) -> Iterator[str]:
    """Give all that is known of a session: facts, anchors, chunks, gaps."""
    yield from facts(
        [
            *_summary_pairs(detail.summary),
            ("encoder", detail.encoder),
            ("device", detail.device_fingerprint),
            ("policy hash", detail.policy_hash),
            ("manifest hash", detail.manifest_hash),
        ]
    )
    yield from _anchor_lines(detail.anchors)
    yield from _chunk_lines(detail)
    for gap in detail.gap_rows:
        reason = gap.reason.replace("_", " ")
        yield f"gap      {clock(gap.from_s)} to {clock(gap.until_s)}  {reason}"


def trail_line(entry: AuditEntry) -> str:
    """Give an entry of a running session's trail in a line: when, who, what, and why."""
    kind = entry.kind.value
    decision = "" if entry.decision == kind else entry.decision
    what = filter(None, (kind.replace("_", " "), entry.resource, decision, entry.reason))
    return f"{entry.at_s:8.1f} s  {entry.actor.value:9}  {' '.join(what)}"


def _summary_pairs(session: SessionSummary) -> list[tuple[str, str | None]]:
    recording = (
        f"{count(session.chunks, 'chunk')}, {size(session.stored_bytes)} stored, "
        f"{size(session.plain_bytes)} of video"
    )
    return [
        ("session", session.session_id),
        ("state", _STATES.get(session.state, session.state.value)),
        ("source", session.source),
        ("started", f"{moment(session.started_utc_ms)} UTC"),
        ("ended", _ended(session)),
        ("length", length(session.duration_s)),
        ("recording", recording),
        ("gaps", str(session.gaps) if session.gaps else None),
        ("Merkle root", session.merkle_root),
    ]


def _ended(session: SessionSummary) -> str | None:
    if session.ended_utc_ms is None:
        return None
    reason = _END_REASONS.get(session.end_reason or "", "")
    return f"{moment(session.ended_utc_ms)} UTC {reason}"


def _anchor_lines(anchors: Sequence[Anchor]) -> Iterator[str]:
    for anchor in anchors:
        yield ""
        yield f"anchor: {anchor.kind.value}, {_anchor_state(anchor)}"
        yield from facts([("  block", anchor.block_hash), ("  transaction", anchor.transaction)])


def _anchor_state(anchor: Anchor) -> str:
    if anchor.state is AnchorState.CONFIRMED and anchor.block_time_utc_s is not None:
        return f"block {anchor.block_number}, {moment(anchor.block_time_utc_s * 1000)} UTC"
    if anchor.state is AnchorState.REJECTED:
        return f"refused by the chain: {anchor.reason}"
    return str(anchor.state.value)


def _chunk_lines(detail: SessionDetail) -> Iterator[str]:
    if not detail.chunk_rows:
        return
    yield ""
    yield from table(
        (">CHUNK", ">FROM", ">TO", ">VIDEO", ">STORED", "ZSTD", "LEAF (BLAKE3)"),
        (
            (
                str(row.index),
                clock(row.from_s),
                clock(row.until_s),
                size(row.plain_bytes),
                size(row.stored_bytes),
                "yes" if row.is_compressed else "no",
                row.leaf,
            )
            for row in detail.chunk_rows
        ),
    )


def _digits_needed(session_ids: Sequence[str]) -> int:
    digits = _SHORTEST_ID
    while len({each[:digits] for each in session_ids}) < len(session_ids):
        digits += 1
    return digits
