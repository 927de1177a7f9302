"""SOCKS: asks Tor for one stream, over the Unix socket of its SOCKS port.

Sources: RFC 1928 (version 5), RFC 1929 (user and password, which Tor takes as marks of isolation, not as secrets), and
Tor's proposal 304 for the answers from F0 on that an onion service's failure has.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field

from core.errors import ClientKeyNeeded, Failure, HostUnreachable
from core.transport.addresses import OnionAddress

_VERSION, _BY_PASSWORD, _PASSWORD_VERSION = 5, 2, 1
_CONNECT, _RESERVED, _NAME = 1, 0, 3
_GRANTED = 0
_BOUND_LENGTHS = {1: 4, 4: 16}  # of the address that an answer has, by its kind
_CLIENT_KEY_MISSING, _CLIENT_KEY_WRONG = 0xF4, 0xF5
# What may be otherwise a moment later: a service's description is still on its way to the directories, or Tor has an
# old one with introduction points that are gone. Tor looks anew for whoever asks again after each of these.
_PASSING = {0xF0, 0xF1, 0xF2, 0xF3, 0xF7}
_LONGEST_MARK = 255

_REASONS = {
    0x01: "Tor could not build a way to it",
    0x02: "Tor is not allowed to reach it",
    0x03: "Tor has no way to the network",
    0x04: "Tor does not find it",
    0x05: "it is there, and nothing listens at that port",
    0x06: "the way to it took too long",
    0x07: "Tor does not understand the request",
    0x08: "Tor does not take this kind of address",
    0xF0: "it is not published: the other end is off, or the address is an old one",
    0xF1: "what it has published cannot be read",
    0xF2: "it does not take the introduction; the other end may be off",
    0xF3: "the way to it broke off before it was whole",
    0xF6: "Tor does not take this address",
    0xF7: "it does not take the introduction in time; the other end may be off",
}


@dataclass(frozen=True)
class Isolation:
    """What a stream shares its circuit with: only streams with the same user and password."""

    user: str
    password: str = field(repr=False)


class NotNow(Exception):
    """Tor finds no way to the service just now; it may when it is asked again. Holds what to say when it does not."""

    def __init__(self, failure: HostUnreachable) -> None:
        super().__init__(failure.code)
        self.failure = failure


async def ask_for_stream(
    stream: socket.socket, address: OnionAddress, isolation: Isolation
) -> None:
    """Ask for a stream to an onion service over a connection to Tor's SOCKS port, which then is that stream.

    Not a byte is taken beyond Tor's answer. Raises NotNow, HostUnreachable, ClientKeyNeeded, and OSError where the
    connection to Tor breaks.
    """
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(stream, bytes([_VERSION, 1, _BY_PASSWORD]))
    if await _read(stream, 2, address) != bytes([_VERSION, _BY_PASSWORD]):
        raise _unreadable(address)
    await loop.sock_sendall(stream, _marks(isolation))
    if await _read(stream, 2, address) != bytes([_PASSWORD_VERSION, _GRANTED]):
        raise _unreadable(address)
    host = address.host.encode("ascii")
    port = address.port.to_bytes(2, "big")
    request = bytes([_VERSION, _CONNECT, _RESERVED, _NAME, len(host)]) + host + port
    await loop.sock_sendall(stream, request)
    await _read_answer(stream, address)


async def _read_answer(stream: socket.socket, address: OnionAddress) -> None:
    version, answer, reserved, kind = await _read(stream, 4, address)
    if version != _VERSION or reserved != _RESERVED:
        raise _unreadable(address)
    if answer != _GRANTED:
        raise _refusal(answer, address)
    if kind == _NAME:
        length = (await _read(stream, 1, address))[0]
    elif kind in _BOUND_LENGTHS:
        length = _BOUND_LENGTHS[kind]
    else:
        raise _unreadable(address)
    await _read(stream, length + 2, address)  # where Tor's end is bound, which nobody asks about


def _marks(isolation: Isolation) -> bytes:
    user, password = isolation.user.encode(), isolation.password.encode()
    assert 0 < len(user) <= _LONGEST_MARK  # noqa: S101 - both are made here, never given
    assert 0 < len(password) <= _LONGEST_MARK  # noqa: S101 - as above
    return bytes([_PASSWORD_VERSION, len(user)]) + user + bytes([len(password)]) + password


async def _read(stream: socket.socket, count: int, address: OnionAddress) -> bytes:
    loop = asyncio.get_running_loop()
    received = b""
    while len(received) < count:
        more = await loop.sock_recv(stream, count - len(received))
        if not more:
            raise HostUnreachable(address=str(address), reason="Tor closed the connection")
        received += more
    return received


def _refusal(answer: int, address: OnionAddress) -> Failure | NotNow:
    if answer in {_CLIENT_KEY_MISSING, _CLIENT_KEY_WRONG}:
        return ClientKeyNeeded(address=str(address))
    reason = _REASONS.get(answer, f"Tor gives a reason that is not known ({answer:#04x})")
    failure = HostUnreachable(address=str(address), reason=reason)
    return NotNow(failure) if answer in _PASSING else failure


def _unreadable(address: OnionAddress) -> HostUnreachable:
    return HostUnreachable(address=str(address), reason="Tor's answer cannot be read")
