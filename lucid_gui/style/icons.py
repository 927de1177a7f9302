"""Draws Lucide's icons in the colour of a token: ``image://icon/<name>/<rrggbb>``."""

from __future__ import annotations

import re

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

from lucid_gui.style.resources import ICONS

_DEFAULT_SIDE = 24
_ADDRESS = re.compile(r"(?P<name>[a-z0-9-]+)/(?P<color>[0-9a-f]{6})")


class IconProvider(QQuickImageProvider):
    """Gives QML an icon as an image; an unknown icon is an empty one and a Qt warning."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        """Draw the icon at the requested size."""
        found = _ADDRESS.fullmatch(id)
        if found is None:
            return QImage()
        side = max(requestedSize.width(), requestedSize.height())
        image = draw_icon(found["name"], f"#{found['color']}", side if side > 0 else _DEFAULT_SIDE)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image


def draw_icon(name: str, color: str, side: int) -> QImage:
    """Draw the icon of that name as a square; an empty image when there is no such icon."""
    path = ICONS / f"{name}.svg"
    if not path.is_file():
        return QImage()
    drawing = path.read_text(encoding="utf-8").replace("currentColor", color)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    return image
