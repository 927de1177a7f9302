"""The page at the door: glyphs where they belong, inside any screen, and a code of bounded length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.remote.gate.door import Code, Page

PAGE = Page()
ENTER, KEYPAD_ENTER, BACKSPACE = 0xFF0D, 0xFF8D, 0xFF08


@given(
    width=st.integers(-10, 2000),
    height=st.integers(-10, 800),
    notice=st.text(max_size=300),
    entry=st.text(max_size=30),
)
def test_a_page_stays_inside(width: int, height: int, notice: str, entry: str) -> None:
    """No row of pixels begins or ends outside the client's screen, whatever is to be written."""
    for x, y, row in PAGE.rows((width, height), notice, entry):
        assert x >= 0
        assert x + len(row) // 4 <= width
        assert 0 <= y < height


def test_a_glyph_is_drawn_with_two_colours() -> None:
    """A letter has ink and paper, a space has only paper, and what the alphabet lacks is a question mark."""
    letter, space, other, mark = (
        [row for _, _, row in PAGE.rows((500, 200), "", text)][-32:]
        for text in ("A", " ", "é", "?")
    )
    assert len({row[at : at + 4] for row in letter for at in range(0, 64, 4)}) == 2
    assert len({row[at : at + 4] for row in space for at in range(0, 64, 4)}) == 1
    assert other == mark != letter


@given(symbols=st.lists(st.integers(-(1 << 31), (1 << 31) - 1) | st.integers(-9, 140)))
def test_a_code_is_letters_and_digits(symbols: list[int]) -> None:
    """Whatever keys come, a code has at most 16 capitals and digits."""
    code = Code()
    for symbol in symbols:
        assert (code.type(symbol) is not None) == (symbol in {ENTER, KEYPAD_ENTER})
    entered = code.type(ENTER)
    assert entered is not None
    assert len(entered) <= 16
    assert all(each in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" for each in entered)


def test_a_code_is_shown_in_fours_and_forgotten_when_entered() -> None:
    """What is typed is grouped, can be taken back, and is gone once it was given."""
    code = Code()
    for each in "ab3de":
        code.type(ord(each))
    assert str(code) == "> AB3D-E_"
    code.type(BACKSPACE)
    assert code.type(KEYPAD_ENTER) == "AB3D"
    assert str(code) == "> _"
    assert code.type(ENTER) == ""
