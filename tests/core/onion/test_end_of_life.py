"""Tests of core.onion.end_of_life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.onion.end_of_life import day_of, ends_utc_ms, is_ending


def _ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


@pytest.mark.parametrize(
    ("version", "day"),
    [
        ("0.4.8.16", "2026-05-16"),
        ("0.4.7.16", "2023-11-16"),
        ("0.4.5.6-rc", "2023-02-15"),
        ("0.4.9.11", None),
        ("0.4.80.1", None),
        ("1.2", None),
        ("", None),
    ],
)
def test_a_series_has_a_day(version: str, day: str | None) -> None:
    """A series whose end its makers have told has that day; any other has none."""
    ends = ends_utc_ms(version)
    assert (None if ends is None else day_of(ends)) == day


def test_it_is_told_sixty_days_before() -> None:
    """From sixty days before its end on a version is ending; without a known end it never is."""
    end = datetime(2026, 5, 16, tzinfo=UTC)
    assert not is_ending(_ms(end), _ms(end - timedelta(days=60, seconds=1)))
    assert is_ending(_ms(end), _ms(end - timedelta(days=60)))
    assert is_ending(_ms(end), _ms(end + timedelta(days=900)))
    assert not is_ending(None, _ms(end))


@given(st.text(max_size=30))
def test_any_text_is_a_version(text: str) -> None:
    """Whatever tor calls itself, it has a known end or none."""
    ends = ends_utc_ms(text)
    assert ends is None or ends > 0
