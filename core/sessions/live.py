"""A live recording: what the recorder yields goes to the sealer, one piece at a time.

Nothing is read before the last piece was taken, so that a slow disk makes the encoder wait instead of a
queue grow. Whoever may only act while it is recorded is told at once when it is not: when the recorder has a gap, when
nothing comes from it for too long, and when the disk does not take what came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.api.snapshots import LiveSession
from core.recording.recorder import RecordedGap
from core.recording.source import StreamPiece
from core.runtime.clock import Clock, Instant
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker
from core.storage.metadata import GapRow

FLUSH_EVERY_S = 0.5
SILENT_S = 2.0  # a source at rest repeats its picture once a second
HELD_UP_S = 1.0  # with what waits to be flushed, no more than a crash may lose

Found = TypeVar("Found")


class PieceReader(Protocol):
    """A recorder as a live recording sees it; ``on_gap`` hears at once when pictures begin to be missing."""

    on_gap: Callable[[], None]

    @property
    def encoder(self) -> str:
        """Name the encoder."""

    @property
    def is_in_gap(self) -> bool:
        """Tell whether no pictures come just now."""

    async def read(self) -> StreamPiece | RecordedGap | None:
        """Wait for the next piece or gap; None after ``stop``."""

    async def stop(self) -> None:
        """Ask for a clean end; ``read`` drains what is left."""


class PieceSealer(Protocol):
    """A sealer as a live recording sees it; blocking, on the sealing worker."""

    @property
    def open_bytes(self) -> int:
        """Tell the bytes of the open chunk."""

    @property
    def frames(self) -> int:
        """Tell the frames so far."""

    def append(self, data: bytes, instant: Instant) -> None:
        """Take a piece."""

    def flush(self) -> None:
        """Put everything taken so far on the disk."""

    def finish(self) -> None:
        """Seal the rest."""

    def abandon(self) -> None:
        """Let go without sealing; what was flushed stays."""


@dataclass
class Counters:
    """What has come in so far."""

    recorded_bytes: int = 0
    sealed_chunks: int = 0
    gaps: int = 0
    last_at_ns: int = 0


class LiveRecording:
    """Pumps one session; lives on the engine's loop."""

    def __init__(
        self,
        *,
        session_id: str,
        start: Instant,
        recorder: PieceReader,
        sealer: PieceSealer,
        sealing: Worker,
        clock: Clock,
        keep_gap: Callable[[GapRow], Awaitable[None]],
        progressed: Callable[[LiveSession], None],
        saw_piece: Callable[[StreamPiece], None],
    ) -> None:
        self.counters = Counters()
        self._session_id = session_id
        self._start = start
        self._recorder = recorder
        self._sealer = sealer
        self._sealing = sealing
        self._clock = clock
        self._keep_gap = keep_gap
        self._progressed = progressed
        self._saw_piece = saw_piece
        self._is_recorded = True
        self.on_turn: Callable[[], None] = lambda: None  # hears when ``is_recorded`` has changed
        recorder.on_gap = lambda: self._turn(is_recorded=False)

    @property
    def is_recorded(self) -> bool:
        """Tell whether pictures come and are taken; after a gap only once the first one behind it was taken."""
        return self._is_recorded

    async def run(self) -> None:
        """Pump until the recorder has ended; raises RecorderFailed, StorageFull and their kin.

        Whatever was flushed before a failure stays in the journal.
        """
        flushing = asyncio.ensure_future(self._keep_flushing())
        pumping = asyncio.ensure_future(self._pump())
        try:
            done, _ = await asyncio.wait({flushing, pumping}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (flushing, pumping):
                task.cancel()
            await asyncio.gather(flushing, pumping, return_exceptions=True)

    async def flush(self) -> None:
        """Put everything taken so far on the disk; raises StorageFull."""
        await self._sealing.run(self._sealer.flush)

    async def finish(self) -> None:
        """Seal the rest, to the end also when cancelled; raises StorageFull."""
        await to_its_end(self._sealing.run(self._sealer.finish))
        self.report()

    async def abandon(self) -> None:
        """Let go without sealing, to the end also when cancelled: the sealer has files, memory and a thread."""
        await to_its_end(self._sealing.run(self._sealer.abandon))

    def report(self) -> None:
        """Tell how far the recording is."""
        now = self._clock.now().mono_ns
        self._progressed(
            LiveSession(
                session_id=self._session_id,
                duration_s=max(0, now - self._start.mono_ns) / 1e9,
                recorded_bytes=self.counters.recorded_bytes,
                sealed_chunks=self.counters.sealed_chunks,
                open_chunk_bytes=self._sealer.open_bytes,
                frames=self._sealer.frames,
                gaps=self.counters.gaps,
                is_in_gap=self._recorder.is_in_gap,
                encoder=self._recorder.encoder,
            )
        )

    async def _pump(self) -> None:
        while (item := await self._timely(self._recorder.read(), SILENT_S)) is not None:
            if isinstance(item, RecordedGap):
                await self._take_gap(item)
                continue
            taking = self._sealing.run(self._sealer.append, item.data, item.instant)
            await self._timely(taking, HELD_UP_S)
            self._turn(is_recorded=not self._recorder.is_in_gap)
            self.counters.recorded_bytes += len(item.data)
            self.counters.last_at_ns = item.instant.mono_ns - self._start.mono_ns
            self._saw_piece(item)
            self.report()

    async def _take_gap(self, gap: RecordedGap) -> None:
        self.counters.gaps += 1
        from_ns = max(0, gap.start.mono_ns - self._start.mono_ns)
        until_ns = max(from_ns, gap.end.mono_ns - self._start.mono_ns)
        await self._keep_gap(GapRow(from_ns, until_ns, gap.reason))

    async def _keep_flushing(self) -> None:
        while True:
            await self._clock.sleep(FLUSH_EVERY_S)
            await self._timely(self._sealing.run(self._sealer.flush), HELD_UP_S)
            self.report()

    async def _timely(self, work: Awaitable[Found], seconds: float) -> Found:
        """Wait for something that nothing is recorded without, if it takes longer than that."""
        watching = asyncio.ensure_future(self._watch(seconds))
        try:
            return await work
        finally:
            watching.cancel()

    async def _watch(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._turn(is_recorded=False)

    def _turn(self, *, is_recorded: bool) -> None:
        if is_recorded != self._is_recorded:
            self._is_recorded = is_recorded
            self.on_turn()
