"""The welcome screen's state: first use, unlocking, or why Lucid does not start."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.api.commands import CreateVault, Secret, UnlockVault
from core.api.events import EngineChanged
from core.api.snapshots import EnginePhase, FailureSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.properties import notified
from lucid_gui.screens.screen_model import ScreenModel, failure_facts
from lucid_gui.screens.welcome.strength import Strength, rate
from lucid_gui.shell import Navigator
from lucid_gui.text.words import tr

_FIRST_STEPS = {
    EnginePhase.NO_VAULT: "intro",
    EnginePhase.LOCKED: "unlock",
    EnginePhase.FAILED: "failed",
}


class WelcomeModel(ScreenModel):
    """One step at a time: intro, choose, repeat; unlock; failed."""

    stepChanged = Signal()
    busyChanged = Signal()
    strengthChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._step = "intro"
        self._phase: EnginePhase | None = None
        self._has_key_store = False
        self._is_busy = False
        self._chosen = ""
        self._strength: Strength = rate("")

    def enter(self, _arguments: dict[str, Any]) -> None:
        """Follow the engine's phase."""
        self.listen(EngineChanged, self._on_engine)

    def leave(self) -> None:
        """Forget what was typed."""
        self._chosen = ""
        self.stop_listening()

    @Slot()
    def begin(self) -> None:
        """Go on to choosing a passphrase."""
        self._go("choose")

    @Slot()
    def stepBack(self) -> None:
        """Go one step back and forget what was chosen."""
        self._chosen = ""
        self._go("choose" if self._step == "repeat" else "intro")

    @Slot(str)
    def rate(self, passphrase: str) -> None:
        """Rate what is typed."""
        self._strength = rate(passphrase)
        self.strengthChanged.emit()

    @Slot(str)
    def choose(self, passphrase: str) -> None:
        """Keep the first one, to compare it with the second."""
        self.rate(passphrase)
        if self._strength.level > 0:
            self._chosen = passphrase
            self._go("repeat")

    @Slot(str, bool)
    def make(self, passphrase: str, remember: bool) -> None:
        """Make the vault if both are the same."""
        if self._is_busy:
            return
        if passphrase != self._chosen:
            self._say(
                tr("The two are not the same."), tr("Type it again, or go back and choose anew.")
            )
            return
        self._submit(CreateVault(Secret(passphrase), remember))

    @Slot(str, bool)
    def unlock(self, passphrase: str, remember: bool) -> None:
        """Unlock with a passphrase."""
        if not self._is_busy and passphrase:
            self._submit(UnlockVault(Secret(passphrase), remember))

    @Slot()
    def unlockFromKeyStore(self) -> None:
        """Unlock with what this device remembers."""
        if not self._is_busy:
            self._submit(UnlockVault())

    def _submit(self, command: CreateVault | UnlockVault) -> None:
        self.fail(None)
        self._set_busy(True)
        self.ask(command, self._on_done, self._on_failure)

    def _on_done(self, _result: object) -> None:
        self._chosen = ""
        self._set_busy(False)

    def _on_failure(self, failure: FailureSnapshot) -> None:
        self._set_busy(False)
        self.fail(failure)

    def _on_engine(self, event: EngineChanged) -> None:
        self._has_key_store = event.engine.has_key_store
        if event.engine.phase is not self._phase:
            self._phase = event.engine.phase
            self._set_busy(False)
            self._go(_FIRST_STEPS.get(event.engine.phase, self._step))
        if event.engine.failure is not None:
            self.fail(event.engine.failure)

    def _go(self, step: str) -> None:
        self._step = step
        self._strength = rate("")
        self._failure = failure_facts(None)
        self.failureChanged.emit()
        self.strengthChanged.emit()
        self.stepChanged.emit()

    def _say(self, what: str, next_step: str) -> None:
        self._failure = {"code": "", "what": what, "nextStep": next_step, "isRetryable": True}
        self.failureChanged.emit()

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self.busyChanged.emit()

    step = notified(str, lambda self: self._step, stepChanged)
    hasKeyStore = notified(bool, lambda self: self._has_key_store, stepChanged)
    isBusy = notified(bool, lambda self: self._is_busy, busyChanged)
    strengthLevel = notified(int, lambda self: self._strength.level, strengthChanged)
    strengthText = notified(str, lambda self: self._strength.text, strengthChanged)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return WelcomeModel(bridge, navigator, parent)
