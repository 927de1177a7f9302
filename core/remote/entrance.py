"""The way in: a listening address whose connections are handed on to xrdp's socket, one at a time.

xrdp itself has no network. Whoever comes while somebody is there, or too often, is turned away here already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.errors import RemoteHostFailed

_PIECE_BYTES = 64 << 10


class Entrance:
    """Listens on loopback; ``may_enter`` is asked for each connection, and counts it."""

    def __init__(self, target: Path, may_enter: Callable[[], bool]) -> None:
        self._target = target
        self._may_enter = may_enter
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()
        self.address = ""

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; raises RemoteHostFailed when the address is taken."""
        try:
            self._server = await asyncio.start_server(self._welcome, host, port, limit=_PIECE_BYTES)
        except OSError as error:
            raise RemoteHostFailed(
                program="entrance", reason=error.strerror or "no address"
            ) from error
        name = self._server.sockets[0].getsockname()
        self.address = f"{name[0]}:{name[1]}"

    def turn_out(self) -> None:
        """End the visit that is going on."""
        for visit in self._visits:
            visit.cancel()

    async def close(self) -> None:
        """Listen no more, and end the visit that is going on."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.turn_out()
        await asyncio.gather(*self._visits, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None  # noqa: S101 - start_server runs this in a task
        try:
            if self._visits or not self._may_enter():
                return
            self._visits.add(visit)
            await self._hand_on(reader, writer)
        except (OSError, asyncio.CancelledError):
            return  # either end is gone, or the visit was ended: both close the other
        finally:
            self._visits.discard(visit)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(
            self._target, limit=_PIECE_BYTES
        )
        ways = {
            asyncio.ensure_future(_copy(reader, inner_writer)),
            asyncio.ensure_future(_copy(inner_reader, writer)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            inner_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_PIECE_BYTES):
        writer.write(data)
        await writer.drain()
