"""The home screen's state: one sentence, and what is behind it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.api.commands import ListSessions
from core.api.events import (
    ChainChanged,
    EngineChanged,
    SessionChanged,
    SessionProgressed,
    SpaceChanged,
)
from core.api.hosting import Hosting, HostingChanged, ReadHosting
from core.api.joining import Joined, JoinedChanged, ReadJoined
from core.api.network import Network, NetworkChanged
from core.api.snapshots import (
    ChainSnapshot,
    LiveSession,
    SessionState,
    SessionSummary,
    SpaceLevel,
    SpaceSnapshot,
)
from lucid_gui.bridge import Bridge
from lucid_gui.properties import notified
from lucid_gui.screens.home.sentences import (
    anchors_facts,
    chain_facts,
    latest_rows,
    recording_facts,
    space_facts,
)
from lucid_gui.screens.hosting.sentences import home_facts
from lucid_gui.screens.joined.sentences import home_facts as joined_facts
from lucid_gui.screens.screen_model import ScreenModel
from lucid_gui.shell import Navigator
from lucid_gui.text.network import is_undecided

_REFUSING = (SpaceLevel.REFUSING, SpaceLevel.CLOSING)
_OPEN_STATES = (SessionState.OPENING, SessionState.RECORDING)


class HomeModel(ScreenModel):
    """Follows the running session, the anchors, the space and the chain."""

    changed = Signal()
    liveChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._sessions: dict[str, SessionSummary] = {}
        self._is_loaded = False
        self._running_id = ""
        self._live: LiveSession | None = None
        self._hosting: Hosting | None = None
        self._joined: Joined | None = None
        self._space: SpaceSnapshot | None = None
        self._chain: ChainSnapshot | None = None
        self._network: Network | None = None

    def enter(self, _arguments: dict[str, Any]) -> None:
        """Follow everything, and read the list of sessions."""
        self.listen(EngineChanged, self._on_engine)
        self.listen(SpaceChanged, self._on_space)
        self.listen(ChainChanged, self._on_chain)
        self.listen(NetworkChanged, self._on_network)
        self.listen(SessionChanged, self._on_session)
        self.listen(SessionProgressed, self._on_progress)
        self.listen(HostingChanged, lambda event: self._on_hosting(event.hosting))
        self.listen(JoinedChanged, lambda event: self._on_joined(event.joined))
        self.ask(ReadHosting(), self._on_hosting, lambda _failure: None)
        self.ask(ReadJoined(), self._on_joined, lambda _failure: None)
        self.refresh()

    def leave(self) -> None:
        """Stop following."""
        self.stop_listening()

    @Slot()
    def refresh(self) -> None:
        """Read the list of sessions (again)."""
        self.fail(None)
        self.ask(ListSessions(), self._on_sessions)

    def _on_sessions(self, sessions: tuple[SessionSummary, ...]) -> None:
        self._sessions = {each.session_id: each for each in sessions}
        self._is_loaded = True
        self.changed.emit()

    def _on_engine(self, event: EngineChanged) -> None:
        self._set_running(event.engine.running_session_id or "")

    def _on_space(self, event: SpaceChanged) -> None:
        self._space = event.space
        self.changed.emit()

    def _on_chain(self, event: ChainChanged) -> None:
        self._chain = event.chain
        self.changed.emit()

    def _on_network(self, event: NetworkChanged) -> None:
        self._network = event.network
        self.changed.emit()

    def _on_session(self, event: SessionChanged) -> None:
        session = event.session
        self._sessions[session.session_id] = session
        if session.state in _OPEN_STATES:
            self._set_running(session.session_id)
        elif session.session_id == self._running_id:
            self._set_running("")
        self.changed.emit()

    def _on_progress(self, event: SessionProgressed) -> None:
        has_moved = self._live is None or int(self._live.duration_s) != int(event.live.duration_s)
        self._live = event.live
        if has_moved:
            self.liveChanged.emit()

    def _on_hosting(self, hosting: object) -> None:
        self._hosting = hosting if isinstance(hosting, Hosting) else None
        self.liveChanged.emit()

    def _on_joined(self, joined: object) -> None:
        self._joined = joined if isinstance(joined, Joined) else None
        self.liveChanged.emit()

    def _set_running(self, session_id: str) -> None:
        self._running_id = session_id
        if self._live is not None and self._live.session_id != session_id:
            self._live = None
        self.liveChanged.emit()
        self.changed.emit()

    def _newest_first(self) -> list[SessionSummary]:
        return sorted(self._sessions.values(), key=lambda each: each.started_utc_ms, reverse=True)

    def _recording(self) -> dict[str, str]:
        if not self._running_id:
            return {}
        if self._hosting is not None and self._is_hosted():
            return home_facts(self._hosting, self.now_utc_ms())
        if self._joined is not None and self._screen() == "joined":
            is_in_gap = self._live is not None and self._live.is_in_gap
            return joined_facts(self._joined, is_in_gap=is_in_gap)
        return recording_facts(self._sessions.get(self._running_id), self._live)

    def _is_hosted(self) -> bool:
        hosting = self._hosting
        return hosting is not None and hosting.session_id == self._running_id

    def _screen(self) -> str:
        """Name the screen that shows what runs."""
        if self._is_hosted():
            return "hosting"
        joined = self._joined
        is_joined = joined is not None and joined.session_id == self._running_id
        return "joined" if is_joined else "live"

    def _can_start(self) -> bool:
        return self._space is None or self._space.level not in _REFUSING

    runningId = notified(str, lambda self: self._running_id, liveChanged)
    runningScreen = notified(str, _screen, liveChanged)
    recording = notified("QVariantMap", _recording, liveChanged)
    isLoaded = notified(bool, lambda self: self._is_loaded, changed)
    isUndecided = notified(bool, lambda self: is_undecided(self._network), changed)
    canStart = notified(bool, _can_start, changed)
    anchors = notified(
        "QVariantMap", lambda self: anchors_facts(self._newest_first(), self._is_loaded), changed
    )
    space = notified(
        "QVariantMap", lambda self: space_facts(self._space, self._newest_first()), changed
    )
    chain = notified("QVariantMap", lambda self: chain_facts(self._chain), changed)
    latest = notified("QVariantList", lambda self: latest_rows(self._newest_first()), changed)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return HomeModel(bridge, navigator, parent)
