"""The trail of a session's page is filtered and searched."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from lucid_gui.screens.session.trail import Trail
from tests.fakes import made_up_hosting as hosted


@pytest.fixture
def trail(parent: QObject) -> Trail:
    """Give a trail of an hour and twelve minutes."""
    made = Trail(lambda: 4320.0, parent)
    made.know(hosted.trail())
    return made


def test_without_a_filter_everything_is_shown(trail: Trail) -> None:
    """And counted."""
    assert trail.isThere
    assert len(trail.rows) == len(hosted.trail())
    assert trail.countText == f"{len(hosted.trail())} entries"


def test_a_group_and_words_narrow_it_together(trail: Trail) -> None:
    """What is left fits both; taking both back shows everything again."""
    trail.choose("decisions")
    trail.search("  type ")
    assert [each["clock"] for each in trail.rows] == ["5:01", "5:09", "10:09"]
    assert trail.countText == f"3 of {len(hosted.trail())} entries"
    trail.search("no such thing")
    assert trail.rows == []
    trail.choose("")
    trail.search("")
    assert len(trail.rows) == len(hosted.trail())


def test_the_time_line_has_all_of_it_whatever_is_looked_for(trail: Trail) -> None:
    """Filters are the list's alone."""
    trail.choose("windows")
    assert len(trail.marks) == len(hosted.trail())
    assert len(trail.spans) == 4


def test_no_trail_is_none(trail: Trail) -> None:
    """Whatever else an engine gives is no trail, and another session begins afresh."""
    trail.choose("peer")
    for nothing in (None, (), ("words",)):
        trail.know(nothing)
        assert not trail.isThere
        assert trail.rows == []
    trail.reset()
    assert trail.group == ""
