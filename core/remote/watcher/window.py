"""One window, and what its properties mean (ICCCM 4.1, Extended Window Manager Hints 1.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.remote.lines.link import Rectangle
from core.remote.watcher.areas import Trail
from core.remote.watcher.rules import Description, Text
from core.remote.watcher.x_wire import Property

_BYTE, _WORD = 8, 32  # bits of an item


@dataclass(eq=False)
class Window:
    """A window. ``box`` is its rectangle in its parent; None while it is not known."""

    identifier: int
    parent: Window | None = None
    box: Rectangle | None = None
    depth: int = 0
    is_mapped: bool = False
    is_input_only: bool = False  # it has no pixels
    is_known: bool = False  # everything was answered once
    is_unwanted: bool = False  # a rule fits
    asked: set[int] = field(default_factory=set)
    titles: dict[int, Text] = field(default_factory=dict)  # by property
    links: dict[int, int] = field(default_factory=dict)  # windows, by the property that names them
    description: Description = field(default_factory=Description)
    children: dict[int, Window] = field(default_factory=dict)
    trail: Trail = field(default_factory=Trail)
    hidden_looks: int = 0  # for so many more looks it counts as hidden

    def members(self) -> Iterator[Window]:
        """Give the window and all that is followed in it."""
        yield self
        for each in self.children.values():
            yield from each.members()

    @property
    def top(self) -> Window:
        """The child of the root that it is in, or is."""
        is_inner = self.depth > 1 and self.parent is not None
        return self.parent.top if is_inner and self.parent is not None else self


def moved(box: Rectangle | None, place: Rectangle) -> Rectangle | None:
    """Put a rectangle elsewhere."""
    return None if box is None else (*place[:2], *box[2:])


def window_of(found: Property) -> int:
    """Read a property that names a window; 0 where it names none."""
    return int.from_bytes(found.value[:4], "little") if found.item_bits == _WORD else 0


def text_of(found: Property) -> Text:
    """Read a property that is a text."""
    value = found.value if found.item_bits == _BYTE else b""
    try:
        return Text(value.decode(), not found.is_cut)
    except UnicodeDecodeError:
        return Text(
            value.decode("utf-8" if found.is_cut else "latin-1", "replace"), not found.is_cut
        )


def classes_of(found: Property) -> tuple[Text, ...]:
    """Read instance and class from their property."""
    text, is_whole = text_of(found)
    return tuple(Text(each, is_whole) for each in text.split("\0")[:2] if each)
