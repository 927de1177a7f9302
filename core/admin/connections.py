"""Connections of readers: how many there are, and what is done with one that holds a place and does nothing.

aiohttp waits for as long as a peer pleases. Here each connection must make progress, and none lives for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from core.admin.limits import Bucket

Malformed = Callable[[], Awaitable[web.StreamResponse]]  # makes the answer to what is no HTTP

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ConnectionLimits:
    """How many connections there may be, and how long one may stand still, or live at all, in seconds.

    ``of_known`` leaves room for who comes anew; ``of_one`` is what one access may have of it. A file must be taken in
    ``file_s`` and at least at that pace.
    """

    most: int = 64
    of_known: int = 48
    of_one: int = 8
    still_s: float = 30.0
    longest_s: float = 900.0
    file_s: float = 60.0
    least_bytes_per_s: int = 4096


class Crowd:
    """All connections, oldest first; lives on the engine's loop.

    One that nobody knows yet makes way for a newer one; one by which an access called stays for it.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._here: dict[asyncio.BaseTransport, Connection] = {}

    @property
    def count(self) -> int:
        """Count the connections."""
        return len(self._here)

    def of(self, transport: asyncio.BaseTransport | None) -> Connection | None:
        """Give the connection over a transport; None once it is gone."""
        return None if transport is None else self._here.get(transport)

    def cut(self, access_id: str) -> None:
        """End every connection by which an access has called."""
        for each in list(self._here.values()):
            if access_id in each.accesses:
                each.abort()
            elif each.owner == access_id:
                each.owner = ""

    def came(self, transport: asyncio.BaseTransport, connection: Connection) -> None:
        """Note one that came in; the oldest that nobody knows makes way where it is full."""
        self._here[transport] = connection
        if len(self._here) > self.limits.most:
            unknown = [each for each in self._here.values() if not each.owner]
            unknown[0].abort()

    def recognise(self, connection: Connection, access_id: str) -> None:
        """Note whose a connection is; where that are too many, another of who has the most makes way."""
        if connection.owner:
            return
        connection.owner = access_id
        others = [each for each in self._here.values() if each.owner and each is not connection]
        own = [each for each in others if each.owner == access_id]
        if len(own) >= self.limits.of_one:
            _idle_first(own).abort()
        elif len(others) >= self.limits.of_known:
            most, _ = Counter(each.owner for each in others).most_common(1)[0]
            _idle_first([each for each in others if each.owner == most]).abort()

    def went(self, transport: asyncio.BaseTransport) -> None:
        """Note one that is gone."""
        self._here.pop(transport, None)


class Connection(asyncio.Protocol):
    """One connection: hands everything to aiohttp's own protocol and watches that something happens."""

    def __init__(self, inner: web.RequestHandler, crowd: Crowd) -> None:
        self._inner = inner
        self._crowd = crowd
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._ends_at = 0.0
        self._is_answering = False
        self._has_moved = False
        self._is_in = False
        self.owner = ""  # the access that called by it first
        self.accesses: set[str] = set()
        self.share: Bucket | None = None  # in what needs no token; made with the first call

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in."""
        if not isinstance(transport, asyncio.Transport):
            _abort(transport)
            return
        self._is_in = True
        self._transport = transport
        self._crowd.came(transport, self)
        loop = asyncio.get_running_loop()
        self._ends_at = loop.time() + self._crowd.limits.longest_s
        self._timer = loop.call_later(self._crowd.limits.still_s, self._look)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Hand it on. That some came is no progress: a header can come letter by letter."""
        if self._is_in:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand it on."""
        if self._is_in:
            self._inner.eof_received()
        return None

    def pause_writing(self) -> None:
        """Hand it on: the reader is slower than the answer."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand it on: the reader took a good part."""
        self._has_moved = True
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let it go."""
        if self._timer is not None:
            self._timer.cancel()
        if self._is_in and self._transport is not None:
            self._crowd.went(self._transport)
            self._inner.connection_lost(exc)

    def begin(self, access_id: str) -> None:
        """A call came in whole, of an access that may read, or of nobody: others could go on calling for ever."""
        self._is_answering = True
        if access_id:
            self._has_moved = True
            self._crowd.recognise(self, access_id)

    def end(self, access_id: str) -> None:
        """It is answered, as far as this end goes."""
        self._is_answering = False
        self._has_moved = self._has_moved or bool(access_id)

    @property
    def is_answering(self) -> bool:
        """Tell whether a call is being answered."""
        return self._is_answering

    def abort(self) -> None:
        """End it now, whatever is on its way; its place is free at once."""
        if self._transport is not None:
            self._crowd.went(self._transport)
        _abort(self._transport)

    def _look(self) -> None:
        """End what stands still: nothing asked for, or an answer that nobody takes."""
        loop = asyncio.get_running_loop()
        is_waited_for = self._is_answering and not self._is_stuck()
        if loop.time() >= self._ends_at or not (self._has_moved or is_waited_for):
            self.abort()
            return
        self._has_moved = False
        self._timer = loop.call_later(self._crowd.limits.still_s, self._look)

    def _is_stuck(self) -> bool:
        return self._transport is not None and self._transport.get_write_buffer_size() > 0


class _Handler(web.RequestHandler):
    """aiohttp's own protocol, but for what it says to what is no HTTP: it would send back what came."""

    def __init__(self, malformed: Malformed, *words: Any, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(*words, **settings)
        self._malformed = malformed

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - aiohttp's own signature
        status: int = 500,  # noqa: ARG002 - aiohttp's own signature
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - aiohttp's own signature
    ) -> web.StreamResponse:
        """End the connection: a call that failed by a fault of our own, or whose reader has gone, has no answer."""
        if not isinstance(exc, ConnectionError):
            _log.error("a call failed by a fault of its own", exc_info=exc)
        raise ConnectionError("a call that could not be answered") from exc

    def _make_error_handler(
        self, _wrong: object
    ) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        return lambda _request: self._malformed()


class CrowdedServer(web.Server):
    """aiohttp's server, with its protocols inside watched connections."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        crowd: Crowd,
        malformed: Malformed,
        **settings: Any,  # noqa: ANN401 - aiohttp's own
    ) -> None:
        super().__init__(handler, **settings)
        self._crowd = crowd
        self._malformed = malformed
        self._settings = settings

    def __call__(self) -> Any:  # noqa: ANN401 - asyncio asks for a protocol, aiohttp names its own
        """Make the protocol of a new connection."""
        loop = asyncio.get_running_loop()
        return Connection(_Handler(self._malformed, self, loop=loop, **self._settings), self._crowd)


def _abort(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.Transport):
        transport.abort()
    elif transport is not None:
        transport.close()


def _idle_first(connections: list[Connection]) -> Connection:
    """Give the oldest that has nothing to answer, or the oldest."""
    return min(connections, key=lambda each: each.is_answering)
