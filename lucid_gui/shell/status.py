"""What the shell shows around the screens: the engine's phase, the chips of the header."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.api.commands import ReadSettings
from core.api.events import (
    ChainChanged,
    EngineChanged,
    SessionChanged,
    SessionProgressed,
    SettingChanged,
    SpaceChanged,
)
from core.api.network import Network, NetworkChanged
from core.api.snapshots import (
    ChainSnapshot,
    EnginePhase,
    EngineSnapshot,
    SessionState,
    Setting,
    SpaceLevel,
    SpaceSnapshot,
)
from lucid_gui.bridge import Bridge
from lucid_gui.properties import notified
from lucid_gui.screens.screen_model import ScreenModel
from lucid_gui.shell.navigation import Navigator
from lucid_gui.style.appearance import Appearance
from lucid_gui.text import network as network_words
from lucid_gui.text.amounts import grouped, span_text
from lucid_gui.text.words import tr

_AT_THE_DOOR = (EnginePhase.NO_VAULT, EnginePhase.LOCKED, EnginePhase.FAILED)
_OPEN_STATES = (SessionState.OPENING, SessionState.RECORDING)


def percent_free(space: SpaceSnapshot) -> int:
    """Say how much is free, in whole percent, rounded down."""
    return space.free_bytes * 100 // space.total_bytes if space.total_bytes else 0


class Status(QObject):
    """Follows the engine; leads to the door or into the house as its phase changes."""

    phaseChanged = Signal()
    chainChanged = Signal()
    spaceChanged = Signal()
    recordingChanged = Signal()
    networkChanged = Signal()

    def __init__(
        self,
        bridge: Bridge,
        navigator: Navigator,
        appearance: Appearance,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._navigator = navigator
        self._appearance = appearance
        self._phase = EnginePhase.STARTING
        self._has_settings = False
        self._chain: ChainSnapshot | None = None
        self._space: SpaceSnapshot | None = None
        self._network: Network | None = None
        self._recording = ""
        self._recorded_s = 0.0
        bridge.on(EngineChanged, self._on_engine)
        bridge.on(ChainChanged, self._on_chain)
        bridge.on(SpaceChanged, self._on_space)
        bridge.on(SessionChanged, self._on_session)
        bridge.on(SessionProgressed, self._on_progress)
        bridge.on(SettingChanged, self._on_setting)
        bridge.on(NetworkChanged, self._on_network)

    def show_stopping(self) -> None:
        """Show that Lucid is closing, from the moment it was asked to."""
        self._set_phase(EnginePhase.STOPPING)

    def _on_engine(self, event: EngineChanged) -> None:
        self._set_recording(event.engine)
        if self._phase is EnginePhase.STOPPING or event.engine.phase is self._phase:
            return
        is_new = self._phase is EnginePhase.NO_VAULT
        self._set_phase(event.engine.phase)
        if self._phase in _AT_THE_DOOR:
            self._navigator.open("welcome")
        elif self._phase is EnginePhase.READY:
            self._navigator.open("home")
            # Before the first connection, and so before anything could be seen of it, a person chooses.
            if is_new and network_words.is_undecided(self._network):
                self._navigator.open("network", {"isFirst": True})
        if self._phase in {EnginePhase.NO_VAULT, EnginePhase.LOCKED, EnginePhase.READY}:
            self._read_settings()

    def _set_phase(self, phase: EnginePhase) -> None:
        self._phase = phase
        self.phaseChanged.emit()

    def _read_settings(self) -> None:
        """Read theme and rotation once; while the vault is closed they may be out of reach."""
        if not self._has_settings:
            self._bridge.submit(ReadSettings(), self._on_settings, lambda _failure: None)

    def _on_settings(self, settings: tuple[Setting, ...]) -> None:
        self._has_settings = True
        for setting in settings:
            self._appearance.read(setting.name, setting.value)

    def _on_setting(self, event: SettingChanged) -> None:
        self._appearance.apply(event.setting.name, event.setting.value)

    def _on_chain(self, event: ChainChanged) -> None:
        self._chain = event.chain
        self.chainChanged.emit()

    def _on_space(self, event: SpaceChanged) -> None:
        self._space = event.space
        self.spaceChanged.emit()

    def _on_network(self, event: NetworkChanged) -> None:
        self._network = event.network
        self.networkChanged.emit()

    def _set_recording(self, engine: EngineSnapshot) -> None:
        if (engine.running_session_id or "") != self._recording:
            self._recording = engine.running_session_id or ""
            self._recorded_s = 0.0
            self.recordingChanged.emit()

    def _on_session(self, event: SessionChanged) -> None:
        is_open = event.session.state in _OPEN_STATES
        if is_open != (event.session.session_id == self._recording):
            self._recording = event.session.session_id if is_open else ""
            self.recordingChanged.emit()

    def _on_progress(self, event: SessionProgressed) -> None:
        if int(event.live.duration_s) != int(self._recorded_s):
            self._recorded_s = event.live.duration_s
            self.recordingChanged.emit()

    def _phase_name(self) -> str:
        return self._phase.value

    def _is_ready(self) -> bool:
        return self._phase is EnginePhase.READY

    def _chain_text(self) -> str:
        if self._chain is None:
            return ""
        if not self._chain.is_reachable or self._chain.block_number is None:
            return tr("Chain away")
        return tr("Block %1").replace("%1", grouped(self._chain.block_number))

    def _is_chain_away(self) -> bool:
        return self._chain is not None and not self._chain.is_reachable

    def _space_text(self) -> str:
        if self._space is None:
            return ""
        return tr("%1 % free").replace("%1", str(percent_free(self._space)))

    def _is_space_low(self) -> bool:
        return self._space is not None and self._space.level is not SpaceLevel.FINE

    def _network_tone(self) -> str:
        return network_words.tone(self._network, ScreenModel.utc_clock())

    def _recording_text(self) -> str:
        return span_text(self._recorded_s) if self._recording else ""

    phase = notified(str, _phase_name, phaseChanged)
    isReady = notified(bool, _is_ready, phaseChanged)
    chainText = notified(str, _chain_text, chainChanged)
    isChainAway = notified(bool, _is_chain_away, chainChanged)
    spaceText = notified(str, _space_text, spaceChanged)
    isSpaceLow = notified(bool, _is_space_low, spaceChanged)
    recordingText = notified(str, _recording_text, recordingChanged)
    networkText = notified(
        str, lambda self: network_words.short_text(self._network), networkChanged
    )
    isByTor = notified(bool, lambda self: network_words.is_by_tor(self._network), networkChanged)
    networkTone = notified(str, _network_tone, networkChanged)
