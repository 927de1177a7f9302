"""Keys have the characters and names that X11 gives them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit.keysyms import key_name


@pytest.mark.parametrize(
    "keysym, name",
    [
        (0x20, " "),
        (0x61, "a"),
        (0x7E, "~"),
        (0xE9, "é"),
        (0x01B1, "ą"),
        (0x06C1, "\u0430"),
        (0x06B4, "\u0404"),
        (0x07E1, "\u03b1"),
        (0x07F2, "\u03c3"),
        (0x07F3, "\u03c2"),
        (0x0CE0, "\u05d0"),
        (0x13BC, "Œ"),
        (0x20AC, "€"),
        (0x0100_0439, "\u0439"),
        (0xFF0D, "Return"),
        (0xFF08, "BackSpace"),
        (0xFE5A, "dead_caron"),
        (0xFFB7, "7"),
        (0xFFBE, "F1"),
        (0xFFE0, "F35"),
        (0xFFE3, "Control_L"),
        (0x0, "0x0"),
        (0x1B, "0x1b"),
        (0x0100_001B, "0x100001b"),
        (0x0100_202E, "0x100202e"),
        (0x07B1, "0x7b1"),
        (0xFFFF_FFFF, "0xffffffff"),
    ],
)
def test_a_key_is_its_character_or_its_name(keysym: int, name: str) -> None:
    """Latin-1, Unicode, letters of older sets, named keys; what cannot be shown stands as its number."""
    assert key_name(keysym) == name


@given(st.integers(0, (1 << 32) - 1))
def test_every_name_can_be_shown(keysym: int) -> None:
    """Whatever number a peer sends: nothing that would change how the text around it is shown."""
    assert key_name(keysym).isprintable()
    assert key_name(keysym)
