"""A QML item that paints the picture of a feed, whole and in its own proportions.

It paints with QPainter, because that draws the same on the software renderer, offscreen and on
OpenGL; a video output item draws nothing on the first two.
"""

from __future__ import annotations

from PySide6.QtCore import Property, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem
from shiboken6 import isValid

from lucid_gui.pictures.frame_feed import FrameFeed

QML_IMPORT_NAME = "Lucid.Pictures"
QML_IMPORT_MAJOR_VERSION = 1


def fitted(size: QSize, into: QSizeF) -> QRectF:
    """Give the largest rectangle of ``size``'s proportions in the middle of ``into``."""
    if size.isEmpty() or into.isEmpty():
        return QRectF()
    fit = QSizeF(size).scaled(into, Qt.AspectRatioMode.KeepAspectRatio)
    left = (into.width() - fit.width()) / 2
    top = (into.height() - fit.height()) / 2
    return QRectF(left, top, fit.width(), fit.height())


@QmlElement
class FrameItem(QQuickPaintedItem):
    """Paints the newest picture of its feed; paints nothing without one."""

    feedChanged = Signal()
    radiusChanged = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._feed: FrameFeed | None = None
        self._radius = 0.0
        self.setOpaquePainting(False)

    def paint(self, painter: QPainter) -> None:
        """Draw the picture; called by the scene graph."""
        feed = self._feed
        if feed is None or not isValid(feed):
            return
        image = feed.image()
        target = fitted(image.size(), self.size())
        if target.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._radius > 0:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            outline = QPainterPath()
            outline.addRoundedRect(target, self._radius, self._radius)
            painter.setClipPath(outline)
        painter.drawImage(target, image)
        if feed.is_lent():
            # Qt takes the unused bytes for how solid a pixel is; with black beneath, each is.
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOver)
            painter.fillRect(target, Qt.GlobalColor.black)

    def _get_feed(self) -> FrameFeed | None:
        return self._feed

    def _set_feed(self, feed: FrameFeed | None) -> None:
        if feed is self._feed:
            return
        if self._feed is not None and isValid(self._feed):  # QML may take it down before the item
            self._feed.changed.disconnect(self.update)
        self._feed = feed
        if feed is not None:
            feed.changed.connect(self.update)
        self.feedChanged.emit()
        self.update()

    def _get_radius(self) -> float:
        return self._radius

    def _set_radius(self, radius: float) -> None:
        if radius != self._radius:
            self._radius = radius
            self.radiusChanged.emit()
            self.update()

    feed = Property(FrameFeed, _get_feed, _set_feed, notify=feedChanged)
    radius = Property(float, _get_radius, _set_radius, notify=radiusChanged)
