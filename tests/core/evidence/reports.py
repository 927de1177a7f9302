"""Looking things up in a verification report."""

from __future__ import annotations

from core.api.snapshots import Check, CheckOutcome, VerificationReport

HOLDS, FAILS, NOT_CHECKED = CheckOutcome.HOLDS, CheckOutcome.FAILS, CheckOutcome.NOT_CHECKED

NAMES = (
    "bundle_integrity",
    "manifest_schema",
    "device_signature",
    "session_signature",
    "session_id",
    "policy_hash",
    "policy",
    "merkle_root",
    "chunk_count",
    "inclusion_proofs",
    "chunks",
    "chunk_contents",
    "trail",
    "opened_anchor",
    "sealed_anchor",
    "progress_anchors",
    "anchored_time",
    "header_trust",
)


def check_named(report: VerificationReport, name: str) -> Check:
    """Give the check of that name."""
    return next(check for check in report.checks if check.name == name)


def failing_codes(report: VerificationReport) -> dict[str, str]:
    """List the checks that fail with their failures' codes; the report must hold without any."""
    assert report.holds == all(check.outcome is not FAILS for check in report.checks)
    return {
        check.name: check.failure.code
        for check in report.checks
        if check.outcome is FAILS and check.failure
    }
