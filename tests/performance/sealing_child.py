"""The program that the sealing benchmark measures: seals a file as a session, and says what that cost.

    python -m tests.performance.sealing_child seal INPUT DIRECTORY
    python -m tests.performance.sealing_child stages INPUT DIRECTORY

JSON on stdout. CPU seconds are user and system time of the whole process, start-up left out and told apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from core.runtime.clock import SystemClock
from core.sealing.aead import TAG_BYTES, encrypt_into
from core.sealing.chunk import SealedChunk
from core.sealing.chunk_header import HEADER_BYTES
from core.sealing.compression import ChunkCompressor
from core.sealing.merkle import leaf_hash, leaf_hasher
from core.sealing.sealer import SessionSealer
from core.sealing.transport_stream import PACKET_BYTES, TransportStreamScanner
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.page_buffer import PageBuffer

SESSION_ID = UUID("0b9f8a52-7a0c-4f5d-9a43-0d2b8f3c9e11")
SESSION_KEY = bytes(range(32))
PIECE_BYTES = (256 << 10) // PACKET_BYTES * PACKET_BYTES
_STAGE_CHUNK = 12 << 20
_STAGE_CHUNKS = 12


def run_child(work: str, source: Path, directory: Path) -> dict[str, Any]:
    """Run this program as a process of its own."""
    words = [
        sys.executable,
        "-m",
        "tests.performance.sealing_child",
        work,
        str(source),
        str(directory),
    ]
    answer = subprocess.run(words, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


def pieces(path: Path) -> Iterator[bytes]:
    """Read a file as a recorder's pipe gives it: whole packets, 256 KiB at a time."""
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece


def seal(source: Path, directory: Path) -> dict[str, object]:
    """Seal the file through the real sealer and store."""
    sealed: list[SealedChunk] = []
    clock = SystemClock()
    start_up = time.process_time()
    began = time.perf_counter()
    sealer = SessionSealer(
        session_id=SESSION_ID,
        session_key=SESSION_KEY,
        start=clock.now(),
        chunks=DirectoryChunkStore(directory),
        journal_directory=directory / str(SESSION_ID) / "journal",
        is_sealed=sealed.append,
    )
    for piece in pieces(source):
        sealer.append(piece, clock.now())
    sealer.finish()
    return {
        "cpu_s": time.process_time() - start_up,
        "start_up_cpu_s": start_up,
        "wall_s": time.perf_counter() - began,
        "peak_mib": _peak_mib(),
        "chunks": len(sealed),
        "compressed_chunks": sum(each.is_compressed for each in sealed),
        "frames": sum(each.frames for each in sealed),
        "plain_bytes": sum(each.plain_bytes for each in sealed),
        "stored_bytes": sum(each.stored_bytes for each in sealed),
        "leaves": [each.leaf.hex() for each in sealed],
        "times": [(each.first_at_ns, each.last_at_ns) for each in sealed],
    }


def stages(source: Path, directory: Path) -> dict[str, float]:
    """Measure each stage alone, over chunks from all of the file; gives CPU seconds a MB of input."""
    bench = _Stages(source, DirectoryChunkStore(directory))
    return {
        "read and copy in": bench.cost(bench.read_and_copy),
        "find pictures": bench.cost(bench.scan),
        "compress or decide not to": bench.cost(bench.compress),
        "encrypt": bench.cost(bench.encrypt),
        "leaf": bench.cost(bench.leaf),
        "write": bench.cost(bench.write),
        "read back and check": bench.cost(bench.read_back),
    }


class _Stages:
    """The sealer's own stages, one by one, on the same buffers that the sealer would use."""

    def __init__(self, source: Path, store: DirectoryChunkStore) -> None:
        self._source = source
        self._store = store
        self._count = max(1, min(_STAGE_CHUNKS, source.stat().st_size // _STAGE_CHUNK))
        # Spread over the file, since what lies in it differs from place to place; at whole packets.
        spread = (source.stat().st_size - _STAGE_CHUNK) // max(1, self._count - 1)
        self._apart = max(0, spread) // PACKET_BYTES * PACKET_BYTES
        self._plain = PageBuffer(_STAGE_CHUNK)
        self._stored = PageBuffer(HEADER_BYTES + _STAGE_CHUNK + TAG_BYTES)
        self._scanner = TransportStreamScanner()
        self._compressor = ChunkCompressor()
        self._lengths = [_STAGE_CHUNK] * self._count

    def cost(self, stage: Callable[[int], float]) -> float:
        """Run a stage over each chunk; gives its CPU seconds a MB."""
        return sum(stage(at) for at in range(self._count)) / (self._count * _STAGE_CHUNK / 1e6)

    def read_and_copy(self, at: int) -> float:
        began = time.process_time()
        self._load(at)
        return time.process_time() - began

    def scan(self, at: int) -> float:
        self._load(at)
        whole = _STAGE_CHUNK // PACKET_BYTES * PACKET_BYTES
        data = [
            bytes(self._plain.view[low : low + PIECE_BYTES]) for low in range(0, whole, PIECE_BYTES)
        ]
        began = time.process_time()
        for piece in data:
            self._scanner.scan(piece)
        return time.process_time() - began

    def compress(self, at: int) -> float:
        self._load(at)
        began = time.process_time()
        compressed = self._compressor.compress(self._plain.view)
        spent = time.process_time() - began
        self._lengths[at] = _STAGE_CHUNK if compressed is None else len(compressed)
        return spent

    def encrypt(self, at: int) -> float:
        length = self._lengths[at]
        self._load(at)
        output = self._stored.view[HEADER_BYTES : HEADER_BYTES + length + TAG_BYTES]
        began = time.process_time()
        encrypt_into(bytes(32), bytes(24), self._plain.view[:length], bytes(HEADER_BYTES), output)
        return time.process_time() - began

    def leaf(self, at: int) -> float:
        began = time.process_time()
        leaf_hash(self._chunk(at))
        return time.process_time() - began

    def write(self, at: int) -> float:
        began = time.process_time()
        self._store.put(SESSION_ID, at, [self._chunk(at)])
        return time.process_time() - began

    def read_back(self, at: int) -> float:
        began = time.process_time()
        hasher = leaf_hasher()
        for piece in self._store.read_back(SESSION_ID, at):
            hasher.update(piece)
        hasher.digest()
        return time.process_time() - began

    def _chunk(self, at: int) -> memoryview:
        return self._stored.view[: HEADER_BYTES + self._lengths[at] + TAG_BYTES]

    def _load(self, at: int) -> None:
        with self._source.open("rb", buffering=0) as stream:
            stream.seek(at * self._apart)
            filled = 0
            while filled < _STAGE_CHUNK:
                piece = stream.read(min(PIECE_BYTES, _STAGE_CHUNK - filled))
                if not piece:
                    return
                self._plain.view[filled : filled + len(piece)] = piece
                filled += len(piece)


def _peak_mib() -> float:
    """Ask for this program's own peak; getrusage would count the parent's from before the exec."""
    status = Path("/proc/self/status").read_text("ascii")
    return (
        int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        / 1024
    )


if __name__ == "__main__":
    work = {"seal": seal, "stages": stages}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), Path(sys.argv[3]))))
