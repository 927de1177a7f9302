"""The sealer of one session: takes the stream piece by piece and leaves checked chunks and a journal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.errors import Bug, Failure
from core.runtime.clock import Instant
from core.sealing.chunk import SealedChunk
from core.sealing.chunk_header import LARGEST_VIDEO
from core.sealing.chunk_sealer import ChunkSealer
from core.sealing.filling_chunk import LARGEST_PIECE, FillingChunk, TimeRange, plain_buffer
from core.sealing.frames import Frame
from core.sealing.journal import JournalWriter
from core.sealing.seal_task import SealTask
from core.sealing.transport_stream import PACKET_BYTES, FrameStart, TransportStreamScanner
from core.storage.chunk_store import ChunkStore
from core.storage.disk import Disk

__all__ = ["ChunkLimits", "SealedChunk", "SessionSealer"]

JOURNAL_EVERY_NS = 1_000_000_000


@dataclass(frozen=True)
class ChunkLimits:
    """How much video a chunk holds: it ends at the first key frame after ``minimum``, at the latest at ``maximum``.

    It also ends at the first key frame after ``age_ns``, however little it holds: what is in an open chunk no anchor
    covers. That is less than the ten minutes after which a picture at rest has a key frame.
    """

    minimum: int = 8 << 20
    maximum: int = LARGEST_VIDEO
    age_ns: int = 9 * 60 * 1_000_000_000


class SessionSealer:
    """Seals one session. Blocking; its methods are called on one worker thread.

    Chunk N is stored on a thread of its own while chunk N+1 fills; a third is not begun before N is done,
    so memory stays at two plain buffers and one encrypted one. ``is_sealed`` is called on the caller's
    thread, in order, when a chunk was read back from the disk and before its journal goes.

    A method that raises StorageFull or another Failure has done nothing of what it was asked: the piece
    was not taken, and the call can be repeated when the reason is gone. Whatever ``flush`` returned for is on the disk.
    """

    def __init__(
        self,
        *,
        session_id: UUID,
        session_key: bytes,
        start: Instant,
        chunks: ChunkStore,
        journal_directory: Path,
        first_index: int = 0,
        is_sealed: Callable[[SealedChunk], None],
        limits: ChunkLimits | None = None,
        disk: Disk | None = None,
    ) -> None:
        self._session_id = session_id
        self._session_key = session_key
        self._start = start
        self._journal_directory = journal_directory
        self._is_sealed = is_sealed
        self._limits = limits or ChunkLimits()
        self._disk = disk or Disk()
        self._scanner = TransportStreamScanner()
        self._sealer = ChunkSealer(session_id=session_id, session_key=session_key, chunks=chunks)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="sealing-chunk")
        self._buffers = [plain_buffer(), plain_buffer()]
        self._free = list(self._buffers)
        self._task: SealTask | None = None
        self._earlier_frames = 0
        self._is_closed = False
        self._waiting_since: int | None = None
        self._begin(first_index)

    @property
    def open_bytes(self) -> int:
        """Count the video in the open chunk."""
        return self._chunk.video_bytes

    @property
    def frames(self) -> int:
        """Count the pictures so far."""
        return self._earlier_frames + self._chunk.frames

    def append(self, data: bytes, instant: Instant) -> None:
        """Take a piece of the stream (whole packets, at most 4 MiB) that arrived at ``instant``.

        Journals what came before it when that has waited for a second. Data that is no transport stream is
        taken too; it has no frames.
        """
        self._check_open()
        if len(data) > min(LARGEST_PIECE, self._limits.minimum):
            raise Bug("a piece is larger than a piece may be")
        self._settle()
        if (
            self._waiting_since is not None
            and instant.mono_ns - self._waiting_since >= JOURNAL_EVERY_NS
        ):
            self._journal_rest()
        self._take(data, instant)

    def flush(self) -> None:
        """Put everything appended so far on the disk, in the journal or as chunks, before returning."""
        self._check_open()
        self._settle()
        self._journal_rest()

    def finish(self) -> None:
        """Seal the rest and give everything back; after a Failure it can be called again."""
        if self._is_closed:
            return
        self._settle(is_waiting=True)
        if self._chunk.video_bytes:
            self._start_sealing(*self._begin_next())
            self._settle(is_waiting=True)
        self._close()

    def abandon(self) -> None:
        """Give everything back without sealing; journals stay for ``recover``. A chunk on its way is waited for."""
        if self._is_closed:
            return
        try:
            if self._task is not None and not self._task.has_failed:
                with suppress(Failure):
                    self._settle(is_waiting=True)
        finally:
            self._close()

    def _take(self, data: bytes, instant: Instant) -> None:
        base = self._chunk.video_bytes
        end = self._chunk.stage(data)
        starts = self._scanner.scan(data, base)
        cut = self._find_cut(end, starts, is_old=self._is_old(instant))
        if cut is None:
            self._commit(end, starts, instant)
            return
        self._settle(is_waiting=True)  # the next chunk needs a free buffer
        self._commit(max(base, cut), [each for each in starts if each.offset < cut], instant)
        full, journal = self._begin_next()
        full.shorten(cut)
        self._carry_over(
            full.video(cut, end), [each for each in starts if each.offset >= cut], cut, instant
        )
        self._start_sealing(full, journal)

    def _is_old(self, instant: Instant) -> bool:
        """Tell whether the open chunk has been open for long enough."""
        times = self._chunk.times
        if times is None:
            return False
        return instant.mono_ns - self._start.mono_ns - times.first_at_ns >= self._limits.age_ns

    def _find_cut(self, end: int, starts: list[FrameStart], *, is_old: bool) -> int | None:
        """Find where the staged chunk ends: before the packets that lead in a key frame, or when it is full."""
        chunk = self._chunk
        least = 1 if is_old else self._limits.minimum
        last_frame = chunk.frame_offsets[-1] if chunk.frame_offsets else -PACKET_BYTES
        for start in starts:
            if start.is_key and least <= start.offset <= self._limits.maximum:
                cut = self._scanner.lead_in(
                    chunk.memory.view, start.offset, not_before=last_frame + PACKET_BYTES
                )
                if cut >= least:
                    return cut
            last_frame = start.offset
        if end <= self._limits.maximum:
            return None
        whole = (
            self._limits.maximum // PACKET_BYTES * PACKET_BYTES
            if self._scanner.tables
            else self._limits.maximum
        )
        return max(whole, chunk.video_bytes)

    def _commit(self, end: int, starts: list[FrameStart], instant: Instant) -> None:
        if end > self._chunk.video_bytes and self._waiting_since is None:
            self._waiting_since = instant.mono_ns
        at_ns = max(0, instant.mono_ns - self._start.mono_ns)
        frames = [
            Frame(each.offset, at_ns, instant.utc_ns, each.pts_90k, each.is_key) for each in starts
        ]
        self._chunk.commit(end, frames, TimeRange(at_ns, at_ns, instant.utc_ns, instant.utc_ns))

    def _carry_over(
        self, rest: memoryview, starts: list[FrameStart], cut: int, instant: Instant
    ) -> None:
        """Begin the next chunk with what came behind the cut, led in by the program tables."""
        lead_in = rest[: starts[0].offset - cut] if starts else rest[:0]
        tables = b"" if self._scanner.has_tables(lead_in) else self._scanner.tables
        end = self._chunk.stage(b"".join((tables, rest)))
        shift = len(tables) - cut
        self._commit(end, [each._replace(offset=each.offset + shift) for each in starts], instant)

    def _begin(self, index: int) -> None:
        self._chunk = FillingChunk(index, self._free.pop())
        self._journal = JournalWriter(
            disk=self._disk,
            directory=self._journal_directory,
            session_key=self._session_key,
            session_id=self._session_id,
            index=index,
        )
        self._waiting_since = None

    def _begin_next(self) -> tuple[FillingChunk, JournalWriter]:
        """Open the next chunk in the free buffer; gives the full one and its journal."""
        full, journal = self._chunk, self._journal
        self._earlier_frames += full.frames
        self._begin(full.index + 1)
        return full, journal

    def _start_sealing(self, chunk: FillingChunk, journal: JournalWriter) -> None:
        self._task = SealTask(chunk, journal, self._sealer)
        self._task.start(self._executor)

    def _settle(self, *, is_waiting: bool = False) -> None:
        """Finish with a chunk that was stored; try one again whose failure was told; raise a failure."""
        task = self._task
        if task is None:
            return
        task.start(self._executor)
        if not (is_waiting or task.is_done):
            return
        sealed = task.result()
        if not task.is_reported:
            self._is_sealed(sealed)
            task.is_reported = True
        task.journal.remove()
        self._free.append(task.chunk.memory)
        self._task = None

    def _journal_rest(self) -> None:
        if self._task is not None:
            self._task.wait_until_safe()
        if self._chunk.video_bytes and not self._journal.holds_all_of(self._chunk):
            self._journal.write(self._chunk)
        self._waiting_since = None

    def _check_open(self) -> None:
        if self._is_closed:
            raise Bug("the sealer was finished or abandoned")

    def _close(self) -> None:
        self._is_closed = True
        self._executor.shutdown(wait=True)
        if self._task is not None:
            self._task.journal.close()
        self._journal.close()
        self._sealer.close()
        for buffer in self._buffers:
            buffer.close()
