"""The line of a joined session: the Unix socket of its client, carried on to the other end by the engine.

The client itself has no network. It gets one connection, to one address, and none when that one is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from core.errors import Failure
from core.remote.dial import PIECE_BYTES, Dial
from core.transport.sockets import listen_local


class LineEnd(Enum):
    """Who ended a line."""

    UNREACHABLE = "unreachable"  # the other end could not be dialled
    FAR = "far"  # the other end has closed it, or is gone
    NEAR = "near"  # the client has closed it


class Line:
    """Listens once; ``ended`` hears, once, who ended the connection, and of the failure where there was one.

    Lives on the engine's loop.
    """

    def __init__(
        self, dial: Dial, address: str, ended: Callable[[LineEnd, Failure | None], None]
    ) -> None:
        self._dial = dial
        self._address = address
        self._ended = ended
        self._server: asyncio.Server | None = None
        self._carrying: asyncio.Task[None] | None = None
        self.received_bytes = 0  # from the other end

    async def open(self, path: Path) -> None:
        """Listen at a path; who may use it is a matter of its directory and owner."""
        listener = listen_local(path)
        self._server = await asyncio.start_unix_server(self._take, sock=listener, limit=PIECE_BYTES)

    async def close(self) -> None:
        """End the connection, and listen no more; nobody is told of that."""
        if self._server is not None:
            self._server.close()
            self._server = None
        carrying, self._carrying = self._carrying, None
        if carrying is not None:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._carrying is not None or self._server is None:
            writer.transport.abort()
            return
        self._carrying = asyncio.current_task()
        try:
            await self._carry(reader, writer)
        except asyncio.CancelledError:
            return  # this end is being closed
        finally:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            stream = await self._dial(self._address)
        except Failure as failure:
            self._ended(LineEnd.UNREACHABLE, failure)
            return
        far_reader, far_writer = await asyncio.open_connection(sock=stream, limit=PIECE_BYTES)
        out = asyncio.ensure_future(self._copy(reader, far_writer))
        back = asyncio.ensure_future(self._copy(far_reader, writer, is_counted=True))
        try:
            await asyncio.wait({out, back}, return_when=asyncio.FIRST_COMPLETED)
            end = LineEnd.FAR if back.done() else LineEnd.NEAR
        finally:
            for way in (out, back):
                way.cancel()
            await asyncio.gather(out, back, return_exceptions=True)
            far_writer.transport.abort()
        self._ended(end, None)

    async def _copy(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        is_counted: bool = False,
    ) -> None:
        """Carry bytes one way until the reader's side ends, or either is gone."""
        try:
            while data := await reader.read(PIECE_BYTES):
                if is_counted:
                    self.received_bytes += len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            return  # gone: which way ended first says who it was
