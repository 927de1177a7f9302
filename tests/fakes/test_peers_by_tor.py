"""Made-up peers are reached as real ones are: by the transport, with their keys."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.errors import ClientKeyNeeded, HostUnreachable
from core.transport.transport import Purpose, Transport
from tests.fakes.peers_by_tor import CLIENT_KEY, MadeUpTor, example_peer, host_of


def test_a_made_up_peer_is_reached_with_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the key it does not open, and where nobody is, nobody is found."""
    monkeypatch.setattr("core.transport.transport._LAST_ASKED_S", 0)

    async def run() -> None:
        async with MadeUpTor(tmp_path) as tor:
            transport = Transport(tor)
            tor.peers[host_of(0)] = peer = example_peer()
            with pytest.raises(ClientKeyNeeded):
                await transport.dial(f"{host_of(0)}:80", Purpose.PEER)
            with pytest.raises(HostUnreachable):
                await transport.dial(f"{host_of(1)}:80", Purpose.PEER)
            stream = await transport.dial(f"{host_of(0)}:80", Purpose.PEER, client_key=CLIENT_KEY)
            reader, writer = await asyncio.open_connection(sock=stream)
            for path, status in (("/v1/health", b"200"), ("/nowhere", b"404")):
                writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert status in await reader.readuntil(b"\r\n")
                await reader.readuntil(b"\r\n\r\n")
                if status == b"200":
                    await reader.readuntil(b"}")
            writer.close()
            assert [path for path, _ in peer.asked] == ["/v1/health", "/nowhere"]

    asyncio.run(run())
