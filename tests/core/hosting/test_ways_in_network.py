"""A way in by a real tor in a private network: for the holder of its key, it leads to who listens, until it closes."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from core.api.network import ServicePhase, TorPhase
from core.config.engine_options import NetworkOptions
from core.errors import ClientKeyNeeded, HostUnreachable
from core.hosting.ways import Leaving, OnionWayIn, wait_for_tor
from core.onion.keys import ClientKey
from core.onion.service import Onion
from core.runtime.clock import SystemClock
from core.transport.sockets import listen_local
from core.transport.transport import Purpose, Transport
from tests.core.onion.tor_here import running_tor
from tests.engine_thread import on_engine_thread
from tests.fakes.private_tor import PrivateTor

CONNECT_S = 60.0


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say back in capitals what is said."""
    with suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            writer.write(data.upper())
            await writer.drain()
    writer.close()


async def says_back(transport: Transport, way: OnionWayIn, client_key: str) -> bool:
    """Dial, and tell whether somebody says back what is said."""
    stream = await transport.dial(
        way.address, Purpose.SESSION, peer=way.address, client_key=client_key
    )
    reader, writer = await asyncio.open_connection(sock=stream)
    writer.write(b"hello")
    said = await reader.readexactly(5)
    writer.close()
    await writer.wait_closed()
    return said == b"HELLO"


async def lives(onion: Onion) -> list[ServicePhase | None]:
    """Open a way, come in by it, and close it; gives its phases."""
    leaving = Leaving()
    transport, way = Transport(onion), OnionWayIn(onion, "session", leaving)
    phases = [way.phase]
    await way.open()
    assert way.place is not None
    server = await asyncio.start_unix_server(answer, sock=listen_local(way.place))
    await way.wait_reachable()
    phases.append(way.phase)
    with pytest.raises(ClientKeyNeeded):
        await transport.dial(way.address, Purpose.SESSION)
    with pytest.raises(ClientKeyNeeded):
        await says_back(transport, way, ClientKey.make().private_text)
    assert await says_back(transport, way, way.client_key)
    await is_renewed(transport, way, leaving)
    await transport.forget(way.address)
    server.close()
    await way.close()
    await leaving.settle()
    phases.append(way.phase)
    with pytest.raises((HostUnreachable, ClientKeyNeeded)):
        await says_back(transport, way, way.client_key)
    assert not onion.services
    return phases


async def is_renewed(transport: Transport, way: OnionWayIn, leaving: Leaving) -> None:
    """Renew a way: who had the old address comes no more, by an open circuit neither; the new one leads here."""
    address, key = way.address, way.client_key
    with await transport.dial(address, Purpose.SESSION, peer=address, client_key=key):
        assert way.renew()
        await leaving.settle()
        with pytest.raises((HostUnreachable, ClientKeyNeeded)):
            await transport.dial(address, Purpose.SESSION, peer=address, client_key=key)
    await transport.forget(address)
    await way.open()
    await way.wait_reachable()
    with pytest.raises(ClientKeyNeeded):
        await says_back(transport, way, key)
    assert await says_back(transport, way, way.client_key)


def test_a_way_from_its_opening_to_its_end(tmp_path: Path, private_tor: PrivateTor) -> None:
    """Nobody comes without the key, or after it was closed; whoever has it talks to who listens at its place."""

    async def run() -> list[ServicePhase | None]:
        onion = Onion(
            NetworkOptions(network_lines=private_tor.network_lines),
            run=tmp_path / "run",
            data=tmp_path / "data",
            clock=SystemClock(),
            changed=lambda: None,
            report=lambda _: None,
        )
        await onion.start()
        try:
            await wait_for_tor(onion, lambda *_: None)
            return await lives(onion)
        finally:
            await onion.stop()

    phases = on_engine_thread(run, 2 * CONNECT_S)
    assert phases == [ServicePhase.WAITING, ServicePhase.REACHABLE, ServicePhase.WAITING]


def test_a_real_tor_that_hangs_keeps_no_way_open(tmp_path: Path) -> None:
    """The way is closed at once; the withdrawal goes on until tor has had its time, or was ended."""

    async def run() -> None:
        async with running_tor(tmp_path) as watched:
            await watched.until_phase(TorPhase.CONNECTING)
            leaving = Leaving()
            way = OnionWayIn(watched.onion, "session", leaving)
            await way.open()
            tor = watched.onion.pid
            assert tor is not None
            os.kill(tor, signal.SIGSTOP)
            async with asyncio.timeout(5):
                await way.close()
            assert not watched.onion.services
            await leaving.settle()
            assert not watched.onion.services

    asyncio.run(run())
