"""A QML item that paints a text as a QR code (ISO/IEC 18004), dark on light with its quiet zone."""

from __future__ import annotations

import segno
from PySide6.QtCore import Property, QRect, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

QML_IMPORT_NAME = "Lucid.Pictures"
QML_IMPORT_MAJOR_VERSION = 1

_QUIET = 4  # modules of light around it, as the standard asks for


def qr_modules(text: str) -> list[bytes]:
    """Give the rows of a QR code with its quiet zone, a byte a module, 1 for dark; none for no text.

    Of the error correction at least L; more where it costs no larger code. A text that no code can hold gives none.
    """
    if not text:
        return []
    try:
        code = segno.make_qr(text, error="l", boost_error=True)
    except segno.DataOverflowError:
        return []
    return [bytes(row) for row in code.matrix_iter(border=_QUIET)]


@QmlElement
class QrItem(QQuickPaintedItem):
    """Paints its text as a QR code, each module a whole number of pixels."""

    changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._modules: list[bytes] = []
        self._ink = QColor("black")
        self._paper = QColor("white")
        self.setAntialiasing(False)

    def paint(self, painter: QPainter) -> None:
        """Draw the code; called by the scene graph."""
        painter.fillRect(QRectF(0, 0, self.width(), self.height()), self._paper)
        count = len(self._modules)
        if not count:
            return
        room = int(min(self.width(), self.height()))
        side = max(room // count, 1) * count  # whole pixels a module, or a camera sees stripes
        place = QRect(int(self.width() - side) // 2, int(self.height() - side) // 2, side, side)
        painter.drawImage(place, self._image())

    def _image(self) -> QImage:
        """Draw the code with a pixel a module."""
        count = len(self._modules)
        image = QImage(count, count, QImage.Format.Format_RGB32)
        image.fill(self._paper)
        for y, row in enumerate(self._modules):
            for x, is_dark in enumerate(row):
                if is_dark:
                    image.setPixelColor(x, y, self._ink)
        return image

    def _get_text(self) -> str:
        return self._text

    def _set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._modules = qr_modules(text)
            self._tell()

    def _get_ink(self) -> QColor:
        return self._ink

    def _set_ink(self, ink: QColor) -> None:
        self._ink = ink
        self._tell()

    def _get_paper(self) -> QColor:
        return self._paper

    def _set_paper(self, paper: QColor) -> None:
        self._paper = paper
        self._tell()

    def _has_code(self) -> bool:
        return bool(self._modules)

    def _tell(self) -> None:
        self.changed.emit()
        self.update()

    text = Property(str, _get_text, _set_text, notify=changed)
    ink = Property(QColor, _get_ink, _set_ink, notify=changed)
    paper = Property(QColor, _get_paper, _set_paper, notify=changed)
    hasCode = Property(bool, _has_code, notify=changed)
