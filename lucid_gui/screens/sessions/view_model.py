"""The sessions screen's state: the list, kept up to date, and the way to each session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from core.api.commands import ListSessions
from core.api.events import SessionChanged
from core.api.snapshots import FailureSnapshot, SessionSummary
from lucid_gui.screens.screen_model import ScreenModel, shown
from lucid_gui.screens.sessions.session_list import SessionListModel
from lucid_gui.screens.wording import count_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator


class SessionsModel(ScreenModel):
    """Lists every session and opens one."""

    listChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._list = SessionListModel(self.now_utc_ms, self)
        self._is_loading = False

    @Slot("QVariantMap")
    def enter(self, _arguments: dict[str, Any]) -> None:
        """Read the list and follow its changes."""
        self.listen(SessionChanged, self._on_session)
        self.load()

    @Slot()
    def leave(self) -> None:
        """Stop following."""
        self.stop_listening()

    @Slot()
    def load(self) -> None:
        """Read the list again."""
        self.fail(None)
        self._is_loading = True
        self.listChanged.emit()
        self.ask(ListSessions(), self._on_list, self._on_failed)

    @Slot(str)
    def open(self, session_id: str) -> None:
        """Show a session: the running one live, any other on its own page."""
        screen = "live" if self._list.is_running(session_id) else "session"
        self.navigator.open(screen, {"sessionId": session_id})

    @Slot()
    def startOne(self) -> None:
        """Go to where a session is started."""
        self.navigator.open("start", {})

    def _on_list(self, result: object) -> None:
        if isinstance(result, tuple):
            self._list.replace_all([each for each in result if isinstance(each, SessionSummary)])
        self._is_loading = False
        self.listChanged.emit()

    def _on_failed(self, failure: FailureSnapshot) -> None:
        self._is_loading = False
        self.listChanged.emit()
        self.fail(failure)

    def _on_session(self, event: SessionChanged) -> None:
        before = self._list.rowCount()
        self._list.put(event.session)
        if self._list.rowCount() != before:
            self.listChanged.emit()

    def _count_text(self) -> str:
        return count_text(self._list.rowCount(), tr("%1 session"), tr("%1 sessions"))

    sessions = shown(QObject, "_list", listChanged)
    isLoading = shown(bool, "_is_loading", listChanged)
    count = Property(int, lambda self: self._list.rowCount(), notify=listChanged)
    countText = Property(str, _count_text, notify=listChanged)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return SessionsModel(bridge, navigator, parent)
