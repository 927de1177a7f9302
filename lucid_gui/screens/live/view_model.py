"""The live screen's state: the running session, its pictures, its incidents, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from core.api.commands import EndSession, ShowSession
from core.api.events import ChainChanged, SessionChanged
from core.api.hosting import Hosting, ReadHosting
from core.api.joining import Joined, JoinedState, ReadJoined
from core.api.snapshots import (
    AnchorKind,
    FailureSnapshot,
    SessionDetail,
    SessionState,
    SessionSummary,
)
from lucid_gui.pictures import FrameItem
from lucid_gui.screens.live.steps import sentences_of, steps_of
from lucid_gui.screens.running_model import RunningModel
from lucid_gui.screens.screen_model import shown
from lucid_gui.screens.wording import clock_text, duration_text, gaps_text, source_text
from lucid_gui.text.amounts import grouped, size_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["FrameItem", "LiveModel", "create"]  # the screen's QML needs FrameItem to be known

LARGEST_CHUNK = 16 * 1024 * 1024


class LiveModel(RunningModel):
    """Follows one session from its start until it is anchored."""

    stateChanged = Signal()
    endingChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self.liveChanged.connect(self.stateChanged)
        self._reset("")

    def _reset(self, session_id: str) -> None:
        self.forget_session(session_id)
        self._state = SessionState.OPENING
        self._source = ""
        self._summary: SessionSummary | None = None
        self._block = ""
        self._is_chain_there = True
        self._is_ending = False

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, arguments: dict[str, Any]) -> None:
        """Follow the session named in ``arguments["sessionId"]``."""
        self._reset(str(arguments.get("sessionId", "")))
        self.follow()
        self.listen(SessionChanged, self._on_session)
        self.listen(ChainChanged, self._on_chain)
        self._ask()
        if not arguments.get("isOver"):
            self.ask(ReadHosting(), self._on_hosting, lambda _failure: None)
            self.ask(ReadJoined(), self._on_joined, lambda _failure: None)
        self._tell()

    @Slot()
    def leave(self) -> None:
        """Stop following, and forget the picture."""
        self.stop_following()

    @Slot()
    def end(self) -> None:
        """End the session; the confirmation was given on the screen."""
        if self._is_ending or not self._can_end():
            return
        self._is_ending = True
        self.fail(None)
        self.endingChanged.emit()
        self.ask(EndSession(self._session_id), self._on_ended, self._on_not_ended)

    @Slot()
    def openSession(self) -> None:
        """Show the finished session's own page."""
        self.navigator.replace("session", {"sessionId": self._session_id})

    # --- what the engine says ---

    def _on_session(self, event: SessionChanged) -> None:
        if event.session.session_id == self._session_id:
            self._take(event.session)

    def _take(self, summary: SessionSummary) -> None:
        was = self._state
        self._summary, self._state, self._source = summary, summary.state, summary.source
        if summary.state is SessionState.ANCHORED and was is not SessionState.ANCHORED:
            self._ask()
        self._tell()

    def _on_chain(self, event: ChainChanged) -> None:
        self._is_chain_there = event.chain.is_reachable
        self.stateChanged.emit()

    def _on_detail(self, result: object) -> None:
        if not isinstance(result, SessionDetail):
            return
        if result.summary.session_id != self._session_id:
            return
        sealed = [each for each in result.anchors if each.kind is AnchorKind.SEALED]
        blocks = [each.block_number for each in sealed if each.block_number is not None]
        self._block = grouped(blocks[-1]) if blocks else ""
        self._summary, self._source = result.summary, result.summary.source
        self._state = result.summary.state
        self._tell()

    def _on_hosting(self, result: object) -> None:
        """Leave a session that a peer can join to its own screen."""
        if isinstance(result, Hosting) and result.session_id == self._session_id:
            self.navigator.replace("hosting", {"sessionId": self._session_id})

    def _on_joined(self, result: object) -> None:
        """Leave somebody else's desktop to its own screen, as long as it is shown."""
        if not isinstance(result, Joined) or result.state is JoinedState.ENDED:
            return
        if result.session_id == self._session_id:
            self.navigator.replace("joined", {"sessionId": self._session_id})

    def _on_ended(self, result: object) -> None:
        self._is_ending = False
        self.endingChanged.emit()
        if isinstance(result, SessionSummary) and result.session_id == self._session_id:
            self._take(result)

    def _on_not_ended(self, failure: FailureSnapshot) -> None:
        self._is_ending = False
        self.endingChanged.emit()
        self.fail(failure)

    # --- small steps ---

    def _ask(self) -> None:
        self.ask(ShowSession(self._session_id), self._on_detail)

    def _tell(self) -> None:
        self.stateChanged.emit()
        self.liveChanged.emit()
        self.incidentsChanged.emit()
        self.endingChanged.emit()

    def _can_end(self) -> bool:
        return self._state in (SessionState.OPENING, SessionState.RECORDING)

    # --- what the screen shows ---

    def _sentences(self) -> tuple[str, str]:
        return sentences_of(
            self._state, is_in_gap=self.is_in_gap(), is_chain_there=self._is_chain_there
        )

    def _duration_s(self) -> float:
        if self._live is not None and self._can_end():
            return self._live.duration_s
        return self._summary.duration_s if self._summary else 0.0

    def _recorded_bytes(self) -> int:
        if self._live is not None and self._can_end():
            return self._live.recorded_bytes
        return self._summary.plain_bytes if self._summary else 0

    def _is_over(self) -> bool:
        return self._state not in {
            SessionState.OPENING,
            SessionState.RECORDING,
            SessionState.SEALING,
        }

    def _sealed_chunks(self) -> int:
        if self._live is not None and self._can_end():
            return self._live.sealed_chunks
        return self._summary.chunks if self._summary else 0

    def _gaps(self) -> int:
        if self._live is not None and self._can_end():
            return self._live.gaps
        return self._summary.gaps if self._summary else 0

    def _gaps_text(self) -> str:
        return gaps_text(self._gaps()) if self._gaps() else tr("never")

    def _open_bytes(self) -> int:
        return self._live.open_chunk_bytes if self._live and self._can_end() else 0

    def _source_text(self) -> str:
        return source_text(self._source) if self._source else ""

    sessionId = shown(str, "_session_id", stateChanged)
    blockText = shown(str, "_block", stateChanged)
    isEnding = shown(bool, "_is_ending", endingChanged)
    state = Property(str, lambda self: self._state.value, notify=stateChanged)
    steps = Property(list, lambda self: steps_of(self._state), notify=stateChanged)
    sentence = Property(str, lambda self: self._sentences()[0], notify=stateChanged)
    detail = Property(str, lambda self: self._sentences()[1], notify=stateChanged)
    sourceText = Property(str, _source_text, notify=stateChanged)
    isOver = Property(bool, _is_over, notify=stateChanged)
    duration = Property(str, lambda self: duration_text(self._duration_s()), notify=stateChanged)
    canEnd = Property(bool, _can_end, notify=stateChanged)
    clock = Property(str, lambda self: clock_text(self._duration_s()), notify=stateChanged)
    size = Property(str, lambda self: size_text(self._recorded_bytes()), notify=stateChanged)
    sealedChunks = Property(int, _sealed_chunks, notify=stateChanged)
    gaps = Property(int, _gaps, notify=stateChanged)
    gapsText = Property(str, _gaps_text, notify=stateChanged)
    openChunk = Property(str, lambda self: size_text(self._open_bytes()), notify=stateChanged)
    openFill = Property(float, lambda self: self._open_bytes() / LARGEST_CHUNK, notify=stateChanged)
    encoder = Property(
        str, lambda self: self._live.encoder if self._live else "", notify=stateChanged
    )


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return LiveModel(bridge, navigator, parent)
