"""The guard: from its installation on, this process reaches its own machine and nothing else, whoever asks.

Python tells an audit hook of each address before the system is asked for it. What a name stands for would be asked
before that, for a socket's own methods and in C libraries; so the C library is told to know the names in ``/etc/hosts``
only, and none of it ever asks a server. Of ``listen`` Python tells no hook, and the kernel binds what was not bound: a
method in its place looks where a socket is. Programs that are started have to be kept in by the firewall.

An address is read as the system reads it: what a subclass says of itself counts for nothing.

Sources: PEP 578; "Audit events table" in Python's library reference; glibc's <nss.h>.
"""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING, Any

from core.errors import AddressRefused
from core.transport.addresses import is_local

if TYPE_CHECKING:
    from collections.abc import Callable

# Netlink ends in this machine's kernel. -1 is a descriptor that is there already: its addresses are looked at.
_NUMBERED = frozenset({socket.AF_INET, socket.AF_INET6})
_FAMILIES = _NUMBERED | {socket.AF_UNIX, socket.AF_NETLINK, -1}
# A raw socket writes its own headers, and others than these (SCTP) connect by other calls than connect.
_KINDS = frozenset({socket.SOCK_STREAM, socket.SOCK_DGRAM})
_PROTOCOLS = frozenset({0, -1, socket.IPPROTO_TCP, socket.IPPROTO_UDP})
_KIND_MASK = 0xF  # the rest are flags: SOCK_TYPE_MASK of the kernel's <linux/net.h>
_REASON = "this program reaches onion addresses and its own machine only"

_installed: list[bool] = []  # a hook cannot be taken away, so it is not added twice


def forbid_clearnet() -> None:
    """Refuse, from now on and for good, every connection, packet and listener beyond this machine, and every look-up.

    Whoever tries gets AddressRefused, and nothing is sent. A name that a socket is given itself is unknown.
    """
    if _installed:
        return
    _installed.append(True)
    _forget_resolvers()
    sys.addaudithook(_look)
    socket.socket.listen = _listen  # type: ignore[method-assign,assignment]


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    check = _CHECKS.get(event)
    if check is not None:
        check(*arguments)


def _listen(stream: socket.socket, *backlog: int) -> None:
    """Listen as ``socket.socket.listen`` does, on a socket that is bound to this machine. Raises AddressRefused."""
    if _family_of(stream) in _NUMBERED:
        _check_number(socket.SocketType.getsockname(stream)[0])
    socket.SocketType.listen(stream, *backlog)


def _check_socket(_: object, family: int, kind: int, protocol: int) -> None:
    if family not in _FAMILIES:
        raise AddressRefused(address=f"family {int(family)}", reason=_REASON)
    if family in _NUMBERED and (kind & _KIND_MASK not in _KINDS or protocol not in _PROTOCOLS):
        raise AddressRefused(address=f"kind {int(kind)}, protocol {int(protocol)}", reason=_REASON)


def _check_address(stream: socket.socket, address: object) -> None:
    """Check where a socket connects, sends or is bound; None is where it is connected already."""
    family = _family_of(stream)
    if family not in _FAMILIES:
        raise AddressRefused(address=f"family {family}", reason=_REASON)
    if family in _NUMBERED and address is not None:
        _check_number(_first_of(address) if isinstance(address, tuple) else "")


def _check_lookup(host: object, *_: object) -> None:
    """Numbers of this machine may be asked for, since nothing is looked up for them; so may no host at all."""
    if host is not None and _read(host):
        _check_number(host)


def _check_reverse(address: object, *_: object) -> None:
    _check_number(_first_of(address) if isinstance(address, tuple) else address)


def _check_number(host: object) -> None:
    text = _read(host)
    if not is_local(text):
        raise AddressRefused(address=text, reason=_REASON)


def _family_of(stream: socket.socket) -> int:
    """Give the family that the system knows a socket by, whatever its class says."""
    return int(socket.SocketType.family.__get__(stream))


def _first_of(address: tuple[object, ...]) -> object:
    return tuple.__getitem__(address, 0) if tuple.__len__(address) else ""


def _read(host: object) -> str:
    """Read a host as the system does. Raises AddressRefused for what is no text."""
    if isinstance(host, str):
        return str.__str__(host)
    if isinstance(host, bytes):
        return bytes.decode(host, "ascii", "replace")
    if isinstance(host, bytearray):
        return bytearray.decode(host, "ascii", "replace")
    raise AddressRefused(address=type(host).__name__, reason=_REASON)


_CHECKS: dict[str, Callable[..., None]] = {
    "socket.__new__": _check_socket,
    "socket.connect": _check_address,
    "socket.bind": _check_address,
    "socket.sendto": _check_address,
    "socket.sendmsg": _check_address,
    "socket.getaddrinfo": _check_lookup,
    "socket.gethostbyname": _check_lookup,
    "socket.gethostbyaddr": _check_reverse,
    "socket.getnameinfo": _check_reverse,
}


def _forget_resolvers() -> None:
    """Let the C library know the names in ``/etc/hosts`` only; raises OSError where it does not take that."""
    import ctypes

    configure = ctypes.CDLL(None, use_errno=True).__nss_configure_lookup  # noqa: SLF001 - <nss.h> declares it for everybody
    if configure(b"hosts", b"files") != 0:
        raise OSError(ctypes.get_errno(), "the C library's resolvers could not be turned off")
