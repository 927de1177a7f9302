"""A web3 provider over a WebSocket on this machine: one question, one answer.

web3's own speaks asyncio only, and connects to wherever it is told. Importing this imports web3.
"""

from __future__ import annotations

import json
from typing import cast

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from core.transport.loopback_websocket import LoopbackWebSocket


class WebSocketProvider(JSONBaseProvider):
    """Sends requests one after the other over one connection, opened when it is needed.

    Raises OSError, TimeoutError among them, when the node does not answer.
    """

    def __init__(self, url: str, timeout_s: float) -> None:
        super().__init__()
        self._url = url
        self._timeout_s = timeout_s
        self._line: LoopbackWebSocket | None = None

    def make_request(self, method: RPCEndpoint, params: object) -> RPCResponse:
        """Ask, and give the node's answer, an error included."""
        request = self.encode_rpc_request(method, params).decode()
        is_fresh = self._line is None
        try:
            return self._exchange(request)
        except ConnectionResetError:
            self.close()
            if is_fresh:
                raise
        except BaseException:
            self.close()
            raise
        # The connection was left over from a node that is gone; the one that is there now gets one chance.
        return self._exchange(request)

    def _exchange(self, request: str) -> RPCResponse:
        if self._line is None:
            self._line = LoopbackWebSocket(self._url, self._timeout_s)
        return cast("RPCResponse", json.loads(self._line.ask(request)))

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
