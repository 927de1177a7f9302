"""Sockets on this machine: the only places at which a Unix socket or a loopback port is opened or listened at."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

from core.errors import AddressRefused, DataDirectoryBusy
from core.transport.addresses import LocalAddress, is_local
from core.transport.unix_address import address_of

_PRIVATE = 0o600
_BACKLOG = 32


async def open_local(path: Path) -> socket.socket:
    """Connect to the Unix socket at a path; gives a socket that does not block. Raises OSError."""
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.settimeout(0)
    try:
        with address_of(path) as address:
            await asyncio.get_running_loop().sock_connect(stream, address)
    except BaseException:
        stream.close()
        raise
    return stream


async def open_loopback(address: LocalAddress) -> socket.socket:
    """Connect to a port of this machine; gives a socket that does not block. Raises OSError."""
    family = socket.AF_INET if address.host.version == 4 else socket.AF_INET6  # noqa: PLR2004 - of IP
    stream = socket.socket(family, socket.SOCK_STREAM)
    stream.settimeout(0)
    try:
        target = (str(address.host), address.port)
        await asyncio.get_running_loop().sock_connect(stream, target)
    except BaseException:
        stream.close()
        raise
    return stream


def connect_local(path: Path, timeout_s: float) -> socket.socket:
    """Connect to the Unix socket at a path, and keep that timeout for what follows; blocks. Raises OSError."""
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        stream.settimeout(timeout_s)
        with address_of(path) as address:
            stream.connect(address)
    except BaseException:
        stream.close()
        raise
    return stream


def listen_local(path: Path, mode: int = _PRIVATE, backlog: int = _BACKLOG) -> socket.socket:
    """Listen on a Unix socket at a path, without blocking; ``mode`` says who may connect.

    What was left over there goes. Raises DataDirectoryBusy when somebody listens there, OSError.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address_of(path) as address:
            if path.is_socket():
                _refuse_if_alive(address, path)
                path.unlink()
            # Bind makes the file with this mode, less the umask, which is the whole process's and is left alone.
            os.fchmod(listener.fileno(), mode)
            listener.bind(address)
            path.chmod(mode)
        listener.listen(backlog)
        listener.settimeout(0)
    except BaseException:
        listener.close()
        raise
    return listener


def listen_loopback(
    host: str = "127.0.0.1", port: int = 0, backlog: int = _BACKLOG
) -> socket.socket:
    """Listen at a port of this machine, 0 for a free one, without blocking. Raises AddressRefused, OSError."""
    if not is_local(host):
        raise AddressRefused(address=f"{host}:{port}", reason="it is not this machine's loopback")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=backlog)
    listener.settimeout(0)
    return listener


def _refuse_if_alive(address: str, path: Path) -> None:
    """Raise DataDirectoryBusy when somebody listens there; a socket without a listener is left over."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(address)
        except OSError:
            return
    raise DataDirectoryBusy(path=str(path), pid=0)
