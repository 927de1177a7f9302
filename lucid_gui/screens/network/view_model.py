"""The network screen's state: Tor as it stands, what a person chooses, bridges, and the change of the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from core.api.network import (
    Connect,
    FinishRotation,
    ForgetBridges,
    Network,
    NetworkChanged,
    ReadNetwork,
    RotateOnion,
    WorkOffline,
)
from core.api.snapshots import FailureSnapshot
from lucid_gui.pictures import FrameItem
from lucid_gui.screens.network.bridges import BridgeChoice, bridge_rows
from lucid_gui.screens.network.facts import fact_rows, rotation_facts
from lucid_gui.screens.network.sentences import state_facts
from lucid_gui.screens.network.steps import tor_steps
from lucid_gui.screens.scanning import Scanner
from lucid_gui.screens.screen_model import ScreenModel, shown
from lucid_gui.text.network import ends_soon

if TYPE_CHECKING:
    from core.api.commands import Command
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["FrameItem", "NetworkModel", "create"]  # the item is for the screen's QML

_SECOND_MS = 1000


class NetworkModel(ScreenModel):
    """Follows the network; one command at a time."""

    networkChanged = Signal()
    ticked = Signal()
    busyChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._network: Network | None = None
        self._is_first = False
        self._busy = ""
        self._bridges = BridgeChoice(bridge, self._take, self)
        self._scanner = Scanner(bridge, self._bridges.understand, self)
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self.ticked)
        self.networkChanged.connect(self.ticked)

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, arguments: dict[str, Any]) -> None:
        """Follow the network; ``isFirst`` in the arguments where a new appliance asks how it may be reached."""
        self._is_first = bool(arguments.get("isFirst", False))
        self._set_busy("")
        self.fail(None)
        self._bridges.forget()
        self.listen(NetworkChanged, lambda event: self._take(event.network))
        self.ask(ReadNetwork(), self._take)
        self._clock.start()
        self.networkChanged.emit()

    @Slot()
    def leave(self) -> None:
        """Stop following, and let the camera go."""
        self._clock.stop()
        self._scanner.close()
        self._bridges.leave()
        self.stop_listening()

    # --- what the owner does ---

    @Slot()
    def connectTor(self) -> None:
        """Go by Tor, or try again now."""
        self._do("connect", Connect())

    @Slot()
    def workOffline(self) -> None:
        """Reach nobody."""
        self._do("offline", WorkOffline())

    @Slot()
    def forgetBridges(self) -> None:
        """Go without bridges."""
        self._do("forget", ForgetBridges())

    @Slot(float)
    def rotate(self, overlap_hours: float) -> None:
        """Change the address; the confirmation was given on the screen."""
        self._do("rotate", RotateOnion(overlap_hours))

    @Slot()
    def finishRotation(self) -> None:
        """Let the old address go; the confirmation was given on the screen."""
        self._do("finish", FinishRotation())

    def _do(self, name: str, command: Command) -> None:
        if self._busy:
            return
        self.fail(None)
        self._set_busy(name)
        self.ask(command, self._on_done, self._on_failed)

    def _on_done(self, result: object) -> None:
        self._set_busy("")
        self._take(result)

    def _on_failed(self, failure: FailureSnapshot) -> None:
        self._set_busy("")
        self.fail(failure)

    def _set_busy(self, name: str) -> None:
        self._busy = name
        self.busyChanged.emit()

    def _take(self, network: object) -> None:
        if isinstance(network, Network):
            self._network = network
            self.networkChanged.emit()

    # --- what the screen shows ---

    def _state(self) -> dict[str, Any]:
        return state_facts(self._network, self.now_utc_ms())

    def _steps(self) -> list[dict[str, Any]]:
        return tor_steps(self._network.tor) if self._network is not None else []

    def _facts(self) -> list[dict[str, Any]]:
        return fact_rows(self._network, self.now_utc_ms()) if self._network is not None else []

    def _rotation(self) -> dict[str, Any]:
        return rotation_facts(self._network, self.now_utc_ms())

    def _used_bridges(self) -> list[dict[str, Any]]:
        return bridge_rows(self._network.bridges) if self._network is not None else []

    def _has_ending(self) -> bool:
        return ends_soon(self._network, self.now_utc_ms())

    bridgeChoice = Property(QObject, lambda self: self._bridges, constant=True)
    scanner = Property(QObject, lambda self: self._scanner, constant=True)
    isFirst = shown(bool, "_is_first", networkChanged)
    busy = shown(str, "_busy", busyChanged)
    state = Property(dict, _state, notify=ticked)
    steps = Property(list, _steps, notify=networkChanged)
    facts = Property(list, _facts, notify=networkChanged)
    rotation = Property(dict, _rotation, notify=ticked)
    bridges = Property(list, _used_bridges, notify=networkChanged)
    hasEnding = Property(bool, _has_ending, notify=networkChanged)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return NetworkModel(bridge, navigator, parent)
