"""The screen of reading from afar: who may, a new access with its secrets, and the log of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from core.api.access import (
    Access,
    AccessChanged,
    AccessGranted,
    Call,
    GrantAccess,
    ListAccess,
    ListCalls,
    RevokeAccess,
    Scope,
    VerifyCalls,
)
from core.api.network import Network, NetworkChanged
from core.api.snapshots import FailureSnapshot
from lucid_gui.pictures import QrItem
from lucid_gui.screens.access import wording
from lucid_gui.screens.hosting.sentences import reach_facts
from lucid_gui.screens.screen_model import ScreenModel, shown
from lucid_gui.text.network import is_by_tor

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api.commands import Command
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["AccessModel", "QrItem", "create"]  # the item is for the screen's QML

LONGEST_NAME = 64
PAGE = 50
_FIRST_SCOPES = frozenset({Scope.HEALTH, Scope.SESSIONS, Scope.MANIFESTS, Scope.PROOFS})
_FIRST_DAYS = 90
_PURPOSE = "reading"  # the service that is read from


class AccessModel(ScreenModel):
    """Follows the accesses; a new one's secrets are kept until ``closeGranted``, and no longer than the screen."""

    accessChanged = Signal()
    formChanged = Signal()
    grantedChanged = Signal()
    callsChanged = Signal()
    busyChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._access: tuple[Access, ...] = ()
        self._is_loaded = False
        self._network: Network | None = None
        self.busyChanged.connect(self.formChanged)
        self._reset()

    def _reset(self) -> None:
        self._busy = ""
        self._granted: AccessGranted | None = None
        self._calls: list[Call] = []
        self._has_more = False
        self._checked = ""
        self.startForm()

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, _arguments: dict[str, Any]) -> None:
        """Follow who may read."""
        self._reset()
        self.fail(None)
        self.listen(NetworkChanged, self._on_network)
        self.listen(AccessChanged, lambda event: self._take(event.access))
        self.ask(ListAccess(), self._take)
        self._tell()

    @Slot()
    def leave(self) -> None:
        """Stop following, and forget every secret."""
        self.stop_listening()
        self._reset()
        self._tell()

    # --- a new access ---

    @Slot()
    def startForm(self) -> None:
        """Begin with an empty form."""
        self._name = ""
        self._scopes = _FIRST_SCOPES
        self._days = _FIRST_DAYS
        self.formChanged.emit()

    @Slot(str)
    def setName(self, text: str) -> None:
        """Take the name."""
        self._name = " ".join(text.split())[:LONGEST_NAME]
        self.formChanged.emit()

    @Slot(str)
    def toggleScope(self, scope: str) -> None:
        """Allow something to be read, or not."""
        self._scopes ^= {Scope(scope)}
        self.formChanged.emit()

    @Slot(int)
    def setDays(self, days: int) -> None:
        """Take the length."""
        self._days = days
        self.formChanged.emit()

    @Slot()
    def grant(self) -> None:
        """Make the access."""
        if self._can_grant():
            scopes = tuple(each for each in Scope if each in self._scopes)
            self._do("grant", GrantAccess(self._name, scopes, self._days), self._on_granted)

    @Slot()
    def closeGranted(self) -> None:
        """Forget the secrets; they were handed over."""
        self._granted = None
        self.startForm()
        self.grantedChanged.emit()

    @Slot(str)
    def revoke(self, access_id: str) -> None:
        """End an access; the confirmation was given on the screen."""
        self._do(
            "revoke", RevokeAccess(access_id), lambda _access: self.ask(ListAccess(), self._take)
        )

    # --- the log ---

    @Slot()
    def readCalls(self) -> None:
        """Read the newest calls."""
        self._calls = []
        self._checked = ""
        self.fail(None)
        self.ask(ListCalls(limit=PAGE), self._on_calls)
        self.callsChanged.emit()

    @Slot()
    def readMore(self) -> None:
        """Read the calls before those."""
        if self._has_more:
            self._has_more = False
            self.ask(ListCalls(limit=PAGE, before=self._calls[-1].sequence), self._on_calls)
            self.callsChanged.emit()

    @Slot()
    def checkCalls(self) -> None:
        """Look whether the log is as it was written."""
        self._checked = ""
        self._do("check", VerifyCalls(), self._on_checked)
        self.callsChanged.emit()

    # --- what the engine says ---

    def _do(self, name: str, command: Command, on_result: Callable[[Any], None]) -> None:
        if self._busy:
            return
        self.fail(None)
        self._set_busy(name)

        def finish(result: object) -> None:
            self._set_busy("")
            on_result(result)

        self.ask(command, finish, self._on_failed)

    def _on_failed(self, failure: FailureSnapshot) -> None:
        self._set_busy("")
        self.fail(failure)

    def _set_busy(self, name: str) -> None:
        self._busy = name
        self.busyChanged.emit()

    def _on_network(self, event: NetworkChanged) -> None:
        self._network = event.network
        self.accessChanged.emit()

    def _take(self, access: object) -> None:
        self._access = access if isinstance(access, tuple) else ()
        self._is_loaded = True
        self.accessChanged.emit()

    def _on_granted(self, result: object) -> None:
        if isinstance(result, AccessGranted):
            self._granted = result
            self.grantedChanged.emit()

    def _on_calls(self, result: object) -> None:
        calls = result if isinstance(result, tuple) else ()
        self._calls += calls
        self._has_more = len(calls) == PAGE
        self.callsChanged.emit()

    def _on_checked(self, result: object) -> None:
        self._checked = wording.checked_text(result if isinstance(result, int) else 0)
        self.callsChanged.emit()

    def _tell(self) -> None:
        for signal in (
            self.accessChanged,
            self.formChanged,
            self.grantedChanged,
            self.callsChanged,
        ):
            signal.emit()
        self.busyChanged.emit()

    # --- what the screen shows ---

    def _rows(self) -> list[dict[str, Any]]:
        return [wording.access_row(each, self.now_utc_ms()) for each in self._access]

    def _can_grant(self) -> bool:
        return bool(self._name and self._scopes) and not self._busy

    def _reach(self) -> dict[str, str]:
        """Say whether the address for reading can be found yet; empty while it is not published."""
        services = self._network.services if self._network is not None else ()
        found = next((each for each in services if each.purpose == _PURPOSE), None)
        return reach_facts(found.phase) if found is not None else {}

    def _is_offline(self) -> bool:
        return not is_by_tor(self._network)

    def _granted_facts(self) -> dict[str, Any]:
        return wording.granted_facts(self._granted, self.now_utc_ms())

    rows = Property(list, _rows, notify=accessChanged)
    isLoaded = shown(bool, "_is_loaded", accessChanged)
    isOffline = Property(bool, _is_offline, notify=accessChanged)
    reach = Property(dict, _reach, notify=accessChanged)
    name = shown(str, "_name", formChanged)
    days = shown(int, "_days", formChanged)
    scopes = Property(list, lambda self: wording.scope_rows(self._scopes), notify=formChanged)
    spans = Property(list, lambda _self: wording.span_options(), constant=True)
    canGrant = Property(bool, _can_grant, notify=formChanged)
    granted = Property(dict, _granted_facts, notify=grantedChanged)
    calls = Property(
        list, lambda self: [wording.call_row(each) for each in self._calls], notify=callsChanged
    )
    hasMore = shown(bool, "_has_more", callsChanged)
    checked = shown(str, "_checked", callsChanged)
    busy = shown(str, "_busy", busyChanged)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return AccessModel(bridge, navigator, parent)
