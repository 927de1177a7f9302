"""Checks as a person reads them: the short line of each, the worst first."""

from __future__ import annotations

from typing import Any

from core.api.snapshots import Check, CheckOutcome, SessionDetail
from lucid_gui.screens.session.claims import claim_of
from lucid_gui.text.failures import say

# What is said first of the checks that hold; the others follow as they were made.
_FIRST = ("device_signature", "chunks", "merkle_root", "sealed_anchor", "opened_anchor")
# A short session has none of these, and is none the worse for it.
_OPTIONAL = frozenset({"progress_anchors"})
_WORST_FIRST = ("fails", "not_checked", "holds", "not_needed")


def outcome_of(check: Check) -> str:
    """Name what a check came to; one that had nothing to check is ``not_needed``."""
    is_open = check.outcome is CheckOutcome.NOT_CHECKED
    if is_open and check.failure is None and check.name in _OPTIONAL:
        return "not_needed"
    return check.outcome.value


def check_rows(checks: tuple[Check, ...], detail: SessionDetail | None) -> list[dict[str, Any]]:
    """Give the rows of a list of checks, the worst first."""
    return [_row(each, detail) for each in sorted(checks, key=_rank)]


def _rank(check: Check) -> tuple[int, int]:
    """Give the sort key; Python's sort keeps the order of equals."""
    first = _FIRST.index(check.name) if check.name in _FIRST else len(_FIRST)
    return _WORST_FIRST.index(outcome_of(check)), first


def _row(check: Check, detail: SessionDetail | None) -> dict[str, Any]:
    return {
        "name": check.name,
        "outcome": outcome_of(check),
        "short": claim_of(check, detail) or check.summary,
        "summary": check.summary,
        "restsOn": check.rests_on,
        "nextStep": say(check.failure).next_step if check.failure else "",
    }
