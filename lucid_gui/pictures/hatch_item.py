"""A QML item that paints slanted lines over a part of a picture: this is hidden."""

from __future__ import annotations

from PySide6.QtCore import Property, QLineF, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

QML_IMPORT_NAME = "Lucid.Pictures"
QML_IMPORT_MAJOR_VERSION = 1

_DISTANCE = 9.0


@QmlElement
class HatchItem(QQuickPaintedItem):
    """Paints lines in ``ink``, on nothing."""

    changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._ink = QColor("white")

    def paint(self, painter: QPainter) -> None:
        """Draw the lines; called by the scene graph."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink, 1.5))
        width, height = self.width(), self.height()
        start = -height
        while start < width:
            painter.drawLine(QLineF(start, height, start + height, 0.0))
            start += _DISTANCE

    def _get_ink(self) -> QColor:
        return self._ink

    def _set_ink(self, ink: QColor) -> None:
        self._ink = ink
        self.changed.emit()
        self.update()

    ink = Property(QColor, _get_ink, _set_ink, notify=changed)
