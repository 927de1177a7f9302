"""A QR code is whole, has its quiet zone, and is painted module by module."""

from __future__ import annotations

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from lucid_gui.pictures import QrItem
from lucid_gui.pictures.qr_item import qr_modules
from tests.fakes import made_up_hosting as hosted

LINK = hosted.invitation().link
QUIET = 4
FINDER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")


def finder(modules: list[bytes], left: int, top: int) -> tuple[str, ...]:
    """Read the seven by seven modules at a corner."""
    return tuple(
        "".join(str(each) for each in row[left : left + 7]) for row in modules[top : top + 7]
    )


def test_a_code_has_its_three_corners_and_light_around_them() -> None:
    """As ISO/IEC 18004 draws them, with four modules of light on each side."""
    modules = qr_modules(LINK)
    far = len(modules) - QUIET - 7
    for left, top in ((QUIET, QUIET), (far, QUIET), (QUIET, far)):
        assert finder(modules, left, top) == FINDER
    assert finder(modules, far, far) != FINDER
    edges = [*modules[:QUIET], *modules[-QUIET:], *(row[:QUIET] for row in modules)]
    assert not any(any(row) for row in edges)
    assert {len(row) for row in modules} == {len(modules)}


def test_no_text_and_too_much_text_give_no_code() -> None:
    """There is nothing to show then, and nothing fails."""
    assert qr_modules("") == []
    assert qr_modules("x" * 5000) == []


def test_each_module_is_a_whole_number_of_pixels(qapp: object) -> None:
    """So that a camera sees no stripes; what is left over is light."""
    assert qapp is not None
    item = QrItem()
    item.setProperty("text", LINK)
    assert item.property("hasCode")
    count = len(qr_modules(LINK))
    item.setSize(QSizeF(count * 3 + 2, count * 3 + 1))
    image = QImage(count * 3 + 2, count * 3 + 1, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    item.paint(painter)
    painter.end()
    for y, row in enumerate(qr_modules(LINK)):
        for x, is_dark in enumerate(row):
            wanted = QColor("black" if is_dark else "white")
            assert image.pixelColor(1 + x * 3 + 1, y * 3 + 1) == wanted
    assert image.pixelColor(image.width() - 1, image.height() - 1) == QColor("white")


def test_an_empty_item_paints_its_ground_alone(qapp: object) -> None:
    """It asks for no code."""
    assert qapp is not None
    item = QrItem()
    item.setSize(QSizeF(9, 9))
    image = QImage(9, 9, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    painter = QPainter(image)
    item.paint(painter)
    painter.end()
    assert image.pixelColor(4, 4) == QColor("white")
