"""How long a place stays hidden, and who is a stranger."""

from __future__ import annotations

import pytest

from core.remote.lines.rectangles import meet
from core.remote.watcher.hiding import LINGER_NS, Hiding
from core.remote.watcher.rules import Description, HiddenRule, Rules, Text
from core.remote.watcher.window import Window

CLIENT_MASK = 0xF00
BOX = (10, 10, 20, 20)


class Screen:
    """A screen with windows that are as the test says, and a clock that stands until it is moved."""

    def __init__(self, rules: Rules) -> None:
        self.now_ns = LINGER_NS
        self.root = Window(1, is_known=True)
        self.windows = {1: self.root}
        self.hiding = Hiding(rules, self.root, self.windows, CLIENT_MASK, lambda: self.now_ns)

    def add(
        self, identifier: int, parent: Window | None = None, window_class: str = "", **facts: object
    ) -> Window:
        """Put a mapped, known window on the screen or into another."""
        above = parent or self.root
        window = Window(identifier, above, BOX, above.depth + 1, is_mapped=True, is_known=True)
        classes = (Text(window_class),) if window_class else ()
        window.description = Description(classes=classes)
        for name, value in facts.items():
            setattr(window, name, value)
        self.windows[identifier] = above.children[identifier] = window
        return window

    def hidden(self) -> list[tuple[int, int, int, int]]:
        """Look."""
        return self.hiding.look().hidden


def test_a_place_stays_hidden_for_two_looks_and_a_while() -> None:
    """What a hidden window has left is in the next looks until two of them have come and the time has passed twice."""
    screen = Screen(Rules((HiddenRule("a", ""),)))
    window = screen.add(0x101, is_unwanted=True)
    screen.hidden()
    screen.hiding.leave(window)
    window.is_mapped = False
    assert [screen.hidden() for _ in range(9)] == [[BOX]] * 9
    screen.now_ns += 10 * LINGER_NS
    assert screen.hidden() == [BOX]
    assert not screen.hiding.look().is_settled
    screen.now_ns += LINGER_NS
    assert screen.hidden() == [BOX]
    assert screen.hidden() == []
    screen.now_ns += LINGER_NS
    screen.hidden()
    assert screen.hiding.look().is_settled


@pytest.mark.parametrize("seconds_apart", [0, 1, 100])
def test_no_look_comes_too_late(seconds_apart: int) -> None:
    """However slowly the looks follow each other, what ended before one is in it and in the next."""
    screen = Screen(Rules((HiddenRule("a", ""),)))
    named, placed = screen.add(0x101, is_unwanted=True), screen.add(0x102, is_unwanted=True)
    placed.box = (50, 50, 20, 20)
    for _ in range(3):
        screen.now_ns += seconds_apart * 10**9
        assert len(screen.hidden()) == 2
    named.is_unwanted = False
    screen.hiding.judge(named)
    screen.hiding.leave(placed)
    placed.box = (0, 0, 5, 5)
    for _ in range(2):
        screen.now_ns += seconds_apart * 10**9
        assert screen.hidden() == [(0, 0, 5, 5), BOX, (50, 50, 20, 20)]
    if seconds_apart:
        assert screen.hidden() == [(0, 0, 5, 5)]


def test_a_window_that_is_no_longer_unwanted_lingers_too() -> None:
    """A window that no rule fits any more is hidden for two looks and a while, and shown then."""
    screen = Screen(Rules((HiddenRule("a", ""),)))
    window = screen.add(0x101, is_unwanted=True)
    assert screen.hidden() == [BOX]
    window.is_unwanted = False
    assert screen.hiding.look().windows == 0
    assert screen.hidden() == [BOX]
    for _ in range(2):
        screen.now_ns += LINGER_NS
        assert screen.hidden() == [BOX]
    assert screen.hidden() == []


def test_what_is_not_known_yet_is_hidden_until_it_is() -> None:
    """A window of which not everything is known is hidden, and shown at once when nothing speaks against it."""
    screen = Screen(Rules((HiddenRule("a", ""),)))
    window = screen.add(0x101, is_known=False)
    assert screen.hidden() == [BOX]
    assert not screen.hiding.look().is_settled
    window.is_known = True
    assert screen.hidden() == []


@pytest.mark.parametrize("facts", [{"is_known": False}, {"asked": {39}}, {"is_unwanted": True}])
def test_a_lost_window_that_may_have_been_hidden_lingers(facts: dict[str, object]) -> None:
    """A window that goes while it was hidden, not known, or being asked leaves its place hidden for a while."""
    screen = Screen(Rules((HiddenRule("a", ""),)))
    window = screen.add(0x101, **facts)
    screen.hiding.lose(window)
    del screen.root.children[0x101]
    assert screen.hidden() == [BOX]


def test_before_the_windows_are_known_everything_is_hidden() -> None:
    """As long as the display has not told its windows, all of the screen is hidden."""
    screen = Screen(Rules())
    screen.root.is_known = False
    look = screen.hiding.look()
    assert not look.is_settled
    assert meet((0, 0, 4096, 4096), look.hidden[0]) == (0, 0, 4096, 4096)
    screen.root.is_known = True
    assert screen.hidden() == []


def test_a_lost_window_that_was_harmless_leaves_nothing() -> None:
    """A window that no rule fits goes without a trace."""
    screen = Screen(Rules((HiddenRule("a", ""),)))
    screen.hiding.lose(screen.add(0x101))
    del screen.root.children[0x101]
    assert screen.hidden() == []


def test_strangers_are_hidden_with_what_they_are_in() -> None:
    """A frame is shown only if each class in it is allowed; a frame without any is hidden."""
    screen = Screen(Rules(allowed=frozenset({"good"})))
    frame = screen.add(0x101)
    assert screen.hiding.judge(frame)
    screen.add(0x201, frame, "Good")
    assert not screen.hiding.judge(frame)
    screen.add(0x301, frame, "bad")
    assert screen.hiding.judge(frame)


def test_a_window_without_a_class_is_judged_by_what_it_names() -> None:
    """The window that it names decides, and then the classes of all windows of its client."""
    screen = Screen(Rules(allowed=frozenset({"good"})))
    screen.add(0x101, window_class="good")
    assert not screen.hiding.judge(screen.add(0x102))
    stranger = screen.add(0x201)
    assert screen.hiding.judge(stranger)
    stranger.links[68] = 0x101
    assert not screen.hiding.judge(stranger)
    screen.add(0x103, window_class="bad")
    screen.hiding.forget_clients()
    assert screen.hiding.judge(screen.add(0x104))


def test_a_window_without_pixels_hides_nothing() -> None:
    """A window that only takes input is never in the way."""
    screen = Screen(Rules(allowed=frozenset({"good"})))
    screen.add(0x101, is_input_only=True)
    look = screen.hiding.look()
    assert (look.hidden, look.windows, look.is_settled) == ([], 0, True)
