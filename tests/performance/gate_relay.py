"""A relay that counts what passes: ``python -m tests.performance.gate_relay HOST PORT``.

It prints the port at which it listens, serves one connection after the other, and answers each line on its
standard input with the bytes that have gone to the target and come from it. It ends with its input.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PIECE_BYTES = 64 << 10


class CountingRelay:
    """Hands connections on to a target, and counts."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self.bytes = [0, 0]  # to the target, from it

    def serve(self, listener: socket.socket) -> None:
        """Serve whoever comes."""
        while True:
            client = listener.accept()[0]
            target = socket.create_connection(self._target)
            for each in (client, target):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for way, ends in enumerate(((client, target), (target, client))):
                threading.Thread(target=self._copy, args=(way, *ends), daemon=True).start()

    def _copy(self, way: int, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(_PIECE_BYTES):
                self.bytes[way] += len(data)
                sink.sendall(data)
        except OSError:
            pass  # either end is gone
        for each in (source, sink):
            each.close()


class RelayProcess:
    """A running relay."""

    def __init__(self, address: str) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.performance.gate_relay", *address.split(":")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = f"127.0.0.1:{self._say()}"

    def read(self) -> int:
        """Give the bytes that came from the target so far."""
        assert self._child.stdin is not None
        self._child.stdin.write("\n")
        self._child.stdin.flush()
        return int(self._say().split()[1])

    def close(self) -> None:
        """End it."""
        self._child.communicate()

    def _say(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline().strip()


@contextmanager
def relayed(address: str) -> Iterator[RelayProcess]:
    """Run a relay before an address."""
    relay = RelayProcess(address)
    try:
        yield relay
    finally:
        relay.close()


def main() -> None:
    """Relay until the standard input ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    relay = CountingRelay((sys.argv[1], int(sys.argv[2])))
    threading.Thread(target=relay.serve, args=(listener,), daemon=True).start()
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        sys.stdout.write("{} {}\n".format(*relay.bytes))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
