"""The line of a joined session: one connection, to one address, and who ended it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import Failure, HostUnreachable
from core.remote.line import Line, LineEnd
from core.transport.transport import Purpose, Transport

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Bench:
    """A line with another end that says back what it is told, in capitals."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "line"
        self.ends: list[tuple[LineEnd, Failure | None]] = []
        self.far: list[asyncio.StreamWriter] = []
        self.address = ""
        self.line: Line | None = None
        self._near: list[asyncio.StreamWriter] = []

    async def open(self, address: str = "") -> Line:
        """Open both ends; with an address, only the line to it."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        name = self._server.sockets[0].getsockname()
        self.address = address or f"{name[0]}:{name[1]}"
        dial = partial(Transport().dial, purpose=Purpose.SESSION)
        self.line = Line(dial, self.address, lambda *end: self.ends.append(end))
        await self.line.open(self.path)
        return self.line

    async def connect(self) -> Streams:
        """Connect as the client does."""
        reader, writer = await asyncio.open_unix_connection(self.path)
        self._near.append(writer)
        return reader, writer

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.far.append(writer)
        while data := await reader.read(1 << 16):
            writer.write(data.upper())
            await writer.drain()
        writer.close()

    async def until_ended(self) -> tuple[LineEnd, Failure | None]:
        """Wait until it is told who ended it."""
        async with asyncio.timeout(10):
            while not self.ends:  # noqa: ASYNC110 - who ended it is told by a plain call
                await asyncio.sleep(0.005)
        return self.ends[0]

    async def close(self) -> None:
        """Close everything."""
        if self.line is not None:
            await self.line.close()
        self._server.close()
        for each in (*self._near, *self.far):
            each.transport.abort()
        await asyncio.sleep(0)


def at(work: Callable[[Bench], Awaitable[None]]) -> None:
    """Work at a bench."""

    async def run(directory: str) -> None:
        bench = Bench(Path(directory))
        try:
            await work(bench)
        finally:
            await bench.close()

    with TemporaryDirectory() as directory:
        asyncio.run(run(directory))


def test_bytes_go_both_ways() -> None:
    """What the client says arrives, and what comes back is counted."""

    async def work(bench: Bench) -> None:
        line = await bench.open()
        reader, writer = await bench.connect()
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"HELLO"
        assert line.received_bytes == 5
        assert not bench.ends

    at(work)


def test_a_second_connection_is_not_carried() -> None:
    """Whoever takes the client over gets no further way out."""

    async def work(bench: Bench) -> None:
        await bench.open()
        reader, writer = await bench.connect()
        writer.write(b"first")
        await reader.readexactly(5)
        second, _ = await bench.connect()
        assert await second.read() == b""
        writer.close()
        await bench.until_ended()
        third, _ = await bench.connect()
        assert await third.read() == b""
        assert len(bench.far) == 1

    at(work)


def test_it_says_that_the_client_ended_it() -> None:
    """The near end is told apart from the far one."""

    async def work(bench: Bench) -> None:
        await bench.open()
        reader, writer = await bench.connect()
        writer.write(b"hello")
        await reader.readexactly(5)
        writer.close()
        assert await bench.until_ended() == (LineEnd.NEAR, None)

    at(work)


def test_it_says_that_the_other_end_is_gone() -> None:
    """A far end that closes, and one that resets, ends the client's connection too."""

    async def work(bench: Bench) -> None:
        await bench.open()
        reader, writer = await bench.connect()
        writer.write(b"hello")
        await reader.readexactly(5)
        bench.far[0].transport.abort()
        assert await bench.until_ended() == (LineEnd.FAR, None)
        assert await reader.read() == b""

    at(work)


def test_it_says_that_nobody_is_there() -> None:
    """An address at which nobody listens is a failure, and the client's connection is closed."""

    async def work(bench: Bench) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        await bench.open(f"127.0.0.1:{port}")
        reader, _ = await bench.connect()
        assert await reader.read() == b""
        end, failure = await bench.until_ended()
        assert end is LineEnd.UNREACHABLE
        assert isinstance(failure, HostUnreachable)

    at(work)


def test_closing_tells_nobody() -> None:
    """What is closed on purpose is no news."""

    async def work(bench: Bench) -> None:
        line = await bench.open()
        reader, writer = await bench.connect()
        writer.write(b"hello")
        await reader.readexactly(5)
        await line.close()
        assert await reader.read() == b""
        assert not bench.ends

    at(work)
