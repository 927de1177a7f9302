"""Asks a node by JSON-RPC and says in our words what went wrong."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.errors import ChainUnreachable
from core.transport.http_answers import is_no_http

Params = Sequence[object]
METHOD_NOT_FOUND = -32601


class NodeRefusal(Exception):
    """The node answered with an error; ``data`` are the bytes that came with it, as a revert has them."""

    def __init__(self, code: int, message: str, data: bytes = b"") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class NodeConnection:
    """A connection to a node, kept warm; for one thread.

    The endpoint is the path of a Unix socket, or an http, https or ws address on this machine's loopback; any other one
    raises AddressRefused at the first request, before anything is looked up. That imports web3, too.
    """

    def __init__(self, endpoint: str, timeout_s: float = 10.0) -> None:
        self._endpoint = endpoint
        self._timeout_s = timeout_s
        self._make_request: Callable[[Any, Any], Any] | None = None
        self._close: Callable[[], None] = lambda: None
        self.most_log_blocks: int | None = (
            None  # that the node gives the logs of at a time, however few those are; None: all
        )

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
        """Ask, and give the result. Raises ChainUnreachable and NodeRefusal."""
        try:
            if self._make_request is None:
                self._open()
            assert self._make_request is not None  # noqa: S101 - _open sets it
            answer = self._make_request(method, params)
        except (OSError, ValueError) as error:
            # requests' own errors are OSErrors; a ValueError is an answer that is no JSON.
            raise ChainUnreachable(reason=_told(error, self._endpoint)) from error
        return _result(answer)

    def read(self, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
        """Ask what every node can answer, and give the result. Raises ChainUnreachable."""
        try:
            return self.ask(method, *params)
        except NodeRefusal as error:
            raise ChainUnreachable(reason=f"{method}: {error.message}") from error

    def _open(self) -> None:
        # web3 imports websockets.legacy, which is deprecated and which nothing here uses.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"websockets\.legacy")
        if self._endpoint.startswith(("http://", "https://")):
            self._open_http()
            return
        if self._endpoint.startswith("ws://"):
            from core.chain.websocket_provider import WebSocketProvider

            speaker = WebSocketProvider(self._endpoint, self._timeout_s)
            self._make_request, self._close = speaker.make_request, speaker.close
            return
        from core.chain.socket_provider import SocketProvider

        provider = SocketProvider(Path(self._endpoint), self._timeout_s)
        self._make_request = provider.make_request
        self._close = provider.close

    def _open_http(self) -> None:
        from core.transport.loopback_http import loopback_session, loopback_url

        url = loopback_url(self._endpoint)
        from web3 import HTTPProvider

        session = loopback_session()
        provider = HTTPProvider(
            url,
            request_kwargs={"timeout": self._timeout_s},
            session=session,
            exception_retry_configuration=None,
        )
        self._make_request = provider.make_request
        self._close = session.close

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        self._close()
        self._make_request = None
        self._close = lambda: None


def _told(error: Exception, endpoint: str) -> str:
    """Say what was the matter, and where; requests wraps the system's error in several, which tell nobody anything."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, FileNotFoundError):
            return f"no node is running at {endpoint}"
        if isinstance(at, ConnectionRefusedError):
            return f"no node listens at {endpoint}"
        if isinstance(at, TimeoutError):
            return f"the node at {endpoint} took too long"
        if is_no_http(at) or isinstance(at, ValueError):
            return f"what answers at {endpoint} is no node"
        at = at.__cause__ or at.__context__
    return str(error) or type(error).__name__


def _result(answer: object) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(answer, dict):
        raise ChainUnreachable(reason="the answer is no JSON-RPC")
    error = answer.get("error")
    if error is None:
        return answer.get("result")
    if not isinstance(error, dict):
        raise NodeRefusal(0, str(error))
    code = error.get("code")
    message = str(error.get("message", ""))
    raise NodeRefusal(
        code if isinstance(code, int) else 0, message, _revert_data(error.get("data"))
    )


def _revert_data(given: object) -> bytes:
    """Find the bytes of a revert in an error's data, which nodes wrap in different ways."""
    if isinstance(given, dict):
        return _revert_data(given.get("data"))
    if not isinstance(given, str):
        return b""
    _, separator, digits = given.rpartition("0x")
    try:
        return bytes.fromhex(digits) if separator else b""
    except ValueError:
        return b""
