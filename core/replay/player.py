"""The player shows the pictures of a sealed session at their moments."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import SettingOutOfBounds
from core.recording.picture import Picture, to_picture
from core.replay.chunk_decoder import ChunkDecoder
from core.replay.chunk_reader import ChunkReader, ChunkShelf
from core.replay.timeline import PlayableChunk, PlayableGap, Timeline
from core.runtime.clock import Clock
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker

SLOWEST, FASTEST = 0.5, 16.0
_NANOSECONDS = 1_000_000_000
_PICTURE_SECONDS = 1 / 30  # a touchscreen gains nothing from more
_GAP_SECONDS = 0.1
_MOST_AT_ONCE = 12
_LARGEST = (1920, 1080)


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A decoded picture with the moment it was recorded."""

    position_ns: int
    utc_ns: int
    picture: Picture

    @property
    def position_s(self) -> float:
        """Seconds since the session's start."""
        return self.position_ns / _NANOSECONDS


@dataclass(frozen=True, slots=True)
class PlaybackState:
    """Where the playback is; ``gap`` is the gap around the position."""

    is_playing: bool
    position_s: float
    speed: float
    gap: PlayableGap | None
    is_at_end: bool

    @property
    def is_in_gap(self) -> bool:
        """Whether there are no pictures at the position."""
        return self.gap is not None


@dataclass(frozen=True, slots=True)
class _Step:
    """What one decoding step found: a picture unless it is on the screen already, and when the next is due."""

    shown: ShownPicture | None
    due_ns: int


class Player:
    """Plays one session; decoding runs on a thread of its own, callbacks on the event loop's thread.

    ``on_failure`` is called when playing (not seeking) comes upon a chunk that does not hold; the
    playback then holds. At most two chunks are open; ``close`` forgets them and the reader.
    """

    def __init__(
        self,
        timeline: Timeline,
        reader: ChunkReader,
        clock: Clock,
        *,
        on_frame: Callable[[ShownPicture], None],
        on_change: Callable[[PlaybackState], None],
        on_failure: Callable[[Exception], None],
        largest: tuple[int, int] = _LARGEST,
    ) -> None:
        self._timeline = timeline
        self._clock = clock
        self._on_frame = on_frame
        self._on_change = on_change
        self._on_failure = on_failure
        self._screen = _Screen(timeline, reader, largest)
        self._worker = Worker("player")
        self._speed = 1.0
        self._base_ns = 0  # the position when _base_mono_ns was read
        self._base_mono_ns = 0
        self._playing: asyncio.Task[None] | None = None
        self._seeks = 0
        self._is_closed = False

    @property
    def state(self) -> PlaybackState:
        """Where the playback is now."""
        position = self._position()
        return PlaybackState(
            is_playing=self._is_playing,
            position_s=position / _NANOSECONDS,
            speed=self._speed,
            gap=self._timeline.gap_at(position),
            is_at_end=position >= self._timeline.end_ns,
        )

    async def seek(self, position_s: float) -> None:
        """Show the picture at a position; returns after it was shown.

        When another seek follows before this one's picture is decoded, only that one's is shown.
        Raises the failure of a chunk that does not hold; the playback then holds there.
        """
        if self._is_closed:
            return
        was_playing = self._is_playing
        await self._halt()
        if self._was_closed():
            return
        self._seeks += 1
        ticket = self._seeks
        target = self._timeline.clamp(round(position_s * _NANOSECONDS))
        self._base_ns = target
        try:
            step = await self._worker.run(self._decode_sought, target, ticket)
        except BaseException:
            self._tell()
            raise
        if self._is_closed or step is None or ticket != self._seeks:
            return
        self._show(step)
        if was_playing:
            self._go()
        self._tell()

    async def play(self, speed: float = 1.0) -> None:
        """Run on at a speed of 0.5 to 16; from the start when at the end."""
        if not SLOWEST <= speed <= FASTEST:
            raise SettingOutOfBounds(
                name="speed", value=speed, reason=f"{SLOWEST} to {FASTEST:.0f}"
            )
        await self._halt()
        self._speed = speed
        if self._base_ns >= self._timeline.end_ns:
            self._base_ns = 0
        self._go()
        self._tell()

    async def hold(self) -> None:
        """Stay at the picture on the screen."""
        await self._halt()
        self._tell()

    async def close(self) -> None:
        """Stop, forget pictures and keys, end the thread: all of it, also when cancelled; harmless when closed."""
        if self._is_closed:
            return
        self._is_closed = True
        self._seeks += 1
        await to_its_end(self._end())

    async def _end(self) -> None:
        await self._halt()
        await self._worker.run(self._screen.forget)
        self._worker.close()

    @property
    def _is_playing(self) -> bool:
        return self._playing is not None

    def _was_closed(self) -> bool:
        """Look anew: while a task waited, another may have closed the player."""
        return self._is_closed

    def _position(self) -> int:
        if self._playing is None:
            return self._base_ns
        passed = self._clock.now().mono_ns - self._base_mono_ns
        return self._timeline.clamp(self._base_ns + int(passed * self._speed))

    def _go(self) -> None:
        self._base_mono_ns = self._clock.now().mono_ns
        if not self._is_closed:
            self._playing = asyncio.create_task(self._run(), name="player")

    async def _halt(self) -> None:
        playing = self._playing
        if playing is None:
            return
        self._base_ns = self._position()
        self._playing = None
        playing.cancel()
        await asyncio.wait([playing])

    def _tell(self) -> None:
        if not self._is_closed:
            self._on_change(self.state)

    def _show(self, step: _Step) -> None:
        if step.shown is not None and not self._is_closed:
            self._on_frame(step.shown)

    def _decode_sought(self, target: int, ticket: int) -> _Step | None:
        if self._is_closed or ticket != self._seeks:
            return None  # the finger is elsewhere by now
        return self._screen.look(target, most=None, is_forced=True)

    async def _run(self) -> None:
        """Play until the end; the boundary of the task: what goes wrong is published, and it holds."""
        try:
            await self._play_on()
        except asyncio.CancelledError:
            raise
        except Exception as failure:  # noqa: BLE001  (a task's boundary)
            self._end_run()
            self._on_failure(failure)
            self._tell()

    async def _play_on(self) -> None:
        told_gap: PlayableGap | None = None
        while (position := self._position()) < self._timeline.end_ns:
            began = self._clock.now().mono_ns
            gap = self._timeline.gap_at(position)
            step = await self._worker.run(self._screen.look, position, most=_MOST_AT_ONCE)
            self._show(step)
            if gap is not None or told_gap is not None:
                self._tell()
            told_gap = gap
            await self._rest(began, gap, step)
        self._show(await self._worker.run(self._screen.look, self._timeline.end_ns, most=None))
        self._end_run()
        self._tell()

    def _end_run(self) -> None:
        self._base_ns = self._position()
        self._playing = None

    async def _rest(self, began: int, gap: PlayableGap | None, step: _Step) -> None:
        """Sleep until the next picture is due, or the front end wants to hear how far a gap is."""
        position = self._position()
        change = self._timeline.next_change(position)
        due = change if gap is not None else min(step.due_ns, change)
        seconds = (due - position) / self._speed / _NANOSECONDS
        if gap is not None:
            seconds = min(seconds, _GAP_SECONDS)
        spent = (self._clock.now().mono_ns - began) / _NANOSECONDS
        await self._clock.sleep(max(seconds, _PICTURE_SECONDS - spent, 0))


class _Screen:
    """What is on the screen, and how the next picture gets there; lives on the worker's thread."""

    def __init__(self, timeline: Timeline, reader: ChunkReader, largest: tuple[int, int]) -> None:
        self._timeline = timeline
        self._shelf = ChunkShelf(reader)
        self._largest = largest
        self._decoder: ChunkDecoder | None = None
        self._chunk: PlayableChunk | None = None
        self._place = -1

    def look(self, position_ns: int, *, most: int | None, is_forced: bool = False) -> _Step:
        """Decode the picture at a position (in a gap: the one before it), unless it is there already."""
        gap = self._timeline.gap_at(position_ns)
        moment = gap.from_ns if gap else position_ns
        chunk = self._timeline.chunk_at(moment)
        if chunk is None:
            return _Step(None, self._timeline.end_ns)
        decoder = self._decoder_of(chunk)
        frames = self._shelf.take(chunk.index).frames
        place = decoder.place_at(moment)
        found = None
        if frames and (place != self._place or is_forced):
            found = decoder.decode_to(place, most)
        due_ns = self._due_after(
            chunk, frames[place + 1].at_ns if place + 1 < len(frames) else None
        )
        if found is None or (found[0] == self._place and not is_forced):
            return _Step(None, due_ns)
        self._place, picture = found[0], found[1]
        frame = frames[self._place]
        shown = ShownPicture(frame.at_ns, frame.utc_ns, to_picture(picture, self._largest))
        return _Step(shown, due_ns)

    def forget(self) -> None:
        """Let go of pictures, chunks and keys."""
        self._decoder = None
        self._chunk = None
        self._shelf.forget()

    def _decoder_of(self, chunk: PlayableChunk) -> ChunkDecoder:
        if self._decoder is None or chunk != self._chunk:
            self._decoder = None
            self._decoder = ChunkDecoder(self._shelf.take(chunk.index))
            self._chunk = chunk
            self._place = -1
        return self._decoder

    def _due_after(self, chunk: PlayableChunk, next_ns: int | None) -> int:
        if next_ns is not None:
            return next_ns
        following = self._timeline.chunk_after(chunk)
        return following.from_ns if following else self._timeline.end_ns
