"""The tokens: one table, one generated file, colours that can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lucid_gui.style.generate import TABLE, TARGET, render
from lucid_gui.style.icons import draw_icon
from lucid_gui.style.resources import FONTS, ICONS, PACKAGE

COLORS = json.loads(TABLE.read_text(encoding="utf-8"))["colors"]
THEMES = json.loads(TABLE.read_text(encoding="utf-8"))["themes"]
# WCAG 2.2: 4.5 for text, 3 for large text and for what is not text.
PAIRS = [
    ("text", "background", 7.0),
    ("text", "surface", 7.0),
    ("text", "raised", 7.0),
    ("dim", "background", 4.5),
    ("dim", "surface", 4.5),
    ("accentText", "accent", 4.5),
    ("accent", "surface", 3.0),
    ("ask", "surface", 3.0),
    ("rec", "surface", 3.0),
    ("rec", "background", 3.0),
]
ICON_NAME = re.compile(r'(?:[iI]con|name|approveIcon|actionIcon): "([a-z0-9-]+)"')


def test_the_generated_file_is_fresh() -> None:
    """Tokens.qml is what tokens.json gives."""
    assert TARGET.read_text(encoding="utf-8") == render(
        json.loads(TABLE.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ink, ground, least", PAIRS)
def test_colours_can_be_told_apart(theme: str, ink: str, ground: str, least: float) -> None:
    """Every text and sign stands out from what it lies on, in every theme."""
    column = THEMES.index(theme)
    ratio = contrast(COLORS[ink]["values"][column], COLORS[ground]["values"][column])
    assert ratio >= least, f"{ink} on {ground}: {ratio:.2f}"


def contrast(first: str, second: str) -> float:
    """Compute the contrast ratio of WCAG 2.2."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """Compute the relative luminance of WCAG 2.2."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_icon_that_is_named_is_there() -> None:
    """No screen asks for an icon that is not in the resources."""
    files = sorted(PACKAGE.rglob("*.qml"))
    named = {name for file in files for name in ICON_NAME.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 10
    assert sorted(name for name in named if not (ICONS / f"{name}.svg").is_file()) == []


def test_an_icon_is_drawn_in_the_colour_asked_for(qapp: object) -> None:
    """The strokes have the colour, the rest is transparent."""
    assert qapp is not None
    image = draw_icon("square", "#ff0000", 24)
    colors = {
        image.pixelColor(x, y).name()
        for x in range(24)
        for y in range(24)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert colors == {"#ff0000"}
    assert image.pixelColor(12, 12).alpha() == 0
    assert draw_icon("no-such-icon", "#ff0000", 24).isNull()


@pytest.mark.parametrize(
    "folder, licence",
    [(ICONS, "LICENSE"), (FONTS, "Inter-LICENSE.txt"), (FONTS, "JetBrainsMono-LICENSE.txt")],
)
def test_what_others_made_comes_with_its_licence(folder: Path, licence: str) -> None:
    """Icons and fonts bring their licences along."""
    assert (folder / licence).stat().st_size > 500
