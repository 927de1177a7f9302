"""The frame item paints whole pictures in their own proportions, on the software renderer too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, QSize, QSizeF
from PySide6.QtGui import QColor
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from lucid_gui.pictures import FrameFeed, FrameItem
from lucid_gui.pictures.frame_item import fitted

RED, BLACK = QColor(200, 30, 30), QColor(0, 0, 0)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QQuickWindow]:
    """Give a black window of 400×400 on the screen."""
    made = QQuickWindow()
    made.setColor(BLACK)
    made.resize(400, 400)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


@pytest.mark.parametrize(
    "size, room, expected",
    [
        (QSize(16, 9), QSizeF(320, 320), QRectF(0, 70, 320, 180)),
        (QSize(9, 16), QSizeF(320, 320), QRectF(70, 0, 180, 320)),
        (QSize(1280, 720), QSizeF(640, 360), QRectF(0, 0, 640, 360)),
        (QSize(0, 0), QSizeF(640, 360), QRectF()),
        (QSize(4, 3), QSizeF(0, 360), QRectF()),
    ],
)
def test_a_picture_keeps_its_proportions(size: QSize, room: QSizeF, expected: QRectF) -> None:
    """The largest rectangle of the same proportions lies in the middle."""
    assert fitted(size, room) == expected


def test_the_picture_is_painted_in_the_middle(window: QQuickWindow) -> None:
    """A wide picture in a square leaves its upper and lower edge free."""
    feed, item = FrameFeed(), FrameItem(window.contentItem())
    item.setSize(QSizeF(400, 400))
    item.setProperty("feed", feed)
    feed.show(16, 8, bytes((200, 30, 30)) * 128)
    image = window.grabWindow()
    assert image.pixelColor(200, 200) == RED
    assert image.pixelColor(200, 50) == BLACK
    item.deleteLater()


def test_round_corners_are_left_free(window: QQuickWindow) -> None:
    """With a radius the corner shows what lies behind."""
    feed, item = FrameFeed(), FrameItem(window.contentItem())
    item.setSize(QSizeF(400, 400))
    item.setProperty("radius", 40.0)
    item.setProperty("feed", feed)
    feed.show(8, 8, bytes((200, 30, 30)) * 64)
    image = window.grabWindow()
    assert image.pixelColor(2, 2) == BLACK
    assert image.pixelColor(200, 2) == RED
    item.deleteLater()


@pytest.mark.parametrize("unused", [0, 7, 255])
@pytest.mark.parametrize("side", [400, 8], ids=["as it is", "enlarged"])
def test_a_lent_desktop_is_solid(window: QQuickWindow, unused: int, side: int) -> None:
    """Whatever its unused bytes hold, nothing shows through, and nothing is painted beside it."""
    window.setColor(QColor(0, 0, 250))
    feed, item = FrameFeed(), FrameItem(window.contentItem())
    item.setSize(QSizeF(400, 400))
    item.setProperty("feed", feed)
    feed.show_desktop(side, side // 2, bytes((30, 30, 200, unused)) * (side * side // 2))
    image = window.grabWindow()
    assert image.pixelColor(200, 200) == RED
    assert image.pixelColor(200, 50) == QColor(0, 0, 250)
    item.deleteLater()


def test_an_item_without_a_feed_paints_nothing(window: QQuickWindow) -> None:
    """Nothing is drawn, and a feed that is taken away is not watched any more."""
    feed, item = FrameFeed(), FrameItem(window.contentItem())
    item.setSize(QSizeF(400, 400))
    item.setProperty("feed", feed)
    item.setProperty("feed", None)
    feed.show(8, 8, bytes((200, 30, 30)) * 64)
    assert window.grabWindow().pixelColor(200, 200) == BLACK
    item.deleteLater()
