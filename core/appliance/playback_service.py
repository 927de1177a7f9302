"""Playing sealed sessions inside a front end."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from uuid import UUID

from core.api.commands import ClosePlayback, ControlPlayback, OpenPlayback, SeekPlayback
from core.api.events import Event, FrameShown, IncidentRecorded, PlaybackChanged
from core.api.snapshots import PlaybackOpened, SessionState, failure_snapshot
from core.errors import Failure, SessionEmpty, SessionNotFinished, UsageFailure
from core.replay.player import PlaybackState, Player, ShownPicture
from core.sessions.identity import parse_session_id
from core.sessions.parts import SessionParts
from core.sessions.reading import SessionChunkReader, session_key, timeline
from core.sessions.summaries import gap_of
from core.storage.metadata import ChunkRow, GapRow, SessionWithTotals

_NS = 1_000_000_000
_MS_IN_NS = 1_000_000
_PLAYABLE = {SessionState.ANCHORING.value, SessionState.ANCHORED.value}

_log = logging.getLogger(__name__)


class PlaybackService:
    """Opens players and hands what they show to front ends; lives on the engine's loop."""

    def __init__(self, parts: SessionParts, publish: Callable[[Event], None]) -> None:
        self._parts = parts
        self._publish = publish
        self._ids = itertools.count(1)
        self._players: dict[int, Player] = {}

    async def open(self, command: OpenPlayback) -> PlaybackOpened:
        """Open a session and show its first frame.

        Raises VaultLocked, SessionUnknown, SessionNotFinished, SessionEmpty, KeyUnavailable, Chunk….
        """
        session_id = parse_session_id(command.session_id)
        stored, chunks, gaps = await self._parts.store_worker.run(self._read, session_id)
        key = await self._parts.store_worker.run(session_key, self._parts, session_id)
        playback_id = next(self._ids)
        player = Player(
            timeline(stored.row, chunks, gaps),
            SessionChunkReader(self._parts.chunks, session_id, key),
            self._parts.clock,
            on_frame=lambda shown: self._show(playback_id, shown),
            on_change=lambda state: self._tell(playback_id, state),
            on_failure=lambda failure: self._report(str(session_id), failure),
        )
        self._players[playback_id] = player
        try:
            await player.seek(0.0)
        except BaseException:
            await self._close(playback_id)
            raise
        return PlaybackOpened(
            playback_id=playback_id,
            session_id=str(session_id),
            duration_s=stored.row.duration_ns / _NS,
            width=stored.row.width,
            height=stored.row.height,
            gaps=tuple(gap_of(each) for each in gaps),
            started_utc_ms=stored.row.started_utc_ns // _MS_IN_NS,
        )

    async def seek(self, command: SeekPlayback) -> None:
        """Show the frame at a position."""
        await self._player(command.playback_id).seek(command.position_s)

    async def control(self, command: ControlPlayback) -> None:
        """Run or hold."""
        player = self._player(command.playback_id)
        if command.is_playing:
            await player.play(command.speed)
        else:
            await player.hold()

    async def close(self, command: ClosePlayback) -> None:
        """End a playback; one that has ended already is fine."""
        await self._close(command.playback_id)

    async def close_all(self) -> None:
        """End every playback."""
        for playback_id in list(self._players):
            await self._close(playback_id)

    async def _close(self, playback_id: int) -> None:
        player = self._players.pop(playback_id, None)
        if player is not None:
            await player.close()

    def _player(self, playback_id: int) -> Player:
        player = self._players.get(playback_id)
        if player is None:
            raise UsageFailure(reason=f"playback {playback_id} is not open")
        return player

    def _read(self, session_id: UUID) -> tuple[SessionWithTotals, list[ChunkRow], list[GapRow]]:
        stored = self._parts.store.session(session_id)
        if stored.row.state not in _PLAYABLE:
            raise SessionNotFinished(session_id=str(session_id), state=stored.row.state)
        chunks = self._parts.store.chunks(session_id)
        if not any(each.frames for each in chunks):
            raise SessionEmpty(session_id=str(session_id))
        return stored, chunks, self._parts.store.gaps(session_id)

    def _show(self, playback_id: int, shown: ShownPicture) -> None:
        picture = shown.picture
        self._publish(
            FrameShown(
                playback_id,
                shown.position_s,
                shown.utc_ns // _MS_IN_NS,
                picture.width,
                picture.height,
                picture.rgb,
            )
        )

    def _tell(self, playback_id: int, state: PlaybackState) -> None:
        self._publish(
            PlaybackChanged(
                playback_id,
                state.is_playing,
                state.position_s,
                state.speed,
                state.is_in_gap,
                state.is_at_end,
            )
        )

    def _report(self, session_id: str, failure: Exception) -> None:
        if isinstance(failure, Failure):
            self._publish(IncidentRecorded(failure_snapshot(failure), session_id))
        else:
            _log.error("playing failed by a fault of its own", exc_info=failure)
