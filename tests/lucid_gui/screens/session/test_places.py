"""Places to write to exist, and a file that is there is never named again."""

from __future__ import annotations

import os
from pathlib import Path

from lucid_gui.screens.session.places import find_places, unused_path


def test_every_place_can_be_written_to() -> None:
    """Each has a title, a folder that is there, and an icon."""
    places = find_places()
    assert places
    for place in places:
        assert place["title"]
        assert os.access(place["path"], os.W_OK)


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    """An earlier export is kept."""
    assert unused_path(tmp_path, "a", "lucid").name == "a.lucid"
    (tmp_path / "a.lucid").touch()
    (tmp_path / "a-2.lucid").touch()
    assert unused_path(tmp_path, "a", "lucid").name == "a-3.lucid"
