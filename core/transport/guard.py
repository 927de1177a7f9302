"""The guard: from its installation on, this process reaches its own machine and nothing else, whoever asks.

Python tells an audit hook of each address before the system is asked for it. What a name stands for would be asked
before that, for a socket's own methods and in C libraries; so the C library is told to know the names in ``/etc/hosts``
only, and none of it ever asks a server. Programs that are started have to be kept in by the firewall.

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
_FAMILIES = frozenset({socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, -1})
_NUMBERED = frozenset({socket.AF_INET, socket.AF_INET6})
_REASON = "this program reaches onion addresses and its own machine only"
_NO_HOST = frozenset({None, "", b""})

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


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    check = _CHECKS.get(event)
    if check is not None:
        check(*arguments)


def _check_family(_: object, family: int, *__: object) -> None:
    if family not in _FAMILIES:
        raise AddressRefused(address=f"family {int(family)}", reason=_REASON)


def _check_address(stream: Any, address: object) -> None:  # noqa: ANN401 - any object with a family
    """Check where a socket connects, sends or is bound; None is where it is connected already."""
    if stream.family not in _NUMBERED or address is None:
        return
    host = address[0] if isinstance(address, tuple) and address else ""
    _check_number(host)


def _check_lookup(host: object, *_: object) -> None:
    """Numbers of this machine may be asked for, since nothing is looked up for them; so may no host at all."""
    if host not in _NO_HOST:
        _check_number(host)


def _check_reverse(address: object, *_: object) -> None:
    _check_number(address[0] if isinstance(address, tuple) and address else address)


def _check_number(host: object) -> None:
    text = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    if not is_local(text):
        raise AddressRefused(address=text, reason=_REASON)


_CHECKS: dict[str, Callable[..., None]] = {
    "socket.__new__": _check_family,
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
