"""The settings screen's state: the engine's settings, with words for each."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.api.commands import ChangeSetting, LockVault, ReadSettings
from core.api.events import EngineChanged, SettingChanged
from core.api.network import Network, NetworkChanged
from core.api.snapshots import Setting
from lucid_gui.bridge import Bridge
from lucid_gui.properties import notified
from lucid_gui.screens.screen_model import ScreenModel
from lucid_gui.screens.settings.numbers import NUMBERS, bounded_steps
from lucid_gui.shell import Navigator
from lucid_gui.text.network import state_text


class SettingsModel(ScreenModel):
    """Reads the settings when the screen opens; a change holds when the engine says so."""

    changed = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._settings: dict[str, Setting] = {}
        self._version = ""
        self._is_recording = False
        self._is_loaded = False
        self._network: Network | None = None

    def enter(self, _arguments: dict[str, Any]) -> None:
        """Follow the settings, and read them."""
        self.listen(SettingChanged, lambda event: self._take((event.setting,)))
        self.listen(EngineChanged, self._on_engine)
        self.listen(NetworkChanged, self._on_network)
        self.refresh()

    def leave(self) -> None:
        """Stop following."""
        self.stop_listening()

    @Slot()
    def refresh(self) -> None:
        """Read all settings."""
        self.fail(None)
        self.ask(ReadSettings(), self._take)

    @Slot(str, "QVariant")
    def choose(self, name: str, value: object) -> None:
        """Change a setting to one of its choices."""
        setting = self._settings.get(name)
        if setting is None:
            return
        is_number = isinstance(setting.default, int) and not isinstance(setting.default, bool)
        self._change(name, int(str(value)) if is_number else str(value))

    @Slot(str, int)
    def step(self, name: str, direction: int) -> None:
        """Move a number to the next of its steps, up or down."""
        setting = self._settings.get(name)
        if setting is None or name not in NUMBERS:
            return
        lower, higher = bounded_steps(setting, NUMBERS[name].steps)
        target = higher if direction > 0 else lower
        if target is not None:
            self._change(name, target)

    @Slot()
    def lock(self) -> None:
        """Lock the vault; the engine refuses while a session runs, and the shell then says why."""
        self.bridge.submit(LockVault())

    def _change(self, name: str, value: str | int) -> None:
        self.fail(None)
        self.ask(ChangeSetting(name, value), self._on_changed)

    def _on_changed(self, setting: object) -> None:
        if isinstance(setting, Setting):
            self._take((setting,))

    def _on_engine(self, event: EngineChanged) -> None:
        self._version = event.engine.version
        self._is_recording = event.engine.running_session_id is not None
        self.changed.emit()

    def _on_network(self, event: NetworkChanged) -> None:
        self._network = event.network
        self.changed.emit()

    def _take(self, settings: tuple[Setting, ...]) -> None:
        self._settings.update({setting.name: setting for setting in settings or ()})
        self._is_loaded = True
        self.changed.emit()

    def _values(self) -> dict[str, Any]:
        return {name: setting.value for name, setting in self._settings.items()}

    def _numbers(self) -> list[dict[str, Any]]:
        found = []
        for name, words in NUMBERS.items():
            setting = self._settings.get(name)
            if setting is not None:
                found.append({"name": name, **words.facts(setting)})
        return found

    values = notified("QVariantMap", _values, changed)
    numbers = notified("QVariantList", _numbers, changed)
    version = notified(str, lambda self: self._version, changed)
    isRecording = notified(bool, lambda self: self._is_recording, changed)
    networkText = notified(str, lambda self: state_text(self._network), changed)
    isLoaded = notified(bool, lambda self: self._is_loaded, changed)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return SettingsModel(bridge, navigator, parent)
