"""A web3 provider over a Unix socket that tells at once when the node is gone.

web3's own IPCProvider takes the end of the stream for "nothing yet" and spins until its timeout, half a minute by
default; it works with the node nonetheless. Importing this imports web3.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import cast

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from core.transport.sockets import connect_local

_READ_BYTES = 64 * 1024


class SocketProvider(JSONBaseProvider):
    """Sends requests one after the other over one connection, opened when it is needed.

    Raises OSError, TimeoutError among them, when the node does not answer.
    """

    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__()
        self._path = path
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None

    def make_request(self, method: RPCEndpoint, params: object) -> RPCResponse:
        """Ask, and give the node's answer, an error included."""
        return cast("RPCResponse", self._ask(self.encode_rpc_request(method, params)))

    def make_batch_request(
        self, requests: list[tuple[RPCEndpoint, object]]
    ) -> list[RPCResponse] | RPCResponse:
        """Ask several things at once; the answers are in the order of the questions."""
        answers = self._ask(self.encode_batch_rpc_request(requests))
        if not isinstance(answers, list):
            return cast("RPCResponse", answers)
        return sorted(
            cast("list[RPCResponse]", answers), key=lambda answer: cast("int", answer["id"])
        )

    def _ask(self, request: bytes) -> object:
        is_fresh = self._socket is None
        try:
            return self._exchange(request)
        except (BrokenPipeError, ConnectionResetError):
            self.close()
            if is_fresh:
                raise
        except BaseException:
            self.close()
            raise
        # The connection was left over from a node that is gone; the one that is there now gets one chance.
        return self._exchange(request)

    def _exchange(self, request: bytes) -> object:
        if self._socket is None:
            self._socket = connect_local(self._path, self._timeout_s)
        self._socket.sendall(request + b"\n")
        answer = bytearray()
        while not answer.endswith(b"\n"):
            received = self._socket.recv(_READ_BYTES)
            if not received:
                raise ConnectionResetError("the node closed the connection")
            answer += received
        return json.loads(answer)

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
