"""Serves JSON-RPC on a Unix socket, and by HTTP on loopback when that is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.chain.node.answering import Answering
from core.chain.node.framing import NotJson, ValueSplitter
from core.chain.node.http_requests import HttpFault, read_request, write_response
from core.errors import Failure
from core.runtime.files import make_directory, storage_errors
from core.transport.sockets import listen_local, listen_loopback

LOOPBACK = "127.0.0.1"
MAX_CONNECTIONS = 64
_READ_BYTES = 64 * 1024


class Server:
    """Listens, and hands what arrives to the answering; ``failed`` is told of a damaged store."""

    def __init__(self, answering: Answering, failed: Callable[[Failure], None]) -> None:
        self._answering = answering
        self._failed = failed
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._socket_path: Path | None = None
        self.http_port: int | None = None

    async def listen_unix(self, path: Path) -> None:
        """Listen on a socket that only this user can open, in a directory of the same kind."""
        make_directory(path.parent)
        with storage_errors(path):
            listener = listen_local(path)
        self._socket_path = path
        self._servers.append(await asyncio.start_unix_server(self._serve_unix, sock=listener))

    async def listen_http(self, port: int) -> None:
        """Listen on loopback; port 0 takes a free one, see ``http_port``."""
        with storage_errors(Path(f"{LOOPBACK}:{port}")):
            listener = listen_loopback(LOOPBACK, port)
        server = await asyncio.start_server(self._serve_http, sock=listener)
        self.http_port = server.sockets[0].getsockname()[1]
        self._servers.append(server)

    async def close(self) -> None:
        """Stop listening, end all connections and remove the socket."""
        for server in self._servers:
            server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._socket_path is not None:
            self._socket_path.unlink(missing_ok=True)

    async def _serve_unix(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve(self._converse_by_stream(reader, writer), writer)

    async def _serve_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve(self._converse_by_http(reader, writer), writer)

    async def _serve(
        self, conversation: Coroutine[Any, Any, None], writer: asyncio.StreamWriter
    ) -> None:
        """Run a conversation to its end, whatever end it takes."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio calls this in a task
        if len(self._connections) >= MAX_CONNECTIONS:
            conversation.close()
            writer.close()
            return
        self._connections.add(task)
        try:
            await conversation
        except (ConnectionError, NotJson, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side is gone or talks nonsense, or the node stops: there is nobody to tell
        except Failure as failure:
            self._failed(failure)
        finally:
            self._connections.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _converse_by_stream(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        splitter = ValueSplitter()
        while received := await reader.read(_READ_BYTES):
            for request in splitter.feed(received):
                answer = self._answering.answer_bytes(request)
                if answer is not None:
                    writer.write(answer + b"\n")
                    await writer.drain()

    async def _converse_by_http(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            try:
                request = await read_request(reader)
            except HttpFault as fault:
                write_response(writer, fault.status, b"", is_last=True)
                return
            if request is None:
                return
            answer = self._answering.answer_bytes(request.body)
            write_response(writer, 200 if answer else 204, answer or b"", is_last=request.is_last)
            await writer.drain()
            if request.is_last:
                return
