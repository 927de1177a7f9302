"""Fingers, a mouse and keys as inputs of a desktop.

A tap clicks, a drag drags, two fingers scroll, a long press clicks right.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer

from core.api.joining import KeyInput, PointerInput
from lucid_gui.screens.joined.keys import native_code

LEFT, MIDDLE, RIGHT, WHEEL_UP, WHEEL_DOWN = 1, 2, 3, 4, 5
LONG_PRESS_MS = 600
_SLIP = 12.0  # of the screen's pixels; a finger that moves less is a tap
_NOTCH = 28.0  # of the screen's pixels for a notch of the wheel, with two fingers
_WHEEL_NOTCH = 120  # of a mouse's wheel, in Qt's eighths of a degree
_BUTTONS = {
    Qt.MouseButton.LeftButton: LEFT,
    Qt.MouseButton.MiddleButton: MIDDLE,
    Qt.MouseButton.RightButton: RIGHT,
}

Out = Callable[[KeyInput | PointerInput], bool]
# Turns a place of the item into one of the desktop, held inside of it.
Place = Callable[[QPointF], QPoint]


class Hands(QObject):
    """Gives inputs to ``out``, which says whether it took them. What went down is let go once, whatever happens."""

    def __init__(self, out: Out, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._out = out
        self._buttons: dict[int, QPoint] = {}
        self._keys: set[int] = set()
        self._begin: QPointF | None = None  # of a single finger
        self._place: Place | None = None
        self._is_dragging = False
        self._is_spent = False  # what these fingers could mean was done already
        self._scrolled: float | None = None  # where two fingers are, while they scroll
        self._turned = 0
        self._long = QTimer(self)
        self._long.setSingleShot(True)
        self._long.setInterval(LONG_PRESS_MS)
        self._long.timeout.connect(self._press_long)

    # --- a mouse ---

    def mouse_moved(self, at: QPoint) -> None:
        """Move the pointer."""
        self._out(PointerInput(at.x(), at.y()))

    def mouse_pressed(self, at: QPoint, button: Qt.MouseButton) -> None:
        """Put a button down."""
        if button in _BUTTONS:
            self._press(at, _BUTTONS[button])

    def mouse_released(self, at: QPoint, button: Qt.MouseButton) -> None:
        """Lift a button."""
        if button in _BUTTONS:
            self._release(at, _BUTTONS[button])

    def mouse_turned(self, at: QPoint, eighths: int) -> None:
        """Turn the wheel, away from the hand for more than 0; small turns add up to a notch."""
        self._turned += eighths
        while abs(self._turned) >= _WHEEL_NOTCH:
            is_up = self._turned > 0
            self._turned -= _WHEEL_NOTCH if is_up else -_WHEEL_NOTCH
            self._click(at, WHEEL_UP if is_up else WHEEL_DOWN)

    # --- fingers ---

    def touched(self, points: list[QPointF], place: Place) -> None:
        """Take where the fingers are now, in pixels of the screen; none: all are lifted."""
        self._place = place
        if not points:
            self._lift()
        elif len(points) == 1 and self._scrolled is None:
            self._one(points[0])
        elif len(points) > 1 and not self._is_dragging:
            self._two(sum(each.y() for each in points) / len(points), points[0])

    def _one(self, at: QPointF) -> None:
        if self._begin is None and not self._is_spent:
            self._begin = at
            self._long.start()
        if self._begin is None or self._is_spent:
            return
        if not self._is_dragging and _distance(at, self._begin) >= _SLIP:
            self._long.stop()
            self._is_dragging = True
            self._press(self._desktop(self._begin), LEFT)
        if self._is_dragging:
            to = self._desktop(at)
            self._out(PointerInput(to.x(), to.y()))
            if LEFT in self._buttons:
                self._buttons[LEFT] = to

    def _two(self, middle: float, first: QPointF) -> None:
        """Scroll as a page under the fingers moves: fingers up, the wheel down."""
        self._long.stop()
        self._is_spent = True
        if self._scrolled is None:
            self._scrolled = middle
        while abs(middle - self._scrolled) >= _NOTCH:
            is_down = middle > self._scrolled
            self._scrolled += _NOTCH if is_down else -_NOTCH
            self._click(self._desktop(first), WHEEL_UP if is_down else WHEEL_DOWN)

    def _lift(self) -> None:
        self._long.stop()
        begin, was_dragging, was_spent = self._begin, self._is_dragging, self._is_spent
        self._begin, self._is_dragging, self._is_spent = None, False, False
        self._scrolled = None
        if was_dragging:
            if LEFT in self._buttons:
                self._release(self._buttons[LEFT], LEFT)
        elif begin is not None and not was_spent:
            self._click(self._desktop(begin), LEFT)

    def _press_long(self) -> None:
        if self._begin is not None and not self._is_dragging:
            self._is_spent = True
            self._click(self._desktop(self._begin), RIGHT)

    def _desktop(self, at: QPointF) -> QPoint:
        return self._place(at) if self._place is not None else QPoint()

    # --- keys ---

    def key_pressed(self, scan_code: int) -> bool:
        """Put a key down, by the platform's own number; tells whether the platform gave one."""
        code = native_code(scan_code)
        if code is not None and self._out(KeyInput(code, is_pressed=True)):
            self._keys.add(code)
        return code is not None

    def key_released(self, scan_code: int) -> None:
        """Lift a key that was put down here."""
        code = native_code(scan_code)
        if code in self._keys:
            self._keys.discard(code)
            self._out(KeyInput(code, is_pressed=False))

    def let_go(self) -> None:
        """Lift everything that is down, and forget the fingers: what comes next is somebody else's."""
        self._long.stop()
        self._begin, self._is_dragging, self._is_spent = None, False, False
        self._scrolled = None
        for button, at in list(self._buttons.items()):
            self._release(at, button)
        for code in sorted(self._keys):
            self._out(KeyInput(code, is_pressed=False))
        self._keys.clear()

    # --- small steps ---

    def _click(self, at: QPoint, button: int) -> None:
        self._press(at, button)
        self._release(at, button)

    def _press(self, at: QPoint, button: int) -> None:
        self._out(PointerInput(at.x(), at.y()))
        if self._out(PointerInput(at.x(), at.y(), button, is_pressed=True)):
            self._buttons[button] = at

    def _release(self, at: QPoint, button: int) -> None:
        if self._buttons.pop(button, None) is not None:
            self._out(PointerInput(at.x(), at.y(), button, is_pressed=False))


def _distance(one: QPointF, other: QPointF) -> float:
    by = one - other
    return float(abs(by.x()) + abs(by.y()))
