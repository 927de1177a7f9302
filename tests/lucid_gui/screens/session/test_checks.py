"""Checks are said in a few words with their numbers, the worst first."""

from __future__ import annotations

import pytest

from core.api.snapshots import Check, CheckOutcome, FailureSnapshot
from lucid_gui.screens.session.checks import check_rows, outcome_of, short_text
from tests.fakes import made_up_sessions as made_up

NAMES = [each.name for each in made_up.report_that_holds().checks]


@pytest.mark.parametrize("name", NAMES)
def test_every_check_has_short_words(name: str) -> None:
    """No check that holds shows as its code, whether its numbers are known or not."""
    assert short_text(name, made_up.detail())
    assert check_rows((Check(name, CheckOutcome.HOLDS, "As it was said.", ""),), None)[0]["short"]


@pytest.mark.parametrize(
    "name, text",
    [
        ("chunks", "19 chunks, 214 MB"),
        ("sealed_anchor", "Anchored in block 18 122"),
        ("opened_anchor", "Opened in block 18 051"),
        ("merkle_root", f"Merkle root {made_up.hex_of('root')[:4]}…{made_up.hex_of('root')[-4:]}"),
    ],
)
def test_numbers_come_from_the_session(name: str, text: str) -> None:
    """How many, how large, in which block."""
    assert short_text(name, made_up.detail()).replace("\u202f", " ") == text


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
