"""What is stored is shown in the units that people and programs read."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.api.snapshots import AnchorKind, AnchorState, FailureSnapshot, Gap, SessionState
from core.sessions.summaries import (
    anchor_of,
    detail_of,
    failure_from_json,
    failure_to_json,
    gap_of,
    summary_of,
)
from core.storage.metadata import GapRow, SessionTotals, SessionWithTotals
from tests.conformance.metadata_store import chunk_row, outbox_row, session_row

_SECOND = 1_000_000_000


@given(
    st.text(),
    st.dictionaries(st.text(), st.text() | st.integers()),
    st.booleans(),
    st.integers(0, 3),
)
def test_a_failure_survives_the_store(
    code: str, facts: dict[str, str | int], is_retryable: bool, exit_code: int
) -> None:
    """Any failure is read back as it was kept; none is none."""
    failure = FailureSnapshot(code, facts, is_retryable, exit_code)
    assert failure_from_json(failure_to_json(failure)) == failure
    assert failure_from_json(failure_to_json(None)) is None


def test_a_running_session_is_as_long_as_its_chunks() -> None:
    """Until the end is known the last chunk says how long it is; then the row does."""
    row = session_row()
    totals = SessionTotals(
        chunks=2, plain_bytes=200, stored_bytes=180, gaps=1, last_at_ns=1_500 * 10**6
    )
    running = summary_of(SessionWithTotals(row, totals))
    assert (running.state, running.duration_s, running.chunks) == (SessionState.RECORDING, 1.5, 2)
    assert (running.ended_utc_ms, running.merkle_root) == (None, None)
    ended = replace(
        row,
        state="anchoring",
        duration_ns=2 * _SECOND,
        ended_utc_ns=row.started_utc_ns + 2 * _SECOND,
        merkle_root=bytes(32),
    )
    shown = summary_of(SessionWithTotals(ended, totals))
    assert (shown.duration_s, shown.merkle_root) == (2.0, "00" * 32)
    assert shown.ended_utc_ms == shown.started_utc_ms + 2000


def test_details_are_in_seconds_and_hex() -> None:
    """Chunks, gaps and anchors come with the session, hashes as text."""
    row = session_row()
    anchor = replace(outbox_row("a", row.session_id), state="confirmed", transaction=bytes(32))
    detail = detail_of(
        SessionWithTotals(row),
        chunks=[chunk_row(1)],
        gaps=[GapRow(_SECOND, 2 * _SECOND, "stalled")],
        anchors=[anchor],
        manifest_json=None,
        device_fingerprint="ab",
    )
    (chunk,) = detail.chunk_rows
    assert (chunk.index, chunk.from_s, chunk.leaf) == (1, 10.0, "01" * 32)
    assert (
        detail.gap_rows
        == (gap_of(GapRow(_SECOND, 2 * _SECOND, "stalled")),)
        == (Gap(1.0, 2.0, "stalled"),)
    )
    assert detail.anchors == (anchor_of(anchor),)
    assert (detail.anchors[0].kind, detail.anchors[0].state) == (
        AnchorKind.OPENED,
        AnchorState.CONFIRMED,
    )
    assert detail.anchors[0].transaction == "0x" + "00" * 32
