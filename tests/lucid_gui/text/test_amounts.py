"""Numbers, sizes and times read as people say them."""

from __future__ import annotations

import pytest

from lucid_gui.text.amounts import grouped, size_text, span_text


@pytest.mark.parametrize(
    "seconds, said",
    [
        (0, "0 s"),
        (42, "42 s"),
        (60, "1 min"),
        (760, "12 min 40 s"),
        (3600, "1 h"),
        (4320, "1 h 12 min"),
    ],
)
def test_a_span_has_at_most_two_units(seconds: float, said: str) -> None:
    """Long spans lose their seconds."""
    assert span_text(seconds) == said


@pytest.mark.parametrize(
    "size, said",
    [
        (0, "0 B"),
        (999, "999 B"),
        (41_000_000, "41 MB"),
        (2_300_000_000, "2.3 GB"),
        (34_000_000_000, "34 GB"),
    ],
)
def test_a_size_has_the_unit_that_suits_it(size: int, said: str) -> None:
    """Sizes are decimal, with one decimal only where it tells something."""
    assert size_text(size).replace("\N{NARROW NO-BREAK SPACE}", " ") == said


def test_numbers_are_grouped_by_three() -> None:
    """Groups are set apart by a space that does not break."""
    assert grouped(1_234_567) == "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"
