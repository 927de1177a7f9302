"""Turns what is stored into what front ends are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.api.snapshots import (
    Anchor,
    AnchorKind,
    AnchorState,
    ChunkRow,
    FailureSnapshot,
    Gap,
    SessionDetail,
    SessionState,
    SessionSummary,
)
from core.storage.metadata import ChunkRow as StoredChunk
from core.storage.metadata import GapRow, OutboxRow, SessionWithTotals

_NS = 1_000_000_000
_MS_IN_NS = 1_000_000


def failure_to_json(failure: FailureSnapshot | None) -> str | None:
    """Write a failure for the store."""
    if failure is None:
        return None
    return json.dumps([failure.code, failure.facts, failure.is_retryable, failure.exit_code])


def failure_from_json(text: str | None) -> FailureSnapshot | None:
    """Read a failure from the store."""
    if text is None:
        return None
    code, facts, is_retryable, exit_code = json.loads(text)
    return FailureSnapshot(code, facts, is_retryable, exit_code)


def summary_of(stored: SessionWithTotals) -> SessionSummary:
    """Show a session in one row."""
    row, totals = stored.row, stored.totals
    duration_ns = row.duration_ns or totals.last_at_ns
    return SessionSummary(
        session_id=str(row.session_id),
        state=SessionState(row.state),
        source=row.source,
        started_utc_ms=row.started_utc_ns // _MS_IN_NS,
        ended_utc_ms=None if row.ended_utc_ns is None else row.ended_utc_ns // _MS_IN_NS,
        duration_s=round(duration_ns / _NS, 3),
        chunks=totals.chunks,
        plain_bytes=totals.plain_bytes,
        stored_bytes=totals.stored_bytes,
        gaps=totals.gaps,
        merkle_root=row.merkle_root.hex() if row.merkle_root is not None else None,
        was_interrupted=row.was_interrupted,
        end_reason=row.end_reason,
        failure=failure_from_json(row.failure),
    )


def detail_of(
    stored: SessionWithTotals,
    *,
    chunks: Sequence[StoredChunk],
    gaps: Sequence[GapRow],
    anchors: Sequence[OutboxRow],
    manifest_json: str | None,
    device_fingerprint: str,
) -> SessionDetail:
    """Show all that is known about a session."""
    row = stored.row
    return SessionDetail(
        summary=summary_of(stored),
        policy_hash=row.policy_hash.hex(),
        encoder=row.encoder,
        device_fingerprint=device_fingerprint,
        manifest_hash=row.manifest_hash.hex() if row.manifest_hash is not None else None,
        manifest_json=manifest_json,
        chunk_rows=tuple(_chunk(each) for each in chunks),
        gap_rows=tuple(gap_of(each) for each in gaps),
        anchors=tuple(anchor_of(each) for each in anchors),
    )


def gap_of(gap: GapRow) -> Gap:
    """Show a gap in seconds."""
    return Gap(gap.from_ns / _NS, gap.until_ns / _NS, gap.reason)


def anchor_of(row: OutboxRow) -> Anchor:
    """Show an outbox row as an anchor."""
    return Anchor(
        kind=AnchorKind(row.kind),
        state=AnchorState(row.state),
        transaction=_hex(row.transaction),
        block_number=row.block_number,
        block_hash=_hex(row.block_hash),
        block_time_utc_s=row.block_time_utc_s,
        reason=row.reason,
    )


def _chunk(chunk: StoredChunk) -> ChunkRow:
    return ChunkRow(
        index=chunk.index,
        from_s=chunk.first_at_ns / _NS,
        until_s=chunk.last_at_ns / _NS,
        plain_bytes=chunk.plain_bytes,
        stored_bytes=chunk.stored_bytes,
        is_compressed=chunk.is_compressed,
        leaf=chunk.leaf.hex(),
    )


def _hex(value: bytes | None) -> str | None:
    return None if value is None else f"0x{value.hex()}"
