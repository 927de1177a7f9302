"""The transport: dials onion services through Tor, and this machine's loopback; there is nothing else to dial."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import socket
from enum import Enum
from pathlib import Path
from typing import Protocol

from core.errors import HostUnreachable, NetworkOffline, TorNotReady
from core.transport.addresses import LocalAddress, OnionAddress, read_address
from core.transport.sockets import open_local, open_loopback
from core.transport.socks import Isolation, NotNow, ask_for_stream

_ONION_S = 45.0  # Tor looks for a service's introduction at three places before it gives up
_PAUSES_S = (1.0, 2.0, 3.0)  # before Tor is asked again; the last one from then on
_LAST_ASKED_S = 12.0  # after the first time; who is not there is given up soon after
_LOCAL_S = 15.0
_SECRET_BYTES = 32


class Purpose(Enum):
    """What a connection is for. Streams of different purposes never share a circuit."""

    SESSION = "session"
    PEER = "peer"


class OnionWay(Protocol):
    """The way through Tor, as whoever runs it gives it."""

    async def socks(self) -> Path:
        """Give Tor's SOCKS port, a Unix socket. Raises NetworkOffline, TorNotReady."""

    async def authorise(self, host: str, client_key: str) -> None:
        """Let Tor open an onion service that asks for a client key (X25519 private key, base32)."""

    async def forget(self, host: str) -> None:
        """Forget the client key of an onion service, where there is one."""


class _Offline:
    """No way at all."""

    async def socks(self) -> Path:
        raise NetworkOffline

    async def authorise(self, host: str, client_key: str) -> None:  # noqa: ARG002 - as the way takes them
        raise NetworkOffline

    async def forget(self, host: str) -> None:
        """Nothing is known, so nothing is forgotten."""


OFFLINE: OnionWay = _Offline()


class Transport:
    """Dials for everybody; for the engine's loop. Without a way through Tor, onion addresses raise NetworkOffline."""

    def __init__(self, onion: OnionWay = OFFLINE) -> None:
        self._onion = onion
        self._secret = secrets.token_bytes(_SECRET_BYTES)

    async def dial(
        self, address: str, purpose: Purpose, *, peer: str = "", client_key: str = ""
    ) -> socket.socket:
        """Connect to ``HOST:PORT``; gives a socket that does not block, and is the caller's to close.

        Streams share a circuit only with those of the same purpose and peer; without a peer, with those to the same
        address. ``client_key`` opens an onion service that asks for one. Cancelled at any time, it leaves nothing.
        What may be otherwise in a moment is tried again for a while: a service published just now is not found at once.
        Raises AddressRefused before anything is sent, HostUnreachable, ClientKeyNeeded, NetworkOffline, TorNotReady.
        """
        found = read_address(address)
        try:
            if isinstance(found, LocalAddress):
                async with asyncio.timeout(_LOCAL_S):
                    return await open_loopback(found)
            async with asyncio.timeout(_ONION_S):
                return await self._find_onion(found, self.isolate(found, purpose, peer), client_key)
        except TimeoutError:
            raise HostUnreachable(address=address, reason="it does not answer") from None
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "there is no way to it"
            raise HostUnreachable(address=address, reason=reason) from error

    async def forget(self, address: str) -> None:
        """Forget the client key that an onion address was dialled with; a loopback address has none."""
        found = read_address(address)
        if isinstance(found, OnionAddress):
            await self._onion.forget(found.host)

    def isolate(self, address: OnionAddress, purpose: Purpose, peer: str = "") -> Isolation:
        """Give the marks of a stream's circuit: alike for one purpose and peer, until the engine starts again."""
        from blake3 import blake3

        named = "\0".join((purpose.value, peer or f"at {address.host}")).encode()
        return Isolation(purpose.value, blake3(named, key=self._secret).hexdigest())

    async def _find_onion(
        self, address: OnionAddress, isolation: Isolation, client_key: str
    ) -> socket.socket:
        """Dial, again while Tor does not find the service and it is early enough."""
        loop = asyncio.get_running_loop()
        last_s = loop.time() + _LAST_ASKED_S
        for pause_s in itertools.chain(_PAUSES_S, itertools.repeat(_PAUSES_S[-1])):
            try:
                return await self._dial_onion(address, isolation, client_key)
            except NotNow as refused:
                if loop.time() + pause_s > last_s:
                    raise refused.failure from None
            await asyncio.sleep(pause_s)
        raise AssertionError  # the pauses never end

    async def _dial_onion(
        self, address: OnionAddress, isolation: Isolation, client_key: str
    ) -> socket.socket:
        port = await self._onion.socks()
        if client_key:
            await self._onion.authorise(address.host, client_key)
        try:
            stream = await open_local(port)
        except OSError as error:  # it went just now, and whoever runs it starts it again
            raise TorNotReady(phase="restarting", percent=0) from error
        try:
            await ask_for_stream(stream, address, isolation)
        except BaseException:
            stream.close()
            raise
        return stream
