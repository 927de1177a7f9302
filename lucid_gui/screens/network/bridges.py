"""Bridges: what was typed, pasted or scanned, what of it was understood, and its use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from core.api.network import Bridge as TorBridge
from core.api.network import BridgeKind, ReadBridges, UseBridges
from core.api.snapshots import FailureSnapshot
from lucid_gui.screens.screen_model import failure_facts, shown
from lucid_gui.text.network import bridge_name
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from core.api.commands import Command
    from lucid_gui.bridge import Bridge

LONGEST_TEXT = 32_768


def bridge_rows(bridges: Sequence[TorBridge]) -> list[dict[str, Any]]:
    """Give a row for each bridge: its kind and where it is."""
    return [{"title": bridge_name(each.kind.value), "detail": _where(each)} for each in bridges]


def _where(bridge: TorBridge) -> str:
    if bridge.kind is BridgeKind.SNOWFLAKE:
        return tr("By browsers of volunteers, which change all the time")
    return bridge.endpoint


class BridgeChoice(QObject):
    """Holds lines that are not in use yet; ``used`` is handed the network once they are. GUI thread only."""

    changed = Signal()
    accepted = Signal()

    def __init__(self, bridge: Bridge, used: Callable[[object], None], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._used = used
        self._lines = ""
        self._understood: tuple[TorBridge, ...] = ()
        self._failure: dict[str, Any] = {}
        self._request_id = 0

    @Slot(str)
    def understand(self, text: str) -> None:
        """Ask what lines mean; nothing is used yet."""
        self.leave()
        self._lines = text.strip()[:LONGEST_TEXT]
        if self._lines:
            self._ask(ReadBridges(self._lines), self._on_understood)

    @Slot()
    def paste(self) -> None:
        """Take what was copied on this seat."""
        self.understand(QGuiApplication.clipboard().text())

    @Slot()
    def use(self) -> None:
        """Go by the bridges that were understood."""
        if self._understood:
            self._ask(UseBridges(self._lines), self._on_used)

    @Slot()
    def forget(self) -> None:
        """Forget the lines that are not in use."""
        self._lines = ""
        self._understood = ()
        self._failure = {}
        self.changed.emit()

    def leave(self) -> None:
        """Hear no answer any more, and forget the lines."""
        self._bridge.forget(self._request_id)
        self._request_id = 0
        self.forget()

    def _ask(self, command: Command, on_result: Callable[[object], None]) -> None:
        if self._request_id:
            return
        self._failure = {}

        def finish(result: object) -> None:
            self._request_id = 0
            on_result(result)
            self.changed.emit()

        self._request_id = self._bridge.submit(command, finish, self._on_failed)
        self.changed.emit()

    def _on_understood(self, result: object) -> None:
        self._understood = result if isinstance(result, tuple) else ()

    def _on_used(self, result: object) -> None:
        self.forget()
        self._used(result)
        self.accepted.emit()

    def _on_failed(self, failure: FailureSnapshot) -> None:
        self._request_id = 0
        self._failure = failure_facts(failure)
        self.changed.emit()

    understood = Property(list, lambda self: bridge_rows(self._understood), notify=changed)
    isBusy = Property(bool, lambda self: bool(self._request_id), notify=changed)
    failure = shown(dict, "_failure", changed)
