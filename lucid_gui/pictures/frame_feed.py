"""The newest picture of a recording, as a QML object that frame items watch."""

from __future__ import annotations

from PySide6.QtCore import Property, QObject, QSize, Signal
from PySide6.QtGui import QImage

_BYTES_PER_PIXEL = 3
_BYTES_OF_DESKTOP = 4


class FrameFeed(QObject):
    """Holds one picture at a time; GUI thread only."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._lent: bytes | None = None

    def show(self, width: int, height: int, rgb: bytes) -> None:
        """Replace the picture; ``rgb`` is height × width × 3 bytes, and anything else is passed over."""
        if width <= 0 or height <= 0 or len(rgb) != width * height * _BYTES_PER_PIXEL:
            return
        borrowed = QImage(rgb, width, height, width * _BYTES_PER_PIXEL, QImage.Format.Format_RGB888)
        # The one copy: 32 bits a pixel are scaled in a third of the time that 24 bits take.
        self._image = borrowed.convertToFormat(QImage.Format.Format_RGB32)
        self._lent = None
        self.changed.emit()

    def show_desktop(self, width: int, height: int, pixels: bytes) -> None:
        """Replace the picture by one of height × width × 4 bytes (blue, green, red, unused), without a copy.

        The bytes are painted from where they are, and kept until the next picture; anything else is passed over.
        The unused byte may be anything: the item that paints it does not go by it.
        """
        if width <= 0 or height <= 0 or len(pixels) != width * height * _BYTES_OF_DESKTOP:
            return
        line = width * _BYTES_OF_DESKTOP
        self._image = QImage(pixels, width, height, line, QImage.Format.Format_RGB32)
        self._lent = pixels
        self.changed.emit()

    def clear(self) -> None:
        """Forget the picture."""
        self._image = QImage()
        self._lent = None
        self.changed.emit()

    def image(self) -> QImage:
        """Give the picture to paint; it is null when there is none."""
        return self._image

    def is_lent(self) -> bool:
        """Tell whether the picture is painted from bytes whose unused ones may be anything."""
        return self._lent is not None

    def _has_picture(self) -> bool:
        return not self._image.isNull()

    def _size(self) -> QSize:
        return self._image.size()

    hasPicture = Property(bool, _has_picture, notify=changed)
    size = Property(QSize, _size, notify=changed)
