"""Texts that somebody else wrote, made fit to be shown and written down."""

from __future__ import annotations

import unicodedata

LONGEST = 256
_ODD_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def plain_text(text: str, longest: int = LONGEST) -> str:
    """Keep what can be shown: no control, format or surrogate characters, no line breaks, bounded in length.

    So nothing of it moves a cursor, turns the writing round or fills the screen.
    """
    kept = (
        each for each in text[: 4 * longest] if unicodedata.category(each) not in _ODD_CATEGORIES
    )
    return "".join(kept)[:longest]
