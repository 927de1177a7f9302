"""Each character that the on-screen keyboard offers has its key of a US keyboard, or is known to have none."""

from __future__ import annotations

import re
import string

import pytest

from core.joining.keys import SCAN_CODES
from lucid_gui.screens.joined import keys
from lucid_gui.style.resources import PACKAGE

KEYBOARD = (PACKAGE / "controls" / "OnScreenKeyboard.qml").read_text(encoding="utf-8")
WITHOUT_A_KEY = set("\N{ACUTE ACCENT}€£¥§°•¿¡")


@pytest.mark.parametrize(
    "character, code, is_shifted",
    [
        ("1", 2, False),
        ("0", 11, False),
        ("!", 2, True),
        ("@", 3, True),
        (")", 11, True),
        ("-", 12, False),
        ("=", 13, False),
        ("+", 13, True),
        ("q", 16, False),
        ("P", 25, True),
        ("[", 26, False),
        ("}", 27, True),
        ("a", 30, False),
        (";", 39, False),
        (":", 39, True),
        ("'", 40, False),
        ('"', 40, True),
        ("`", 41, False),
        ("~", 41, True),
        ("\\", 43, False),
        ("|", 43, True),
        ("z", 44, False),
        ("M", 50, True),
        (",", 51, False),
        ("?", 53, True),
        (" ", 57, False),
        ("\n", 28, False),
    ],
)
def test_a_character_has_its_key(character: str, code: int, is_shifted: bool) -> None:
    """By the kernel's numbers."""
    assert keys.stroke_of(character) == (code, is_shifted)


def test_all_of_ascii_has_a_key_of_its_own() -> None:
    """No two characters share a key and its shift, and the engine knows each key."""
    strokes = [keys.stroke_of(each) for each in string.printable[:95]]
    assert None not in strokes
    assert len(set(strokes)) == 95
    assert all(each is not None and each.code in SCAN_CODES for each in strokes)


def test_every_key_of_the_on_screen_keyboard_is_known() -> None:
    """What no US keyboard writes is named here, so that nothing is forgotten."""
    rows = re.findall(r'"((?:[^"\\]|\\.)+)"', "\n".join(re.findall(r"(?:digits|Rows).*", KEYBOARD)))
    offered = set("".join(rows).replace('\\"', '"').replace("\\\\", "\\"))
    assert len(offered) > 60
    assert {each for each in offered if keys.stroke_of(each) is None} == WITHOUT_A_KEY


@pytest.mark.parametrize("scan_code, code", [(38, 30), (9, 1), (0, None), (8, None), (9999, None)])
def test_the_platform_s_number_is_eight_more(scan_code: int, code: int | None) -> None:
    """Where it gives one."""
    assert keys.native_code(scan_code) == code
