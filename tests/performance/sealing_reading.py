"""Reading what was sealed: how fast chunks are checked, and how fast any second of eight hours is found."""

from __future__ import annotations

import bisect
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from core.runtime.clock import Instant
from core.sealing.checking import check_every_stored
from core.sealing.chunk import SealedChunk, open_chunk, sealed_chunk
from core.sealing.chunk_header import HEADER_BYTES, read_header
from core.sealing.frames import key_frame_at
from core.sealing.keys import chunk_key
from core.sealing.merkle import leaf_of_file
from core.sealing.sealer import SessionSealer
from core.storage.directory_chunks import DirectoryChunkStore
from tests.fakes.synthetic_stream import SyntheticStream
from tests.performance.sealing_child import SESSION_ID, SESSION_KEY, run_child
from tests.performance.sealing_inputs import MEBIBYTE, empty, write_random

HOURS = 8
_LARGEST_VERIFIED = 512 * MEBIBYTE
_RATE = 15
_SECOND = 1_000_000_000


def measure_verifying(directory: Path, size: int, rounds: int) -> dict[str, float]:
    """Check sealed chunks and let b3sum hash the same files, in turns; MB per second of wall time."""
    source, target = directory / "verified", empty(directory / "ours")
    write_random(source, min(size, _LARGEST_VERIFIED))
    run_child("seal", source, target)
    source.unlink()
    store = DirectoryChunkStore(target)
    files = sorted((target / str(SESSION_ID) / "chunks").iterdir())
    expected = [sealed_of(path, index) for index, path in enumerate(files)]
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    ours = theirs = 0.0
    for _ in range(2 + 3 * rounds):
        theirs = max(theirs, megabytes / _timed(lambda: _b3sum(files)))
        ours = max(
            ours, megabytes / _timed(lambda: check_every_stored(store, SESSION_ID, expected))
        )
    shutil.rmtree(target)
    return {"lucid_mb_s": ours, "b3sum_mb_s": theirs, "ratio": ours / theirs}


def measure_seeking(directory: Path, seeks: int = 40) -> dict[str, float]:
    """Seal eight hours of a made-up stream, then go to random seconds of it."""
    target = empty(directory / "ours")
    store = DirectoryChunkStore(target)
    chunks = seal_hours(store, target)
    starts = [each.first_at_ns for each in chunks]
    chance = random.Random(8)
    spent = []
    for _ in range(seeks):
        at_ns = chance.randrange(HOURS * 3600) * _SECOND
        began = time.perf_counter()
        seek_to(store, starts, at_ns)
        spent.append(time.perf_counter() - began)
    shutil.rmtree(target)
    median = sorted(spent)[len(spent) // 2]
    return {"worst_s": max(spent), "median_s": median, "chunks": len(chunks), "hours": HOURS}


def sealed_of(path: Path, index: int) -> SealedChunk:
    """Say of a stored chunk what its manifest would."""
    with path.open("rb") as stream:
        header = read_header(stream.read(HEADER_BYTES), index=index, length=path.stat().st_size)
    return sealed_chunk(header, leaf_of_file(path))


def seal_hours(store: DirectoryChunkStore, directory: Path) -> list[SealedChunk]:
    """Seal eight hours at 15 pictures a second, some 1.3 kB each."""
    sealed: list[SealedChunk] = []
    sealer = SessionSealer(
        session_id=SESSION_ID,
        session_key=SESSION_KEY,
        start=Instant(0, 0),
        chunks=store,
        journal_directory=directory / "journal",
        is_sealed=sealed.append,
    )
    # The same noise in each picture would compress: each second has its own.
    noise = random.Random(5).randbytes(4 * MEBIBYTE)
    stream = SyntheticStream(key_every=2 * _RATE, frame_bytes=1300, filler=noise[:1300])
    for second in range(HOURS * 3600):
        start = second * 997 % (len(noise) - 1300)
        stream.filler = noise[start : start + 1300]
        instant = Instant(second * _SECOND, second * _SECOND)
        sealer.append(b"".join(stream.frames(_RATE)), instant)
    sealer.finish()
    return sealed


def seek_to(store: DirectoryChunkStore, starts: list[int], at_ns: int) -> None:
    """From a moment to the bytes at which decoding begins: time range, chunk, frame table, key frame."""
    index = max(0, bisect.bisect_right(starts, at_ns) - 1)
    with store.open(SESSION_ID, index) as stored:
        chunk = open_chunk(
            stored.view,
            session_id=SESSION_ID,
            index=index,
            key=chunk_key(SESSION_KEY, SESSION_ID, index),
        )
    frame = key_frame_at(chunk.frames, at_ns)
    if frame is None or not 0 <= at_ns - frame.at_ns <= 3 * _SECOND:
        raise AssertionError(at_ns)
    bytes(chunk.video[frame.offset :])


def _b3sum(files: list[Path]) -> None:
    subprocess.run(["b3sum", *map(str, files)], check=True, stdout=subprocess.DEVNULL)


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
