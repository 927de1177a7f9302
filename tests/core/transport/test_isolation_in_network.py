"""Streams of different purposes and peers go by different circuits: as a real tor in a private network says itself."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

from core.onion.control_connection import ControlConnection
from core.onion.keys import ServiceKey
from core.onion.service import OnionService
from core.transport.sockets import listen_local
from core.transport.transport import Purpose, Transport
from tests.core.onion.tor_here import Watched, running_tor
from tests.fakes.private_tor import PrivateTor

_READY_S = 60.0
# One stream of Tor's: its own number, what became of it, and the circuit that it goes by.
_STREAM = re.compile(r"\d+ SUCCEEDED (\d+) \S+\.onion:80")


def _circuits(watched: Watched) -> list[str]:
    """Ask tor, over a control connection of the test's own, by which circuit each stream goes."""
    places = watched.onion._places
    connection = ControlConnection(places.control, lambda _: None, lambda: None)
    try:
        connection.authenticate(places.cookie)
        return _STREAM.findall("\n".join(connection.ask("GETINFO stream-status")))
    finally:
        connection.close()


def test_purposes_and_peers_go_by_circuits_of_their_own(
    private_tor: PrivateTor, tmp_path: Path
) -> None:
    """Two streams with the same marks share a circuit to a service; with another purpose or peer, they do not."""
    key = ServiceKey.make()
    address = f"{key.address}:80"
    different = ((Purpose.PEER, "a"), (Purpose.PEER, "b"), (Purpose.SESSION, "a"))

    async def script() -> None:
        async with (
            running_tor(tmp_path / "host", lines=private_tor.network_lines) as host,
            running_tor(tmp_path / "guest", lines=private_tor.network_lines) as guest,
            AsyncExitStack() as stack,
        ):
            stack.enter_context(listen_local(tmp_path / "entrance"))
            await asyncio.gather(host.onion.wait_ready(_READY_S), guest.onion.wait_ready(_READY_S))
            await host.onion.publish(OnionService(key, 80, tmp_path / "entrance", "reading"))
            await host.onion.wait_reachable(address, _READY_S)
            transport = Transport(guest.onion)
            for purpose, peer in different:
                stack.enter_context(await transport.dial(address, purpose, peer=peer))
            circuits = await asyncio.to_thread(_circuits, guest)
            assert len(set(circuits)) == len(circuits) == len(different)
            stack.enter_context(await transport.dial(address, Purpose.PEER, peer="a"))
            again = await asyncio.to_thread(_circuits, guest)
            assert len(again) == len(different) + 1
            assert set(again) == set(circuits)

    asyncio.run(script())
