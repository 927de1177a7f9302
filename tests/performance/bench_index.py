"""How fast anchored sessions are indexed and verified, and in how much memory.

    python -m tests.performance.bench_index [--sessions N] [--baseline-sessions N] [--json FILE]

A made chain of real encodings is followed over JSON-RPC on this machine: every session is opened in one block and
sealed in the next. Verified means that each header and all receipts hash to the block. The plain way and a naive script
on web3.py are measured over fewer sessions in the same run; both believe the node.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

SESSIONS = 1_000_000
BASELINE_SESSIONS = 20_000
A_BLOCK = 100
MEMORY_BOUND_MIB = 256.0


@dataclass(frozen=True)
class Way:
    """What one way took; per second of its own processor time."""

    sessions: int
    events: int
    processor_s: float
    seconds: float
    peak_mib: float
    events_per_processor_s: float
    index_mib: float


@dataclass(frozen=True)
class Result:
    """All ways, and the bound on memory that the first one has to keep."""

    verified: Way
    verified_small: Way
    plain_small: Way
    naive_small: Way
    memory_bound_mib: float
    is_bounded: bool


def measure(way: str, sessions: int) -> Way:
    """Run one way over a chain of so many sessions."""
    command = [sys.executable, "-m"]
    serving = [*command, "tests.performance.index_server", str(sessions), str(A_BLOCK)]
    with (
        tempfile.TemporaryDirectory() as directory,
        subprocess.Popen(serving, stdout=subprocess.PIPE, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            indexing = [*command, "tests.performance.index_ways", way, port, directory]
            done = subprocess.run(indexing, capture_output=True, text=True, check=True)
        finally:
            server.terminate()
        size = sum(each.stat().st_size for each in Path(directory).iterdir()) / 2**20
    found = json.loads(done.stdout)
    assert found["events"] == 2 * sessions, found
    speed = found["events"] / found["processor_s"]
    return Way(sessions=sessions, events_per_processor_s=speed, index_mib=size, **found)


def main() -> int:
    """Measure, print, write JSON; 1 when memory was not bounded."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument("--baseline-sessions", type=int, default=BASELINE_SESSIONS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    naive, plain, small = (
        measure(way, options.baseline_sessions) for way in ("naive", "plain", "verified")
    )
    whole = measure("verified", options.sessions)
    is_bounded = whole.peak_mib < MEMORY_BOUND_MIB
    result = Result(whole, small, plain, naive, MEMORY_BOUND_MIB, is_bounded)
    print(
        f"{'':24}{'sessions':>10}{'events':>10}{'events a CPU s':>16}{'peak MiB':>10}{'index MiB':>11}"
    )
    for name, way in (
        ("verified", whole),
        ("verified", small),
        ("plain", plain),
        ("naive web3.py and dict", naive),
    ):
        print(
            f"{name:24}{way.sessions:10}{way.events:10}{way.events_per_processor_s:16.0f}"
            f"{way.peak_mib:10.0f}{way.index_mib:11.0f}"
        )
    print(f"memory: {whole.peak_mib:.0f} MiB (bound: {MEMORY_BOUND_MIB:.0f})")
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    return 0 if is_bounded else 1


if __name__ == "__main__":
    sys.exit(main())
