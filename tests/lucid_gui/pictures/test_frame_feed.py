"""The feed holds the newest picture and nothing else."""

from __future__ import annotations

import sys

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from lucid_gui.pictures import FrameFeed

RED, BLUE = bytes((200, 10, 10)), bytes((10, 10, 200))


def test_a_new_picture_replaces_the_old_one(qtbot: QtBot) -> None:
    """Watchers are told of each picture, and read the newest."""
    feed = FrameFeed()
    with qtbot.waitSignal(feed.changed):
        feed.show(4, 2, RED * 8)
    with qtbot.waitSignal(feed.changed):
        feed.show(2, 2, BLUE * 4)
    assert feed.property("hasPicture")
    assert feed.image().pixelColor(0, 0) == QColor(10, 10, 200)


def test_a_picture_of_the_wrong_size_is_passed_over(qtbot: QtBot) -> None:
    """Bytes that do not fit the stated size never reach the screen."""
    feed = FrameFeed()
    for width, height, rgb in ((4, 2, RED * 7), (0, 2, b""), (-1, -1, RED)):
        with qtbot.assertNotEmitted(feed.changed):
            feed.show(width, height, rgb)
    assert not feed.property("hasPicture")


def test_a_cleared_feed_holds_nothing(qtbot: QtBot) -> None:
    """After clearing there is no picture to paint."""
    feed = FrameFeed()
    feed.show(1, 1, RED)
    with qtbot.waitSignal(feed.changed):
        feed.clear()
    assert feed.image().isNull()


def test_a_desktop_is_lent_without_a_copy(qtbot: QtBot) -> None:
    """Blue, green, red, unused; its bytes are kept as long as they are painted, and no longer."""
    feed = FrameFeed()
    pixels = bytes((10, 20, 200, 0)) * 6
    before = sys.getrefcount(pixels)
    with qtbot.waitSignal(feed.changed):
        feed.show_desktop(3, 2, pixels)
    assert feed.is_lent()
    assert sys.getrefcount(pixels) > before
    assert feed.image().pixelColor(2, 1).getRgb()[:3] == (200, 20, 10)
    feed.show(1, 1, RED)
    assert not feed.is_lent()
    assert sys.getrefcount(pixels) == before


def test_a_desktop_of_the_wrong_size_is_passed_over(qtbot: QtBot) -> None:
    """No byte beyond the picture is ever read."""
    feed = FrameFeed()
    for width, height, count in ((3, 2, 23), (3, 2, 25), (0, 0, 0), (-1, -4, 16)):
        with qtbot.assertNotEmitted(feed.changed):
            feed.show_desktop(width, height, bytes(count))
    assert feed.image().isNull()
