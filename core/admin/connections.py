"""Connections of readers: how many there are, and what is done with one that holds a place and does nothing.

aiohttp waits for as long as a peer pleases. Here each connection must make progress, and none lives for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

Malformed = Callable[[], web.StreamResponse]  # makes the answer to what is no HTTP


@dataclass(frozen=True)
class ConnectionLimits:
    """How many connections there may be, and how long one may stand still, or live at all, in seconds."""

    most: int = 32
    still_s: float = 30.0
    longest_s: float = 900.0


class Crowd:
    """All connections; lives on the engine's loop."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._here: dict[asyncio.BaseTransport, Connection] = {}

    @property
    def is_full(self) -> bool:
        """Tell whether nobody more can come in."""
        return len(self._here) >= self.limits.most

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

    def came(self, transport: asyncio.BaseTransport, connection: Connection) -> None:
        """Note one that came in."""
        self._here[transport] = connection

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
        self.accesses: set[str] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or end it at once where there is no place."""
        if not isinstance(transport, asyncio.Transport) or self._crowd.is_full:
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

    def begin(self) -> None:
        """A call came in whole."""
        self._is_answering = self._has_moved = True

    def end(self) -> None:
        """It is answered, as far as this end goes."""
        self._is_answering = False
        self._has_moved = True

    def abort(self) -> None:
        """End it now, whatever is on its way."""
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
        request: web.BaseRequest,
        status: int = 500,  # noqa: ARG002 - aiohttp's own signature
        exc: BaseException | None = None,  # noqa: ARG002 - aiohttp's own signature
        message: str | None = None,  # noqa: ARG002 - aiohttp's own signature
    ) -> web.StreamResponse:
        """Refuse what cannot be read; raises ConnectionError where an answer has begun already."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun")
        return self._malformed()


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
