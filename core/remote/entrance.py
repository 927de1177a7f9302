"""The way in: a listening address whose connections are handed on to xrdp's socket, one at a time.

xrdp itself has no network. Whoever comes while somebody is there, or too often, is turned away here already.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import RemoteHostFailed

_PIECE_BYTES = 64 << 10
_FAREWELL_S = 2.0  # for the last bytes, to a client that reads them
# A client whose machine or network is gone says nothing any more: it is found out within half a minute.
_KEEP_ALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000),
)


@dataclass
class Visit:
    """The connection that is there; whoever means to come in says something at once."""

    task: asyncio.Task[None]
    has_spoken: bool = False


class Entrance:
    """Listens on loopback; ``may_enter`` is asked for each connection, and counts it."""

    def __init__(self, target: Path, may_enter: Callable[[], bool]) -> None:
        self._target = target
        self._may_enter = may_enter
        self._server: asyncio.Server | None = None
        self._arrivals: set[asyncio.Task[None]] = set()
        self._held = -1
        self.visit: Visit | None = None
        self.address = ""

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; raises RemoteHostFailed when the address is taken, or xrdp's socket is not there.

        The socket is held from now on: whoever takes xrdp over cannot put another one, or a way to one, in its place.
        """
        self._held = _hold(self._target)
        try:
            self._server = await asyncio.start_server(self._welcome, host, port, limit=_PIECE_BYTES)
        except OSError as error:
            raise RemoteHostFailed(
                program="entrance", reason=error.strerror or "no address"
            ) from error
        name = self._server.sockets[0].getsockname()
        self.address = f"{name[0]}:{name[1]}"

    def turn_out(self) -> None:
        """End the visit that is going on; what was on its way to the client is not sent."""
        if self.visit is not None:
            self.visit.task.cancel()

    async def close(self) -> None:
        """Listen no more, and end the visit that is going on."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for arrival in self._arrivals:
            arrival.cancel()
        await asyncio.gather(*self._arrivals, return_exceptions=True)
        held, self._held = self._held, -1
        if held >= 0:
            os.close(held)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrival = asyncio.current_task()
        assert arrival is not None  # noqa: S101 - start_server runs this in a task
        self._arrivals.add(arrival)
        try:
            is_free = self._may_enter() and self.visit is None and self._server is not None
            if is_free:
                await self._receive(Visit(arrival), reader, writer)
            await _say_farewell(writer)
        except (OSError, asyncio.CancelledError):
            return  # either end is gone, or the visit was ended: both close the other
        finally:
            writer.transport.abort()
            self._arrivals.discard(arrival)

    async def _receive(
        self, visit: Visit, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.visit = visit
        try:
            _keep_alive(writer)
            await self._hand_on(visit, reader, writer)
        finally:
            self.visit = None

    async def _hand_on(
        self, visit: Visit, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(
            f"/proc/self/fd/{self._held}", limit=_PIECE_BYTES
        )

        def spoke() -> None:
            visit.has_spoken = True

        ways = {
            asyncio.ensure_future(_copy(reader, inner_writer, spoke)),
            asyncio.ensure_future(_copy(inner_reader, writer, lambda: None)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            inner_writer.transport.abort()


def _hold(target: Path) -> int:
    """Take hold of a socket as it is now; raises RemoteHostFailed when it is none."""
    try:
        held = os.open(target, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise RemoteHostFailed(
            program="xrdp", reason=error.strerror or "no socket of it is there"
        ) from error
    if not stat.S_ISSOCK(os.fstat(held).st_mode):
        os.close(held)
        raise RemoteHostFailed(program="xrdp", reason="something else is in place of its socket")
    return held


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passed: Callable[[], None]
) -> None:
    while data := await reader.read(_PIECE_BYTES):
        passed()
        writer.write(data)
        await writer.drain()


def _keep_alive(writer: asyncio.StreamWriter) -> None:
    stream = writer.get_extra_info("socket")
    for level, option, value in _KEEP_ALIVE:
        stream.setsockopt(level, option, value)


async def _say_farewell(writer: asyncio.StreamWriter) -> None:
    """Let the last bytes go out, as long as the client reads them; one that does not is cut off."""
    writer.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(_FAREWELL_S):
            await writer.wait_closed()
