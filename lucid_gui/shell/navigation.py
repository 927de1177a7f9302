"""Navigation: which screens lie on each other, and the way back."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    QUrl,
    Signal,
    Slot,
)

from lucid_gui.bridge import Bridge
from lucid_gui.dialogs.seat import NobodySits, Seat
from lucid_gui.properties import notified
from lucid_gui.style.resources import PACKAGE

SCREENS = "lucid_gui.screens"
# The entries of the rail; opening one of them starts a stack of its own.
ROOTS = ("home", "sessions", "node", "settings")

_URL = Qt.ItemDataRole.UserRole
_MODEL = Qt.ItemDataRole.UserRole + 1
_NAME = Qt.ItemDataRole.UserRole + 2
_Index = QModelIndex | QPersistentModelIndex


class ScreenModule(Protocol):
    """What a screen's ``view_model`` module offers."""

    def create(self, bridge: Bridge, navigator: Navigator, parent: QObject) -> QObject:
        """Make the screen's view model."""


@dataclass
class Entry:
    """An open screen; ``arguments`` are those it was opened with."""

    screen: str
    arguments: dict[str, Any]
    url: QUrl
    model: QObject


class ScreenStack(QAbstractListModel):
    """The open screens, lowest first, for the shell's Repeater: roles url, screenModel, screenName."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def rowCount(self, parent: _Index | None = None) -> int:
        """Count the open screens."""
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's type
        """Read one role of an entry."""
        entry = self.entries[index.row()]
        return {_URL: entry.url, _MODEL: entry.model, _NAME: entry.screen}.get(role)

    def roleNames(self) -> dict[int, QByteArray]:
        """Name the roles for QML."""
        names = {_URL: b"url", _MODEL: b"screenModel", _NAME: b"screenName"}
        return {role: QByteArray(name) for role, name in names.items()}

    def push(self, entry: Entry) -> None:
        """Lay a screen on top."""
        self.beginInsertRows(QModelIndex(), len(self.entries), len(self.entries))
        self.entries.append(entry)
        self.endInsertRows()

    def cut(self, length: int) -> list[Entry]:
        """Take everything above ``length`` away, and give it back."""
        removed = self.entries[length:]
        if removed:
            self.beginRemoveRows(QModelIndex(), length, len(self.entries) - 1)
            del self.entries[length:]
            self.endRemoveRows()
        return removed


class Navigator(QObject):
    """Opens screens and goes back; QML knows it as ``navigator``.

    A screen's view model comes from ``lucid_gui.screens.<name>.view_model.create``. Where it has
    them, its ``enter(arguments)`` is called each time its screen becomes the current one, and its
    ``leave()`` each time it stops being so; it is deleted after its screen is. ``seat`` tells a view model
    whether what is done right now is a whole press on this seat, for what no key and no program may do.
    """

    changed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        parent: QObject | None = None,
        quit_kiosk: Callable[[], None] = lambda: None,
        *,
        seat: Seat | None = None,
    ) -> None:
        super().__init__(parent)
        self.seat = seat or NobodySits()
        self._bridge = bridge
        self._quit_kiosk = quit_kiosk
        self._stack = ScreenStack(self)

    @Slot(str)
    @Slot(str, "QVariantMap")
    def open(self, screen: str, arguments: dict[str, Any] | None = None) -> None:
        """Show a screen; one of the rail replaces everything, another one lies on top."""
        if screen == self.current() and (arguments or {}) == self._stack.entries[-1].arguments:
            return
        self._leave_current()
        if screen in ROOTS or screen == "welcome":
            self._drop(self._stack.cut(0))
        self._push(screen, arguments or {})

    @Slot(str)
    @Slot(str, "QVariantMap")
    def replace(self, screen: str, arguments: dict[str, Any] | None = None) -> None:
        """Show a screen in the place of the current one, which cannot be gone back to."""
        self._leave_current()
        self._drop(self._stack.cut(len(self._stack.entries) - 1))
        self._push(screen, arguments or {})

    @Slot()
    def back(self) -> None:
        """Go back to the screen beneath; the lowest one stays."""
        if len(self._stack.entries) < 2:  # noqa: PLR2004 - the one beneath, and this one
            return
        self._leave_current()
        self._drop(self._stack.cut(len(self._stack.entries) - 1))
        self._enter_current()
        self.changed.emit()

    @Slot()
    def quit(self) -> None:
        """End the kiosk by its one shutdown path."""
        self._quit_kiosk()

    def close_all(self) -> None:
        """Close every screen, before the application ends."""
        self._leave_current()
        self._drop(self._stack.cut(0))
        self.changed.emit()

    def current(self) -> str:
        """Name the screen that is shown; empty before the first."""
        return self._stack.entries[-1].screen if self._stack.entries else ""

    def root(self) -> str:
        """Name the lowest screen, which the rail marks."""
        return self._stack.entries[0].screen if self._stack.entries else ""

    def can_go_back(self) -> bool:
        """Tell whether there is a screen beneath."""
        return len(self._stack.entries) > 1

    def current_model(self) -> QObject | None:
        """Give the view model of the screen that is shown."""
        return self._stack.entries[-1].model if self._stack.entries else None

    def stack(self) -> ScreenStack:
        """Give the open screens to the shell."""
        return self._stack

    def _push(self, screen: str, arguments: dict[str, Any]) -> None:
        module = cast("ScreenModule", importlib.import_module(f"{SCREENS}.{screen}.view_model"))
        model = module.create(self._bridge, self, self)
        entry = Entry(screen, arguments, screen_url(screen), model)
        _call(model, "enter", arguments)
        self._stack.push(entry)
        self.changed.emit()

    def _enter_current(self) -> None:
        entry = self._stack.entries[-1]
        _call(entry.model, "enter", entry.arguments)

    def _leave_current(self) -> None:
        if self._stack.entries:
            _call(self._stack.entries[-1].model, "leave")

    def _drop(self, entries: Sequence[Entry]) -> None:
        """Delete view models once the items that show them are gone."""
        for entry in entries:
            QTimer.singleShot(0, entry.model, entry.model.deleteLater)

    currentScreen = notified(str, current, changed)
    rootScreen = notified(str, root, changed)
    canGoBack = notified(bool, can_go_back, changed)
    screens = notified(QObject, stack, changed)


def screen_url(screen: str) -> QUrl:
    """Find a screen's QML: screens/session/SessionScreen.qml."""
    return QUrl.fromLocalFile(str(PACKAGE / "screens" / screen / f"{screen.title()}Screen.qml"))


def _call(model: QObject, name: str, *arguments: object) -> None:
    method: Callable[..., None] | None = getattr(model, name, None)
    if method is not None:
        method(*arguments)
