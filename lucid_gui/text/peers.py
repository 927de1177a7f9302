"""Texts that a peer wrote, made fit to stand beside words of ours; none of them is to be trusted.

A name may be long, may turn the direction of what follows it, may hold marks that pile up or lines that push
ours away. What comes out is one line, isolated, and for plain text items only.
"""

from __future__ import annotations

import unicodedata

from lucid_gui.text.words import tr

LONGEST_NAME = 24
LONGEST_DETAIL = 160
_MOST_MARKS = 2
_FIRST_STRONG_ISOLATE = "\N{FIRST STRONG ISOLATE}"
_POP_ISOLATE = "\N{POP DIRECTIONAL ISOLATE}"
# Control, format (also what turns the direction), surrogate, private use, not assigned.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset({"Zs", "Zl", "Zp"})


def peer_text(text: str, most: int = LONGEST_DETAIL) -> str:
    """Make one line of at most ``most`` characters; what is left out is marked with dots."""
    line = " ".join(_plain(text).split())
    if len(line) > most:
        line = line[: most - 1].rstrip() + "…"
    return f"{_FIRST_STRONG_ISOLATE}{line}{_POP_ISOLATE}" if line else ""


def peer_name(name: str, nobody: str = "") -> str:
    """Name the peer in a sentence of ours, by the name it gives itself if it gives one."""
    return peer_text(name, LONGEST_NAME) or nobody or tr("The peer")


def _plain(text: str) -> str:
    """Keep what can be seen; line ends and tabs become spaces."""
    kept: list[str] = []
    marks = 0
    for character in text[: LONGEST_DETAIL * 16]:
        category = unicodedata.category(character)
        if category in _SPACES or character in "\t\r\n":
            kept.append(" ")
        elif category in _DROPPED:
            continue
        elif category.startswith("M"):
            marks += 1
            if marks > _MOST_MARKS:
                continue
            kept.append(character)
        else:
            kept.append(character)
        marks = marks if category.startswith("M") else 0
    return "".join(kept)
