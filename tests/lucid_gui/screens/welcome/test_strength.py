"""The strength of a passphrase: rough, honest, and never harsher for more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lucid_gui.screens.welcome.strength import MINIMUM, estimate_bits, rate


@pytest.mark.parametrize(
    "passphrase, level",
    [
        ("", 0),
        ("seven77", 0),
        ("aaaaaaaaaaaa", 1),
        ("abcdefghijkl", 1),
        ("password", 1),
        ("rain table quiet", 2),
        ("rain table quiet mole", 3),
        ("rain table quiet mole nine", 4),
        ("kT7$wq9!Zp2c", 4),
    ],
)
def test_what_is_easy_to_guess_is_said_so(passphrase: str, level: int) -> None:
    """Short, repeated and sequential ones are weak; four words are good."""
    assert rate(passphrase).level == level


def test_what_is_missing_is_counted() -> None:
    """A short one says how many characters are missing."""
    assert rate("abcdef").text == "2 more characters"
    assert rate("abcdefg").text == "One more character"


@given(st.text(max_size=80))
def test_any_text_can_be_rated(passphrase: str) -> None:
    """Nothing that can be typed raises, and the level fits the length."""
    strength = rate(passphrase)
    assert 0 <= strength.level <= 4
    assert (strength.level == 0) == (len(passphrase) < MINIMUM)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=40))
def test_repeating_the_last_character_adds_nothing(passphrase: str) -> None:
    """Holding a key down makes a passphrase longer, not better."""
    assert estimate_bits(passphrase + passphrase[-1]) == estimate_bits(passphrase)
