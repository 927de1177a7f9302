"""The way in: a listening address. RDP is handed on to xrdp's socket, one client at a time; over TLS appliances greet.

The address is a port of this machine's loopback, or a Unix socket to which an onion service leads.

xrdp itself has no network. Whoever says nothing, comes while somebody is there, or too often, is turned away here. Who
has accepted the terms goes first.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from core.errors import RemoteHostFailed
from core.remote.exchange import LINE_S, LONGEST_LINE, RDP_HELLO, TLS_HELLO, cut_off
from core.remote.guests import Guests, Stage
from core.transport.sockets import listen_local, listen_loopback, open_local

_PIECE_BYTES = 64 << 10
_FAREWELL_S = 2.0  # for the last bytes, to a client that reads them
_HELLO_S = 5.0  # for a connection's first words: every client speaks first, and at once
_FAR_HELLO_S = 20.0  # the same by Tor, where they may have a long way
_MOST_GUESTS = 48  # at each stage; more are not waited for
_ACCEPT_AGAIN_S = 1.0
_BACKLOG = 32
_MODE = 0o660  # the directory says who comes: this user, or the group of another user's tor
_TPKT = 4  # the header of RDP's first packet: version, reserved, length (2 bytes, network order)
_SHORTEST_HELLO, _LONGEST_HELLO = 11, 512
_COOKIE = re.compile(rb"Cookie: mstshash=([!-~]{1,64})\r\n")
# A client whose machine or network is gone says nothing any more: it is found out within half a minute. By Tor, that
# closes the connection.
_KEEP_ALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000),
)


class Reception(Protocol):
    """Who receives guests; OSError is raised where a line breaks. Of anything else that is raised it hears itself."""

    async def greet(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        welcome: Callable[[], None],
    ) -> None:
        """Speak with an appliance, over TLS; the connection is closed afterwards.

        ``welcome`` is to be called once its code was right: from then on no other guest takes its place.
        """

    def came(self, user: str) -> bool:
        """Hear under which user name a client comes; tells whether it goes before all others."""

    async def make_way(self, user: str) -> None:
        """Turn out who is there for a client that comes under this name, where that one must make way."""

    def refused(self, reason: str) -> None:
        """Hear that a connection was closed because of what it said, or did not say."""

    def failed(self, error: Exception) -> None:
        """Hear that a connection was closed because of a fault on this side."""


@dataclass
class Visit:
    """The connection that is there, under a user name; it has spoken once it has said more than its first packet."""

    task: asyncio.Task[None]
    user: str
    has_spoken: bool = False


class Entrance:
    """Listens here; ``may_enter`` is asked about each client that speaks RDP, by its user name, and counts it.

    Those are not asked about that come while somebody else is being made way for: they are turned away at once.

    With ``tls`` and, once it is set, a ``reception``, appliances are greeted at the same address.
    """

    def __init__(
        self,
        target: Path,
        may_enter: Callable[[str], bool],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._target = target
        self._may_enter = may_enter
        self._tls = tls
        self._accepting: asyncio.Task[None] | None = None
        self._arrivals: set[asyncio.Task[None]] = set()
        self._guests = Guests(_MOST_GUESTS)  # of the arrivals
        self._way = asyncio.Lock()  # held by the one client that is made way for
        self._is_one_expected = False  # it goes first, and has the way or waits for it
        self._held = -1
        self._hello_s = _HELLO_S
        self.reception: Reception | None = None
        self.visit: Visit | None = None
        self.address = ""  # of a port; what leads to a Unix socket has one of its own

    async def open(self, place: Path | None = None, *, port: int = 0) -> None:
        """Listen at a Unix socket, which whoever passes its directory can reach, or else at a port of loopback.

        Raises RemoteHostFailed when the address is taken, or xrdp's socket is not there. That one is held from now on:
        whoever takes xrdp over cannot put another one, or a way to one, in its place.
        """
        self._held = _hold(self._target)
        try:
            listener = (
                listen_loopback(port=port, backlog=_BACKLOG)
                if place is None
                else listen_local(place, _MODE, _BACKLOG)
            )
        except OSError as error:
            raise RemoteHostFailed(
                program="entrance", reason=error.strerror or "no address"
            ) from error
        if place is None:
            self.address = "{}:{}".format(*listener.getsockname())
        else:
            self._hello_s = _FAR_HELLO_S
        self._accepting = asyncio.ensure_future(self._accept(listener))
        self._accepting.add_done_callback(lambda _: listener.close())

    def turn_out(self) -> None:
        """End the visit that is going on; what was on its way to the client is not sent."""
        if self.visit is not None:
            self.visit.task.cancel()

    async def close(self) -> None:
        """Listen no more, and end the visit that is going on."""
        accepting, self._accepting = self._accepting, None
        if accepting is not None:
            accepting.cancel()
            await asyncio.gather(accepting, return_exceptions=True)
        for arrival in self._arrivals:
            arrival.cancel()
        await asyncio.gather(*self._arrivals, return_exceptions=True)
        held, self._held = self._held, -1
        if held >= 0:
            os.close(held)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                stream, _ = await loop.sock_accept(listener)
            except OSError:
                # It is gone already, or there are no descriptors until somebody goes.
                await asyncio.sleep(_ACCEPT_AGAIN_S)
                continue
            arrival = asyncio.ensure_future(self._welcome(stream))
            self._arrivals.add(arrival)
            arrival.add_done_callback(partial(self._forget, stream))
            self._guests.enter(arrival, Stage.SILENT)

    def _forget(self, stream: socket.socket, arrival: asyncio.Task[None]) -> None:
        """Forget an arrival, also one that was cancelled before it began."""
        stream.close()
        self._arrivals.discard(arrival)
        self._guests.leave(arrival)

    async def _welcome(self, stream: socket.socket) -> None:
        try:
            first, hello = await self._hear(stream)
            if first == RDP_HELLO:
                self._guests.leave(_this_task())
                await self._come_in(stream, hello)
            elif self._tls is not None and self.reception is not None:
                await self._greet(stream, self._tls, self.reception)
        except _RefusedError as refused:
            if self.reception is not None:
                self.reception.refused(str(refused))
        except (OSError, EOFError, asyncio.CancelledError):
            return  # either end is gone, or the visit was ended: both close the other
        except Exception as error:  # what a stranger's bytes lead to must not pass unheard
            if self.reception is None:
                raise
            self.reception.failed(error)

    async def _hear(self, stream: socket.socket) -> tuple[int, bytes]:
        """Hear the first byte, which stays where it is, and of RDP the first packet. Raises _RefusedError, EOFError."""
        try:
            async with asyncio.timeout(self._hello_s):
                first = await _peek(stream)
                hello = await _read_hello(stream) if first == RDP_HELLO else b""
        except TimeoutError:
            raise _RefusedError("a connection that says nothing") from None
        if first not in {RDP_HELLO, TLS_HELLO}:
            raise _RefusedError("a connection that speaks neither RDP nor TLS")
        return first, hello

    async def _greet(
        self, stream: socket.socket, tls: ssl.SSLContext, reception: Reception
    ) -> None:
        loop, arrival = asyncio.get_running_loop(), _this_task()
        self._guests.enter(arrival, Stage.HANDSHAKE)
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, stream, ssl=tls, ssl_handshake_timeout=LINE_S
        )
        self._guests.enter(arrival, Stage.SPEAKING)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await reception.greet(reader, writer, partial(self._guests.leave, arrival))
            await _say_farewell(writer)
        finally:
            cut_off(writer)

    async def _come_in(self, stream: socket.socket, hello: bytes) -> None:
        reader, writer = await asyncio.open_connection(sock=stream, limit=_PIECE_BYTES)
        try:
            visit = await self._begin_visit(_user_in(hello))
            if visit is not None:
                await self._receive(visit, hello, reader, writer)
            await _say_farewell(writer)
        finally:
            writer.transport.abort()

    async def _begin_visit(self, user: str) -> Visit | None:
        """Begin a client's visit; None for one that is turned away.

        One client at a time is made way for, and nobody takes the place that becomes free meanwhile: all others are
        turned away at once, but for one that goes first.
        """
        is_expected = self.reception is not None and self.reception.came(user)
        if self._is_one_expected or (self._way.locked() and not is_expected):
            return None
        self._is_one_expected = is_expected
        try:
            async with self._way:
                if self.reception is not None:
                    await self.reception.make_way(user)
                if self._is_one_expected is not is_expected:
                    return None  # one that goes first has come meanwhile
                if self._may_enter(user) and self.visit is None and self._accepting is not None:
                    self.visit = Visit(_this_task(), user)
                    return self.visit
                return None
        finally:
            if is_expected:
                self._is_one_expected = False

    async def _receive(
        self,
        visit: Visit,
        hello: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            _keep_alive(writer)
            await self._hand_on(visit, hello, reader, writer)
        finally:
            self.visit = None

    async def _hand_on(
        self,
        visit: Visit,
        hello: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        inside = await open_local(Path(f"/proc/self/fd/{self._held}"))
        inner_reader, inner_writer = await asyncio.open_connection(sock=inside, limit=_PIECE_BYTES)
        inner_writer.write(hello)

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


class _RefusedError(Exception):
    """What came is no beginning of anything; says why, for the trail."""


def _this_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - every connection is received in a task
    return task


async def _peek(stream: socket.socket) -> int:
    """Give the first byte, and leave it where it is; raises EOFError when there is none."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(stream, wake)
    try:
        await ready
    finally:
        loop.remove_reader(stream)
    first = stream.recv(1, socket.MSG_PEEK)
    if not first:
        raise EOFError
    return first[0]


async def _read_hello(stream: socket.socket) -> bytes:
    """Read the connection request, whole; raises _RefusedError, EOFError."""
    header = await _read(stream, _TPKT)
    length = int.from_bytes(header[2:], "big")
    if not _SHORTEST_HELLO <= length <= _LONGEST_HELLO:
        raise _RefusedError("a connection that does not begin as RDP does")
    return header + await _read(stream, length - _TPKT)


async def _read(stream: socket.socket, count: int) -> bytes:
    loop = asyncio.get_running_loop()
    data = b""
    while len(data) < count:
        piece = await loop.sock_recv(stream, count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def _user_in(hello: bytes) -> str:
    """Give the user name that a client says in its first packet; it is not secret, and proves nothing."""
    found = _COOKIE.search(hello)
    return found[1].decode("ascii") if found else ""


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
    if stream.family != socket.AF_UNIX:
        for level, option, value in _KEEP_ALIVE:
            stream.setsockopt(level, option, value)


async def _say_farewell(writer: asyncio.StreamWriter) -> None:
    """Let the last bytes go out, as long as the client reads them; one that does not is cut off."""
    writer.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(_FAREWELL_S):
            await writer.wait_closed()
