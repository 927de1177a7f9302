"""The host of the onion benchmark: our tor, an onion service, the entrance of a hosted session; and a bare TCP proxy.

Its arguments are a directory, a file with the network's lines, and the Unix socket that everything leads to. It prints
a line of JSON once it can be reached. Each line of its input says where the onion service leads from then on: "lucid"
to the entrance, "bare" straight to that socket; it is answered by the processor time so far, in seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import suppress
from pathlib import Path

from core.config.engine_options import NetworkOptions
from core.onion.keys import ClientKey, ServiceKey
from core.onion.service import Onion, OnionService
from core.remote.entrance import Entrance
from core.runtime.clock import SystemClock

PORT = 3389
_READY_S = 90.0
_PIECE = 64 << 10


async def serve(directory: Path, lines: tuple[str, ...], target: Path) -> None:
    """Publish, print, and answer until the end of the input."""
    onion = our_onion(directory / "tor", lines)
    await onion.start()
    await onion.wait_ready(_READY_S)
    entrance = Entrance(target, lambda _: True)
    await entrance.open(directory / "entrance")
    place = directory / "target"
    place.symlink_to(target)
    key, client = ServiceKey.make(), ClientKey.make()
    await onion.publish(OnionService(key, PORT, place, "session", (client.public_text,)))
    await onion.wait_reachable(key.address, _READY_S)
    proxy = await asyncio.start_server(lambda *near: _proxy(target, *near), "127.0.0.1", 0)
    facts = {
        "address": f"{key.address}:{PORT}",
        "client_key": client.private_text,
        "proxy": proxy.sockets[0].getsockname()[1],
        "tor": onion.pid,
    }
    print(json.dumps(facts), flush=True)
    leads = {"bare": target, "lucid": directory / "entrance"}
    while line := await asyncio.to_thread(sys.stdin.readline):
        _lead(place, leads[line.strip()])
        print(time.process_time(), flush=True)
    proxy.close()
    await entrance.close()
    await onion.stop()


def our_onion(directory: Path, lines: tuple[str, ...]) -> Onion:
    """Make what runs our tor in the private network."""
    return Onion(
        NetworkOptions(network_lines=lines),
        run=directory / "run",
        data=directory / "data",
        clock=SystemClock(),
        changed=lambda: None,
        report=lambda failure: print(failure, file=sys.stderr),
    )


def _lead(place: Path, target: Path) -> None:
    """Have a name stand for another socket; tor looks it up for each stream."""
    fresh = place.with_suffix(".new")
    fresh.symlink_to(target)
    fresh.replace(place)


async def _proxy(target: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    inner_reader, inner_writer = await asyncio.open_unix_connection(target)
    ways = (_copy(reader, inner_writer), _copy(inner_reader, writer))
    with suppress(OSError):
        await asyncio.gather(*ways)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_PIECE):
        writer.write(data)
        await writer.drain()
    writer.close()


if __name__ == "__main__":
    lines = tuple(Path(sys.argv[2]).read_text("ascii").splitlines())
    asyncio.run(serve(Path(sys.argv[1]), lines, Path(sys.argv[3])))
