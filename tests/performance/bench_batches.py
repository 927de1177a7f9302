"""What a session costs on the chain, by itself and in batches of 1, 2, 4 … 4096, on the embedded node.

    python -m tests.performance.bench_batches [--largest N] [--json FILE] [--plot FILE]

Gas is what the receipts say. A session has two anchors, its opening and its seal: two transactions by itself, two
records in batches. Processor time is that of the client (tree, signing, sending) and of the node, each for both
anchors of one session. The plot is written as SVG: gas a session against the batch's size, both on scales of powers.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID, uuid4

from core.chain.batching import make_batch
from core.chain.client import Web3AnchorChain
from core.chain.outbox_calls import decode_call
from core.chain.protocol import AnchorCall, SignedTransaction
from core.sessions.anchoring import opened_row, sealed_row
from core.storage.metadata import OutboxRow
from tests.core.chain.node_process import KEY, OwnNode, deploy, own_node, wait_for
from tests.performance.batch_plot import curve

PLOT = Path(__file__).parents[2] / "docs" / "contracts" / "batch-cost.svg"
POLICY, EPHEMERAL, MANIFEST, ROOT = (bytes([each]) * 32 for each in range(1, 5))
DIRECT_SESSIONS = 16
_LARGEST = 4096
_TICK_MS = 10.0


@dataclass(frozen=True)
class Cost:
    """What one session costs when ``sessions`` share their transactions; processor time in milliseconds."""

    sessions: int
    gas: float
    client_cpu_ms: float
    node_cpu_ms: float
    proof_bytes: int


@dataclass(frozen=True)
class Result:
    """All of a run: ``direct`` is a session by itself, ``batched`` one entry a size."""

    direct: Cost
    batched: list[Cost]
    deploy_gas: int


class Bench:
    """A node with the contracts on it, and the client that is measured."""

    def __init__(self, node: OwnNode) -> None:
        self._node = node
        self._chain = Web3AnchorChain(str(node.socket), private_key=KEY)
        deploy(self._chain)
        call = self._chain.batches.deploy_call()
        (deployed,) = self._settle([self._sign([call])[0]])
        self.deploy_gas = self._gas(deployed.hash)
        receipt = self._chain.receipt(deployed.hash)
        assert receipt is not None
        assert receipt.contract_address is not None
        self._chain.batches.adopt(receipt.contract_address)

    def close(self) -> None:
        """Close the client."""
        self._chain.close()

    def direct(self, count: int) -> Cost:
        """Anchor so many sessions, each by itself."""
        rows = _rows(count)
        return self._measure(count, lambda: [decode_call(row.call) for row in rows], 0)

    def batched(self, count: int) -> Cost:
        """Anchor so many sessions in one batch of openings and one of seals."""
        rows = _rows(count)
        kept: list[OutboxRow] = []

        def calls() -> list[AnchorCall]:
            made: list[AnchorCall] = []
            for kind in ("opened", "sealed"):
                batch, members = make_batch(
                    [row for row in rows if row.kind == kind], self._chain.account
                )
                made.append(decode_call(batch.call))
                kept.extend(members)
            return made

        cost = self._measure(count, calls, 0)
        proof_bytes = max(len(row.proof or b"") for row in kept)
        return Cost(cost.sessions, cost.gas, cost.client_cpu_ms, cost.node_cpu_ms, 2 * proof_bytes)

    def _measure(self, count: int, calls: object, proof_bytes: int) -> Cost:
        assert callable(calls)
        node_before, began = self._node_ms(), time.process_time()
        sent = self._settle(self._sign(calls()))
        client_ms = (time.process_time() - began) * 1000
        node_ms = self._node_ms() - node_before
        gas = sum(self._gas(each.hash) for each in sent)
        return Cost(count, gas / count, client_ms / count, node_ms / count, proof_bytes)

    def _sign(self, calls: Sequence[AnchorCall]) -> list[SignedTransaction]:
        nonce = self._chain.next_nonce()
        return [self._chain.sign(call, nonce + at) for at, call in enumerate(calls)]

    def _settle(self, sent: list[SignedTransaction]) -> list[SignedTransaction]:
        """Send, and wait for the last; asking seldom, since asking is measured too."""
        for each in sent:
            self._chain.submit(each.raw)
        while self._chain.receipt(sent[-1].hash) is None:
            time.sleep(0.1)
        for each in sent:
            wait_for(lambda each=each: self._chain.receipt(each.hash) is not None)  # type: ignore[misc]
            receipt = self._chain.receipt(each.hash)
            assert receipt is not None
            assert receipt.is_success
        return sent

    def _gas(self, transaction: bytes) -> int:
        found = self._chain._connection.read("eth_getTransactionReceipt", f"0x{transaction.hex()}")
        return int(found["gasUsed"], 16)

    def _node_ms(self) -> float:
        assert self._node.process is not None
        stat = Path(f"/proc/{self._node.process.pid}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_MS


def _rows(count: int) -> list[OutboxRow]:
    ids: list[UUID] = [uuid4() for _ in range(count)]
    return [
        row
        for each in ids
        for row in (
            opened_row(each, POLICY, EPHEMERAL),
            sealed_row(each, MANIFEST, ROOT, 3),
        )
    ]


def measure(largest: int, root: Path) -> Result:
    """Measure both ways in one run."""
    with own_node(root) as node:
        bench = Bench(node)
        try:
            bench.batched(1)  # the account's first batch alone pays for slots that were empty
            direct = bench.direct(DIRECT_SESSIONS)
            sizes = [1 << power for power in range(int(math.log2(largest)) + 1)]
            return Result(direct, [bench.batched(size) for size in sizes], bench.deploy_gas)
        finally:
            bench.close()


def main() -> int:
    """Measure, print, write JSON and plot; 1 unless the cost of a session falls as 1/n."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--largest", type=int, default=_LARGEST)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path, default=PLOT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        result = measure(options.largest, Path(directory))
    print("  sessions    gas a session   client CPU ms     node CPU ms    proof bytes")
    print(_row("by itself", result.direct))
    for cost in result.batched:
        print(_row(str(cost.sessions), cost))
    one, last = result.batched[0], result.batched[-1]
    print(f"deploying LucidBatches costs {result.deploy_gas:,} gas, once")
    times = result.direct.gas / last.gas
    print(f"in a batch of {last.sessions} a session costs {times:,.0f} times less than by itself")
    points = [(cost.sessions, cost.gas) for cost in result.batched]
    options.plot.write_text(curve(points, result.direct.gas), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    return 0 if math.isclose(last.gas * last.sessions, one.gas, rel_tol=0.02) else 1


def _row(name: str, cost: Cost) -> str:
    return (
        f"{name:>10} {cost.gas:16,.1f} {cost.client_cpu_ms:15.3f} {cost.node_cpu_ms:15.3f}"
        f" {cost.proof_bytes:14}"
    )


if __name__ == "__main__":
    sys.exit(main())
