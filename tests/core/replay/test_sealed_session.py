"""A display that was recorded and sealed on the disk is played from there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import av
import pytest

from core.errors import ChunkAltered
from core.recording.encoders import EncoderProbe
from core.recording.recorder import RecordedGap, Recorder
from core.recording.x11grab import X11GrabSource
from core.replay.export import export_video
from core.replay.player import Player, ShownPicture
from core.replay.timeline import PlayableChunk, Timeline
from core.runtime.clock import SystemClock
from core.sealing.chunk import OpenChunk, SealedChunk, open_chunk
from core.sealing.keys import chunk_key
from core.sealing.sealer import ChunkLimits, SessionSealer
from core.storage.directory_chunks import DirectoryChunkStore
from tests.engine_thread import on_engine_thread

KEY = bytes(range(32))
SMALL = ChunkLimits(minimum=4_000, maximum=1 << 20)


class SealedReader:
    """Opens the chunks of a sealed session, as the engine does."""

    def __init__(self, chunks: DirectoryChunkStore, session_id: UUID) -> None:
        self._chunks = chunks
        self._session_id = session_id

    def open(self, index: int) -> OpenChunk:
        """Decrypt one chunk."""
        key = chunk_key(KEY, self._session_id, index)
        with self._chunks.open(self._session_id, index) as stored:
            return open_chunk(stored.view, session_id=self._session_id, index=index, key=key)


def record(display: str, directory: Path, seconds: float) -> tuple[Timeline, SealedReader, UUID]:
    """Record a display into a few small chunks on the disk."""
    clock, session_id = SystemClock(), uuid4()
    start = clock.now()
    chunks, sealed = DirectoryChunkStore(directory), list[SealedChunk]()
    sealer = SessionSealer(
        session_id=session_id,
        session_key=KEY,
        start=start,
        chunks=chunks,
        journal_directory=directory / str(session_id) / "journal",
        is_sealed=sealed.append,
        limits=SMALL,
    )
    probe = EncoderProbe()

    async def scenario() -> None:
        recorder = Recorder(
            lambda: X11GrabSource(display, clock=clock, session_start=start, probe=probe), clock
        )
        await recorder.start()
        end = time.monotonic() + seconds
        while (found := await recorder.read()) is not None:
            assert not isinstance(found, RecordedGap)
            sealer.append(found.data, found.instant)
            if time.monotonic() > end:
                await recorder.stop()
        await recorder.close()

    on_engine_thread(scenario)
    sealer.finish()
    rows = [PlayableChunk(each.index, each.first_at_ns, each.last_at_ns) for each in sealed]
    return Timeline(rows, [], rows[-1].until_ns), SealedReader(chunks, session_id), session_id


def play(
    timeline: Timeline, reader: SealedReader, seeks: Callable[[Player], list[float]]
) -> list[ShownPicture]:
    """Seek to places and give what was shown."""
    shown: list[ShownPicture] = []
    failures: list[Exception] = []

    async def scenario() -> None:
        player = Player(
            timeline,
            reader,
            SystemClock(),
            on_frame=shown.append,
            on_change=lambda _: None,
            on_failure=failures.append,
        )
        try:
            for position_s in seeks(player):
                await player.seek(position_s)
        finally:
            await player.close()

    on_engine_thread(scenario)
    assert failures == []
    return shown


def test_a_recorded_display_is_played_and_exported(x_display: str, tmp_path: Path) -> None:
    """Any second of a sealed recording is shown at once, and an export has all of its time."""
    timeline, reader, session_id = record(x_display, tmp_path / "sessions", 5.0)
    end_s = timeline.end_ns / 1e9
    places = [end_s * part / 7 for part in range(8)]
    began = time.monotonic()
    shown = play(timeline, reader, lambda _: places)
    print(f"{len(places)} seeks in {time.monotonic() - began:.3f} s")
    assert len(shown) == len(places)
    for place, picture in zip(places[1:], shown[1:], strict=True):
        expected = max(place, shown[0].position_s)  # before the first picture stands the first
        assert picture.position_s == pytest.approx(expected, abs=0.5)
        assert (picture.picture.width, picture.picture.height) == (640, 480)

    done = export_video(timeline, reader, tmp_path / "video.mp4")
    with av.open(str(done.path)) as container:
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(end_s - done.from_ns / 1e9, abs=0.3)
        assert sum(1 for _ in container.decode(video=0)) == done.pictures

    stored = tmp_path / "sessions" / str(session_id) / "chunks" / "00000000.lcs"
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(content)
    with pytest.raises(ChunkAltered):
        play(timeline, reader, lambda _: [0.5])
