"""Peers and the admin API fit together: what one appliance serves, another one reads."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.admin.pairing import pairing_line
from core.api.access import RevokeAccess, Scope
from core.api.peers import AddPeer, AskPeer, FetchProof, FollowPeer, PeerTopic
from core.errors import PeerRefused
from core.evidence.verify import verify_bundle
from core.transport.sockets import open_local
from core.vault.device import fingerprint
from tests.core.admin.admin_bench import AdminBench
from tests.core.peers.peer_bench import PeerBench
from tests.fakes.peers_by_tor import host_of


async def lead_to(path: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry a stream to a Unix socket, as Tor does."""
    there, back = await asyncio.open_connection(sock=await open_local(path))
    ways = {
        asyncio.ensure_future(_copy(reader, back)),
        asyncio.ensure_future(_copy(there, writer)),
    }
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        back.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()


def test_one_appliance_reads_from_another(data_directory: Path, tmp_path: Path) -> None:
    """Pairing by the line that is shown, each topic, a proof that holds, and a refusal in the other's own words."""

    async def run() -> None:
        reading = tmp_path / "reading"
        reading.mkdir()
        async with AdminBench(data_directory) as at, PeerBench(reading) as bench:
            session_id = str(await at.seal())
            device = at.bench.vault().device_public_key
            granted = await at.grant(Scope.HEALTH, Scope.SESSIONS, Scope.PROOFS)
            host = host_of(7)
            at.hosts.append(host)
            bench.tor.raw[host] = lambda reader, writer: lead_to(at.socket, reader, writer)
            line = pairing_line(host, granted.client_key, granted.token, device.hex())
            peer = await bench.service.add(AddPeer(line, "other"))
            assert set(peer.scopes) == {Scope.HEALTH, Scope.SESSIONS, Scope.PROOFS}
            health = await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
            assert '"checks"' in health.document
            sessions = await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.SESSIONS))
            assert session_id in sessions.document
            with pytest.raises(PeerRefused) as refusal:
                await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.METRICS))
            assert "metrics" in str(refusal.value.facts["reason"])
            place = tmp_path / "fetched"
            found = await bench.service.fetch(FetchProof(peer.peer_id, session_id, str(place)))
            assert (found.size_bytes, found.chunks) == (place.stat().st_size, 0)
            assert not found.discloses_keys
            report = await asyncio.to_thread(verify_bundle, place, device=fingerprint(device))
            assert report.holds
            await at.access.revoke(RevokeAccess(granted.access.access_id))
            with pytest.raises(PeerRefused):
                await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))

    asyncio.run(run())


def test_a_peer_that_did_not_move_stays(data_directory: Path, tmp_path: Path) -> None:
    """An appliance whose statements are about other addresses is where it was."""

    async def run() -> None:
        reading = tmp_path / "reading"
        reading.mkdir()
        async with AdminBench(data_directory) as at, PeerBench(reading) as bench:
            granted = await at.grant(Scope.HEALTH)
            at.hosts.append(host_of(7))
            bench.tor.raw[host_of(7)] = lambda *line: lead_to(at.socket, *line)
            device = at.bench.vault().device_public_key.hex()
            line = pairing_line(host_of(7), granted.client_key, granted.token, device)
            peer = await bench.service.add(AddPeer(line))
            assert (await bench.service.follow(FollowPeer(peer.peer_id))).address == host_of(7)

    asyncio.run(run())


def test_an_address_that_is_not_served_any_more_gets_no_token(
    data_directory: Path, tmp_path: Path
) -> None:
    """Whoever leads an old address to the device itself gets no signature for it, and is shown nothing."""

    async def run() -> None:
        reading = tmp_path / "reading"
        reading.mkdir()
        async with AdminBench(data_directory) as at, PeerBench(reading) as bench:
            granted = await at.grant(Scope.HEALTH)
            at.hosts.append(host_of(7))
            bench.tor.raw[host_of(7)] = lambda *line: lead_to(at.socket, *line)
            device = at.bench.vault().device_public_key.hex()
            line = pairing_line(host_of(7), granted.client_key, granted.token, device)
            peer = await bench.service.add(AddPeer(line))
            at.hosts.remove(host_of(7))
            before = await at.outcomes()
            with pytest.raises(PeerRefused):
                await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
            asked = [each for each in await at.outcomes() if each not in before]
            assert asked == [("GET /v1/presence/{challenge}", "not_found")]

    asyncio.run(run())
