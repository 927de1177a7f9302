"""One picture of the camera: the code in it, and a smaller one for the screen."""

from __future__ import annotations

import zxingcpp

from core.scanning.camera import VIEW_HEIGHT, VIEW_WIDTH

VIEW_BYTES = VIEW_WIDTH * VIEW_HEIGHT
PREVIEW_WIDTH, PREVIEW_HEIGHT = VIEW_WIDTH // 3, VIEW_HEIGHT // 3
LONGEST_TEXT = 4296  # characters that the largest QR code holds (ISO/IEC 18004, table 7)


def read_code(view: bytes) -> str:
    """Read the QR code in a view; "" where there is none. Takes milliseconds: for a worker."""
    pixels = memoryview(view).cast("B", (VIEW_HEIGHT, VIEW_WIDTH))
    found = zxingcpp.read_barcode(
        pixels,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return found.text[:LONGEST_TEXT] if found is not None else ""


def make_preview(view: bytes) -> bytes:
    """Give the view at a third of its sides, grey as three equal bytes a pixel."""
    grey = b"".join(
        view[row * VIEW_WIDTH : (row + 1) * VIEW_WIDTH : 3] for row in range(0, VIEW_HEIGHT, 3)
    )
    rgb = bytearray(3 * len(grey))
    rgb[0::3] = rgb[1::3] = rgb[2::3] = grey
    return bytes(rgb)
