"""A made-up appliance: a fake engine whose sessions start, end, are sealed, anchored and played."""

from __future__ import annotations

from dataclasses import replace

from core.api.commands import (
    ClosePlayback,
    ControlPlayback,
    EndSession,
    ExportBundle,
    ExportVideo,
    ListSessions,
    OpenPlayback,
    ReadSettings,
    SeekPlayback,
    ShowSession,
    StartSession,
    VerifySession,
    WatchSession,
)
from core.api.events import (
    EngineChanged,
    FrameShown,
    PlaybackChanged,
    SessionChanged,
    SessionProgressed,
    ThumbnailTaken,
)
from core.api.snapshots import (
    EnginePhase,
    ExportedFile,
    FailureSnapshot,
    PlaybackOpened,
    SessionDetail,
    SessionState,
    SessionSummary,
    VerificationReport,
)
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import FakeEnginePort, failure
from tests.fakes.made_up_access import MadeUpAccess
from tests.fakes.made_up_door import MadeUpDoor
from tests.fakes.made_up_joining import MadeUpOtherEnd
from tests.fakes.made_up_network import MadeUpNetwork, ready
from tests.fakes.made_up_peers import MadeUpPeers

PLAYBACK = 7
_THUMBNAIL = (320, 180)
_FRAME = (640, 360)
_MS = 1000


class MadeUpAppliance(FakeEnginePort):
    """Answers the session commands as an engine would, at the pace of its script.

    What a real engine does by itself (seal, anchor, go on playing) happens here when ``seal``,
    ``anchor`` or ``show_frame`` is called. A type in ``answers`` that a test sets wins.
    """

    def __init__(self, sessions: tuple[SessionSummary, ...] = (), **options: object) -> None:
        self.sessions = {each.session_id: each for each in sessions}
        self.report: VerificationReport = made_up.report_that_holds()
        self.playback: PlaybackOpened | None = None
        self.speed = 1.0
        self.is_playing = False
        self.door = MadeUpDoor(self)
        self.other_end = MadeUpOtherEnd(self)
        self.net = MadeUpNetwork(self)
        self.readers = MadeUpAccess(self)
        self.peers = MadeUpPeers(self)
        super().__init__(**options)  # type: ignore[arg-type]  # handed on by name
        self.answers = {
            StartSession: self._start,
            EndSession: self._end_session,
            ListSessions: self._list,
            ShowSession: self._show,
            VerifySession: lambda _command: self.report,
            ExportBundle: self._export,
            ExportVideo: self._export,
            OpenPlayback: self._open_playback,
            ControlPlayback: self._control,
            SeekPlayback: self._seek,
            ClosePlayback: self._close_playback,
            WatchSession: self._watch,
            ReadSettings: (),
            **self.door.answers(),
            **self.other_end.answers(),
            **self.net.answers(),
            **self.readers.answers(),
            **self.peers.answers(),
            **self.answers,
        }

    # --- the script --------------------------------------------------------------------------

    def change(self, session_id: str, **changes: object) -> None:
        """Change a session and say so."""
        changed = replace(self.sessions[session_id], **changes)  # type: ignore[arg-type]  # by name
        self.sessions[session_id] = changed
        self.emit(SessionChanged(changed))

    def progress(self, session_id: str, **changes: object) -> None:
        """Let the running session grow."""
        self.emit(SessionProgressed(made_up.live(self.sessions[session_id], **changes)))  # type: ignore[arg-type]

    def seal(self, session_id: str) -> None:
        """Finish sealing: the session now waits for the chain."""
        ended = made_up.summary(0, SessionState.ANCHORING)
        self.change(
            session_id,
            state=SessionState.ANCHORING,
            ended_utc_ms=ended.ended_utc_ms,
            duration_s=ended.duration_s,
            chunks=ended.chunks,
            plain_bytes=ended.plain_bytes,
            stored_bytes=ended.stored_bytes,
            merkle_root=ended.merkle_root,
            end_reason="owner",
        )

    def anchor(self, session_id: str) -> None:
        """Confirm the sealing."""
        self.change(session_id, state=SessionState.ANCHORED)

    def show_frame(self, position_s: float) -> None:
        """Show the frame at a position of the playback."""
        if self.playback is None:
            return
        width, height = _FRAME
        rgb = made_up.desktop_rgb(width, height, position_s / made_up.DURATION_S)
        utc_ms = self.playback.started_utc_ms + int(position_s * _MS)
        self.emit(FrameShown(PLAYBACK, position_s, utc_ms, width, height, rgb))

    def change_playback(self, position_s: float, *, is_at_end: bool = False) -> None:
        """Say where the playback is."""
        is_in_gap = any(gap.from_s <= position_s < gap.until_s for gap in made_up.GAPS)
        self.is_playing = self.is_playing and not is_at_end
        self.emit(
            PlaybackChanged(PLAYBACK, self.is_playing, position_s, self.speed, is_in_gap, is_at_end)
        )

    # --- the answers -------------------------------------------------------------------------

    def _start(self, command: StartSession) -> SessionSummary:
        source = command.display or "sandbox"
        opened = made_up.summary(
            -21, SessionState.RECORDING, source=source, duration_s=0.0, chunks=0, gaps=0
        )
        self.sessions[opened.session_id] = opened
        self.engine = replace(self.engine, running_session_id=opened.session_id)
        self._tell(EngineChanged(self.engine))
        self._tell(SessionChanged(opened))
        return opened

    def _end_session(self, command: EndSession) -> SessionSummary:
        sealing = replace(self.sessions[command.session_id], state=SessionState.SEALING)
        self.sessions[command.session_id] = sealing
        self.engine = replace(self.engine, running_session_id=None)
        self._tell(EngineChanged(self.engine))
        self._tell(SessionChanged(sealing))
        self.door.end()
        self.other_end.forget()
        return sealing

    def _list(self, _command: ListSessions) -> tuple[SessionSummary, ...]:
        newest_first = sorted(self.sessions.values(), key=lambda each: -each.started_utc_ms)
        return tuple(newest_first)

    def _show(self, command: ShowSession) -> SessionDetail | FailureSnapshot:
        known = self.sessions.get(command.session_id)
        if known is None:
            return failure("session_unknown", 1, session_id=command.session_id)
        return made_up.detail(known)

    def _export(self, command: ExportBundle | ExportVideo) -> ExportedFile:
        is_video = isinstance(command, ExportVideo)
        is_readable = not is_video and command.disclosure.value == "readable"
        kind = "video" if is_video else "bundle"
        return ExportedFile(str(command.destination), 214_300, kind, 3, is_readable)

    def _open_playback(self, command: OpenPlayback) -> PlaybackOpened | FailureSnapshot:
        known = self.sessions.get(command.session_id)
        if known is None:
            return failure("session_unknown", 1, session_id=command.session_id)
        self.playback = PlaybackOpened(
            PLAYBACK,
            known.session_id,
            known.duration_s,
            1280,
            720,
            made_up.GAPS,
            known.started_utc_ms,
        )
        return self.playback

    def _control(self, command: ControlPlayback) -> None:
        self.is_playing, self.speed = command.is_playing, command.speed

    def _seek(self, command: SeekPlayback) -> None:
        self.show_frame(command.position_s)
        self.change_playback(command.position_s)

    def _close_playback(self, _command: ClosePlayback) -> None:
        self.playback = None

    def _watch(self, command: WatchSession) -> None:
        if command.is_watching and command.session_id in self.sessions:
            width, height = _THUMBNAIL
            rgb = made_up.desktop_rgb(width, height)
            self.emit(ThumbnailTaken(command.session_id, width, height, rgb))


def start() -> MadeUpAppliance:
    """Start a made-up appliance with a few sessions; what screenshots are taken of."""
    sessions = tuple(each for each in made_up.listed() if each.state is not SessionState.RECORDING)
    appliance = MadeUpAppliance(sessions)
    appliance.net.set(ready())
    appliance.change_phase(EnginePhase.READY)
    return appliance
