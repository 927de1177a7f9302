"""The terms on the page, read back from its pixels: all of them and the entry, or a sentence that says why not."""

from __future__ import annotations

from itertools import product

import pytest

from core.api.permissions import PolicyRules, Profile
from core.errors import PolicyMalformed
from core.evidence.consent_text import TermsFacts, terms_text
from core.evidence.policy import hosted_policy
from core.hosting.notices import SHIELDED, UNSEEN, AtDoor, door_notice
from core.remote.gate.door import Page

PAGE = Page()
MARGIN = 32
LARGE, SMALL = (16, 32), (8, 16)
ENTRY = "> WWWW-WWWW-WWWW-WWWW_"
LONGEST_MINUTES = 1440
TOO_SMALL = "Your window is too small: make it at least 640 by 400."
SIZES = {(640, 400): SMALL, (640, 480): SMALL, (800, 600): LARGE, (1280, 720): LARGE}
ROLES = {"peer": False, "observer": True}
Glyph = tuple[bytes, ...]


def notices(*, is_observer: bool) -> list[str]:
    """Write all that somebody of a role may be shown at the door, with the longest limits."""
    facts = product((False, True), repeat=2)
    terms = [
        terms_text(TermsFacts(is_observer, sees, keys, LONGEST_MINUTES, LONGEST_MINUTES))
        for sees, keys in facts
    ]
    return [door_notice(asked, " ".join(each.split())) for asked in AtDoor for each in terms]


def glyphs_of(rows: list[bytes], width: int) -> list[Glyph]:
    """Cut a line of text into its glyphs."""
    return [
        tuple(row[at : at + width * 4] for row in rows) for at in range(0, len(rows[0]), width * 4)
    ]


def alphabet(glyph: tuple[int, int]) -> dict[Glyph, str]:
    """Know each letter by its pixels."""
    letters = "".join(map(chr, range(32, 127)))
    known: dict[Glyph, str] = {}
    for at in range(0, len(letters), 19):
        some = letters[at : at + 19]
        size = (2 * MARGIN + 22 * glyph[0], 2 * MARGIN + 2 * glyph[1])
        rows = [row for _, _, row in PAGE.rows(size, "", some)][-glyph[1] :]
        known |= zip(glyphs_of(rows, glyph[0]), some, strict=True)
    assert len(known) == len(letters), "two letters look the same"
    return known


def read(size: tuple[int, int], notice: str, entry: str, glyph: tuple[int, int]) -> list[str]:
    """Read a page's lines from its pixels; its glyphs have a width and a height."""
    width, height = glyph
    rows = list(PAGE.rows(size, notice, entry))
    known = alphabet(glyph)
    assert [top for _, top, _ in rows] == list(range(MARGIN, MARGIN + len(rows)))
    assert {left for left, _, _ in rows} == {MARGIN}
    assert MARGIN + len(rows) <= size[1] - MARGIN
    pixels = [row for _, _, row in rows]
    assert max(map(len, pixels)) // 4 <= size[0] - 2 * MARGIN
    lines = [pixels[at : at + height] for at in range(0, len(pixels), height)]
    return ["".join(known[each] for each in glyphs_of(line, width)) for line in lines]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", ROLES)
def test_all_the_terms_are_on_the_page(role: str, size: tuple[int, int]) -> None:
    """Whatever is to be agreed to, and however long the code, each word is there to be read, and the entry below."""
    for notice in notices(is_observer=ROLES[role]):
        assert PAGE.is_whole(size, notice, ENTRY)
        *lines, gap, entry = read(size, notice, ENTRY, SIZES[size])
        assert (" ".join(lines), gap, entry) == (notice, "", ENTRY)


@pytest.mark.parametrize("size", [(200, 200), (320, 240)])
@pytest.mark.parametrize("role", ROLES)
def test_a_page_that_does_not_fit_only_says_so(role: str, size: tuple[int, int]) -> None:
    """Of terms that cannot be read whole nothing is shown, and no place for the code, but how large it must be."""
    for notice in notices(is_observer=ROLES[role]):
        assert not PAGE.is_whole(size, notice, ENTRY)
        assert " ".join(read(size, notice, ENTRY, SMALL)) == TOO_SMALL


@pytest.mark.parametrize("role", ROLES)
def test_a_page_without_its_last_line_is_not_whole(role: str) -> None:
    """One pixel less in height than the entry takes, and nothing of the page is shown."""
    notice = notices(is_observer=ROLES[role])[0]
    fitting = next(tall for tall in range(2000) if PAGE.is_whole((640, tall), notice, ENTRY))
    assert read((640, fitting), notice, ENTRY, SMALL)[-1] == ENTRY
    assert not PAGE.is_whole((640, fitting - 1), notice, ENTRY)
    assert " ".join(read((640, fitting - 1), notice, ENTRY, SMALL)) == TOO_SMALL


def test_there_is_always_room_for_the_longest_code() -> None:
    """A page with a short code is whole only where it still is when more is typed."""
    narrow, wide = (2 * MARGIN + 22 * 8 - 1, 4000), (2 * MARGIN + 22 * 8, 4000)
    for entry in ("> _", ENTRY):
        assert not PAGE.is_whole(narrow, "Read.", entry)
        assert PAGE.is_whole(wide, "Read.", entry)


@pytest.mark.parametrize("size", [(0, 0), (-5, -5), (640, 0), (0, 400), (64, 64), (71, 4000)])
def test_a_screen_without_room_is_never_whole(size: tuple[int, int]) -> None:
    """Where not one letter has room nothing has been read, and nothing is drawn."""
    assert not PAGE.is_whole(size, "", "> _")
    assert not PAGE.is_whole(size, "Read.", "")
    assert not list(PAGE.rows(size, "Read.", "> _"))


@pytest.mark.parametrize("notice", [UNSEEN, SHIELDED])
def test_who_is_in_reads_all_of_it_where_the_terms_would_fit(notice: str) -> None:
    """Behind the door there is a sentence and no entry."""
    assert PAGE.is_whole((640, 400), notice, "")
    *lines, nothing = read((640, 400), notice, "", LARGE)
    assert (" ".join(lines), nothing) == (notice, "")


@pytest.mark.parametrize(
    ("desktop", "minutes"), [((638, 400), 1), ((640, 398), 1), ((640, 400), LONGEST_MINUTES + 1)]
)
def test_no_policy_asks_for_more(desktop: tuple[int, int], minutes: int) -> None:
    """What is the smallest and the longest here is what a policy may say."""
    longest = PolicyRules(longest_minutes=LONGEST_MINUTES, idle_minutes=LONGEST_MINUTES)
    hosted_policy(Profile.CUSTOM, longest, (640, 400))
    with pytest.raises(PolicyMalformed):
        hosted_policy(Profile.CUSTOM, PolicyRules(longest_minutes=minutes), desktop)
