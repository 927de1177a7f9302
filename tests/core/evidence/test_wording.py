"""Summaries count in proper words."""

from __future__ import annotations

import pytest

from core.evidence.wording import counted


@pytest.mark.parametrize(
    "number,noun,words",
    [
        (0, "chunk", "0 chunks"),
        (1, "chunk", "1 chunk"),
        (2, "leaf", "2 leaves"),
        (1, "leaf", "1 leaf"),
    ],
)
def test_one_is_singular(number: int, noun: str, words: str) -> None:
    """One is singular; everything else, none included, is plural."""
    assert counted(number, noun) == words
