"""HTTP on this machine's loopback, for a client library that wants a session. Importing it imports requests."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from core.errors import AddressRefused
from core.transport.addresses import LocalAddress, read_address

_PORTS = {"http": 80, "https": 443}


def loopback_session() -> requests.Session:
    """Make a session that reaches this machine's loopback only, redirections included; see ``loopback_url``."""
    session = requests.Session()
    session.trust_env = False  # no proxy from the environment comes between
    session.adapters.clear()
    for scheme in _PORTS:
        session.mount(f"{scheme}://", _LoopbackAdapter())
    return session


def loopback_url(url: str) -> str:
    """Give an HTTP address with this machine's number in it, and its port; raises AddressRefused for any other."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise AddressRefused(address=url, reason="it is no address") from None
    if parts.scheme not in _PORTS or parts.username is not None:
        raise AddressRefused(address=url, reason="it is no plain HTTP address")
    address = read_address(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    if not isinstance(address, LocalAddress):
        raise AddressRefused(address=str(address), reason="HTTP is spoken on this machine only")
    return urlunsplit((parts.scheme, str(address), parts.path, parts.query, ""))


class _LoopbackAdapter(HTTPAdapter):
    """Looks at each request's address before a connection is made, those after a redirection among them."""

    def send(
        self,
        request: requests.PreparedRequest,
        *positional: Any,  # noqa: ANN401 - what requests hands over is handed on
        **named: Any,  # noqa: ANN401 - as above
    ) -> requests.Response:
        request.url = loopback_url(request.url or "")
        return super().send(request, *positional, **named)
