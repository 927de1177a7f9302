"""Reads a QR code off a picture of the screen, as a camera would see it."""

from __future__ import annotations

import zxingcpp
from PySide6.QtGui import QImage


def read_picture(image: QImage) -> str:
    """Read the code in a picture; "" where there is none."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = memoryview(grey.constBits()).cast("B", (grey.height(), grey.bytesPerLine()))
    found = zxingcpp.read_barcode(rows, text_mode=zxingcpp.TextMode.Plain)
    return found.text if found is not None else ""
