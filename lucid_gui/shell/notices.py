"""Notices: incidents and unexpected failures, one at a time over the screen."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QDateTime, QObject, QTimeZone, Signal, Slot

from core.api.events import IncidentRecorded
from core.api.network import NetworkChanged
from core.api.snapshots import FailureSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.properties import notified
from lucid_gui.screens.screen_model import ScreenModel
from lucid_gui.shell.navigation import Navigator
from lucid_gui.text.failures import say
from lucid_gui.text.network import ends_soon

_MOST = 20
_ENDING = "tor_ending"
_DAY_FORM = "yyyy-MM-dd"


@dataclass(frozen=True)
class Notice:
    """A sentence with its next step; an incident is shown for longer."""

    code: str
    what: str
    next_step: str
    is_incident: bool


class Notices(QObject):
    """Holds what was not shown to its end yet; the oldest is shown, an equal one is not added.

    An incident that the current screen shows itself is left to it: a view model says so with
    ``shows_incident(event) -> bool``.
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._navigator = navigator
        self._waiting: deque[Notice] = deque(maxlen=_MOST)
        self._has_told_ending = False
        bridge.on(IncidentRecorded, self._add_incident)
        bridge.on(NetworkChanged, self._on_network)
        bridge.failure_unhandled.connect(self._add_failure)

    def add(self, failure: FailureSnapshot, *, is_incident: bool = False) -> None:
        """Show a failure as a notice."""
        sentence = say(failure)
        notice = Notice(failure.code, sentence.what, sentence.next_step, is_incident)
        if notice not in self._waiting:
            self._waiting.append(notice)
            self.changed.emit()

    @Slot()
    def dismiss(self) -> None:
        """Take the shown notice away and show the next."""
        if self._waiting:
            self._waiting.popleft()
            self.changed.emit()

    def _on_network(self, event: NetworkChanged) -> None:
        """Say once a start that the tor that runs is supported no longer than sixty days."""
        tor = event.network.tor
        now_utc_ms = ScreenModel.utc_clock()
        if (
            self._has_told_ending
            or tor.ends_utc_ms is None
            or not ends_soon(event.network, now_utc_ms)
        ):
            return
        self._has_told_ending = True
        day = QDateTime.fromMSecsSinceEpoch(tor.ends_utc_ms, QTimeZone.utc()).toString(_DAY_FORM)
        facts: dict[str, str | int | float] = {"version": tor.version, "day": day}
        self.add(FailureSnapshot(_ENDING, facts, is_retryable=False, exit_code=3), is_incident=True)

    def _add_incident(self, event: IncidentRecorded) -> None:
        if event.failure.code == _ENDING:
            if self._has_told_ending:
                return
            self._has_told_ending = True
        shows = getattr(self._navigator.current_model(), "shows_incident", None)
        if shows is None or not shows(event):
            self.add(event.failure, is_incident=True)

    @Slot(object)
    def _add_failure(self, failure: FailureSnapshot) -> None:
        self.add(failure)

    def _what(self) -> str:
        return self._waiting[0].what if self._waiting else ""

    def _next_step(self) -> str:
        return self._waiting[0].next_step if self._waiting else ""

    def _is_incident(self) -> bool:
        return bool(self._waiting) and self._waiting[0].is_incident

    def _count(self) -> int:
        return len(self._waiting)

    what = notified(str, _what, changed)
    nextStep = notified(str, _next_step, changed)
    isIncident = notified(bool, _is_incident, changed)
    count = notified(int, _count, changed)
