"""A session's parts become rows that can be read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.snapshots import Anchor, AnchorKind, AnchorState, SessionState
from lucid_gui.screens.session import parts
from tests.fakes import made_up_sessions as made_up


@given(st.text(max_size=200))
def test_any_manifest_text_is_shown_in_some_way(text: str) -> None:
    """A manifest that cannot be read is shown as it is; nothing raises."""
    lines = parts.manifest_lines(text)
    assert bool(lines) is bool(text)


def test_a_manifest_is_indented_line_by_line() -> None:
    """The lines together are the same document."""
    raw = made_up.manifest_json(made_up.summary())
    assert json.loads("\n".join(parts.manifest_lines(raw))) == json.loads(raw)


@pytest.mark.parametrize("raw", [None, "", "[1, 2]", "no json"])
def test_facts_need_no_manifest(raw: str | None) -> None:
    """What the summary knows is shown whatever the manifest is."""
    detail = made_up.detail()
    without = type(detail)(**{**vars(detail), "manifest_json": raw})
    titles = {each["title"] for each in parts.manifest_facts(without)}
    assert titles >= {"Session", "Started", "Merkle root"}


@pytest.mark.parametrize(
    "raw, has_keys",
    [(None, False), ("{}", False), ("no json", False), ('{"keys":{"records":1}}', True)],
)
def test_what_was_typed_is_known_from_the_manifest(raw: str | None, has_keys: bool) -> None:
    """It is told where the sealed record holds it, and nowhere else."""
    detail = made_up.detail()
    found = type(detail)(**{**vars(detail), "manifest_json": raw})
    assert parts.has_recorded_keys(found) is has_keys


def test_an_anchor_that_waits_has_no_block() -> None:
    """What is not known is left empty, what is refused says why."""
    waiting, refused = parts.anchor_rows(
        (
            Anchor(AnchorKind.SEALED, AnchorState.WAITING),
            Anchor(AnchorKind.PROGRESS, AnchorState.REJECTED, reason="not rising"),
        )
    )
    assert (waiting["stateText"], waiting["block"], waiting["time"]) == ("Waiting", "", "")
    assert (refused["kind"], refused["reason"]) == ("Progress kept", "not rising")


@pytest.mark.parametrize("state", list(SessionState))
def test_every_state_has_a_statement(state: SessionState) -> None:
    """No state leaves the card empty."""
    assert parts.statement_of(made_up.summary(0, state))[0]


def test_a_chunk_row_names_its_range_and_sizes() -> None:
    """Index, stretch, size, stored size, and whether it was compressed."""
    row = parts.chunk_rows(made_up.chunk_rows())[1]
    assert (row["number"], row["range"], row["isCompressed"]) == ("1", "3:47 – 7:34", True)
    assert row["size"].replace("\N{NO-BREAK SPACE}", " ") == "11.3 MB"
