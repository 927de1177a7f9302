"""Displays are found by their sockets."""

from __future__ import annotations

from pathlib import Path

from lucid_gui.screens.start.displays import find_displays


def test_displays_are_listed_in_order(tmp_path: Path) -> None:
    """Only sockets of displays count, by number."""
    for name in ("X10", "X2", "X0", "Xvfb", "lock", "X1.old"):
        (tmp_path / name).touch()
    assert find_displays(tmp_path) == [":0", ":2", ":10"]


def test_a_machine_without_displays_has_none(tmp_path: Path) -> None:
    """A folder that is not there is no failure."""
    assert find_displays(tmp_path / "nowhere") == []
