"""How long it takes to submit an anchor to the appliance's own chain, and what its node needs.

    python -m tests.performance.bench_anchor [--anchors N] [--json FILE]

Submitted means: nonce asked for, transaction signed, and accepted by the node; the block comes within a second.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from core.chain.client import Web3AnchorChain
from core.chain.node.store import ChainStore
from core.chain.protocol import open_session
from tests.core.chain.node_process import KEY, OwnNode, deploy, own_node

TARGET_SUBMIT_MS = 300.0
_REOPENINGS = 5
_POLL_S = 0.05


@dataclass
class Result:
    """Times in milliseconds, sizes as named; ``confirm`` is from submission to the receipt."""

    anchors: int
    submit_median_ms: float
    submit_p99_ms: float
    submit_target_ms: float
    sign_median_ms: float
    confirm_median_ms: float
    first_request_ms: float
    node_start_median_ms: float
    store_open_median_ms: float
    node_memory_mib: float
    node_peak_memory_mib: float
    node_ms_per_anchor: float
    bytes_per_block: float
    idle_ticks_in_5_s: int


def measure(anchors: int, root: Path) -> Result:
    """Anchor the openings of many sessions, one after the other."""
    with own_node(root) as node:
        chain = Web3AnchorChain(str(node.socket), private_key=KEY)
        began = time.perf_counter()
        chain.status()
        first_request_ms = _since_ms(began)
        deploy(chain)
        pid = _pid(node)
        processor_before = _processor_ms(pid)
        submits, signs, confirms = [], [], []
        for _ in range(anchors):
            submit, sign, confirm = _anchor(chain)
            submits.append(submit)
            signs.append(sign)
            confirms.append(confirm)
        processor_ms = (_processor_ms(pid) - processor_before) / anchors
        memory, peak = _memory_mib(pid, "VmRSS"), _memory_mib(pid, "VmHWM")
        idle = _idle_ticks(pid, 5.0)
        chain.close()
        starts = [_restart_ms(node) for _ in range(_REOPENINGS)]
        node.end()
        bytes_per_block = (node.directory / "chain.db").stat().st_size / (anchors + 2)
        opens = [_open_ms(node.directory / "chain.db") for _ in range(_REOPENINGS)]
    return Result(
        anchors=anchors,
        submit_median_ms=statistics.median(submits),
        submit_p99_ms=sorted(submits)[int(len(submits) * 0.99)],
        submit_target_ms=TARGET_SUBMIT_MS,
        sign_median_ms=statistics.median(signs),
        confirm_median_ms=statistics.median(confirms),
        first_request_ms=first_request_ms,
        node_start_median_ms=statistics.median(starts),
        store_open_median_ms=statistics.median(opens),
        node_memory_mib=memory,
        node_peak_memory_mib=peak,
        node_ms_per_anchor=processor_ms,
        bytes_per_block=bytes_per_block,
        idle_ticks_in_5_s=idle,
    )


def _anchor(chain: Web3AnchorChain) -> tuple[float, float, float]:
    """Anchor one session; gives the times of submitting, of the signing in it, and of the confirmation."""
    call = open_session(uuid4(), bytes([1]) * 32, bytes([2]) * 32)
    began = time.perf_counter()
    nonce = chain.next_nonce()
    asked = time.perf_counter()
    signed = chain.sign(call, nonce)
    sign_ms = _since_ms(asked)
    chain.submit(signed.raw)
    submit_ms = _since_ms(began)
    while chain.receipt(signed.hash) is None:
        time.sleep(_POLL_S)
    return submit_ms, sign_ms, _since_ms(began) - submit_ms


def _since_ms(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _pid(node: OwnNode) -> int:
    assert node.process is not None
    return node.process.pid


def _restart_ms(node: OwnNode) -> float:
    """Kill the node and measure until its successor answers, interpreter and imports included."""
    node.end(signal.SIGKILL)
    began = time.perf_counter()
    node.start()
    return _since_ms(began)


def _open_ms(path: Path) -> float:
    began = time.perf_counter()
    ChainStore(path).close()
    return _since_ms(began)


def _processor_ms(pid: int) -> float:
    return _ticks(pid) * 10.0


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _idle_ticks(pid: int, seconds: float) -> int:
    before = _ticks(pid)
    time.sleep(seconds)
    return _ticks(pid) - before


def _memory_mib(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition(f"\n{name}:")[2].split()[0]) / 1024


def main() -> int:
    """Measure, print, write JSON; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--anchors", type=int, default=30)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        result = measure(options.anchors, Path(directory))
    print(f"{result.anchors} anchors on the embedded chain, over its Unix socket")
    print(
        f"  submitted, median      {result.submit_median_ms:7.1f} ms (target: under {TARGET_SUBMIT_MS:.0f} ms)"
    )
    print(f"  submitted, 99th pct.   {result.submit_p99_ms:7.1f} ms")
    print(f"  of it signing          {result.sign_median_ms:7.1f} ms")
    print(f"  confirmed after        {result.confirm_median_ms:7.1f} ms more (a block a second)")
    print(f"  first request          {result.first_request_ms:7.1f} ms (imports web3)")
    print(f"  node starts in         {result.node_start_median_ms:7.1f} ms, after kill -9")
    print(f"  of it opening the store{result.store_open_median_ms:7.1f} ms")
    print(
        f"  node's memory          {result.node_memory_mib:7.1f} MiB, peak {result.node_peak_memory_mib:.1f} MiB"
    )
    print(
        f"  node's processor time  {result.node_ms_per_anchor:7.1f} ms an anchor, polling for its receipt included"
    )
    print(f"  disk                   {result.bytes_per_block / 1024:7.1f} KiB a block")
    print(f"  idle for 5 s           {result.idle_ticks_in_5_s:7d} ticks of processor time")
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    return 0 if result.submit_median_ms < TARGET_SUBMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
