"""How hard a passphrase is to guess, roughly, and what would make it harder."""

from __future__ import annotations

import itertools
import math
import string
from typing import NamedTuple

from lucid_gui.text.words import tr

MINIMUM = 8  # the engine has the last word
_POOLS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_OTHER_POOL = 33
_BITS_PER_WORD = 13.0  # a word of everyday language, chosen at random
_FAIR_BITS, _GOOD_BITS, _STRONG_BITS = 36.0, 48.0, 64.0


class Strength(NamedTuple):
    """0 (too short) to 4 (strong), and the words for it."""

    level: int
    text: str


def rate(passphrase: str) -> Strength:
    """Rate a passphrase as it is typed; an empty one says what is needed."""
    missing = MINIMUM - len(passphrase)
    if not passphrase:
        return Strength(0, tr("Four unrelated words are easy to keep and hard to guess."))
    if missing > 0:
        text = tr("One more character") if missing == 1 else tr("%1 more characters")
        return Strength(0, text.replace("%1", str(missing)))
    bits = estimate_bits(passphrase)
    if bits < _FAIR_BITS:
        return Strength(1, tr("Easy to guess: add a word or two"))
    if bits < _GOOD_BITS:
        return Strength(2, tr("Fair: another word makes it good"))
    if bits < _STRONG_BITS:
        return Strength(3, tr("Good"))
    return Strength(4, tr("Strong"))


def estimate_bits(passphrase: str) -> float:
    """Estimate the work of guessing: by characters, but by words where it is made of words."""
    pool = sum(len(each) for each in _POOLS if set(each) & set(passphrase))
    pool += _OTHER_POOL if set(passphrase) - set("".join(_POOLS)) else 0
    by_characters = _surprises(passphrase) * math.log2(max(2, pool))
    words = {word for word in passphrase.lower().split() if word.isalpha()}
    is_words = len(words) > 1 and len("".join(words)) * 2 > len(passphrase)
    return min(by_characters, len(words) * _BITS_PER_WORD) if is_words else by_characters


def _surprises(passphrase: str) -> int:
    """Count the characters that neither repeat their neighbour nor follow it in a row (abc, 321)."""
    steps = [ord(b) - ord(a) for a, b in itertools.pairwise(passphrase)]
    return 1 + sum(1 for step in steps if step not in {-1, 0, 1})
