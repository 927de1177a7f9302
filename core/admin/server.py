"""The server of the admin API: HTTP on a Unix socket that only our own tor, and this user, can reach."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from core.admin.access_service import AccessService
from core.admin.answers import Answer
from core.admin.connections import Connection, ConnectionLimits, Crowd, CrowdedServer
from core.admin.desk import METHODS, Asked, Desk
from core.admin.handlers import API_VERSION, proof_directory
from core.admin.page import PageFile, page_files
from core.admin.routes import ROUTES, Route
from core.runtime.files import make_directory
from core.storage.data_directory import DataDirectory
from core.transport.sockets import listen_local

_LONGEST_LINE = 2048
_LONGEST_FIELD = 4096
_MOST_FIELDS = 64
_KEEP_ALIVE_S = 30.0
_STOP_S = 2.0
_MODE = 0o660  # the directory says who comes: this user, or the group of another user's tor
_PIECE_BYTES = 1 << 16
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Lucid-Api-Version": API_VERSION,
    "Referrer-Policy": "no-referrer",
    "Server": "Lucid",  # aiohttp would tell its version, and Python's
    "X-Content-Type-Options": "nosniff",
}
# aiohttp logs as an error what a peer sends that is no HTTP. Nobody may fill our log from afar; our own faults are
# logged by the desk.
_WIRE_LOG = logging.getLogger("core.admin.wire")
_WIRE_LOG.addFilter(lambda _: False)

_PATTERNS = tuple(
    (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)), route) for route in ROUTES
)


class AdminApi:
    """Serves the table of routes and the page; lives on the engine's loop."""

    def __init__(
        self,
        desk: Desk,
        access: AccessService,
        directory: DataDirectory,
        limits: ConnectionLimits | None = None,
    ) -> None:
        self._desk = desk
        self._access = access
        self._directory = directory
        self._crowd = Crowd(limits or ConnectionLimits())
        self._pages: Mapping[str, PageFile] = {}
        self._runner: web.ServerRunner | None = None

    @property
    def connections(self) -> int:
        """Count the connections that are open."""
        return self._crowd.count

    async def start(self, path: Path) -> None:
        """Listen on a Unix socket at a path. Raises DataDirectoryBusy, DataDirectoryUnwritable, OSError."""
        await self.start_on(listen_local(path, _MODE))

    async def start_on(self, listener: socket.socket) -> None:
        """Listen on a socket that listens already; it is closed by ``stop``."""
        self._pages = await asyncio.to_thread(page_files)
        await asyncio.to_thread(self._make_place)
        server = CrowdedServer(
            self._serve,
            self._crowd,
            self._malformed,
            logger=_WIRE_LOG,
            access_log=None,
            keepalive_timeout=_KEEP_ALIVE_S,
            tcp_keepalive=False,
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_FIELD,
            max_headers=_MOST_FIELDS,
            lingering_time=0.0,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=_STOP_S)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        self._access.on_ended = self._ended

    async def stop(self) -> None:
        """End every connection and listen no more; may be called twice."""
        self._access.on_ended = lambda _: None
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def _make_place(self) -> None:
        """Make the place for bundles, without what a crash left there."""
        place = proof_directory(self._directory)
        make_directory(place)
        for left in place.iterdir():
            left.unlink()

    def _ended(self, access_id: str) -> None:
        self._crowd.cut(access_id)
        self._desk.forget(access_id)

    # --- one call ----------------------------------------------------------------------------

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = self._crowd.of(request.transport)
        if connection is None:
            raise ConnectionResetError
        access_id = self._desk.whose(request.headers.get("Authorization"))
        connection.begin(access_id)
        try:
            return await self._answer(request, connection, access_id)
        finally:
            connection.end(access_id)

    async def _malformed(self) -> web.StreamResponse:
        return _response(await self._desk.malformed(), is_over=True)

    async def _answer(
        self, request: web.BaseRequest, connection: Connection, access_id: str
    ) -> web.StreamResponse:
        if connection.share is None:
            connection.share = self._desk.share()
        try:
            asked = replace(self._asked(request), share=connection.share)
        except ValueError:  # an address that is none
            return await self._malformed()
        answer = await self._desk.answer(asked)
        try:
            if access_id:
                connection.accesses.add(access_id)
            if asked.is_page and not answer.body and asked.method in METHODS:
                return _page(self._pages[request.rel_url.raw_path])
            if answer.file is not None:
                return await self._send_file(request, answer, connection)
            return _response(answer, is_over=asked.has_body)
        finally:
            self._desk.done(answer)

    async def _send_file(
        self, request: web.BaseRequest, answer: Answer, connection: Connection
    ) -> web.StreamResponse:
        """Send a file in its time; who takes it too slowly loses the connection."""
        limits = self._crowd.limits
        try:
            async with asyncio.timeout(limits.file_s + answer.size / limits.least_bytes_per_s):
                return await _send_file(request, answer)
        except TimeoutError:
            connection.abort()
            raise ConnectionResetError from None

    def _asked(self, request: web.BaseRequest) -> Asked:
        path = request.rel_url.raw_path
        route, values = _route(path)
        return Asked(
            method=request.method,
            route=route,
            path=values,
            query=tuple(request.rel_url.query.items()),
            authorization=request.headers.get("Authorization"),
            has_body=request.can_read_body,
            is_page=path in self._pages,
            tags=request.headers.get("If-None-Match", ""),
            host=request.headers.get("Host", ""),
        )


def _route(path: str) -> tuple[Route | None, Mapping[str, str]]:
    for pattern, route in _PATTERNS:
        if found := pattern.fullmatch(path):
            return route, found.groupdict()
    return None, {}


def _response(answer: Answer, *, is_over: bool) -> web.Response:
    response = web.Response(status=int(answer.status), body=answer.body, headers=_HEADERS)
    if answer.body:
        response.headers["Content-Type"] = answer.content_type
    _add_own(response, answer)
    if is_over:
        response.force_close()  # what came with it is not read
    return response


def _page(page: PageFile) -> web.Response:
    response = web.Response(body=page.body, headers={**_HEADERS, **page.headers})
    response.headers["Content-Type"] = page.content_type
    return response


async def _send_file(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    response = web.StreamResponse(headers=_HEADERS)
    response.headers["Content-Type"] = answer.content_type
    _add_own(response, answer)
    response.content_length = answer.size
    await response.prepare(request)
    if request.method != "HEAD" and answer.file is not None:
        while piece := await asyncio.to_thread(answer.file.read, _PIECE_BYTES):
            await response.write(piece)
    await response.write_eof()
    return response


def _add_own(response: web.StreamResponse, answer: Answer) -> None:
    response.headers.update(answer.headers)
    if answer.tag:
        response.headers["ETag"] = f'"{answer.tag}"'
