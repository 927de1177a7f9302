"""Accesses and calls in words; a name that somebody chose is one isolated line."""

from __future__ import annotations

import pytest

from core.api.access import CallOutcome, Scope
from lucid_gui.screens.access.wording import (
    access_row,
    call_row,
    checked_text,
    granted_facts,
    scope_rows,
    span_options,
    state_of,
)
from tests.fakes import made_up_access as readers
from tests.fakes import made_up_sessions as made_up

NOW = made_up.NOW_UTC_MS


@pytest.mark.parametrize(
    "number, state, ends",
    [
        (0, "open", "until Monday 18 January 2027"),
        (2, "revoked", "ended by you, Monday 16 November"),
        (3, "over", "over since Tuesday 10 November"),
    ],
)
def test_an_access_is_open_ended_or_over(number: int, state: str, ends: str) -> None:
    """And its row says since when."""
    access = readers.listed()[number]
    assert state_of(access, NOW) == state
    assert access_row(access, NOW)["ends"] == ends


def test_use_is_counted() -> None:
    """One that nobody used says so."""
    used, fresh = (access_row(each, NOW)["used"] for each in readers.listed()[:2])
    assert used.startswith("1\u202f284 calls, last on ")
    assert fresh == "not used yet"


def test_every_scope_and_outcome_has_words() -> None:
    """None is shown by its code."""
    rows = scope_rows(frozenset({Scope.PROOFS}))
    assert [each["scope"] for each in rows if each["isOn"]] == ["proofs"]
    assert all(each["title"] and each["detail"] for each in rows)
    (call, *_) = readers.calls(1)
    for outcome in CallOutcome:
        changed = type(call)(**{**vars(call), "outcome": outcome})
        row = call_row(changed)
        assert row["outcome"]
        assert row["isFine"] is (outcome is CallOutcome.ANSWERED)


def test_a_name_cannot_turn_the_line_around() -> None:
    """Neither in the list nor in the log."""
    hostile = "a\N{RIGHT-TO-LEFT OVERRIDE}b\nc"
    name = access_row(readers.access(1, hostile), NOW)["name"]
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in name
    assert "\n" not in name


def test_small_things() -> None:
    """Nothing granted is nothing; the spans are four; one call is one call."""
    assert granted_facts(None, NOW) == {}
    assert [each["value"] for each in span_options()] == [7, 30, 90, 366]
    assert checked_text(1).startswith("1 call;")
