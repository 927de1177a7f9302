"""The player screen's state: one playback, its newest frame, its position, its gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from core.api.commands import ClosePlayback, ControlPlayback, OpenPlayback, SeekPlayback
from core.api.events import FrameShown, IncidentRecorded, PlaybackChanged
from core.api.hosting import AuditEntry, ReadTrail
from core.api.snapshots import FailureSnapshot, Gap, PlaybackOpened
from lucid_gui.pictures import FrameFeed, FrameItem
from lucid_gui.screens.screen_model import ScreenModel, shown
from lucid_gui.screens.trail import SAID_S, entry_text, marks_of
from lucid_gui.screens.wording import clock_text, gap_text, title_text, utc_text, wall_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["FrameItem", "PlayerModel", "create"]  # the screen's QML needs FrameItem to be known

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_MS = 1000


class PlayerModel(ScreenModel):
    """Plays one session from memory; the frames are never kept and never written."""

    playbackChanged = Signal()
    positionChanged = Signal()
    trailChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._feed = FrameFeed(self)
        self._session_id = ""
        self._at_s = 0.0
        self._trail: tuple[AuditEntry, ...] = ()
        self._reset()

    def _reset(self) -> None:
        self._playback: PlaybackOpened | None = None
        self._is_opening = False
        self._is_playing = False
        self._is_at_end = False
        self._speed = 1.0
        self._position_s = 0.0
        self._utc_ms = 0
        self._is_seeking = False
        self._wanted_s: float | None = None
        self._early: FrameShown | None = None

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, arguments: dict[str, Any]) -> None:
        """Open the session named in ``arguments["sessionId"]`` and play it, from ``atS`` if that is given."""
        self._session_id = str(arguments.get("sessionId", ""))
        self._at_s = float(arguments.get("atS", 0.0))
        self._trail = ()
        # A session without a trail has no marks; that is no news.
        self.ask(ReadTrail(self._session_id), self._on_trail, lambda _failure: None)
        self.listen(FrameShown, self._on_frame)
        self.listen(PlaybackChanged, self._on_changed)
        self.listen(IncidentRecorded, self._on_incident)
        self.open()

    @Slot()
    def leave(self) -> None:
        """End the playback and forget the last frame."""
        self.stop_listening()
        self._close()
        self._tell()

    @Slot()
    def open(self) -> None:
        """Open the playback, again after a failure."""
        self._close()
        self.fail(None)
        self._is_opening = True
        self._tell()
        # Not cancelled when the screen is left early: the answer names the playback to close.
        session_id = self._session_id
        self.bridge.submit(
            OpenPlayback(session_id), on_result=self._on_opened, on_failure=self._on_failed
        )

    def _close(self) -> None:
        if self._playback is not None:
            closing = self.bridge.submit(ClosePlayback(self._playback.playback_id))
            self.bridge.forget(closing)
        self._reset()
        self._feed.clear()

    # --- what the person does ---

    @Slot()
    def toggle(self) -> None:
        """Play or hold; at the end, play again from the beginning."""
        if self._playback is None:
            return
        if self._is_at_end and not self._is_playing:
            self.seek(0.0)
        self._control(is_playing=not self._is_playing)

    @Slot(float)
    def seek(self, position_s: float) -> None:
        """Go to a position; while one seek is on its way only the latest wish is kept."""
        if self._playback is None:
            return
        position_s = min(max(0.0, position_s), self._playback.duration_s)
        self._position_s = position_s
        self._is_at_end = False
        self._tell()
        if self._is_seeking:
            self._wanted_s = position_s
            return
        self._is_seeking = True
        command = SeekPlayback(self._playback.playback_id, position_s)
        self.ask(command, self._on_sought, self._on_seek_failed)

    @Slot(float)
    def skip(self, seconds: float) -> None:
        """Go a stretch forward or back."""
        self.seek(self._position_s + seconds)

    @Slot(float)
    def setSpeed(self, speed: float) -> None:
        """Play at one of ``speeds``."""
        if self._playback is None or speed not in SPEEDS:
            return
        self._speed = speed
        self._control(is_playing=self._is_playing)

    @Slot()
    def nextSpeed(self) -> None:
        """Go to the next faster speed, and from the fastest to the slowest."""
        self.setSpeed(SPEEDS[(SPEEDS.index(self._speed) + 1) % len(SPEEDS)])

    def _control(self, *, is_playing: bool) -> None:
        if self._playback is None:
            return
        self._is_playing = is_playing
        self._tell()
        command = ControlPlayback(self._playback.playback_id, is_playing, self._speed)
        self.ask(command, lambda _nothing: None, self._on_failed)

    # --- what the engine says ---

    def _on_opened(self, result: object) -> None:
        if not isinstance(result, PlaybackOpened):
            return
        if not self._is_opening or result.session_id != self._session_id:
            self.bridge.forget(self.bridge.submit(ClosePlayback(result.playback_id)))
            return
        self._is_opening = False
        self._playback = result
        self._utc_ms = result.started_utc_ms
        early, self._early = self._early, None
        if early is not None:
            self._on_frame(early)
        if self._at_s > 0:
            self.seek(self._at_s)
        self._control(is_playing=True)

    def _on_trail(self, result: object) -> None:
        if isinstance(result, tuple):
            self._trail = tuple(each for each in result if isinstance(each, AuditEntry))
            self.trailChanged.emit()
            self.positionChanged.emit()

    def _on_failed(self, failure: FailureSnapshot) -> None:
        if self._is_opening or self._playback is not None:
            self._is_opening = False
            self._is_playing = False
            self.fail(failure)
            self._tell()

    def shows_incident(self, event: IncidentRecorded) -> bool:
        """Tell whether an incident is for this screen: about the recording that plays."""
        return event.session_id == self._session_id

    def _on_incident(self, event: IncidentRecorded) -> None:
        if self.shows_incident(event):
            self._on_failed(event.failure)

    def _on_sought(self, _result: object) -> None:
        self._is_seeking = False
        wanted, self._wanted_s = self._wanted_s, None
        if wanted is not None:
            self.seek(wanted)

    def _on_seek_failed(self, failure: FailureSnapshot) -> None:
        self._on_sought(None)
        self._on_failed(failure)

    def _on_frame(self, event: FrameShown) -> None:
        if self._is_opening:
            self._early = event  # the first frame comes before the answer that names the playback
        if self._playback is None or event.playback_id != self._playback.playback_id:
            return
        self._feed.show(event.width, event.height, event.rgb)
        if not self._is_seeking:
            self._position_s = event.position_s
        self._utc_ms = event.utc_ms
        self.positionChanged.emit()

    def _on_changed(self, event: PlaybackChanged) -> None:
        if self._playback is None or event.playback_id != self._playback.playback_id:
            return
        self._is_playing, self._is_at_end = event.is_playing, event.is_at_end
        if event.speed in SPEEDS:
            self._speed = event.speed
        if not self._is_seeking:
            self._position_s = event.position_s
        self._tell()

    def _tell(self) -> None:
        self.playbackChanged.emit()
        self.positionChanged.emit()

    # --- what the screen shows ---

    @Slot(float, result=str)
    def clockAt(self, position_s: float) -> str:
        """Write a position as the preview of a drag shows it."""
        return clock_text(position_s)

    @Slot(float, result=str)
    def gapAt(self, position_s: float) -> str:
        """Say which gap lies at a position; empty when there is none."""
        for gap in self._gaps():
            if gap.from_s <= position_s < gap.until_s:
                return gap_text(gap)
        return ""

    @Slot(float, result=str)
    def markAt(self, position_s: float) -> str:
        """Say what had just happened at a position; empty when nothing had."""
        recent = [each for each in self._trail if 0 <= position_s - each.at_s < SAID_S]
        return entry_text(recent[-1]) if recent else ""

    def _gaps(self) -> tuple[Gap, ...]:
        return self._playback.gaps if self._playback else ()

    def _duration_s(self) -> float:
        return self._playback.duration_s if self._playback else 0.0

    def _gap_list(self) -> list[dict[str, Any]]:
        return [
            {"from": gap.from_s, "until": gap.until_s, "text": gap_text(gap)}
            for gap in self._gaps()
        ]

    def _title(self) -> str:
        return title_text(self._playback.started_utc_ms) if self._playback else ""

    def _local(self) -> str:
        return wall_text(self._utc_ms) if self._utc_ms else ""

    def _utc(self) -> str:
        return utc_text(self._utc_ms) if self._utc_ms else ""

    def _speed_text(self) -> str:
        return tr("%1×").replace("%1", f"{self._speed:g}")

    feed = Property(QObject, lambda self: self._feed, constant=True)
    speeds = Property(list, lambda _self: list(SPEEDS), constant=True)
    isOpening = shown(bool, "_is_opening", playbackChanged)
    isPlaying = shown(bool, "_is_playing", playbackChanged)
    isAtEnd = shown(bool, "_is_at_end", playbackChanged)
    speed = shown(float, "_speed", playbackChanged)
    speedText = Property(str, _speed_text, notify=playbackChanged)
    isThere = Property(bool, lambda self: self._playback is not None, notify=playbackChanged)
    duration = Property(float, _duration_s, notify=playbackChanged)
    durationText = Property(
        str, lambda self: clock_text(self._duration_s()), notify=playbackChanged
    )
    gaps = Property(list, _gap_list, notify=playbackChanged)
    title = Property(str, _title, notify=playbackChanged)
    position = shown(float, "_position_s", positionChanged)
    positionText = Property(str, lambda self: clock_text(self._position_s), notify=positionChanged)
    marks = Property(list, lambda self: marks_of(self._trail), notify=trailChanged)
    markText = Property(str, lambda self: self.markAt(self._position_s), notify=positionChanged)
    gapText = Property(str, lambda self: self.gapAt(self._position_s), notify=positionChanged)
    localText = Property(str, _local, notify=positionChanged)
    utcText = Property(str, _utc, notify=positionChanged)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return PlayerModel(bridge, navigator, parent)
