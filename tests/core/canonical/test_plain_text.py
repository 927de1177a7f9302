"""A text of somebody else's does nothing but stand there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical.documents import canonical_json
from core.canonical.plain_text import plain_text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain", "plain"),
        ("a\r\nb\x00c", "abc"),
        ("x" * 9999, "x" * 85 + "…" + "x" * 170),
        ("x" * 256, "x" * 256),
        ("\ud800é\u2028", "é"),
        ("report\u202efdp.exe", "reportfdp.exe"),
    ],
)
def test_odd_characters_are_left_out(text: str, shown: str) -> None:
    """Nothing of it can move a cursor, turn the writing round, break a line or fill the screen."""
    assert plain_text(text) == shown


@given(st.text(alphabet=st.characters(), max_size=2000))
def test_any_text_becomes_plain(text: str) -> None:
    """It is bounded, can be written as canonical JSON, and stays as it is when it is made plain again."""
    shown = plain_text(text)
    assert len(shown) <= 256
    assert canonical_json(shown)
    assert plain_text(shown) == shown


@given(st.text(min_size=1, max_size=80), st.integers(0, 20_000))
def test_the_end_of_a_long_path_stays(name: str, depth: int) -> None:
    """However deep a file lies, its own name and kind are there: nobody hides them behind a long path."""
    path = "/a" * depth + "/" + name + ".exe"
    assert plain_text(path).endswith(plain_text(name + ".exe"))
