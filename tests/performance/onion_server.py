"""What every way of the onion benchmark leads to: a program that echoes or streams, at a Unix socket and at a port.

Its argument is a directory, in which it makes the socket ``server``; it prints its port of loopback. A connection
begins as an RDP client's does (a packet of 19 bytes), then says what it wants: ``E`` to have 64 bytes at a time given
back, ``S`` and eight bytes of a count to be sent that many. The end of the input ends it.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

HELLO = bytes((3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0))
PING = 64
_PIECE = bytes(32 << 10)


def main() -> None:
    """Serve until the end of the input."""
    near = socket.socket(socket.AF_UNIX)
    near.bind(str(Path(sys.argv[1]) / "server"))
    near.listen()
    far = socket.create_server(("127.0.0.1", 0))
    for listening in (near, far):
        threading.Thread(target=_serve, args=(listening,), daemon=True).start()
    print(far.getsockname()[1], flush=True)
    sys.stdin.read()
    os._exit(0)


def read(stream: socket.socket, size: int) -> bytes:
    """Read exactly that much; raises EOFError."""
    data = b""
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _serve(listening: socket.socket) -> None:
    while True:
        stream, _ = listening.accept()
        if stream.family == socket.AF_INET:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_answer, args=(stream,), daemon=True).start()


def _answer(stream: socket.socket) -> None:
    with stream, suppress(OSError, EOFError):
        read(stream, len(HELLO))
        if read(stream, 1) == b"E":
            while True:
                stream.sendall(read(stream, PING))
        left = int.from_bytes(read(stream, 8), "big")
        while left:
            stream.sendall(_PIECE[:left])
            left -= min(left, len(_PIECE))
        stream.recv(1)  # until the other end has everything and goes


if __name__ == "__main__":
    main()
