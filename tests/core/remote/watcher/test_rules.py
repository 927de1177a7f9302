"""Rules hide whatever they may mean, and never fail over a text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.remote.lines.wire import Violation
from core.remote.watcher.rules import Description, Rules, Text, fold, plain, read_rules

ANY_TEXT = st.text(max_size=40)
DESCRIPTIONS = st.builds(
    Description,
    st.lists(st.builds(Text, ANY_TEXT, st.booleans()), max_size=2).map(tuple),
    st.lists(st.builds(Text, ANY_TEXT, st.booleans()), max_size=2).map(tuple),
)


def rules_of(*hidden: tuple[str, str], allowed: tuple[str, ...] = ()) -> Rules:
    """Read rules from title and class."""
    listed = [{"title": title, "class": name} for title, name in hidden]
    return read_rules({"hidden": listed, "allowed": [*allowed]})


def titled(title: str, *classes: str) -> Description:
    """Describe a window."""
    return Description((Text(title),), tuple(Text(each) for each in classes))


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_a_title_is_found_anywhere(before: str, title: str, after: str) -> None:
    """Whatever stands around it, a title that contains the rule's text fits."""
    assert rules_of((title, "")).is_unwanted(titled(before + title + after))


@given(st.text(st.characters(max_codepoint=0x17F, exclude_characters="ıŉſ"), max_size=20), ANY_TEXT)
def test_case_does_not_matter(title: str, around: str) -> None:
    """Upper or lower case, in the rule or in the title, is the same."""
    for one, other in ((title, title.upper()), (title.lower(), title.title())):
        assert rules_of((one, "")).is_unwanted(titled(around + other))
        assert rules_of((other, "")).is_unwanted(titled(around + one))


@given(DESCRIPTIONS, ANY_TEXT, ANY_TEXT)
def test_both_texts_of_a_rule_must_fit(described: Description, title: str, name: str) -> None:
    """A rule hides exactly what its title hides and its class hides."""
    both = rules_of((title, name)).is_unwanted(described)
    by_title = rules_of((title, "")).is_unwanted(described)
    assert both == (by_title and rules_of(("", name)).is_unwanted(described))


@given(DESCRIPTIONS, st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=3))
def test_any_rule_hides(described: Description, hidden: list[tuple[str, str]]) -> None:
    """Several rules hide what one of them hides."""
    each_alone = any(rules_of(each).is_unwanted(described) for each in hidden)
    assert rules_of(*hidden).is_unwanted(described) == each_alone


def test_classes_are_whole_names() -> None:
    """A class is compared whole, with instance and class, without regard to case."""
    window = titled("", "navigator", "Firefox")
    assert all(rules_of(("", each)).is_unwanted(window) for each in ("FIREFOX", "Navigator", ""))
    assert not any(rules_of(("", each)).is_unwanted(window) for each in ("fire", "firefox "))
    assert rules_of(allowed=("FIREFOX",)).is_allowed(window)
    assert not rules_of(allowed=("fire",)).is_allowed(window)


def test_what_is_not_whole_fits_every_rule_and_is_not_allowed() -> None:
    """A text that was too long to read is hidden by each rule for such a text, and allows nothing."""
    cut = Description((Text("a", is_whole=False),), (Text("b", is_whole=False),))
    assert rules_of(("secret", "")).is_unwanted(cut)
    assert rules_of(("", "other")).is_unwanted(cut)
    assert not rules_of(allowed=("b",)).is_allowed(cut)


@pytest.mark.parametrize(
    "title",
    [
        "se\u200bcret",
        "sécret",
        "\uff33\uff25\uff23\uff32\uff25\uff34",
        "sec\0ret",
        "\U0001d42c\U0001d41e\U0001d41c\U0001d42b\U0001d41e\U0001d42d",
    ],
)
def test_a_title_that_only_looks_different_is_found(title: str) -> None:
    """Invisible characters, marks and wide letters do not hide a title from its rule."""
    assert rules_of(("secret", "")).is_unwanted(titled(title))


@given(st.lists(st.builds(Text, st.text()), max_size=3))
def test_told_texts_are_plain_and_short(texts: list[Text]) -> None:
    """What is told of a window is one printable line of at most 256 characters."""
    told = plain(texts)
    assert told == "" or told.isprintable()
    assert len(told) <= 256


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded text stays as it is."""
    assert fold(fold(text)) == fold(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["hidden", "allowed", "title", "class"]), inner)
        ),
    )
)
def test_odd_rules_are_refused(said: object) -> None:
    """Rules that are not as they must be are a violation, never another error."""
    try:
        read_rules(json.loads(json.dumps(said)))
    except Violation:
        return
    assert isinstance(said, dict)
    assert {"hidden", "allowed"} <= said.keys()
