"""The recorder keeps a frame source running and tells what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from core.errors import DisplayUnavailable, MissingFailure, RecorderFailed
from core.recording.source import FrameSource, StreamPiece
from core.runtime.clock import Clock, Instant

_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class RecordedGap:
    """A stretch without pictures: from the last piece before it to the first one after it.

    The reasons are "encoder_died", "stalled" and "display_lost".
    """

    start: Instant
    end: Instant
    reason: str


@dataclass(frozen=True)
class RecorderLimits:
    """When a source counts as stalled, and how often it is started again before it is given up."""

    stall_seconds: float = 3.0
    healthy_seconds: float = 10.0  # a run of this length clears the count of attempts
    pauses_seconds: tuple[float, ...] = (0.0, 0.1, 0.3, 0.6, 1.0, 2.0, 3.0, 5.0)


class Recorder:
    """Supervises sources of ``make_source``, one after the other; for one event loop, one reader."""

    def __init__(
        self,
        make_source: Callable[[], FrameSource],
        clock: Clock,
        limits: RecorderLimits | None = None,
    ) -> None:
        self._make_source = make_source
        self._clock = clock
        self._limits = limits or RecorderLimits()
        self._source: FrameSource | None = None
        self._described = ("", 0, 0)
        self._stopping = asyncio.Event()
        self._watchdog: asyncio.Task[None] | None = None
        self._waiting_since: int | None = None
        self._is_stalled = False
        self._is_over = False
        self._failure: RecorderFailed | None = None
        self._held: StreamPiece | None = None
        self._gap_reason: str | None = None
        self._attempts = 0
        self.on_gap: Callable[[], None] = lambda: None  # hears at once when a gap begins
        self._run_start = self._last = Instant(0, 0)

    @property
    def encoder(self) -> str:
        """The encoder of the newest run."""
        return self._described[0]

    @property
    def width(self) -> int:
        """The width in pixels of the newest run."""
        return self._described[1]

    @property
    def height(self) -> int:
        """The height in pixels of the newest run."""
        return self._described[2]

    @property
    def is_in_gap(self) -> bool:
        """Whether pictures are missing right now."""
        return self._gap_reason is not None

    async def start(self) -> None:
        """Start the first source; what it raises is raised, nothing is tried again."""
        self._last = self._clock.now()
        await self._start_source()
        self._watchdog = asyncio.create_task(self._watch(), name="recorder watchdog")

    async def read(self) -> StreamPiece | RecordedGap | None:
        """Wait for the next piece or gap; None once stopped.

        Raises RecorderFailed(attempts, reason) when the source could not be brought back; the gap
        up to that moment is given before.
        """
        while not self._is_over:
            if self._held is not None:
                piece, self._held = self._held, None
                return piece
            if self._source is None:
                if not await self._bring_back():
                    await self._end()
                continue
            found = await self._read_source(self._source)
            if found is not None:
                return found
        return self._last_word()

    async def stop(self) -> None:
        """Ask for a clean end and return at once; ``read`` gives what is left, then None."""
        self._stopping.set()
        if self._source is not None:
            await self._source.stop()

    async def close(self) -> None:
        """End at once and release everything; what is on its way is lost."""
        self._stopping.set()
        self._is_over = True
        self._gap_reason = None
        self._failure = None
        await self._end()

    async def _start_source(self) -> None:
        source = self._make_source()
        try:
            await source.start()
        except BaseException:
            await source.close()
            raise
        self._source = source
        self._described = (source.encoder, source.width, source.height)
        self._run_start = self._clock.now()
        self._is_stalled = False
        if self._stopping.is_set():
            await source.stop()

    async def _read_source(self, source: FrameSource) -> StreamPiece | RecordedGap | None:
        """Give the next piece, or the gap before it; None when the source has ended."""
        self._waiting_since = self._clock.now().mono_ns
        try:
            piece = await source.read()
        finally:
            self._waiting_since = None
        if piece is None:
            self._source = None
            if not self._stopping.is_set():
                self._gap_reason = "stalled" if self._is_stalled else source.end_reason
                self.on_gap()
            return None
        if (
            piece.instant.mono_ns - self._run_start.mono_ns
            > self._limits.healthy_seconds * _NANOSECONDS
        ):
            self._attempts = 0
        if self._gap_reason is None:
            self._last = piece.instant
            return piece
        self._held = piece
        return self._close_gap(piece.instant)

    async def _bring_back(self) -> bool:
        """Start sources until one runs; False when stopped or given up."""
        while not self._stopping.is_set():
            if self._attempts == len(self._limits.pauses_seconds):
                reason = self._gap_reason or "encoder_died"
                self._failure = RecorderFailed(attempts=self._attempts, reason=reason)
                return False
            pause = self._limits.pauses_seconds[self._attempts]
            self._attempts += 1
            try:
                await self._unless_stopped(self._start_after(pause))
            except MissingFailure as failure:
                self._gap_reason = _reason_of(failure, self._gap_reason)
            if self._source is not None:
                return True
        return False

    async def _start_after(self, pause: float) -> None:
        if pause > 0:
            await self._clock.sleep(pause)
        await self._start_source()

    async def _unless_stopped(self, work: Coroutine[None, None, None]) -> None:
        """Do the work; give it up when stopped meanwhile."""
        stopping = asyncio.create_task(self._stopping.wait())
        working = asyncio.create_task(work)
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            is_given_up = not working.done()
            working.cancel()
            await asyncio.wait({working, stopping})
        if not is_given_up:
            await working

    async def _watch(self) -> None:
        """End a source that has given nothing for too long while somebody waited for it."""
        limit = int(self._limits.stall_seconds * _NANOSECONDS)
        while not self._is_over:
            since, source = self._waiting_since, self._source
            waited = 0 if since is None else self._clock.now().mono_ns - since
            if source is not None and waited >= limit:
                self._is_stalled = True
                await source.close()
                waited = 0
            await self._clock.sleep((limit - waited) / _NANOSECONDS)

    def _close_gap(self, end: Instant) -> RecordedGap:
        gap = RecordedGap(self._last, end, self._gap_reason or "encoder_died")
        self._gap_reason = None
        self._last = end
        return gap

    def _last_word(self) -> RecordedGap | None:
        """After the end: the gap that is still open, then the failure if there is one, then None."""
        if self._gap_reason is not None:
            return self._close_gap(self._clock.now())
        if self._failure is not None:
            raise self._failure
        return None

    async def _end(self) -> None:
        self._is_over = True
        source, self._source = self._source, None
        watchdog, self._watchdog = self._watchdog, None
        if source is not None:
            await source.close()
        if watchdog is not None:
            watchdog.cancel()
            await asyncio.wait([watchdog])


def _reason_of(failure: MissingFailure, so_far: str | None) -> str:
    if isinstance(failure, DisplayUnavailable):
        return "display_lost"
    return so_far or "encoder_died"
