"""How long a seek to any second of an eight-hour recording takes, until its picture is there.

    python -m tests.performance.bench_seek [--seeks N] [--json FILE]

The recording is synthetic: one really sealed chunk of 1280×720 video stands for all of its 8 hours, each time
read from the disk, checked, decrypted and decoded anew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

from core.recording.child import child_environment, find_program
from core.recording.encoders import X264
from core.replay.player import Player, ShownPicture
from core.replay.timeline import PlayableChunk, Timeline
from core.runtime.clock import Instant, SystemClock
from core.sealing.chunk import OpenChunk, SealedChunk, open_chunk
from core.sealing.keys import chunk_key
from core.sealing.sealer import ChunkLimits, SessionSealer
from core.sealing.transport_stream import PACKET_BYTES
from core.storage.directory_chunks import DirectoryChunkStore

TARGET_S = 1.0
HOURS = 8
KEY = bytes(32)
_CHUNK_SECONDS = 60
_RATE = 15
_NANOSECONDS = 1_000_000_000
_LARGEST = 15 << 20


@dataclass
class Result:
    """Seconds from the seek to its picture."""

    median_s: float
    worst_s: float
    target_s: float
    seeks: int
    chunks: int
    chunk_mib: float


class EightHours:
    """Reads the one chunk for every index, and moves its frames to that index's time."""

    def __init__(self, chunks: DirectoryChunkStore, session_id: UUID) -> None:
        self._chunks = chunks
        self._session_id = session_id

    def open(self, index: int) -> OpenChunk:
        """Read, check and decrypt."""
        key = chunk_key(KEY, self._session_id, 0)
        with self._chunks.open(self._session_id, 0) as stored:
            chunk = open_chunk(stored.view, session_id=self._session_id, index=0, key=key)
        moved = index * _CHUNK_SECONDS * _NANOSECONDS
        frames = tuple(replace(frame, at_ns=frame.at_ns + moved) for frame in chunk.frames)
        return replace(chunk, frames=frames)


def encode() -> bytes:
    """Encode a minute of moving, noisy video, as the recorder would."""
    ffmpeg = find_program("ffmpeg", "ffmpeg", child_environment())
    picture = (
        f"testsrc2=size=1280x720:rate={_RATE},noise=alls=6:allf=t,trim=duration={_CHUNK_SECONDS}"
    )
    arguments = [
        *(ffmpeg, "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i", picture),
        *("-pix_fmt", "yuv420p", "-c:v", "libx264", *X264.options, "-b:v", "2M", "-g", "30"),
        *("-f", "mpegts", "-muxdelay", "0", "-pat_period", "1", "pipe:1"),
    ]
    return subprocess.run(arguments, check=True, capture_output=True).stdout


def seal(directory: Path, video: bytes) -> tuple[DirectoryChunkStore, UUID, SealedChunk]:
    """Seal the video as one chunk, its pieces spread over its time."""
    chunks, session_id, sealed = DirectoryChunkStore(directory), uuid4(), list[SealedChunk]()
    sealer = SessionSealer(
        session_id=session_id,
        session_key=KEY,
        start=Instant(0, 0),
        chunks=chunks,
        journal_directory=directory / "journal",
        is_sealed=sealed.append,
        limits=ChunkLimits(minimum=_LARGEST),
    )
    step = 8 * PACKET_BYTES
    for at in range(0, len(video), step):
        moment = at * _CHUNK_SECONDS * _NANOSECONDS // len(video)
        sealer.append(video[at : at + step], Instant(moment, moment))
    sealer.finish()
    return chunks, session_id, sealed[0]


async def measure(seeks: int) -> Result:
    """Seek to seconds drawn at random and wait for each picture."""
    with tempfile.TemporaryDirectory() as directory:
        chunks, session_id, sealed = seal(Path(directory), encode())
        count = HOURS * 3600 // _CHUNK_SECONDS
        span = _CHUNK_SECONDS * _NANOSECONDS
        rows = [PlayableChunk(i, i * span, (i + 1) * span - 1) for i in range(count)]
        shown: list[ShownPicture] = []
        player = Player(
            Timeline(rows, [], count * span),
            EightHours(chunks, session_id),
            SystemClock(),
            on_frame=shown.append,
            on_change=lambda _: None,
            on_failure=lambda _: None,
        )
        await player.seek(0)  # imports PyAV
        drawn = random.Random(8)
        times = []
        for _ in range(seeks):
            began = time.perf_counter()
            await player.seek(drawn.uniform(0, HOURS * 3600))
            times.append(time.perf_counter() - began)
        await player.close()
        assert len(shown) == seeks + 1
    return Result(
        median_s=statistics.median(times),
        worst_s=max(times),
        target_s=TARGET_S,
        seeks=seeks,
        chunks=count,
        chunk_mib=sealed.plain_bytes / (1 << 20),
    )


def main() -> int:
    """Measure, print, write JSON; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeks", type=int, default=60)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result = asyncio.run(measure(options.seeks))
    print(f"seeking in {HOURS} h of 1280x720, {result.chunks} chunks of {result.chunk_mib:.1f} MiB")
    print(f"  median {result.median_s * 1000:6.0f} ms")
    print(f"  worst  {result.worst_s * 1000:6.0f} ms  (target: at most {TARGET_S * 1000:.0f} ms)")
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    return 0 if result.worst_s <= TARGET_S else 1


if __name__ == "__main__":
    sys.exit(main())
