"""Checks as a person reads them: the short line of each, the worst first."""

from __future__ import annotations

from typing import Any

from core.api.snapshots import AnchorKind, Check, CheckOutcome, SessionDetail
from lucid_gui.screens.wording import chunks_text
from lucid_gui.text.amounts import grouped, size_text
from lucid_gui.text.failures import say
from lucid_gui.text.words import tr

# What is said first of the checks that hold; the others follow as they were made.
_FIRST = ("device_signature", "chunks", "merkle_root", "sealed_anchor", "opened_anchor")
# A short session has none of these, and is none the worse for it.
_OPTIONAL = frozenset({"progress_anchors"})
_WORST_FIRST = ("fails", "not_checked", "holds", "not_needed")
_ENDS = 4


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
    holds = check.outcome is CheckOutcome.HOLDS
    return {
        "name": check.name,
        "outcome": outcome_of(check),
        "short": (short_text(check.name, detail) if holds else "") or check.summary,
        "summary": check.summary,
        "restsOn": check.rests_on,
        "nextStep": say(check.failure).next_step if check.failure else "",
    }


def short_text(name: str, detail: SessionDetail | None) -> str:
    """Say in a few words, with its numbers, what a check that holds has shown."""
    return _with_numbers(name, detail) or {
        "device_signature": tr("Signature of this appliance"),
        "session_signature": tr("Signature of the session's own key"),
        "session_id": tr("Session ID, used only once"),
        "manifest_schema": tr("Manifest well formed"),
        "policy_hash": tr("Policy, never changed"),
        "chunk_count": tr("Number of chunks"),
        "chunk_contents": tr("Contents open with the session's key"),
        "anchored_time": tr("Times agree with the chain"),
        "header_trust": tr("Blocks known to the chain"),
        "progress_anchors": tr("Anchored on the way"),
    }.get(name, "")


def _with_numbers(name: str, detail: SessionDetail | None) -> str:
    if detail is None:
        return ""
    summary = detail.summary
    root = summary.merkle_root or ""
    if name == "chunks":
        return f"{chunks_text(summary.chunks)}, {size_text(summary.stored_bytes)}"
    if name == "merkle_root" and root:
        return tr("Merkle root %1").replace("%1", f"{root[:_ENDS]}…{root[-_ENDS:]}")
    if name == "sealed_anchor":
        return _in_block(tr("Anchored in block %1"), detail, AnchorKind.SEALED)
    if name == "opened_anchor":
        return _in_block(tr("Opened in block %1"), detail, AnchorKind.OPENED)
    return ""


def _in_block(form: str, detail: SessionDetail, kind: AnchorKind) -> str:
    blocks = [
        each.block_number
        for each in detail.anchors
        if each.kind is kind and each.block_number is not None
    ]
    return form.replace("%1", grouped(blocks[-1])) if blocks else ""
