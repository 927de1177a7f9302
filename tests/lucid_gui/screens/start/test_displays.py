"""Displays are found by their sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from lucid_gui.screens.start.displays import find_displays, own_display


def test_displays_are_listed_in_order(tmp_path: Path) -> None:
    """Only sockets of displays count, by number."""
    for name in ("X10", "X2", "X0", "Xvfb", "lock", "X1.old"):
        (tmp_path / name).touch()
    assert find_displays(tmp_path) == [":0", ":2", ":10"]


def test_a_machine_without_displays_has_none(tmp_path: Path) -> None:
    """A folder that is not there is no failure."""
    assert find_displays(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("platform", "display", "own"),
    [
        ("xcb", ":0", ":0"),
        ("xcb", ":12.1", ":12"),
        ("xcb", "unix:3.0", ":3"),
        ("xcb", "unix/:3", ":3"),
        ("xcb", "there:0", ""),  # another machine's
        ("xcb", "", ""),
        ("wayland", ":0", ""),  # it is there for others
        ("offscreen", ":0", ""),
    ],
)
def test_the_kiosk_knows_where_it_is_shown(platform: str, display: str, own: str) -> None:
    """Only where it is shown by X, and on this machine."""
    assert own_display(platform, {"DISPLAY": display}) == own


def test_without_a_display_there_is_none_of_its_own() -> None:
    """The environment need not name one."""
    assert own_display("xcb", {}) == ""
