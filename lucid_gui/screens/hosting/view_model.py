"""The hosting screen's state: the peer, its grants, the shield, the invitation, and the session's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QSize, QTimer, Signal, Slot

from core.api.commands import EndSession
from core.api.events import QuestionAsked, QuestionEnded, SessionChanged
from core.api.hosting import (
    AuditActor,
    AuditEntry,
    AuditKind,
    AuditRecorded,
    DropObserver,
    DropPeer,
    Hosting,
    HostingChanged,
    Invitation,
    Invite,
    InviteObserver,
    PeerState,
    ReadHosting,
    ReadTrail,
    Revoke,
    Shield,
)
from core.api.network import ServicePhase
from core.api.permissions import Capability, Rule
from core.api.questions import PermissionQuestion
from core.api.snapshots import SessionState
from lucid_gui.pictures import FrameItem, HatchItem, QrItem
from lucid_gui.screens.consents import agreed_text
from lucid_gui.screens.hosting.chips import chips_of
from lucid_gui.screens.hosting.observing import observing_facts
from lucid_gui.screens.hosting.sentences import (
    hosting_sentence,
    invitation_facts,
    locked_s,
    reach_facts,
)
from lucid_gui.screens.hosting.zones import Zones
from lucid_gui.screens.running_model import RunningModel
from lucid_gui.screens.wording import chunks_text, clock_text, count_text
from lucid_gui.text.amounts import size_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["FrameItem", "HatchItem", "HostingModel", "QrItem", "create"]  # for the screen's QML

_SECOND_MS = 1000
_OPEN_STATES = (SessionState.OPENING, SessionState.RECORDING)


class HostingModel(RunningModel):
    """Follows one hosted session until it ends; then its way to the chain is shown by the live screen."""

    hostingChanged = Signal()
    numbersChanged = Signal()
    ticked = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._zones = Zones(bridge, self.fail, self)
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self.ticked)
        self.hostingChanged.connect(self.ticked)
        self.busyChanged.connect(self.hostingChanged)
        self.liveChanged.connect(self.numbersChanged)
        self._reset("")

    def _reset(self, session_id: str) -> None:
        self.forget_session(session_id)
        self._hosting: Hosting | None = None
        self._asking: dict[int, PermissionQuestion] = {}
        self._consent: AuditEntry | None = None
        self._is_over = False
        self._zones.reset(session_id, QSize())

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, arguments: dict[str, Any]) -> None:
        """Follow the session named in ``arguments["sessionId"]``."""
        self._reset(str(arguments.get("sessionId", "")))
        self.follow()
        self.listen(HostingChanged, lambda event: self._take(event.hosting))
        self.listen(SessionChanged, self._on_session)
        self.listen(AuditRecorded, self._on_recorded)
        self.listen(QuestionAsked, self._on_asked)
        self.listen(QuestionEnded, self._on_answered)
        self.ask(ReadHosting(), self._on_read)
        # What was agreed before this screen was opened; where it cannot be read, nothing is said of it.
        self.ask(ReadTrail(self._session_id), self._on_trail, lambda _failure: None)
        self._clock.start()
        self._tell()

    @Slot()
    def leave(self) -> None:
        """Stop following, and forget the picture."""
        self._clock.stop()
        self.stop_following()

    # --- what the owner does ---

    @Slot(str)
    def revoke(self, capability: str) -> None:
        """Take a grant back at once."""
        wanted = Capability(capability)
        if any(each.capability is wanted and each.is_granted for each in self._grants()):
            self.do_once(f"revoke:{capability}", Revoke(self._session_id, wanted))

    @Slot()
    def toggleShield(self) -> None:
        """Hide the whole desktop at once, or show it again."""
        self.do_once("shield", Shield(self._session_id, not self._is_shielded()))

    @Slot()
    def disconnectPeer(self) -> None:
        """Disconnect the peer; it needs a new code to come back."""
        self.do_once("drop", DropPeer(self._session_id))

    @Slot()
    def invite(self) -> None:
        """Make a new code; the one before is worthless then."""
        self.do_once("invite", Invite(self._session_id), self._on_invited)

    @Slot()
    def end(self) -> None:
        """End the session; the confirmation was given on the screen."""
        self.do_once("end", EndSession(self._session_id), lambda _summary: self._be_over())

    @Slot()
    def inviteObserver(self) -> None:
        """Make a way in for somebody who may only watch; the one before is worthless then."""
        self.do_once("inviteObserver", InviteObserver(self._session_id), self._on_invited)

    @Slot()
    def dropObserver(self) -> None:
        """Disconnect who watches, and let nobody in to watch any more."""
        self.do_once("dropObserver", DropObserver(self._session_id))

    # --- what the engine says ---

    def _on_read(self, result: object) -> None:
        self._take(result if isinstance(result, Hosting) else None)

    def _take(self, hosting: Hosting | None) -> None:
        if hosting is None:
            self._be_over()
            return
        if hosting.session_id != self._session_id:
            return
        was_reached = self._hosting is not None and self._hosting.reach is ServicePhase.REACHABLE
        if hosting.reach is ServicePhase.REACHABLE and not was_reached:
            self.take_back_tor()
        self._hosting = hosting
        self._zones.know(hosting.zones, QSize(hosting.width, hosting.height))
        self.hostingChanged.emit()

    def _on_invited(self, result: object) -> None:
        # HostingChanged brings it too; whichever comes first shows it.
        if isinstance(result, Invitation):
            self.ask(ReadHosting(), self._on_read)

    def _on_session(self, event: SessionChanged) -> None:
        is_mine = event.session.session_id == self._session_id
        if is_mine and event.session.state not in _OPEN_STATES:
            self._be_over()

    def _be_over(self) -> None:
        """Hand the session, which has ended, to the screen that shows its sealing."""
        if not self._is_over:
            self._is_over = True
            self.navigator.replace("live", {"sessionId": self._session_id, "isOver": True})

    def _on_recorded(self, event: AuditRecorded) -> None:
        if event.session_id == self._session_id:
            self._note_consent(event.entry)

    def _on_trail(self, result: object) -> None:
        for each in result if isinstance(result, tuple) else ():
            self._note_consent(each)

    def _note_consent(self, entry: AuditEntry) -> None:
        """Remember the peer's newest consent; it is about the peer that is there, and goes with it."""
        if entry.kind is AuditKind.CONSENTED and entry.actor is AuditActor.PEER:
            self._consent = entry
        elif entry.kind is AuditKind.LEFT and entry.actor is AuditActor.PEER:
            self._consent = None
        else:
            return
        self.hostingChanged.emit()

    def _on_asked(self, event: QuestionAsked) -> None:
        if isinstance(event.question, PermissionQuestion):
            self._asking[event.question.question_id] = event.question
            self.hostingChanged.emit()

    def _on_answered(self, event: QuestionEnded) -> None:
        if self._asking.pop(event.question_id, None) is not None:
            self.hostingChanged.emit()

    def _tell(self) -> None:
        for signal in (
            self.hostingChanged,
            self.liveChanged,
            self.incidentsChanged,
            self.busyChanged,
        ):
            signal.emit()

    # --- what the screen shows ---

    def _grants(self) -> tuple[Any, ...]:
        return self._hosting.grants if self._hosting else ()

    def _peer_state(self) -> str:
        return self._hosting.peer.state.value if self._hosting else PeerState.ABSENT.value

    def _is_shielded(self) -> bool:
        return self._hosting is not None and self._hosting.is_shielded

    def _sentence(self) -> tuple[str, str]:
        return hosting_sentence(self._hosting, self.now_utc_ms())

    def _locked_s(self) -> int:
        return locked_s(self._hosting, self.now_utc_ms()) if self._hosting else 0

    def _chips(self) -> list[dict[str, Any]]:
        revoking = [each for each in Capability if self.is_busy(f"revoke:{each.value}")]
        asking = [each.capability for each in self._asking.values() if not each.is_observer]
        return chips_of(self._hosting, asking, revoking)

    def _invitation(self) -> dict[str, Any]:
        return invitation_facts(
            self._hosting.invitation if self._hosting else None, self.now_utc_ms()
        )

    def _hidden_text(self) -> str:
        """Say what else is hidden beside what is drawn."""
        count = self._hosting.hidden_windows if self._hosting else 0
        if not count:
            return ""
        return count_text(count, tr("%1 window hidden"), tr("%1 windows hidden"))

    def _clock_text(self) -> str:
        return clock_text(self._live.duration_s if self._live else 0.0)

    def _size_text(self) -> str:
        return size_text(self._live.recorded_bytes if self._live else 0)

    def _chunks_text(self) -> str:
        return chunks_text(self._live.sealed_chunks if self._live else 0)

    def _observing(self) -> dict[str, Any]:
        is_asking = any(each.is_observer for each in self._asking.values())
        observing = self._hosting.observing if self._hosting else None
        view = [each.rule for each in self._grants() if each.capability is Capability.VIEW]
        is_denied = view == [Rule.DENY]
        return observing_facts(
            observing, self.now_utc_ms(), is_asking=is_asking, is_denied=is_denied
        )

    def _consent_text(self) -> str:
        is_there = self._peer_state() == PeerState.ADMITTED.value
        return agreed_text(self._consent) if self._consent and is_there else ""

    zones = Property(QObject, lambda self: self._zones, constant=True)
    sessionId = Property(str, lambda self: self._session_id, notify=hostingChanged)
    isThere = Property(bool, lambda self: self._hosting is not None, notify=hostingChanged)
    peerState = Property(str, _peer_state, notify=hostingChanged)
    isShielded = Property(bool, _is_shielded, notify=hostingChanged)
    chips = Property(list, _chips, notify=hostingChanged)
    hiddenText = Property(str, _hidden_text, notify=hostingChanged)
    sentence = Property(str, lambda self: self._sentence()[0], notify=ticked)
    detail = Property(str, lambda self: self._sentence()[1], notify=ticked)
    isLocked = Property(bool, lambda self: self._locked_s() > 0, notify=ticked)
    invitation = Property(dict, _invitation, notify=ticked)
    reach = Property(
        dict,
        lambda self: reach_facts(self._hosting.reach if self._hosting else None),
        notify=hostingChanged,
    )
    isShielding = Property(bool, lambda self: self.is_busy("shield"), notify=hostingChanged)
    isDropping = Property(bool, lambda self: self.is_busy("drop"), notify=hostingChanged)
    isInviting = Property(bool, lambda self: self.is_busy("invite"), notify=hostingChanged)
    isEnding = Property(bool, lambda self: self.is_busy("end"), notify=hostingChanged)
    clock = Property(str, _clock_text, notify=numbersChanged)
    size = Property(str, _size_text, notify=numbersChanged)
    chunks = Property(str, _chunks_text, notify=numbersChanged)
    observing = Property(dict, _observing, notify=ticked)
    consent = Property(str, _consent_text, notify=hostingChanged)
    isInvitingObserver = Property(
        bool, lambda self: self.is_busy("inviteObserver"), notify=hostingChanged
    )
    isDroppingObserver = Property(
        bool, lambda self: self.is_busy("dropObserver"), notify=hostingChanged
    )


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return HostingModel(bridge, navigator, parent)
