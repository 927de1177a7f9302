"""The ways that the onion benchmark compares, and how one connection is measured."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.transport.transport import Purpose, Transport
from tests.fakes.plain_tor import PlainTor, plain_tor, service_lines
from tests.fakes.private_tor import PrivateTor
from tests.performance.onion_host import our_onion
from tests.performance.onion_server import HELLO, PING, read

ROOT = Path(__file__).parents[2]
_READY_S = 90.0
_PATIENCE_S = 90.0
_POLL_S = 0.2

Dial = Callable[
    [int], Awaitable[socket.socket]
]  # takes the round's number; each has circuits of its own


@dataclass(frozen=True)
class Ways:
    """A bare TCP proxy, a bare onion service, and Lucid's; and the processor time of Lucid's own part so far."""

    dials: dict[str, Dial]
    used_s: Callable[[], float]


@asynccontextmanager
async def ways_of(directory: Path, network: PrivateTor) -> AsyncIterator[Ways]:
    """Open all ways to one server."""
    with (
        _program("onion_server", str(directory)) as server,
        _program(
            "onion_host", str(directory), str(network.lines_file), f"{directory}/server"
        ) as host,
        _plain_onion(directory, network) as (plain, plain_host),
    ):
        _line(server)
        facts = json.loads(_line(host))
        onion = our_onion(directory / "client", network.network_lines)
        await onion.start()
        await onion.wait_ready(_READY_S)
        transport = Transport(onion)

        async def by_proxy(_: int) -> socket.socket:
            return await asyncio.to_thread(_dial_proxy, facts["proxy"])

        async def by_plain_tors(number: int) -> socket.socket:
            return await asyncio.to_thread(_dial_plain, plain, plain_host, number)

        def lead(name: str) -> float:
            assert host.stdin is not None
            host.stdin.write(f"{name}\n")
            host.stdin.flush()
            return float(_line(host))

        async def by_ours(name: str, number: int) -> socket.socket:
            lead(name)
            stream = await transport.dial(
                facts["address"],
                Purpose.SESSION,
                peer=f"round {number}",
                client_key=facts["client_key"],
            )
            stream.setblocking(True)
            return stream

        dials: dict[str, Dial] = {
            "tcp": by_proxy,
            "plain": by_plain_tors,
            "bare": partial(by_ours, "bare"),
            "lucid": partial(by_ours, "lucid"),
        }
        try:
            yield Ways(dials, lambda: lead("lucid"))
        finally:
            await onion.stop()


def _dial_proxy(port: int) -> socket.socket:
    stream = _dial_loopback(port)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return stream


def ping(stream: socket.socket, count: int) -> list[float]:
    """Measure round trips of 64 bytes, in milliseconds; the first, which warms the way up, is left out."""
    stream.sendall(HELLO + b"E")
    found = []
    for _ in range(count + 1):
        began = time.perf_counter()
        stream.sendall(bytes(PING))
        read(stream, PING)
        found.append((time.perf_counter() - began) * 1e3)
    return found[1:]


def stream_in(stream: socket.socket, size: int) -> float:
    """Measure how fast so many bytes come, in megabytes a second from the first of them on."""
    stream.sendall(HELLO + b"S" + size.to_bytes(8, "big"))
    read(stream, 1)
    began, left = time.perf_counter(), size - 1
    while left:
        more = len(stream.recv(min(left, 1 << 16)))
        if not more:
            raise EOFError
        left -= more
    return (size - 1) / 1e6 / (time.perf_counter() - began)


@contextmanager
def _plain_onion(directory: Path, network: PrivateTor) -> Iterator[tuple[PlainTor, str]]:
    """Run two tors with nothing of ours, of which one has a service that leads to the server."""
    lines = service_lines(directory / "plain-service", 80, f"unix:{directory / 'server'}")
    with (
        plain_tor(directory / "plain-host", network.network_lines, *lines),
        plain_tor(directory / "plain-client", network.network_lines) as client,
    ):
        yield client, (directory / "plain-service/hostname").read_text("ascii").strip()


def _dial_plain(client: PlainTor, host: str, number: int) -> socket.socket:
    """Connect by SOCKS, on a circuit of the round's own; the first round waits until the service is published."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            stream = client.connect(host, 80, isolation=f"round {number}")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_POLL_S)
        else:
            stream.settimeout(None)
            return stream


def _dial_loopback(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port))


@contextmanager
def _program(name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program of the benchmark until the end of a block; it ends with its input."""
    program = subprocess.Popen(
        [sys.executable, "-m", f"tests.performance.{name}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=dict(os.environ),
    )
    assert program.stdin is not None
    assert program.stdout is not None
    try:
        with program.stdout:
            yield program
            program.stdin.close()
            program.wait(_READY_S)
    finally:
        program.kill()
        program.wait()


def _line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line, "the program has ended"
    return line
