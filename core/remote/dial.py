"""Dialling: the one way by which this appliance reaches another one's session.

Only loopback is reached in the clear: between machines, what carries the connection is a tunnel or an onion service.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

from core.errors import HostUnreachable

Dial = Callable[[str], Awaitable[socket.socket]]

PIECE_BYTES = 64 << 10
_PATIENCE_S = 15.0
_LARGEST_PORT = 0xFFFF
_LOCAL_NAME = "localhost"


async def dial_loopback(address: str) -> socket.socket:
    """Connect to ``HOST:PORT`` on this machine's loopback; gives a socket that does not block.

    Raises HostUnreachable.
    """
    host, port = split_address(address)
    if not host.is_loopback:
        raise HostUnreachable(address=address, reason="only loopback is reached in the clear")
    family = socket.AF_INET if host.version == 4 else socket.AF_INET6  # noqa: PLR2004 - of IP
    stream = socket.socket(family, socket.SOCK_STREAM)
    stream.setblocking(False)  # noqa: FBT003 - the system's own signature
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await asyncio.get_running_loop().sock_connect(stream, (str(host), port))
    except TimeoutError:
        stream.close()
        raise HostUnreachable(address=address, reason="it does not answer") from None
    except OSError as error:
        stream.close()
        reason = error.strerror or "there is no way to it"
        raise HostUnreachable(address=address, reason=reason) from error
    except BaseException:
        stream.close()
        raise
    return stream


def split_address(address: str) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int]:
    """Take ``HOST:PORT`` apart, whose host is a number or this machine; raises HostUnreachable for anything else."""
    name, _, port = address.rpartition(":")
    name = name.removeprefix("[").removesuffix("]")
    try:
        host = ipaddress.ip_address("127.0.0.1" if name == _LOCAL_NAME else name)
    except ValueError:
        raise HostUnreachable(address=address, reason="it is no address of a machine") from None
    if not (port.isascii() and port.isdecimal() and 0 < int(port) <= _LARGEST_PORT):
        raise HostUnreachable(address=address, reason="it has no port") from None
    return host, int(port)
