"""One way of indexing, measured in a process of its own: ``python -m tests.performance.index_ways WAY PORT DIRECTORY``.

``verified`` and ``plain`` are ours; ``naive`` is what a script would do: web3.py's contract object, ``get_logs`` in
ranges, and a dictionary. Prints JSON: events, processor seconds of this process, seconds, peak memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from tests.fakes.made_chain import ANCHORS

_RANGE = 10


def main() -> None:
    """Measure a way."""
    way, port, directory = sys.argv[1:4]
    endpoint = f"http://127.0.0.1:{port}"
    began, processor = time.perf_counter(), time.process_time()
    is_verified = way == "verified"
    events = _naive(endpoint) if way == "naive" else _own(endpoint, directory, is_verified)
    print(
        json.dumps(
            {
                "events": events,
                "processor_s": time.process_time() - processor,
                "seconds": time.perf_counter() - began,
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def _own(endpoint: str, directory: str, is_verified: bool) -> int:
    from core.chain.connection import NodeConnection
    from core.chain.index import ChainIndex
    from core.chain.index_source import BlockSource
    from core.chain.index_store import IndexStore
    from tests.fakes.made_sessions import WATCHED

    store = IndexStore(Path(directory) / "index.db")
    index = ChainIndex(store, BlockSource(NodeConnection(endpoint, 600.0), WATCHED))
    done = index.follow(WATCHED, is_verified=is_verified)
    store.close()
    return done.events


def _naive(endpoint: str) -> int:
    warnings.filterwarnings("ignore")
    from web3 import HTTPProvider, Web3

    artifact = Path(__file__).parents[2] / "core/chain/artifacts/LucidAnchors.json"
    web3 = Web3(HTTPProvider(endpoint, request_kwargs={"timeout": 600}))
    contract = web3.eth.contract(
        address=Web3.to_checksum_address(ANCHORS), abi=json.loads(artifact.read_text())["abi"]
    )
    found: dict[bytes, dict[str, Any]] = {}
    events = 0
    at = 1
    while at <= (head := int(web3.eth.get_block("latest")["number"])):
        last = min(at + _RANGE - 1, head)
        for kind in (contract.events.SessionOpened, contract.events.SessionSealed):
            for log in kind.get_logs(from_block=at, to_block=last):
                found.setdefault(log["args"]["sessionId"], {})[log["event"]] = dict(log)
                events += 1
        at = last + 1
    return events


if __name__ == "__main__":
    main()
