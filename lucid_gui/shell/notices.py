"""Notices: incidents and unexpected failures, one at a time over the screen."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from core.api.events import IncidentRecorded
from core.api.snapshots import FailureSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.properties import notified
from lucid_gui.text.failures import say

_MOST = 20


@dataclass(frozen=True)
class Notice:
    """A sentence with its next step; an incident stays until it is dismissed."""

    code: str
    what: str
    next_step: str
    stays: bool


class Notices(QObject):
    """Holds what the person has not yet dismissed; the oldest is shown, an equal one is not added."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Notice] = deque(maxlen=_MOST)
        bridge.on(IncidentRecorded, lambda event: self.add(event.failure, stays=True))
        bridge.failure_unhandled.connect(self._add_failure)

    def add(self, failure: FailureSnapshot, *, stays: bool = False) -> None:
        """Show a failure as a notice."""
        sentence = say(failure)
        notice = Notice(failure.code, sentence.what, sentence.next_step, stays)
        if notice not in self._waiting:
            self._waiting.append(notice)
            self.changed.emit()

    @Slot()
    def dismiss(self) -> None:
        """Take the shown notice away and show the next."""
        if self._waiting:
            self._waiting.popleft()
            self.changed.emit()

    @Slot(object)
    def _add_failure(self, failure: FailureSnapshot) -> None:
        self.add(failure)

    def _what(self) -> str:
        return self._waiting[0].what if self._waiting else ""

    def _next_step(self) -> str:
        return self._waiting[0].next_step if self._waiting else ""

    def _stays(self) -> bool:
        return bool(self._waiting) and self._waiting[0].stays

    def _count(self) -> int:
        return len(self._waiting)

    what = notified(str, _what, changed)
    nextStep = notified(str, _next_step, changed)
    stays = notified(bool, _stays, changed)
    count = notified(int, _count, changed)
