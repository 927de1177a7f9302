"""The camera of a screen that takes a QR code: what it sees, what it found, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from core.api.scanning import CameraLooked, ScanCode
from core.api.snapshots import FailureSnapshot
from lucid_gui.pictures import FrameFeed
from lucid_gui.screens.screen_model import Work, failure_facts, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from lucid_gui.bridge import Bridge


class Scanner(QObject):
    """Scans while it is open; ``found`` is handed the text of the code once, and the pictures are forgotten.

    GUI thread only. The screen calls ``close`` when it is left.
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, found: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._found = found
        self._work = Work(bridge, self)
        self._work.changed.connect(self.changed)
        self._feed = FrameFeed(self)
        self._is_open = False
        self._failure: dict[str, object] = {}
        self._unsubscribe: Callable[[], None] | None = None

    @Slot()
    def open(self) -> None:
        """Look with the camera."""
        self._failure = {}
        self._is_open = True
        if self._unsubscribe is None:
            self._unsubscribe = self._bridge.on(CameraLooked, self._on_look)
        if not self._work.is_busy():
            self._work.begin(ScanCode(), self._on_text, self._on_failure)
        self.changed.emit()

    @Slot()
    def close(self) -> None:
        """Let the camera go, and forget what it saw."""
        self._work.drop()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._feed.clear()
        self._is_open = False
        self.changed.emit()

    def _on_look(self, event: CameraLooked) -> None:
        self._feed.show(event.width, event.height, event.rgb)

    def _on_text(self, text: object) -> None:
        self.close()
        if isinstance(text, str):
            self._found(text)

    def _on_failure(self, failure: FailureSnapshot) -> None:
        self._feed.clear()
        self._failure = failure_facts(failure)
        self.changed.emit()

    feed = Property(QObject, lambda self: self._feed, constant=True)
    isOpen = shown(bool, "_is_open", changed)
    failure = shown(dict, "_failure", changed)
