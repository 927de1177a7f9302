"""The join screen's state: the invitation that is typed in, the terms that answer it, and their acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from core.api.events import EngineChanged
from core.api.joining import Joined, JoinSession, ReadTerms, Terms
from core.api.snapshots import FailureSnapshot
from lucid_gui.pictures import FrameItem
from lucid_gui.screens.join.terms import terms_facts
from lucid_gui.screens.scanning import Scanner
from lucid_gui.screens.screen_model import ScreenModel, Work, shown
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["FrameItem", "JoinModel", "create"]  # the item is for the screen's QML

SCHEME = "lucid://"
_ONION = ".onion"
LONGEST_KEY = 64
LONGEST_INVITATION = 1024
LONGEST_NAME = 64
_NAMED_BY = 6  # digits of this device's fingerprint in the name that is proposed


class JoinModel(ScreenModel):
    """Reads the terms, shows them, and joins once they are accepted by a touch on this seat."""

    changed = Signal()
    scanned = Signal(str)
    cleared = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._work = Work(bridge, self)
        self._work.changed.connect(self.changed)
        self._scanner = Scanner(bridge, self._on_scanned, self)
        self._reset()

    def _reset(self) -> None:
        self._invitation = ""
        self._code = ""
        self._client_key = ""
        self._name = ""
        self._terms: Terms | None = None
        self._is_same = False
        self._running_id = ""

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, _arguments: dict[str, Any]) -> None:
        """Begin with empty fields."""
        self._reset()
        self.fail(None)
        self.listen(EngineChanged, self._on_engine)
        self.cleared.emit()
        self.changed.emit()

    @Slot()
    def leave(self) -> None:
        """Give up what is on its way, and forget the code."""
        self.stop_listening()
        self.navigator.seat.end()
        self._work.drop()
        self._scanner.close()
        self._reset()

    # --- what the owner does ---

    @Slot(str)
    def setInvitation(self, text: str) -> None:
        """Take what is typed or pasted: a link, or an address."""
        self._invitation = text.strip()[:LONGEST_INVITATION]
        self.changed.emit()

    @Slot(str)
    def setCode(self, text: str) -> None:
        """Take the code."""
        self._code = text.strip().upper()
        self.changed.emit()

    @Slot(str)
    def setClientKey(self, text: str) -> None:
        """Take the key that opens an onion address."""
        self._client_key = "".join(text.split()).upper()[:LONGEST_KEY]
        self.changed.emit()

    @Slot(str)
    def setName(self, text: str) -> None:
        """Take the name by which the other end is to know this one."""
        self._name = " ".join(text.split())[:LONGEST_NAME]
        self.changed.emit()

    @Slot(result=str)
    def pasted(self) -> str:
        """Give what was copied on this seat, in one line."""
        return " ".join(QGuiApplication.clipboard().text().split())[:LONGEST_INVITATION]

    @Slot()
    def showTerms(self) -> None:
        """Ask the other end for its terms."""
        if self._can_show():
            self.fail(None)
            command = ReadTerms(self._invitation, self._given_code(), self._given_key())
            self._work.begin(command, self._on_terms, self.fail)

    @Slot()
    def cancel(self) -> None:
        """Stop what is on its way."""
        self._work.cancel()

    @Slot(bool)
    def compare(self, is_same: bool) -> None:
        """Say whether the certificate is the one that the other screen shows."""
        self._is_same = is_same
        self.changed.emit()

    @Slot()
    def accept(self) -> None:
        """Accept the terms and join; only by a press on this seat, and only what is shown."""
        terms = self._terms
        if terms is None or not self._can_accept() or not self.navigator.seat.has_pressed():
            return
        self.fail(None)
        command = JoinSession(
            self._invitation,
            self._given_code(),
            terms.certificate_sha256,
            terms.terms_hash,
            self._name,
            client_key=self._given_key(),
        )
        self._work.begin(command, self._on_joined, self._on_not_joined)

    @Slot()
    def decline(self) -> None:
        """Say no: nothing was told to the other end but that somebody asked."""
        self.navigator.seat.end()
        self._terms = None
        self._is_same = False
        self.fail(None)
        self.changed.emit()

    @Slot()
    def openRunning(self) -> None:
        """Show the session that runs already."""
        self.navigator.replace("live", {"sessionId": self._running_id})

    # --- what the engine says ---

    def _on_engine(self, event: EngineChanged) -> None:
        self._running_id = event.engine.running_session_id or ""
        if not self._name:
            known = (event.engine.device_fingerprint or "")[:_NAMED_BY]
            self._name = f"Lucid {known}".strip()
        self.changed.emit()

    def _on_scanned(self, text: str) -> None:
        """Take the code's text for the invitation, and ask at once where it is a link, which has everything."""
        self.setInvitation(text)
        self.scanned.emit(self._invitation)
        if self._is_link():
            self.showTerms()

    def _on_terms(self, result: object) -> None:
        if isinstance(result, Terms):
            self._terms = result
            self._is_same = False
            self.navigator.seat.begin()
            self.changed.emit()

    def _on_joined(self, result: object) -> None:
        if isinstance(result, Joined):
            self.navigator.replace("joined", {"sessionId": result.session_id})

    def _on_not_joined(self, failure: FailureSnapshot) -> None:
        """Say why; where other terms hold by now, those have to be read first."""
        if failure.code in {"terms_refused", "certificate_different", "code_wrong"}:
            self.decline()
        self.fail(failure)

    # --- what the screen shows ---

    def _is_link(self) -> bool:
        """Tell whether it is a link, which holds its code and names its certificate."""
        return self._invitation.startswith(SCHEME)

    def _given_code(self) -> str:
        return "" if self._is_link() else self._code

    def _is_onion(self) -> bool:
        """Tell whether it is an onion address, which opens only with its key."""
        return not self._is_link() and _ONION in self._invitation.lower()

    def _given_key(self) -> str:
        return self._client_key if self._is_onion() else ""

    def _can_show(self) -> bool:
        is_free = not self._running_id and not self._work.is_busy()
        has_key = bool(self._client_key) or not self._is_onion()
        has_code = self._is_link() or bool(self._code)
        return is_free and bool(self._invitation) and has_code and has_key

    def _progress_text(self) -> str:
        """Say what is on its way: Tor first, where it goes by it."""
        if self._work.has_progress() or not self._work.is_busy():
            return str(self._work.text)
        if _ONION in self._invitation.lower():
            return tr("Reaching the other end by Tor")
        return tr("Asking for the terms")

    def _can_accept(self) -> bool:
        terms = self._terms
        is_certain = terms is not None and (terms.is_certificate_known or self._is_same)
        return is_certain and bool(self._name) and not self._work.is_busy()

    def _why_not(self) -> str:
        """Say what is missing before the terms can be accepted; empty when nothing is."""
        terms = self._terms
        if terms is None or self._can_accept() or self._work.is_busy():
            return ""
        if not (terms.is_certificate_known or self._is_same):
            return tr("Compare the certificate with the other screen first.")
        return tr("Give a name first.")

    work = Property(QObject, lambda self: self._work, constant=True)
    scanner = Property(QObject, lambda self: self._scanner, constant=True)
    progressText = Property(str, _progress_text, notify=changed)
    needsKey = Property(bool, _is_onion, notify=changed)
    invitation = shown(str, "_invitation", changed)
    code = shown(str, "_code", changed)
    name = shown(str, "_name", changed)
    runningId = shown(str, "_running_id", changed)
    isSame = shown(bool, "_is_same", changed)
    isBusy = Property(bool, lambda self: self._work.is_busy(), notify=changed)
    needsCode = Property(bool, lambda self: not self._is_link(), notify=changed)
    canShow = Property(bool, _can_show, notify=changed)
    canAccept = Property(bool, _can_accept, notify=changed)
    whyNot = Property(str, _why_not, notify=changed)
    hasTerms = Property(bool, lambda self: self._terms is not None, notify=changed)
    terms = Property(
        dict, lambda self: terms_facts(self._terms) if self._terms else {}, notify=changed
    )


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return JoinModel(bridge, navigator, parent)
