"""A real admin API over real sessions, reached as through Tor: by a relay that a test can bend."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

from tests.core.admin.admin_bench import AdminBench, Got, UnixConnection

T = TypeVar("T")
Bend = Callable[[str, Got], Got]
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class Relay:
    """Passes calls on from a port of this machine to the API's Unix socket."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.bend: Bend = lambda _, got: got
        self.is_gone = False  # then nobody answers
        self.asked: list[str] = []
        self.open: set[socket.socket] = set()
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                relay.open.add(self.request)
                super().setup()

            def finish(self) -> None:
                super().finish()
                relay.open.discard(self.request)

            def do_GET(self) -> None:
                relay.asked.append(self.path)
                if relay.is_gone:
                    return
                got = relay.bend(self.path, relay.fetch(self.path, dict(self.headers)))
                self.send_response(got.status)
                for name, value in got.headers.items():
                    if name not in _HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(got.body)))
                self.end_headers()
                self.wfile.write(got.body)

            def log_message(self, *_: object) -> None:
                """Say nothing: what is asked stands in ``asked``."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def fetch(self, path: str, headers: dict[str, str]) -> Got:
        """Call the API once."""
        connection = UnixConnection(self.target)
        try:
            kept = {name: value for name, value in headers.items() if name == "Authorization"}
            connection.request("GET", path, headers=kept)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, found, answer.read())
        finally:
            connection.close()


class ReadableAppliance:
    """The API on a loop of its own, and the relay to it."""

    def __init__(self, at: AdminBench, loop: asyncio.AbstractEventLoop, relay: Relay) -> None:
        self.at = at
        self.relay = relay
        self._loop = loop

    @property
    def port(self) -> int:
        """Say where the relay listens."""
        return int(self.relay.server.server_address[1])

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop of the API."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def bend(self, path: str, change: Callable[[Got], Got]) -> None:
        """Change what is answered to a path that ends so."""
        self.relay.bend = lambda asked, got: change(got) if asked.endswith(path) else got

    def serve_proof(self, proof: bytes) -> None:
        """Give this instead of every proof."""
        self.bend("/proof", lambda got: replace(got, body=proof))


@contextmanager
def relayed(target: Path) -> Iterator[Relay]:
    """Run a relay to a Unix socket."""
    relay = Relay(target)
    relay.server.daemon_threads = False
    serving = threading.Thread(
        target=relay.server.serve_forever, kwargs={"poll_interval": 0.02}, name="relay"
    )
    serving.start()
    try:
        yield relay
    finally:
        relay.server.shutdown()
        for each in list(
            relay.open
        ):  # browsers open connections in advance, and say nothing on them
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        relay.server.server_close()
        serving.join()


@contextmanager
def readable_appliance(directory: Path, **options: Any) -> Iterator[ReadableAppliance]:  # noqa: ANN401 - AdminBench's
    """Run an appliance that can be read from afar, with no session yet."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        is_over = asyncio.Event()
        is_up = threading.Event()
        made: list[AdminBench] = []

        async def live() -> None:
            async with AdminBench(directory, **options) as at:
                made.append(at)
                is_up.set()
                await is_over.wait()

        engine = threading.Thread(target=lambda: runner.run(live()), name="engine")
        engine.start()
        try:
            assert is_up.wait(60), "the API did not start"
            with relayed(made[0].socket) as relay:
                yield ReadableAppliance(made[0], loop, relay)
        finally:
            loop.call_soon_threadsafe(is_over.set)
            engine.join()
