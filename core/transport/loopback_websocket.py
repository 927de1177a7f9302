"""A WebSocket on this machine's loopback, for questions and answers. Importing it imports websockets."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from core.errors import AddressRefused
from core.transport.addresses import LocalAddress, read_address

_PORT = 80
_MOST_BYTES = 64 * 1024 * 1024


class LoopbackWebSocket:
    """Sends a text and waits for the one that comes back; for one thread. Raises OSError, TimeoutError among them."""

    def __init__(self, url: str, timeout_s: float) -> None:
        """Connect. Raises AddressRefused for any place but this machine's loopback, and OSError."""
        address = _address_of(url)
        self._timeout_s = timeout_s
        stream = socket.create_connection((str(address.host), address.port), timeout_s)
        try:
            self._line: ClientConnection = connect(
                url,
                sock=stream,
                proxy=None,  # none from the environment comes between
                compression=None,
                open_timeout=timeout_s,
                close_timeout=1,
                max_size=_MOST_BYTES,
            )
        except WebSocketException as error:
            stream.close()
            raise ConnectionRefusedError(str(error)) from error
        except BaseException:
            stream.close()
            raise

    def ask(self, text: str) -> str | bytes:
        """Send, and give what comes back."""
        try:
            self._line.send(text)
            return self._line.recv(self._timeout_s)
        except WebSocketException as error:
            raise ConnectionResetError(str(error)) from error

    def close(self) -> None:
        """Say good-bye and close."""
        self._line.close()


def _address_of(url: str) -> LocalAddress:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORT
    except ValueError:
        raise AddressRefused(address=url, reason="it is no address") from None
    if parts.scheme != "ws" or parts.username is not None:
        raise AddressRefused(address=url, reason="it is no plain WebSocket address")
    address = read_address(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    if not isinstance(address, LocalAddress):
        raise AddressRefused(address=str(address), reason="it is not this machine")
    return address
