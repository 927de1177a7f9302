"""The session screen's state: one session, all that is known of it, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from core.api.commands import ShowSession
from core.api.events import SessionChanged
from core.api.hosting import Hosting, HostSession, ReadTrail
from core.api.snapshots import (
    AnchorKind,
    FailureSnapshot,
    SessionDetail,
    SessionState,
    SessionSummary,
)
from lucid_gui.pictures import FrameItem
from lucid_gui.screens.screen_model import ScreenModel, Work, shown
from lucid_gui.screens.session import parts
from lucid_gui.screens.session.export import Export
from lucid_gui.screens.session.trail import Trail
from lucid_gui.screens.session.verification import Verification
from lucid_gui.screens.wording import HOSTED, duration_text, state_text, title_text
from lucid_gui.text.amounts import grouped
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["FrameItem", "SessionModel", "create"]  # the screen's QML needs FrameItem to be known

_SEALED = (SessionState.ANCHORING, SessionState.ANCHORED)
_RUNNING = (SessionState.OPENING, SessionState.RECORDING)


class SessionModel(ScreenModel):
    """Shows one session; verifying and exporting have their own objects."""

    detailChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._session_id = ""
        self._detail: SessionDetail | None = None
        self._is_loading = False
        self._opening = Work(bridge, self)
        self._opening.changed.connect(self.detailChanged)
        self._verification = Verification(bridge, self.now_utc_ms, self)
        self._export = Export(bridge, self)
        self._trail = Trail(self._duration_s, self)

    @Slot("QVariantMap")
    def enter(self, arguments: dict[str, Any]) -> None:
        """Read the session named in ``arguments["sessionId"]``, and follow it."""
        session_id = str(arguments.get("sessionId", ""))
        if session_id != self._session_id:
            self._session_id = session_id
            self._detail = None
            self._verification.reset(session_id)
            self._export.reset(None)
            self._trail.reset()
        self.listen(SessionChanged, self._on_session)
        self.load()

    @Slot()
    def leave(self) -> None:
        """Stop following; an export that runs goes on, a verification ends, and so does a wait for Tor."""
        self.stop_listening()
        if self._opening.has_progress():
            self._opening.drop()
        else:
            self._opening.let_go()
        self._verification.pause()

    @Slot()
    def load(self) -> None:
        """Read the session again."""
        self.fail(None)
        self._is_loading = True
        self.detailChanged.emit()
        self.ask(ShowSession(self._session_id), self._on_detail, self._on_failed)
        # A session without a trail is no news: its list then says that there is none.
        self.ask(ReadTrail(self._session_id), self._trail.know, lambda _failure: None)

    @Slot()
    def play(self) -> None:
        """Play the recording."""
        if self._can_play():
            self.navigator.open("player", {"sessionId": self._session_id})

    @Slot(float)
    def playAt(self, at_s: float) -> None:
        """Play the recording from a moment on."""
        if self._can_play():
            self.navigator.open("player", {"sessionId": self._session_id, "atS": at_s})

    @Slot()
    def openLive(self) -> None:
        """Show the session live while it still runs."""
        self.navigator.open("live", {"sessionId": self._session_id})

    @Slot()
    def hostAgain(self) -> None:
        """Open the door again under this session's own policy; the confirmation was given on the screen."""
        if self._opening.is_busy() or not self._can_host_again():
            return
        self.fail(None)
        command = HostSession(again=self._session_id)
        self._opening.begin(command, self._on_opened, self.fail)

    @Slot()
    def cancelHosting(self) -> None:
        """Stop waiting for Tor."""
        self._opening.cancel()

    def _on_opened(self, result: object) -> None:
        if isinstance(result, Hosting):
            self.navigator.open("hosting", {"sessionId": result.session_id})

    def _on_detail(self, result: object) -> None:
        if not isinstance(result, SessionDetail):
            return
        if result.summary.session_id != self._session_id:
            return
        self._is_loading = False
        self._detail = result
        self._export.reset(result)
        self._verification.know(result)
        self.detailChanged.emit()
        self._trail.changed.emit()  # its spans end with the session

    def _on_failed(self, failure: FailureSnapshot) -> None:
        self._is_loading = False
        self.detailChanged.emit()
        self.fail(failure)

    def _on_session(self, event: SessionChanged) -> None:
        known = self._detail
        if event.session.session_id != self._session_id or known is None:
            return
        if event.session != known.summary:
            self.load()

    # --- what the screen shows ---

    def _summary(self) -> SessionSummary | None:
        return self._detail.summary if self._detail else None

    def _can_play(self) -> bool:
        summary = self._summary()
        return summary is not None and summary.state in _SEALED and summary.chunks > 0

    def _is_sealed(self) -> bool:
        summary = self._summary()
        return summary is not None and summary.state in _SEALED

    def _can_host_again(self) -> bool:
        summary = self._summary()
        return summary is not None and summary.source == HOSTED and self._is_sealed()

    def _is_running(self) -> bool:
        summary = self._summary()
        return summary is not None and summary.state in _RUNNING

    def _title(self) -> str:
        summary = self._summary()
        return title_text(summary.started_utc_ms) if summary else tr("Session")

    def _state(self) -> str:
        summary = self._summary()
        return summary.state.value if summary else ""

    def _state_text(self) -> str:
        summary = self._summary()
        return state_text(summary.state) if summary else ""

    def _statement(self) -> tuple[str, str]:
        summary = self._summary()
        if summary is None:
            return ("", "")
        sentence, detail = parts.statement_of(summary)
        if summary.state is SessionState.ANCHORED:
            detail = self._anchored_text()
        return sentence, detail

    def _anchored_text(self) -> str:
        anchors = self._detail.anchors if self._detail else ()
        blocks = [
            each.block_number
            for each in anchors
            if each.kind is AnchorKind.SEALED and each.block_number is not None
        ]
        return tr("In block %1.").replace("%1", grouped(blocks[-1])) if blocks else ""

    def _duration_s(self) -> float:
        summary = self._summary()
        return summary.duration_s if summary else 0.0

    def _facts(self) -> list[dict[str, Any]]:
        summary = self._summary()
        return parts.summary_facts(summary) if summary else []

    def _manifest_facts(self) -> list[dict[str, Any]]:
        return parts.manifest_facts(self._detail) if self._detail else []

    def _manifest_lines(self) -> list[str]:
        return parts.manifest_lines(self._detail.manifest_json) if self._detail else []

    def _has_recorded_keys(self) -> bool:
        return self._detail is not None and parts.has_recorded_keys(self._detail)

    def _chunks(self) -> list[dict[str, Any]]:
        return parts.chunk_rows(self._detail.chunk_rows) if self._detail else []

    def _gaps(self) -> list[dict[str, Any]]:
        return parts.gap_rows(self._detail) if self._detail else []

    def _anchors(self) -> list[dict[str, Any]]:
        return parts.anchor_rows(self._detail.anchors) if self._detail else []

    def _was_interrupted(self) -> bool:
        summary = self._summary()
        return summary is not None and summary.was_interrupted

    sessionId = shown(str, "_session_id", detailChanged)
    isLoading = shown(bool, "_is_loading", detailChanged)
    isThere = Property(bool, lambda self: self._detail is not None, notify=detailChanged)
    isSealed = Property(bool, _is_sealed, notify=detailChanged)
    isRunning = Property(bool, _is_running, notify=detailChanged)
    canHostAgain = Property(bool, _can_host_again, notify=detailChanged)
    opening = Property(QObject, lambda self: self._opening, constant=True)
    canPlay = Property(bool, _can_play, notify=detailChanged)
    wasInterrupted = Property(bool, _was_interrupted, notify=detailChanged)
    title = Property(str, _title, notify=detailChanged)
    state = Property(str, _state, notify=detailChanged)
    stateText = Property(str, _state_text, notify=detailChanged)
    sentence = Property(str, lambda self: self._statement()[0], notify=detailChanged)
    detail = Property(str, lambda self: self._statement()[1], notify=detailChanged)
    duration = Property(float, _duration_s, notify=detailChanged)
    durationText = Property(
        str, lambda self: duration_text(self._duration_s()), notify=detailChanged
    )
    facts = Property(list, _facts, notify=detailChanged)
    manifestFacts = Property(list, _manifest_facts, notify=detailChanged)
    manifestLines = Property(list, _manifest_lines, notify=detailChanged)
    hasRecordedKeys = Property(bool, _has_recorded_keys, notify=detailChanged)
    chunks = Property(list, _chunks, notify=detailChanged)
    gaps = Property(list, _gaps, notify=detailChanged)
    anchors = Property(list, _anchors, notify=detailChanged)
    verification = Property(QObject, lambda self: self._verification, constant=True)
    trail = Property(QObject, lambda self: self._trail, constant=True)
    export = Property(QObject, lambda self: self._export, constant=True)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return SessionModel(bridge, navigator, parent)
