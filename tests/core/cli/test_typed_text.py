"""What was typed is read as a person would write it down."""

from __future__ import annotations

import pytest

from core.api.hosting import KeyStroke
from core.cli.typed_text import typed_lines, typed_text


def typed(*keys: str) -> tuple[KeyStroke, ...]:
    """Press and let go of keys, a tenth of a second each; ``+`` before a name presses only, ``-`` lets go."""
    strokes = []
    for number, key in enumerate(keys):
        name = key[1:] if len(key) > 2 and key[0] in "+-" else key
        if key == name or key[0] == "+":
            strokes.append(KeyStroke(number / 10, 0, name, is_pressed=True))
        if key == name or key[0] == "-":
            strokes.append(KeyStroke(number / 10 + 0.05, 0, name, is_pressed=False))
    return tuple(strokes)


@pytest.mark.parametrize(
    "keys, text",
    [
        ((), ""),
        (("h", "e", "l", "l", "o"), "hello"),
        (("l", "s", " ", "Return"), "ls [Return]"),
        (("+Shift_L", "A", "-Shift_L", "b"), "Ab"),
        (("+Control_L", "+Control_L", "+Control_L", "c", "-Control_L"), "[Control_L]c"),
        (("Control_L", "Control_L"), "[Control_L][Control_L]"),
        (("BackSpace", "BackSpace"), "[BackSpace][BackSpace]"),
        (("[", "R", "]"), "[[]R]"),
        (("0xfd05", "€"), "[0xfd05]€"),
    ],
)
def test_characters_are_joined_and_keys_named(keys: tuple[str, ...], text: str) -> None:
    """Only presses show; shifts show in the character, other modifiers once; no name can be typed."""
    assert typed_text(typed(*keys)) == text


def test_each_line_says_when_it_began() -> None:
    """Return ends a line; what was begun is shown as well."""
    lines = list(typed_lines(typed("l", "s", "Return", "p", "w")))
    assert lines == ["      0.0 s  ls[Return]", "      0.3 s  pw"]
    assert list(typed_lines(())) == []
