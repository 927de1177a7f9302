"""Texts that somebody else wrote, made fit to be shown and written down."""

from __future__ import annotations

import unicodedata

LONGEST = 256
_MOST_READ = 4096  # of each end, so that a long text costs no more than a long path
_LEFT_OUT = "…"
_ODD_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def plain_text(text: str, longest: int = LONGEST) -> str:
    """Keep what can be shown: no control, format or surrogate characters, no line breaks, bounded in length.

    So nothing of it moves a cursor, turns the writing round or fills the screen. Of what is longer, a beginning and
    twice as much of the end are kept, with … between: what a path leads to, and a file's kind, stand at its end.
    """
    if len(text) > 2 * _MOST_READ:
        text = f"{text[:_MOST_READ]}{_LEFT_OUT}{text[-_MOST_READ:]}"
    kept = "".join(each for each in text if unicodedata.category(each) not in _ODD_CATEGORIES)
    if len(kept) <= longest:
        return kept
    beginning = (longest - 1) // 3
    return f"{kept[:beginning]}{_LEFT_OUT}{kept[beginning + 1 - longest :]}"
