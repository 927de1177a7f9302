"""A chain of one's own to try things on: ``python -m tests.fakes.own_network --account 0x… [--client geth]``.

Runs go-ethereum where it is, else @ethereumjs/client, on this machine alone; whatever waits comes into a block.
The chain is gone when it ends.
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from core.chain.network.terms import address_of
from core.cli.argument_values import account_address
from tests.fakes.execution_clients import ExecutionClient, ethereumjs_node, find_geth, geth_node

_CLIENTS: dict[str, Callable[..., AbstractContextManager[ExecutionClient]]] = {
    "geth": geth_node,
    "ethereumjs": ethereumjs_node,
}


def main(words: Sequence[str] | None = None, ended: threading.Event | None = None) -> int:
    """Run until Ctrl-C, or until ``ended`` is set."""
    parser = argparse.ArgumentParser(prog="own_network", description="Run a chain of one's own.")
    parser.add_argument("--account", action="append", type=account_address, metavar="ADDRESS")
    parser.add_argument("--client", choices=sorted(_CLIENTS))
    parser.add_argument("--port", type=int, default=8545)
    given = parser.parse_args(words)
    if not _is_free(given.port):
        parser.error(f"port {given.port} is taken: end what listens there, or name another")
    accounts = tuple(address_of(each) for each in given.account or ())
    client = given.client or ("geth" if find_geth() else "ethereumjs")
    with (
        _ended_in_order(),
        tempfile.TemporaryDirectory(prefix="lucid-network-") as folder,
        _CLIENTS[client](Path(folder), accounts, given.port) as running,
    ):
        sys.stdout.write(f"{client} answers at {running.http}; Ctrl-C ends it\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            (ended or threading.Event()).wait()
    return 0


def _is_free(port: int) -> bool:
    """Tell whether nobody listens there: whoever does would be taken for the node that is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Take SIGTERM as Ctrl-C is taken, so that node and folder go with it; in a program's main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main())
