"""Amounts are said in the unit that fits."""

from __future__ import annotations

import pytest

from core.cli.units import clock, count, length, moment, size


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (16 * 1024 * 1024, "16.0 MiB"),
        (3 * 1024**3, "3.0 GiB"),
        (5 * 1024**4, "5.0 TiB"),
    ],
)
def test_sizes(number: int, said: str) -> None:
    """A size is said in the largest unit it fills."""
    assert size(number) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (10.24, "10.2 s"), (61, "1 min 01 s"), (28_800, "8 h 00 min")],
)
def test_lengths(seconds: float, said: str) -> None:
    """A length of time is said in words."""
    assert length(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00:00.0"), (59.96, "0:01:00.0"), (3723.44, "1:02:03.4")]
)
def test_positions(seconds: float, said: str) -> None:
    """A position is said as on a player, and rounding carries over."""
    assert clock(seconds) == said


def test_moments() -> None:
    """A moment is said in UTC, and one that has not come is a dash."""
    assert moment(1_763_820_000_000) == "2025-11-22 14:00:00"
    assert moment(None) == "-"


def test_counts() -> None:
    """One is said in the singular."""
    assert (count(1, "chunk"), count(0, "chunk")) == ("1 chunk", "0 chunks")
