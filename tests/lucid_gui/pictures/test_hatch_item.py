"""Hatching covers all of its place with lines, and leaves what is between them alone."""

from __future__ import annotations

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from lucid_gui.pictures import HatchItem


def test_lines_reach_every_part(qapp: object) -> None:
    """Each square of a finger's width holds ink and ground."""
    assert qapp is not None
    item = HatchItem()
    item.setProperty("ink", QColor("white"))
    item.setSize(QSizeF(120, 60))
    image = QImage(120, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    item.paint(painter)
    painter.end()
    for left in range(0, 120, 20):
        for top in range(0, 60, 20):
            part = image.copy(left, top, 20, 20)
            lights = {part.pixelColor(x, y).lightness() for x in range(20) for y in range(20)}
            assert min(lights) == 0
            assert max(lights) > 200
