"""A made-up SOCKS port on a Unix socket: answers what a test tells it to, and keeps what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.transport.addresses import onion_host

HOST = onion_host(bytes(range(32)))
GRANTED = b"\x05\x00\x00\x01\0\0\0\0\0\0"


@dataclass
class Door:
    """Where it listens, and what came: each connection's user, password, host and port."""

    path: Path
    asked: list[tuple[str, str, str, int]] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)


class KnownWay:
    """A way to that door; keeps which keys it was given, and which hosts it was told to forget."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.keys: dict[str, str] = {}
        self.forgotten: list[str] = []

    async def socks(self) -> Path:
        """Give the door."""
        return self._path

    async def authorise(self, host: str, client_key: str) -> None:
        """Keep the key."""
        self.keys[host] = client_key

    async def forget(self, host: str) -> None:
        """Keep the host."""
        self.forgotten.append(host)


@asynccontextmanager
async def socks_door(
    path: Path,
    *answers: bytes,
    choice: bytes = b"\x05\x02",
    verdict: bytes = b"\x01\x00",
    after: bytes = b"",
) -> AsyncIterator[Door]:
    """Serve with these answers, the last one from then on; ``after`` is what the far end says at once.

    Without an answer, the stream is granted; an answer of nothing hangs up.
    """
    door = Door(path)
    all_answers = answers or (GRANTED,)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readexactly(3) == b"\x05\x01\x02"
            writer.write(choice)
            user, password = await _marks(reader)
            writer.write(verdict)
            host, port = await _request(reader)
            answer = all_answers[min(len(door.asked), len(all_answers) - 1)]
            door.asked.append((user, password, host, port))
            door.was_asked.set()
            writer.write(answer + after)
            if answer:
                await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has seen enough
        finally:
            writer.close()

    server = await asyncio.start_unix_server(serve, path)
    try:
        yield door
    finally:
        server.close()
        await server.wait_closed()


async def _marks(reader: asyncio.StreamReader) -> tuple[str, str]:
    assert await reader.readexactly(1) == b"\x01"
    user = await reader.readexactly((await reader.readexactly(1))[0])
    password = await reader.readexactly((await reader.readexactly(1))[0])
    return user.decode(), password.decode()


async def _request(reader: asyncio.StreamReader) -> tuple[str, int]:
    assert await reader.readexactly(4) == b"\x05\x01\x00\x03"
    host = await reader.readexactly((await reader.readexactly(1))[0])
    return host.decode(), int.from_bytes(await reader.readexactly(2), "big")
