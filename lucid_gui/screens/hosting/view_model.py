"""The hosting screen's state: the peer, its grants, the shield, the invitation, and the session's end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QSize, QTimer, Signal, Slot

from core.api.commands import Command, EndSession, WatchSession
from core.api.events import (
    IncidentRecorded,
    QuestionAsked,
    QuestionEnded,
    SessionChanged,
    SessionProgressed,
    SpaceChanged,
    ThumbnailTaken,
)
from core.api.hosting import (
    DropPeer,
    Hosting,
    HostingChanged,
    Invitation,
    Invite,
    PeerState,
    ReadHosting,
    Revoke,
    Shield,
)
from core.api.permissions import Capability
from core.api.questions import PermissionQuestion
from core.api.snapshots import FailureSnapshot, LiveSession, SessionState
from lucid_gui.pictures import FrameFeed, FrameItem, HatchItem, QrItem
from lucid_gui.screens.hosting.chips import chips_of
from lucid_gui.screens.hosting.sentences import hosting_sentence, invitation_facts, locked_s
from lucid_gui.screens.hosting.zones import Zones
from lucid_gui.screens.incidents import IncidentList
from lucid_gui.screens.screen_model import ScreenModel
from lucid_gui.screens.wording import chunks_text, clock_text, count_text
from lucid_gui.text.amounts import size_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["FrameItem", "HatchItem", "HostingModel", "QrItem", "create"]  # for the screen's QML

_SECOND_MS = 1000
_OPEN_STATES = (SessionState.OPENING, SessionState.RECORDING)


class HostingModel(ScreenModel):
    """Follows one hosted session until it ends; then its way to the chain is shown by the live screen."""

    hostingChanged = Signal()
    liveChanged = Signal()
    incidentsChanged = Signal()
    busyChanged = Signal()
    ticked = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._feed = FrameFeed(self)
        self._incidents = IncidentList()
        self._zones = Zones(bridge, self.fail, self)
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self.ticked)
        self.hostingChanged.connect(self.ticked)
        self._reset("")

    def _reset(self, session_id: str) -> None:
        self._session_id = session_id
        self._hosting: Hosting | None = None
        self._live: LiveSession | None = None
        self._asking: dict[int, Capability] = {}
        self._busy: set[str] = set()
        self._is_over = False
        self._incidents.reset(session_id)
        self._zones.reset(session_id, QSize())

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, arguments: dict[str, Any]) -> None:
        """Follow the session named in ``arguments["sessionId"]``."""
        self._reset(str(arguments.get("sessionId", "")))
        self._feed.clear()
        self.fail(None)
        self.listen(HostingChanged, lambda event: self._take(event.hosting))
        self.listen(SessionChanged, self._on_session)
        self.listen(SessionProgressed, self._on_progress)
        self.listen(ThumbnailTaken, self._on_thumbnail)
        self.listen(IncidentRecorded, self._on_incident)
        self.listen(SpaceChanged, self._on_space)
        self.listen(QuestionAsked, self._on_asked)
        self.listen(QuestionEnded, self._on_answered)
        self._watch(is_watching=True)
        self.ask(ReadHosting(), self._on_read)
        self._clock.start()
        self._tell()

    @Slot()
    def leave(self) -> None:
        """Stop following, and forget the picture."""
        self._clock.stop()
        self.stop_listening()
        self._watch(is_watching=False)
        self._feed.clear()

    # --- what the owner does ---

    @Slot(str)
    def revoke(self, capability: str) -> None:
        """Take a grant back at once."""
        wanted = Capability(capability)
        if any(each.capability is wanted and each.is_granted for each in self._grants()):
            self._do(f"revoke:{capability}", Revoke(self._session_id, wanted))

    @Slot()
    def toggleShield(self) -> None:
        """Hide the whole desktop at once, or show it again."""
        self._do("shield", Shield(self._session_id, not self._is_shielded()))

    @Slot()
    def disconnectPeer(self) -> None:
        """Disconnect the peer; it needs a new code to come back."""
        self._do("drop", DropPeer(self._session_id))

    @Slot()
    def invite(self) -> None:
        """Make a new code; the one before is worthless then."""
        self._do("invite", Invite(self._session_id), self._on_invited)

    @Slot()
    def end(self) -> None:
        """End the session; the confirmation was given on the screen."""
        self._do("end", EndSession(self._session_id), lambda _summary: self._be_over())

    def _do(
        self, name: str, command: Command, on_result: Callable[[Any], None] | None = None
    ) -> None:
        """Submit a command once; its button is busy until the engine says that it is in effect."""
        if name in self._busy or not self._session_id:
            return
        self.fail(None)
        self._set_busy(name, is_busy=True)

        def finish(result: object) -> None:
            self._set_busy(name, is_busy=False)
            if on_result is not None:
                on_result(result)

        def fail(failure: FailureSnapshot) -> None:
            self._set_busy(name, is_busy=False)
            self.fail(failure)

        self.ask(command, finish, fail)

    def _set_busy(self, name: str, *, is_busy: bool) -> None:
        if is_busy:
            self._busy.add(name)
        else:
            self._busy.discard(name)
        self.busyChanged.emit()
        self.hostingChanged.emit()

    # --- what the engine says ---

    def _on_read(self, result: object) -> None:
        self._take(result if isinstance(result, Hosting) else None)

    def _take(self, hosting: Hosting | None) -> None:
        if hosting is None:
            self._be_over()
            return
        if hosting.session_id != self._session_id:
            return
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

    def _on_progress(self, event: SessionProgressed) -> None:
        if event.live.session_id == self._session_id:
            self._live = event.live
            self.liveChanged.emit()

    def _on_thumbnail(self, event: ThumbnailTaken) -> None:
        if event.session_id == self._session_id:
            self._feed.show(event.width, event.height, event.rgb)

    def shows_incident(self, event: IncidentRecorded) -> bool:
        """Tell whether an incident is for this screen: about its session, or about all of Lucid."""
        return self._incidents.concerns(event)

    def _on_incident(self, event: IncidentRecorded) -> None:
        if self._incidents.take(event):
            self.incidentsChanged.emit()

    def _on_space(self, event: SpaceChanged) -> None:
        self._incidents.take_space(event.space)
        self.incidentsChanged.emit()

    def _on_asked(self, event: QuestionAsked) -> None:
        if isinstance(event.question, PermissionQuestion):
            self._asking[event.question.question_id] = event.question.capability
            self.hostingChanged.emit()

    def _on_answered(self, event: QuestionEnded) -> None:
        if self._asking.pop(event.question_id, None) is not None:
            self.hostingChanged.emit()

    def _watch(self, *, is_watching: bool) -> None:
        if self._session_id:
            # Pictures are a courtesy: a session that is over by now has none, and that is no news.
            self.bridge.forget(self.bridge.submit(WatchSession(self._session_id, is_watching)))

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
        revoking = [each for each in Capability if f"revoke:{each.value}" in self._busy]
        return chips_of(self._hosting, self._asking.values(), revoking)

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

    def _is_in_gap(self) -> bool:
        return self._live is not None and self._live.is_in_gap

    feed = Property(QObject, lambda self: self._feed, constant=True)
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
    isShielding = Property(bool, lambda self: "shield" in self._busy, notify=busyChanged)
    isDropping = Property(bool, lambda self: "drop" in self._busy, notify=busyChanged)
    isInviting = Property(bool, lambda self: "invite" in self._busy, notify=busyChanged)
    isEnding = Property(bool, lambda self: "end" in self._busy, notify=busyChanged)
    clock = Property(str, _clock_text, notify=liveChanged)
    size = Property(str, _size_text, notify=liveChanged)
    chunks = Property(str, _chunks_text, notify=liveChanged)
    isInGap = Property(bool, _is_in_gap, notify=liveChanged)
    incidents = Property(list, lambda self: self._incidents.rows, notify=incidentsChanged)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return HostingModel(bridge, navigator, parent)
