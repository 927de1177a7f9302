"""A chain of one's own to try things on: ``python -m tests.fakes.own_network --account 0x… [--client geth]``.

Runs go-ethereum where it is, else @ethereumjs/client, on this machine alone; whatever waits comes into a block.
The chain is gone when it ends.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from core.chain.network.terms import address_of
from tests.fakes.execution_clients import ExecutionClient, ethereumjs_node, find_geth, geth_node

_CLIENTS: dict[str, Callable[..., AbstractContextManager[ExecutionClient]]] = {
    "geth": geth_node,
    "ethereumjs": ethereumjs_node,
}


def main(words: Sequence[str] | None = None, ended: threading.Event | None = None) -> int:
    """Run until Ctrl-C, or until ``ended`` is set."""
    parser = argparse.ArgumentParser(prog="own_network", description="Run a chain of one's own.")
    parser.add_argument("--account", action="append", type=address_of, metavar="ADDRESS")
    parser.add_argument("--client", choices=sorted(_CLIENTS))
    parser.add_argument("--port", type=int, default=8545)
    given = parser.parse_args(words)
    client = given.client or ("geth" if find_geth() else "ethereumjs")
    with (
        tempfile.TemporaryDirectory(prefix="lucid-network-") as folder,
        _CLIENTS[client](Path(folder), tuple(given.account or ()), given.port) as running,
    ):
        sys.stdout.write(f"{client} answers at {running.http}; Ctrl-C ends it\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            (ended or threading.Event()).wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
