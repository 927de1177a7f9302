"""Tests of core.onion.service in the private Tor network: services and their clients, the clock, bridges."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from core.api.network import ServicePhase, TorPhase
from core.errors import ClientKeyNeeded, Failure
from core.onion.bridges import read_bridges
from core.onion.control import TorControl
from core.onion.health import Health
from core.onion.keys import ClientKey, ServiceKey
from core.onion.progress import Progress
from core.onion.service import OnionService
from core.runtime.clock import Instant, SystemClock
from core.transport.transport import Purpose, Transport
from tests.core.onion.tor_here import Watched, running_tor
from tests.fakes.private_tor import PrivateTor, running_private_tor

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), Path("libfaketime"))
READY_S = 150.0  # tor waits a minute for a first circuit that a busy machine has lost

pytestmark = pytest.mark.timeout(400)


class ShiftedClock(SystemClock):
    """The machine's clock, off by as much as a test says."""

    def __init__(self) -> None:
        self.mono_s = 0
        self.utc_s = 0

    def now(self) -> Instant:
        """Read both clocks."""
        now = super().now()
        return Instant(
            now.mono_ns + self.mono_s * 1_000_000_000, now.utc_ns + self.utc_s * 1_000_000_000
        )


@asynccontextmanager
async def _echo(path: Path) -> AsyncIterator[None]:
    """Answer at a Unix socket with what was said."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(100):
            writer.write(said)
            await writer.drain()
        writer.close()

    path.parent.mkdir(parents=True, exist_ok=True)
    server = await asyncio.start_unix_server(answer, path)
    try:
        yield
    finally:
        server.close()


async def _ask(watched: Watched, address: str, key: ClientKey | None = None) -> bytes:
    """Say hello to a service by a tor, and give the answer."""
    text = "" if key is None else key.private_text
    transport = Transport(watched.onion)
    loop = asyncio.get_running_loop()
    with await transport.dial(address, Purpose.SESSION, client_key=text) as stream:
        await loop.sock_sendall(stream, b"hello")
        async with asyncio.timeout(READY_S):
            return await loop.sock_recv(stream, 100)


def test_a_service_opens_to_its_clients_only(private_tor: PrivateTor, tmp_path: Path) -> None:
    """With its client key a service answers; without it, and with another, it does not open; killed, it comes back."""
    entrance = tmp_path / "a work place" / "entrance"
    key, client, other = ServiceKey.make(), ClientKey.make(), ClientKey.make()
    service = OnionService(key, 3389, entrance, "session", (client.public_text,))
    address = f"{key.address}:3389"

    async def script() -> None:
        lines = private_tor.network_lines
        async with (
            running_tor(tmp_path / "host", lines=lines) as host,
            running_tor(tmp_path / "guest", lines=lines) as guest,
            _echo(entrance),
        ):
            await asyncio.gather(host.onion.wait_ready(READY_S), guest.onion.wait_ready(READY_S))
            await host.onion.publish(service)
            await host.onion.wait_reachable(address, READY_S)
            assert host.onion.services[0].phase is ServicePhase.REACHABLE
            with pytest.raises(ClientKeyNeeded):
                await _ask(guest, address)
            with pytest.raises(ClientKeyNeeded):
                await _ask(guest, address, other)
            assert await _ask(guest, address, client) == b"hello"
            await _kill(host)
            await host.onion.wait_reachable(address, READY_S)
            assert await _ask(guest, address, client) == b"hello"
            await _kill(guest)
            assert await _ask(guest, address, client) == b"hello"

    asyncio.run(script())


async def _kill(watched: Watched) -> None:
    """End a tor with SIGKILL, and wait until there is another that is connected."""
    pid = watched.onion.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await watched.until(lambda: watched.onion.pid not in {None, pid})
    await watched.onion.wait_ready(READY_S)


def test_who_loses_access_is_cut_off(private_tor: PrivateTor, tmp_path: Path) -> None:
    """When a client's key is taken away, its open connection ends, and it opens no other; a new key opens."""
    entrance = tmp_path / "entrance"
    key, old, new = ServiceKey.make(), ClientKey.make(), ClientKey.make()
    address = f"{key.address}:80"

    async def script() -> None:
        lines = private_tor.network_lines
        loop = asyncio.get_running_loop()
        async with (
            running_tor(tmp_path / "host", lines=lines) as host,
            running_tor(tmp_path / "guest", lines=lines) as guest,
            _echo(entrance),
        ):
            await asyncio.gather(host.onion.wait_ready(READY_S), guest.onion.wait_ready(READY_S))
            await host.onion.publish(OnionService(key, 80, entrance, "reading", (old.public_text,)))
            await host.onion.wait_reachable(address, READY_S)
            transport = Transport(guest.onion)
            with await transport.dial(
                address, Purpose.PEER, client_key=old.private_text
            ) as open_one:
                await host.onion.change_clients(key.address, (new.public_text,))
                async with asyncio.timeout(READY_S):
                    assert await loop.sock_recv(open_one, 10) == b""
            await host.onion.wait_reachable(address, READY_S)
            with pytest.raises(Failure):
                await _ask(guest, address, old)
            assert await _ask(guest, address, new) == b"hello"

    asyncio.run(script())


def test_a_slow_clock_is_told_as_that(private_tor: PrivateTor, tmp_path: Path) -> None:
    """A tor on a machine whose clock is two days slow does not connect, and says why."""
    program = _program(tmp_path, "-2d")

    async def script() -> None:
        async with running_tor(
            tmp_path, lines=private_tor.network_lines, program=str(program)
        ) as watched:
            await watched.until(lambda: watched.onion.status.failure is not None, READY_S)
            failure = watched.onion.status.failure
            assert failure is not None
            assert failure.code == "clock_wrong"
            assert failure.facts["direction"] == "slow"
            assert 2 * 24 * 60 - 90 <= int(failure.facts["minutes"]) <= 2 * 24 * 60 + 90
            assert watched.onion.status.phase is TorPhase.CONNECTING

    asyncio.run(script())


def _program(directory: Path, shift: str) -> Path:
    """Make a tor that lives at another time."""
    assert FAKETIME.exists(), "libfaketime is not installed"
    program = directory / "tor"
    program.write_text(
        "#!/bin/sh\n"
        f"export LD_PRELOAD={FAKETIME} FAKETIME={shift} DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0\n"
        'exec tor "$@"\n'
    )
    program.chmod(0o700)
    return program


def test_a_clock_that_jumps_away_and_back_is_told(
    private_tor: PrivateTor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that jumps days ahead under a connected tor is told as that; put right, tor is ready again."""
    monkeypatch.setattr("core.onion.life.HEARTBEAT_S", 0.1)
    clock = ShiftedClock()
    looks = 0
    look = Health.look

    async def counted(health: Health, control: TorControl, progress: Progress) -> None:
        nonlocal looks
        await look(health, control, progress)
        looks += 1

    monkeypatch.setattr(Health, "look", counted)

    async def script() -> None:
        async with running_tor(tmp_path, lines=private_tor.network_lines, clock=clock) as watched:
            await watched.onion.wait_ready(READY_S)
            clock.utc_s = 3 * 24 * 3600
            clock.mono_s += 5
            # The first may have begun before; two see the jump, and say nothing before its grace is over.
            enough = looks + 3
            await watched.until(lambda: looks >= enough)
            assert watched.onion.status.phase is TorPhase.READY
            clock.mono_s += 60
            clock.utc_s += 60
            await watched.until_phase(TorPhase.CONNECTING)
            failure = watched.onion.status.failure
            assert failure is not None
            assert (failure.code, failure.facts["direction"]) == ("clock_wrong", "fast")
            clock.utc_s = clock.mono_s
            await watched.until_phase(TorPhase.READY)
            assert watched.onion.status.failure is None

    asyncio.run(script())


def test_it_connects_by_a_bridge(private_tor: PrivateTor, tmp_path: Path) -> None:
    """By an obfs4 bridge, whose line is read as a person pastes it, tor connects and finds services."""
    entrance, key = tmp_path / "entrance", ServiceKey.make()

    async def script(line: str) -> None:
        lines = private_tor.network_lines
        async with (
            running_tor(tmp_path / "host", lines=lines, bridges=read_bridges(line)) as host,
            running_tor(tmp_path / "guest", lines=lines) as guest,
            _echo(entrance),
        ):
            await asyncio.gather(host.onion.wait_ready(READY_S), guest.onion.wait_ready(READY_S))
            await host.onion.publish(OnionService(key, 80, entrance, "session"))
            await host.onion.wait_reachable(key.address, READY_S)
            assert await _ask(guest, f"{key.address}:80") == b"hello"

    with _bridge(private_tor, tmp_path / "bridge") as line:
        asyncio.run(script(line))


@contextmanager
def _bridge(network: PrivateTor, home: Path) -> Iterator[str]:
    """Run an obfs4 bridge of the private network, and give its line."""
    home.mkdir(mode=0o700)
    with socket.create_server(("127.0.0.1", 0)) as free:  # tor takes no 0 here
        port = free.getsockname()[1]
    lines = [
        *network.network_lines,
        f"DataDirectory {home}",
        "SocksPort 0",
        "Address 127.0.0.1",
        "ORPort 127.0.0.1:auto",
        "ExtORPort auto",
        "BridgeRelay 1",
        "PublishServerDescriptor 0",
        "AssumeReachable 1",
        "ShutdownWaitLength 0",
        "ServerTransportPlugin obfs4 exec /usr/bin/obfs4proxy",
        f"ServerTransportListenAddr obfs4 127.0.0.1:{port}",
        f"Log notice file {home}/notices.log",
        f"__OwningControllerProcess {os.getpid()}",
    ]
    (home / "torrc").write_text("\n".join(lines) + "\n")
    arguments = ["tor", "--defaults-torrc", os.devnull, "-f", str(home / "torrc"), "--quiet"]
    environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    with subprocess.Popen(arguments, env=environment) as bridge:
        try:
            yield asyncio.run(_bridge_line(home))
        finally:
            bridge.terminate()


async def _bridge_line(home: Path) -> str:
    """Put together what the bridge wrote about itself."""
    notices = home / "notices.log"
    async with asyncio.timeout(READY_S):
        while "Registered server transport" not in (  # noqa: ASYNC110 - another process writes it
            notices.read_text() if notices.exists() else ""
        ):
            await asyncio.sleep(0.05)
    registered = notices.read_text().partition("Registered server transport 'obfs4' at '")[2]
    endpoint = registered.partition("'")[0]
    fingerprint = (home / "fingerprint").read_text().split()[1]
    pattern = (home / "pt_state" / "obfs4_bridgeline.txt").read_text().splitlines()[-1]
    return f"obfs4 {endpoint} {fingerprint} {pattern.partition('<FINGERPRINT> ')[2]}"


def test_a_network_that_goes_is_noticed(tmp_path: Path) -> None:
    """When no relay can be reached any more, tor is shown as connecting, with what is missing."""

    async def script(network: PrivateTor) -> None:
        async with running_tor(tmp_path, lines=network.network_lines) as watched:
            await watched.onion.wait_ready(READY_S)
            service = OnionService(ServiceKey.make(), 80, tmp_path / "entrance", "session")
            await watched.onion.publish(service)
            await watched.onion.wait_reachable(service.host, READY_S)
            for node in network.nodes:
                network.kill(node)
            await watched.until_phase(TorPhase.CONNECTING)
            assert watched.onion.status.tag == "network_liveness"
            assert watched.onion.services[0].phase is ServicePhase.WAITING

    with running_private_tor(tmp_path / "network") as network:
        asyncio.run(script(network))
