"""A QML item that paints the joined desktop and takes what is done on it."""

from __future__ import annotations

from PySide6.QtCore import Property, QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QEventPoint,
    QFocusEvent,
    QHoverEvent,
    QKeyEvent,
    QMouseEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem
from shiboken6 import isValid

from lucid_gui.pictures import FrameItem, fitted
from lucid_gui.screens.joined.hands import Hands

QML_IMPORT_NAME = "Lucid.Joined"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class DesktopItem(FrameItem):
    """Paints its feed and tells its hands; with the focus it takes the keys too, but none that others use."""

    handsChanged = Signal()
    touched = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._hands: Hands | None = None
        self.setAcceptedMouseButtons(Qt.MouseButton.AllButtons)
        self.setAcceptTouchEvents(True)
        self.setAcceptHoverEvents(True)
        self.setKeepMouseGrab(True)
        self.setKeepTouchGrab(True)

    # --- what is done on it ---

    def hoverMoveEvent(self, event: QHoverEvent) -> None:
        """Take a mouse that moves without a button."""
        if (hands := self._found()) is not None:
            hands.mouse_moved(self._desktop(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a button that goes down."""
        if (hands := self._found()) is not None:
            self.forceActiveFocus()
            self.touched.emit()
            hands.mouse_pressed(self._desktop(event.position()), event.button())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take a mouse that moves with a button down."""
        if (hands := self._found()) is not None:
            hands.mouse_moved(self._desktop(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take a button that is lifted."""
        if (hands := self._found()) is not None:
            hands.mouse_released(self._desktop(event.position()), event.button())

    def mouseUngrabEvent(self) -> None:
        """Let go what is down: somebody else has the mouse now."""
        self._let_go()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Take the wheel."""
        if (hands := self._found()) is not None:
            hands.mouse_turned(self._desktop(event.position()), event.angleDelta().y())
        event.accept()

    def touchEvent(self, event: QTouchEvent) -> None:
        """Take the fingers."""
        hands = self._found()
        if hands is None:
            return
        if event.type() == QEvent.Type.TouchCancel:
            self._let_go()
            return
        if event.type() == QEvent.Type.TouchBegin:
            self.forceActiveFocus()
            self.touched.emit()
        event.accept()
        down = [
            each.position() for each in event.points() if each.state() != QEventPoint.State.Released
        ]
        hands.touched(down, self._desktop)

    def touchUngrabEvent(self) -> None:
        """Let go what is down: somebody else has the fingers now."""
        self._let_go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a key; the desktop repeats a held one itself."""
        hands = self._found()
        if hands is not None and not event.isAutoRepeat():
            hands.key_pressed(event.nativeScanCode())
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Take a key that is lifted."""
        hands = self._found()
        if hands is not None and not event.isAutoRepeat():
            hands.key_released(event.nativeScanCode())
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go what is down: the keys are somebody else's now."""
        self._let_go()
        super().focusOutEvent(event)

    # --- small steps ---

    def _found(self) -> Hands | None:
        hands = self._hands
        return hands if hands is not None and isValid(hands) and self.isEnabled() else None

    def _let_go(self) -> None:
        if self._hands is not None and isValid(self._hands):
            self._hands.let_go()

    def _desktop(self, at: QPointF) -> QPoint:
        """Turn a place of this item into a pixel of the desktop, the nearest where it lies beside it."""
        feed = self._get_feed()
        size = feed.image().size() if feed is not None and isValid(feed) else None
        if size is None or size.isEmpty():
            return QPoint()
        place = fitted(size, self.size())
        scale = size.width() / place.width() if place.width() else 1.0
        x = int((at.x() - place.left()) * scale)
        y = int((at.y() - place.top()) * scale)
        return QPoint(min(max(0, x), size.width() - 1), min(max(0, y), size.height() - 1))

    def _get_hands(self) -> Hands | None:
        return self._hands

    def _set_hands(self, hands: Hands | None) -> None:
        self._hands = hands
        self.handsChanged.emit()

    hands = Property(Hands, _get_hands, _set_hands, notify=handsChanged)
