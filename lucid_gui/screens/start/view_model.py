"""The start screen's state: what can be recorded, whether it may begin, and the beginning itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from core.api.commands import SourceKind, StartSession
from core.api.events import EngineChanged, SpaceChanged
from core.api.hosting import Hosting, HostSession
from core.api.network import Network, NetworkChanged
from core.api.permissions import Profile
from core.api.snapshots import (
    EngineSnapshot,
    SessionSummary,
    SpaceLevel,
    SpaceSnapshot,
)
from lucid_gui.screens.screen_model import ScreenModel, Work, shown
from lucid_gui.screens.start.displays import find_displays, own_display
from lucid_gui.screens.start.profiles import profile_cards
from lucid_gui.screens.start.rules import Rules
from lucid_gui.text.amounts import size_text
from lucid_gui.text.network import is_by_tor
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

PEER = "peer"  # beside the kinds of sources that are only recorded
_REFUSING = (SpaceLevel.REFUSING, SpaceLevel.CLOSING)


class StartModel(ScreenModel):
    """Chooses a source and starts the session."""

    sourcesChanged = Signal()
    selectedChanged = Signal()
    spaceChanged = Signal()
    busyChanged = Signal()
    runningChanged = Signal()
    profileChanged = Signal()
    networkChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._sources: list[dict[str, Any]] = []
        self._selected = 0
        self._space: SpaceSnapshot | None = None
        self._running_id = ""
        self._profile = Profile.STANDARD
        self._rules = Rules(self)
        self._is_local = False
        self._network: Network | None = None
        self._work = Work(bridge, self)
        self._work.changed.connect(self.busyChanged)

    @Slot("QVariantMap")
    def enter(self, _arguments: dict[str, Any]) -> None:
        """Look for displays and follow the free space."""
        own = own_display(QGuiApplication.platformName(), os.environ)
        self._sources = sources_of(find_displays(), own)
        self._selected = min(self._selected, len(self._sources) - 1)
        self.fail(None)
        self.sourcesChanged.emit()
        self.selectedChanged.emit()
        self.listen(SpaceChanged, self._on_space)
        self.listen(EngineChanged, self._on_engine)
        self.listen(NetworkChanged, self._on_network)

    @Slot()
    def leave(self) -> None:
        """Stop following; a door that still waits for Tor is not opened while nobody looks."""
        self.stop_listening()
        if self._work.has_progress():
            self._work.drop()
        else:
            self._work.let_go()

    @Slot(int)
    def select(self, index: int) -> None:
        """Choose a source by its place in ``sources``."""
        if 0 <= index < len(self._sources) and not self._work.is_busy():
            self._selected = index
            self.selectedChanged.emit()

    @Slot(str)
    def chooseProfile(self, profile: str) -> None:
        """Choose the rules that a remote peer meets."""
        if not self._work.is_busy():
            self._profile = Profile(profile)
            self.profileChanged.emit()

    @Slot(bool)
    def stayLocal(self, is_on: bool) -> None:
        """Choose whether a remote peer comes on this machine only, though Tor is used."""
        if not self._work.is_busy():
            self._is_local = is_on
            self.networkChanged.emit()

    @Slot()
    def start(self) -> None:
        """Start the session; its own screen opens as soon as the recorder runs."""
        if not self._can_start():
            return
        self.fail(None)
        self._work.begin(self._command(), self._on_started, self.fail)

    def _command(self) -> StartSession | HostSession:
        source = self._sources[self._selected]
        if source["kind"] == PEER:
            is_custom = self._profile is Profile.CUSTOM
            rules = self._rules.policy() if is_custom else None
            return HostSession(self._profile, rules, is_local=self._is_local and self._has_tor())
        return StartSession(source=SourceKind(source["kind"]), display=source["display"] or None)

    @Slot()
    def cancel(self) -> None:
        """Stop waiting for Tor."""
        self._work.cancel()

    @Slot()
    def openRunning(self) -> None:
        """Show the session that runs already."""
        self.navigator.replace("live", {"sessionId": self._running_id})

    def _on_started(self, result: object) -> None:
        if isinstance(result, SessionSummary):
            self.navigator.replace("live", {"sessionId": result.session_id})
        elif isinstance(result, Hosting):
            self.navigator.replace("hosting", {"sessionId": result.session_id})

    def _on_space(self, event: SpaceChanged) -> None:
        self._space = event.space
        self.spaceChanged.emit()
        self.busyChanged.emit()

    def _on_engine(self, event: EngineChanged) -> None:
        self._follow(event.engine)

    def _follow(self, engine: EngineSnapshot) -> None:
        self._running_id = engine.running_session_id or ""
        self.runningChanged.emit()
        self.busyChanged.emit()

    def _on_network(self, event: NetworkChanged) -> None:
        self._network = event.network
        self.networkChanged.emit()

    def _can_start(self) -> bool:
        is_refused = self._space is not None and self._space.level in _REFUSING
        return not (self._work.is_busy() or is_refused or self._running_id)

    def _space_level(self) -> str:
        return self._space.level.value if self._space else "unknown"

    def _space_text(self) -> str:
        space = self._space
        if space is None or not space.total_bytes:
            return ""
        percent = space.free_bytes * 100 // space.total_bytes
        text = tr("%1 % free, %2")
        return text.replace("%1", str(percent)).replace("%2", size_text(space.free_bytes))

    def _reach_text(self) -> str:
        """Say how a peer will reach the session; empty while that is not known."""
        if self._network is None:
            return ""
        if self._is_local and self._has_tor():
            return tr("Nothing of it goes to Tor: it can be joined on this machine only.")
        if self._has_tor():
            return tr("It gets an onion address of its own, which is gone when it ends.")
        return tr("This appliance works offline: it can be joined on this machine only.")

    def _has_tor(self) -> bool:
        return is_by_tor(self._network)

    def _is_for_peer(self) -> bool:
        return bool(self._sources) and self._sources[self._selected]["kind"] == PEER

    isForPeer = Property(bool, _is_for_peer, notify=selectedChanged)
    profile = Property(str, lambda self: self._profile.value, notify=profileChanged)
    profiles = Property(list, lambda _self: profile_cards(), constant=True)
    rules = Property(QObject, lambda self: self._rules, constant=True)
    reachText = Property(str, _reach_text, notify=networkChanged)
    hasTor = Property(bool, _has_tor, notify=networkChanged)
    isLocal = shown(bool, "_is_local", networkChanged)
    isByTor = Property(
        bool, lambda self: self._has_tor() and not self._is_local, notify=networkChanged
    )
    work = Property(QObject, lambda self: self._work, constant=True)
    sources = shown(list, "_sources", sourcesChanged)
    selected = shown(int, "_selected", selectedChanged)
    isStarting = Property(bool, lambda self: self._work.is_busy(), notify=busyChanged)
    runningId = shown(str, "_running_id", runningChanged)
    canStart = Property(bool, _can_start, notify=busyChanged)
    spaceLevel = Property(str, _space_level, notify=spaceChanged)
    spaceText = Property(str, _space_text, notify=spaceChanged)


def _sandbox() -> dict[str, Any]:
    return {
        "kind": SourceKind.SANDBOX.value,
        "display": "",
        "icon": "terminal",
        "title": tr("Sandbox desktop"),
        "detail": tr("A fresh desktop with a terminal, made for this session and thrown away."),
        "brief": tr("Fresh, and thrown away."),
    }


def _peer() -> dict[str, Any]:
    return {
        "kind": PEER,
        "display": "",
        "icon": "user-round",
        "title": tr("A remote peer"),
        "detail": tr("Somebody joins a fresh desktop, and may do nothing until you allow it."),
        "brief": tr("Does only what you allow."),
    }


def _display(name: str, *, is_own: bool) -> dict[str, Any]:
    title = tr("Display %1")
    detail = tr("It is on this machine already; everything it shows is recorded.")
    brief = tr("Everything it shows.")
    if is_own:
        title = tr("Display %1, this screen")
        detail = tr("You are looking at it: what is recorded are the pages of this kiosk.")
        brief = tr("The pages of this kiosk.")
    return {
        "kind": SourceKind.DISPLAY.value,
        "display": name,
        "icon": "monitor",
        "title": title.replace("%1", name),
        "detail": detail,
        "brief": brief,
    }


def sources_of(displays: Sequence[str], own: str) -> list[dict[str, Any]]:
    """Give what can be recorded; the display that the kiosk is shown on is hardly what is meant, and comes last."""
    others = [_display(each, is_own=False) for each in displays if each != own]
    mine = [_display(each, is_own=True) for each in displays if each == own]
    return [_sandbox(), _peer(), *others, *mine]


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return StartModel(bridge, navigator, parent)
