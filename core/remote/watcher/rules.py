"""The owner's rules about windows, and what a window says of itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from core.remote.lines.wire import Violation

LONGEST_TEXT = 256  # characters that are told of a window


class Text(NamedTuple):
    """A text of a window; where it is not whole, it is longer than what is read of it."""

    value: str
    is_whole: bool = True


class Description(NamedTuple):
    """What a window says of itself; none of it is proven."""

    titles: tuple[Text, ...] = ()
    classes: tuple[Text, ...] = ()  # instance and class


class HiddenRule(NamedTuple):
    """Windows whose title contains ``title`` and whose instance or class is ``window_class``; "" fits all."""

    title: str
    window_class: str


class Rules(NamedTuple):
    """Which windows are hidden, and the only programs that are shown, where any are named."""

    hidden: tuple[HiddenRule, ...] = ()
    allowed: frozenset[str] = frozenset()

    def is_unwanted(self, description: Description) -> bool:
        """Whether a rule hides this window; a text that is not whole fits each rule."""
        titles = [fold(each.value) for each in description.titles]
        classes = {name(each.value) for each in description.classes}
        has_any_title = not all(each.is_whole for each in description.titles)
        has_any_class = not all(each.is_whole for each in description.classes)
        return any(
            (not title or has_any_title or any(title in each for each in titles))
            and (not window_class or has_any_class or window_class in classes)
            for title, window_class in self.hidden
        )

    def is_allowed(self, description: Description) -> bool:
        """Whether this window is of an allowed program, as far as its own class says."""
        return any(
            each.is_whole and name(each.value) in self.allowed for each in description.classes
        )


def read_rules(said: Any) -> Rules:  # noqa: ANN401 - what JSON gives
    """Read ``{"hidden": [{"title", "class"}], "allowed": [class]}``; raises Violation."""
    try:
        hidden = [HiddenRule(fold(each["title"]), name(each["class"])) for each in said["hidden"]]
        return Rules(tuple(hidden), frozenset(name(each) for each in said["allowed"]))
    except (AttributeError, KeyError, TypeError) as error:
        raise Violation("rules that cannot be read") from error


def plain(texts: Sequence[Text]) -> str:
    """Give the first of some texts, made printable and short enough to be told."""
    text = next((each.value for each in texts), "")
    return "".join(each for each in text if each.isprintable())[:LONGEST_TEXT]


def fold(text: str) -> str:
    """Write a title for comparison: no case, no marks on letters, nothing invisible.

    It is done a character at a time, so that what contains a text also contains it folded.
    """
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(each for each in bare if not unicodedata.combining(each) and each.isprintable())


def name(text: str) -> str:
    """Write a class for comparison: no case."""
    return text.casefold()
