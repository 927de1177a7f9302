"""A press counts only when it came from a device on this seat, and only while it is made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lucid_gui.dialogs.seat import SeatWatch
from tests.lucid_gui.kiosk_driver import Finger, Mouse, Touch

AT = QPoint(20, 20)
FINGERS = {"mouse": Mouse, "touch": Touch}


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QQuickWindow]:
    """Give a window that is shown."""
    made = QQuickWindow()
    made.resize(100, 100)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture(params=sorted(FINGERS))
def finger(request: pytest.FixtureRequest) -> Finger:
    """Give a mouse, then a finger."""
    made: Finger = FINGERS[request.param]()
    return made


def send(window: QQuickWindow, kind: QEvent.Type) -> None:
    """Send a mouse event from within the program, as a script would."""
    button = Qt.MouseButton.LeftButton
    event = QMouseEvent(
        kind, QPointF(AT), QPointF(AT), button, button, Qt.KeyboardModifier.NoModifier
    )
    QCoreApplication.sendEvent(window, event)


class Witness(QObject):
    """Notes at each lift what the seat says of it; events reach it after the seat."""

    def __init__(self, window: QQuickWindow, **options: tuple[str, ...]) -> None:
        super().__init__()
        self.said: list[bool] = []
        window.installEventFilter(self)
        self.seat = SeatWatch(window, **options)
        self.seat.begin()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt names it
        """Look at a lift."""
        if event.type() in {QEvent.Type.MouseButtonRelease, QEvent.Type.TouchEnd}:
            self.said.append(self.seat.has_pressed())
        return False


def test_a_whole_press_counts_while_it_is_made(
    qtbot: QtBot, window: QQuickWindow, finger: Finger
) -> None:
    """It counts when it is lifted, and no longer in the next turn of the loop."""
    witness = Witness(window)
    finger.press(window, AT)
    assert not witness.seat.has_pressed()
    finger.lift(window, AT)
    assert witness.said == [True]
    qtbot.waitUntil(lambda: not witness.seat.has_pressed())


def test_a_press_that_began_before_does_not_count(window: QQuickWindow, finger: Finger) -> None:
    """The finger was down for something else."""
    witness = Witness(window)
    finger.press(window, AT)
    witness.seat.begin()
    finger.lift(window, AT)
    assert witness.said == [False]


def test_nothing_counts_after_the_end(window: QQuickWindow, finger: Finger) -> None:
    """No question is shown, so nobody looks."""
    witness = Witness(window)
    witness.seat.end()
    finger.press(window, AT)
    finger.lift(window, AT)
    assert witness.said == [False]


def test_what_the_program_sends_to_itself_does_not_count(window: QQuickWindow) -> None:
    """Neither a whole press nor a half of one is taken for a person's."""
    witness = Witness(window)
    send(window, QEvent.Type.MouseButtonPress)
    send(window, QEvent.Type.MouseButtonRelease)
    Mouse().press(window, AT)
    send(window, QEvent.Type.MouseButtonRelease)
    send(window, QEvent.Type.MouseButtonPress)
    Mouse().lift(window, AT)
    assert witness.said == [False, False, False]


@pytest.mark.parametrize("refused, counts", [("test touch", False), ("xtest", True)])
def test_a_device_on_the_list_is_refused(window: QQuickWindow, refused: str, counts: bool) -> None:
    """A press by a device whose name says that a program makes its events does not count."""
    witness = Witness(window, refused_devices=(refused,))
    finger = Touch()
    finger.press(window, AT)
    finger.lift(window, AT)
    assert witness.said == [counts]


def test_a_key_undoes_a_press(window: QQuickWindow) -> None:
    """Who types while the finger is down has not answered by touch."""
    witness = Witness(window)
    Mouse().press(window, AT)
    QTest.keyClick(window, Qt.Key.Key_Space)
    Mouse().lift(window, AT)
    assert witness.said == [False]
