"""What a peer wrote stands beside words of ours without changing them."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from lucid_gui.text.peers import LONGEST_DETAIL, LONGEST_NAME, peer_name, peer_text

_ISOLATES = 2


def bare(text: str) -> str:
    """Take the isolates away."""
    return text.removeprefix("\N{FIRST STRONG ISOLATE}").removesuffix("\N{POP DIRECTIONAL ISOLATE}")


def test_an_ordinary_name_stays_as_it_is() -> None:
    """Only its direction is kept to itself."""
    assert bare(peer_name("Anna-PC")) == "Anna-PC"
    assert bare(peer_name("מחשב")) == "מחשב"


def test_a_peer_without_a_name_is_still_named() -> None:
    """Nothing, spaces and invisible characters are no name."""
    for name in ("", "   ", "\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}", "\x00\x1b"):
        assert peer_name(name) == "The peer"


def test_a_long_name_is_cut_with_dots() -> None:
    """A sentence has room for its own words."""
    cut = bare(peer_name("x" * 500))
    assert len(cut) == LONGEST_NAME
    assert cut.endswith("…")


def test_lines_and_directions_do_not_reach_the_sentence() -> None:
    """A line end is a space, an override is nothing, and marks do not pile up."""
    assert bare(peer_text("a\nb\t c")) == "a b c"
    assert bare(peer_text("exe\N{RIGHT-TO-LEFT OVERRIDE}fdp")) == "exefdp"
    assert bare(peer_text("e" + "\N{COMBINING ACUTE ACCENT}" * 40)) == "e" + "\u0301" * 2


@given(st.text(max_size=400))
def test_whatever_comes_is_one_short_line_that_is_isolated(text: str) -> None:
    """No control or format character is left but the two that isolate."""
    said = peer_text(text)
    assert len(said) <= LONGEST_DETAIL + _ISOLATES
    if said:
        assert said[0] == "\N{FIRST STRONG ISOLATE}"
        assert said[-1] == "\N{POP DIRECTIONAL ISOLATE}"
    assert all(unicodedata.category(each) not in {"Cc", "Cf", "Zl", "Zp"} for each in bare(said))
