"""Checks are said in a few words with their numbers, the worst first."""

from __future__ import annotations

from core.api.snapshots import Check, CheckOutcome, FailureSnapshot
from lucid_gui.screens.session.checks import check_rows, outcome_of
from tests.fakes import made_up_sessions as made_up


def test_an_unknown_check_says_what_the_engine_said() -> None:
    """A check that this version does not know is still shown."""
    [row] = check_rows((Check("moon_phase", CheckOutcome.HOLDS, "It is full.", "the moon"),), None)
    assert row["short"] == "It is full."


def test_what_is_not_needed_is_no_blemish() -> None:
    """A short session has nothing anchored on the way; one whose chain is away was not checked."""
    away = FailureSnapshot("chain_unreachable", {"reason": "x"}, is_retryable=True, exit_code=3)
    open_ = CheckOutcome.NOT_CHECKED
    assert outcome_of(Check("progress_anchors", open_, "", "")) == "not_needed"
    assert outcome_of(Check("progress_anchors", open_, "", "", away)) == "not_checked"
    assert outcome_of(Check("sealed_anchor", open_, "", "")) == "not_checked"


def test_the_worst_comes_first_and_then_what_matters_most() -> None:
    """Failing, unchecked, then signature, chunks, root, anchor; what was not needed comes last."""
    checks = made_up.report_that_fails().checks
    names = [row["name"] for row in check_rows(checks, made_up.detail())]
    assert names[:4] == ["chunks", "device_signature", "merkle_root", "sealed_anchor"]
    assert names[-1] == "progress_anchors"


def test_a_line_is_a_claim_and_the_whole_sentence_is_kept() -> None:
    """The card shows the few words, the details the engine's own sentence."""
    [row] = check_rows(
        (Check("chunks", CheckOutcome.HOLDS, "As it was said.", ""),), made_up.detail()
    )
    assert row["short"].startswith("19 of 19 chunks")
    assert row["summary"] == "As it was said."
