"""Theme and rotation: checked, applied, and remembered for the next first frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from lucid_gui.options import KioskOptions
from lucid_gui.style.appearance import Appearance


def look(appearance: Appearance) -> tuple[str, int]:
    """Give both."""
    return appearance.theme, appearance.rotation


def test_the_defaults_suit_an_appliance(tmp_path: Path) -> None:
    """Dark and upright, when nothing was said or remembered."""
    assert look(Appearance(KioskOptions())) == ("dark", 0)
    assert look(Appearance(KioskOptions(appearance_file=tmp_path / "none.json"))) == ("dark", 0)


def test_a_setting_is_remembered_for_the_next_start(tmp_path: Path) -> None:
    """What the engine's settings said is there before the engine is, next time."""
    file = tmp_path / "appearance.json"
    appearance = Appearance(KioskOptions(appearance_file=file))
    appearance.apply("theme", "light")
    appearance.apply("rotation", 270)
    assert look(Appearance(KioskOptions(appearance_file=file))) == ("light", 270)
    assert look(Appearance(KioskOptions(appearance_file=file, theme="contrast"))) == (
        "contrast",
        270,
    )


def test_what_this_run_was_told_holds_until_it_is_changed() -> None:
    """A kiosk that is mounted sideways stays so, whatever is kept; a change by the owner counts."""
    appearance = Appearance(KioskOptions(rotation=90))
    appearance.read("rotation", 0)
    appearance.read("theme", "light")
    assert look(appearance) == ("light", 90)
    appearance.apply("rotation", 180)
    assert look(appearance) == ("light", 180)


@pytest.mark.parametrize("name, value", [("theme", "pink"), ("rotation", 45), ("volume", 3)])
def test_what_does_not_exist_is_not_applied(name: str, value: object) -> None:
    """An unknown theme, angle or setting changes nothing."""
    appearance = Appearance(KioskOptions())
    appearance.apply(name, value)
    assert look(appearance) == ("dark", 0)


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"theme": 7, "rotation": "x"}', '{"rotation": true}']
)
def test_a_damaged_memory_is_no_memory(tmp_path: Path, text: str) -> None:
    """The kiosk starts whatever is in that file."""
    file = tmp_path / "appearance.json"
    file.write_text(text, encoding="utf-8")
    assert look(Appearance(KioskOptions(appearance_file=file))) == ("dark", 0)


def test_options_come_as_a_mapping_too() -> None:
    """A caller that does not know this package names the options."""
    options = KioskOptions.of({"size": (720, 1280), "theme": None, "unknown": 1})
    assert (options.size, options.theme) == ((720, 1280), None)
    assert KioskOptions.of(options) is options
    assert KioskOptions.of(None) == KioskOptions()
