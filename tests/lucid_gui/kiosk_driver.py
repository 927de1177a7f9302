"""A hand and an eye on a kiosk in a test: it finds items by name, taps them, drags and waits."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QPointingDevice
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.api.port import EnginePort
from lucid_gui.options import KioskOptions
from lucid_gui.shell.session import KioskSession
from lucid_gui.style.appearance import Appearance
from lucid_gui.style.icons import IconProvider
from lucid_gui.style.resources import IMPORT_PATH, PACKAGE

LANDSCAPE = (800, 480)
PORTRAIT = (720, 1280)
LEAST_TOUCH = 48
_WAIT_MS = 20_000
_STEPS = 6


class Finger(Protocol):
    """Something that presses, moves and lifts at points of a window."""

    def press(self, window: QQuickWindow, at: QPoint) -> None:
        """Go down."""

    def move(self, window: QQuickWindow, at: QPoint) -> None:
        """Move while down."""

    def lift(self, window: QQuickWindow, at: QPoint) -> None:
        """Go up."""


class Mouse:
    """The left button of a mouse."""

    def press(self, window: QQuickWindow, at: QPoint) -> None:
        """Go down."""
        QTest.mousePress(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def move(self, window: QQuickWindow, at: QPoint) -> None:
        """Move while down."""
        QTest.mouseMove(window, at)

    def lift(self, window: QQuickWindow, at: QPoint) -> None:
        """Go up."""
        QTest.mouseRelease(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


class Touch:
    """One finger on a touchscreen."""

    def __init__(self) -> None:
        self._device: QPointingDevice = QTest.createTouchDevice()

    def press(self, window: QQuickWindow, at: QPoint) -> None:
        """Go down."""
        QTest.touchEvent(window, self._device).press(0, at, window).commit()

    def move(self, window: QQuickWindow, at: QPoint) -> None:
        """Move while down."""
        QTest.touchEvent(window, self._device).move(0, at, window).commit()

    def lift(self, window: QQuickWindow, at: QPoint) -> None:
        """Go up."""
        QTest.touchEvent(window, self._device).release(0, at, window).commit()


class KioskDriver:
    """A whole kiosk on an engine, as a person has it in front of them; ``close`` takes it down."""

    def __init__(
        self,
        qtbot: QtBot,
        port: EnginePort,
        *,
        size: tuple[int, int] = LANDSCAPE,
        theme: str = "dark",
        finger: Finger | None = None,
    ) -> None:
        self._qtbot = qtbot
        self.port = port
        self.finger = finger or Mouse()
        appearance = Appearance(KioskOptions(theme=theme))
        self._qml = QQmlApplicationEngine()
        self._qml.addImportPath(str(IMPORT_PATH))
        self._qml.addImageProvider("icon", IconProvider())
        self._qml.setInitialProperties({"appearance": appearance})
        self._qml.load(QUrl.fromLocalFile(str(PACKAGE / "shell" / "Window.qml")))
        self.window: QQuickWindow = self._qml.rootObjects()[0]
        self._appearance = appearance
        self.window.resize(*size)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.session = KioskSession(self.window, appearance, lambda: None)
        self.session.show_shell()
        self.session.bridge.attach(port)
        self.until(lambda: self.screen() != "")

    def close(self) -> None:
        """Take the kiosk down, what is shown before what it shows."""
        shell = self.window.findChild(QQuickItem, "stage").childItems()[-1].childItems()[0]
        with self._qtbot.waitSignal(shell.destroyed, timeout=_WAIT_MS):
            self.window.dropShell()
        self.session.close()
        self.port.stop()
        assert self.port.wait_stopped(10.0)
        with self._qtbot.waitSignal(self._qml.destroyed, timeout=_WAIT_MS):
            self._qml.deleteLater()

    # --- the eye -----------------------------------------------------------------------------

    def screen(self) -> str:
        """Name the screen that is shown."""
        return self.session.navigator.current()

    def model(self) -> Any:  # noqa: ANN401 - every screen has its own
        """Give the view model of the screen that is shown."""
        return self.session.navigator.current_model()

    def items(self) -> Iterator[QQuickItem]:
        """Go through every item that is in sight."""
        waiting = [self.window.contentItem()]
        while waiting:
            item = waiting.pop()
            if item.isVisible():
                yield item
                waiting.extend(item.childItems())

    def seen(self, name: str) -> list[QQuickItem]:
        """Find the items of that object name that are in sight."""
        return [each for each in self.items() if each.objectName() == name]

    def item(self, name: str) -> QQuickItem:
        """Wait for the item of that object name and give it."""
        self.until(lambda: self.seen(name), f"nothing called {name} is in sight")
        return self.seen(name)[0]

    def text(self, name: str) -> str:
        """Read the text, or the sentence, of an item."""
        item = self.item(name)
        return next(
            str(item.property(each))
            for each in ("text", "title", "what")
            if item.metaObject().indexOfProperty(each) >= 0
        )

    def draw(self) -> None:
        """Draw a frame, which lays out first what a change has moved."""
        self.window.grabWindow()

    def until(
        self, is_so: Callable[[], object], why: str = "it never came", wait_ms: int = _WAIT_MS
    ) -> None:
        """Wait until something is so."""

        def check() -> None:
            assert is_so(), why

        self._qtbot.waitUntil(check, timeout=wait_ms)

    def small_targets(self) -> list[str]:
        """Name what can be tapped but is smaller than a finger, or leaves the window at a side."""
        return [
            _describe(each)
            for each in self.items()
            if each.objectName() == "tapArea"
            and (min(each.width(), each.height()) < LEAST_TOUCH or not self._is_inside(each))
        ]

    def _is_inside(self, item: QQuickItem) -> bool:
        left = item.mapToScene(QPointF(0, 0)).x()
        right = item.mapToScene(QPointF(item.width(), 0)).x()
        return left >= -0.5 and right <= self.window.width() + 0.5

    # --- the hand ----------------------------------------------------------------------------

    def open(self, screen: str, **arguments: object) -> None:
        """Open a screen as a tap would: from within the event loop, where Qt deletes in order."""
        QTimer.singleShot(0, lambda: self.session.navigator.open(screen, arguments))
        self.until(lambda: self.screen() == screen)

    def tap(self, name: str, share: float = 0.5) -> None:
        """Tap an item once it is in sight and can be tapped, at a share of its width."""
        item = self.item(name)
        self.until(item.isEnabled, f"{name} cannot be tapped")
        at = self._point(item, share)
        self.finger.press(self.window, at)
        self.finger.lift(self.window, at)

    def drag(self, name: str, begin: float, end: float, *, lifts: bool = True) -> None:
        """Drag along an item, from one share of its width to another."""
        item = self.item(name)
        places = [begin + (end - begin) * step / _STEPS for step in range(_STEPS + 1)]
        points = [self._point(item, place) for place in places]
        self.finger.press(self.window, points[0])
        for point in points[1:]:
            self.finger.move(self.window, point)
        if lifts:
            self.finger.lift(self.window, points[-1])

    def stroke(self, name: str, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a straight line over an item, from one place of it to another, in shares of its sides."""
        item = self.item(name)
        self.draw()
        shares = [step / _STEPS for step in range(_STEPS + 1)]
        points = [
            item.mapToScene(
                QPointF(
                    item.width() * (begin[0] + (end[0] - begin[0]) * share),
                    item.height() * (begin[1] + (end[1] - begin[1]) * share),
                )
            ).toPoint()
            for share in shares
        ]
        self.finger.press(self.window, points[0])
        for point in points[1:]:
            self.finger.move(self.window, point)
        self.finger.lift(self.window, points[-1])

    def drag_by(self, name: str, pixels: float) -> None:
        """Drag an item sideways, which may move it along."""
        begin = self._point(self.item(name), 0.5)
        points = [begin + QPoint(round(pixels * step / _STEPS), 0) for step in range(_STEPS + 1)]
        self.finger.press(self.window, points[0])
        for point in points[1:]:
            self.finger.move(self.window, point)
        self.finger.lift(self.window, points[-1])

    def _point(self, item: QQuickItem, share: float) -> QPoint:
        """Bring an item into sight and give a point of it."""
        self.draw()
        for flickable in _ancestors_with(item, "contentY"):
            _scroll_to(flickable, item)
        return item.mapToScene(QPointF(item.width() * share, item.height() / 2)).toPoint()


def _ancestors_with(item: QQuickItem, name: str) -> Iterator[QQuickItem]:
    parent: QQuickItem | None = item.parentItem()
    while parent is not None:
        if parent.metaObject().indexOfProperty(name) >= 0:
            yield parent
        parent = parent.parentItem()


def _scroll_to(flickable: QQuickItem, item: QQuickItem) -> None:
    top = item.mapToItem(flickable, QPointF(0, 0)).y()
    bottom = top + item.height()
    by = max(0.0, bottom - flickable.height()) or min(0.0, top)
    if by:
        flickable.setProperty("contentY", float(flickable.property("contentY")) + by)


def _describe(area: QQuickItem) -> str:
    parents = itertools.islice(_names(area), 3)
    return f"{'/'.join(parents)} {area.width():.0f}×{area.height():.0f}"


def _names(item: QObject) -> Iterator[str]:
    parent = item.parent()
    while parent is not None:
        name = parent.property("name") or parent.objectName()
        if name:
            yield str(name)
        parent = parent.parent()
