"""Fingers, a mouse and keys become inputs; what went down is let go once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from core.api.joining import KeyInput, PointerInput
from lucid_gui.screens.joined.hands import Hands

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Out:
    """Remembers what comes out; takes nothing while ``is_open`` is false."""

    def __init__(self) -> None:
        self.inputs: list[KeyInput | PointerInput] = []
        self.is_open = True

    def __call__(self, made: KeyInput | PointerInput) -> bool:
        """Take an input."""
        if self.is_open:
            self.inputs.append(made)
        return self.is_open

    def buttons(self) -> list[tuple[int, bool, int, int]]:
        """List what was done with buttons: which, down or up, and where."""
        return [
            (each.button, each.is_pressed, each.x, each.y)
            for each in self.inputs
            if isinstance(each, PointerInput) and each.button
        ]


@pytest.fixture
def out() -> Out:
    """Give where inputs go."""
    return Out()


@pytest.fixture
def hands(qtbot: QtBot, out: Out) -> Hands:
    """Give hands on a screen whose pixels are the desktop's."""
    assert qtbot is not None
    return Hands(out)


def place(at: QPointF) -> QPoint:
    """Let the screen be the desktop."""
    return at.toPoint()


def touch(hands: Hands, *points: tuple[float, float]) -> None:
    """Have fingers at these places."""
    hands.touched([QPointF(*each) for each in points], place)


def test_a_tap_clicks(hands: Hands, out: Out) -> None:
    """Where the finger came down, after the pointer is there."""
    touch(hands, (100, 50))
    touch(hands, (104, 52))
    touch(hands)
    assert out.inputs[0] == PointerInput(100, 50)
    assert out.buttons() == [(1, True, 100, 50), (1, False, 100, 50)]


def test_a_drag_drags_from_where_it_began(hands: Hands, out: Out) -> None:
    """And lets go where the finger was last."""
    for at in ((100, 50), (120, 50), (200, 90)):
        touch(hands, at)
    touch(hands)
    assert out.buttons() == [(1, True, 100, 50), (1, False, 200, 90)]
    assert PointerInput(200, 90) in out.inputs


def test_two_fingers_turn_the_wheel(hands: Hands, out: Out) -> None:
    """Fingers up: down the page; and nothing is clicked when they are lifted."""
    touch(hands, (100, 200))
    touch(hands, (100, 200), (140, 200))
    touch(hands, (100, 140), (140, 140))
    touch(hands, (100, 140))
    touch(hands)
    assert [each[0] for each in out.buttons()] == [5, 5, 5, 5]
    out.inputs.clear()
    touch(hands, (100, 100), (140, 100))
    touch(hands, (100, 130), (140, 130))
    touch(hands)
    assert [each[:2] for each in out.buttons()] == [(4, True), (4, False)]


def test_a_long_press_clicks_right(qtbot: QtBot, hands: Hands, out: Out) -> None:
    """Once, and lifting the finger does nothing more."""
    touch(hands, (100, 50))
    qtbot.waitUntil(lambda: bool(out.buttons()))
    touch(hands, (160, 50))
    touch(hands)
    assert out.buttons() == [(3, True, 100, 50), (3, False, 100, 50)]


def test_a_mouse_is_a_mouse(hands: Hands, out: Out) -> None:
    """Buttons by their own numbers; a small turn of the wheel waits for the rest of its notch."""
    hands.mouse_moved(QPoint(5, 6))
    hands.mouse_pressed(QPoint(5, 6), RIGHT)
    hands.mouse_released(QPoint(7, 8), RIGHT)
    hands.mouse_pressed(QPoint(5, 6), Qt.MouseButton.BackButton)
    assert out.buttons() == [(3, True, 5, 6), (3, False, 7, 8)]
    out.inputs.clear()
    hands.mouse_turned(QPoint(1, 1), 60)
    assert out.buttons() == []
    hands.mouse_turned(QPoint(1, 1), 60)
    hands.mouse_turned(QPoint(1, 1), -240)
    assert [each[0] for each in out.buttons() if each[1]] == [4, 5, 5]


def test_keys_go_by_the_platform_s_numbers(hands: Hands, out: Out) -> None:
    """One without a number is none; only what was put down is lifted."""
    assert hands.key_pressed(38)
    assert not hands.key_pressed(0)
    hands.key_released(38)
    hands.key_released(39)
    assert out.inputs == [KeyInput(30, is_pressed=True), KeyInput(30, is_pressed=False)]


def test_what_was_not_let_out_is_not_lifted(hands: Hands, out: Out) -> None:
    """A press that went nowhere has no release either."""
    out.is_open = False
    hands.key_pressed(38)
    hands.mouse_pressed(QPoint(1, 1), LEFT)
    touch(hands, (1, 1))
    touch(hands, (90, 1))
    out.is_open = True
    hands.key_released(38)
    hands.mouse_released(QPoint(1, 1), LEFT)
    touch(hands)
    assert out.buttons() == []
    assert not any(isinstance(each, KeyInput) for each in out.inputs)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("touch"),
            st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=3),
        ),
        st.tuples(st.just("press"), st.sampled_from([LEFT, RIGHT])),
        st.tuples(st.just("release"), st.sampled_from([LEFT, RIGHT])),
        st.tuples(st.just("key"), st.integers(9, 12)),
        st.tuples(st.just("lift"), st.integers(9, 12)),
        st.tuples(st.just("open"), st.booleans()),
    ),
    max_size=30,
)


@given(STEPS)
def test_nothing_stays_down(steps: list[tuple[str, object]]) -> None:
    """Whatever was done, after letting go each press has its release, as long as releases get through."""
    out = Out()
    down: set[tuple[str, int]] = set()

    def take(made: KeyInput | PointerInput) -> bool:
        is_key = isinstance(made, KeyInput)
        number = made.code if isinstance(made, KeyInput) else made.button
        if not number:
            return out.is_open
        if made.is_pressed and not out.is_open:
            return False
        (down.add if made.is_pressed else down.discard)(("key" if is_key else "button", number))
        return True

    hands = Hands(take)
    for kind, what in steps:
        if kind == "touch":
            touch(hands, *what)  # type: ignore[misc]  # a list of places
        elif kind == "press":
            hands.mouse_pressed(QPoint(1, 1), what)  # type: ignore[arg-type]
        elif kind == "release":
            hands.mouse_released(QPoint(1, 1), what)  # type: ignore[arg-type]
        elif kind == "key":
            hands.key_pressed(what)  # type: ignore[arg-type]
        elif kind == "lift":
            hands.key_released(what)  # type: ignore[arg-type]
        else:
            out.is_open = bool(what)
    hands.let_go()
    assert down == set()
