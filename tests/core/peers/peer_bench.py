"""A peer service with real sealed records, and made-up peers at the other end of its transport."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

from core.api.events import Event
from core.api.peers import AddPeer, Peer, PeersChanged
from core.errors import VaultLocked
from core.peers.service import PeerParts, PeerService
from core.runtime.workers import Worker
from core.storage.sqlite_metadata import SqliteMetadataStore
from core.transport.transport import Transport
from core.vault.open_vault import OpenVault
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.sealed_records import SealedRecords
from core.vault.vault import Vault
from tests.fakes.clocks import ManualClock
from tests.fakes.peers_by_tor import MadeUpPeer, MadeUpTor, example_peer, host_of, link_to


class PeerBench:
    """``async with`` it; the example peer stands at its first address."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.tor = MadeUpTor(path)
        self.clock = ManualClock()
        self.events: list[Event] = []
        self.is_locked = False

    async def __aenter__(self) -> Self:
        await self.tor.__aenter__()
        self._worker = Worker("store")
        self.store = await self._worker.run(SqliteMetadataStore, self._path / "lucid.db")
        self._vault = Vault.create(
            self._path / "vault.json", "correct horse battery", kdf=CHEAPEST_KDF
        )
        self.records = SealedRecords(self.store, self._worker, self._open_vault)
        self.service = PeerService(
            PeerParts(self.records, Transport(self.tor), self.clock, self.events.append)
        )
        self.tor.peers[host_of(0)] = example_peer()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.tor.__aexit__()
        self._vault.close()
        await self._worker.run(self.store.close)
        self._worker.close()

    async def pair(self, name: str = "Büro") -> Peer:
        """Pair with the example peer."""
        return await self.service.add(AddPeer(link_to(host_of(0)), name))

    def at(self, number: int) -> MadeUpPeer:
        """Give the peer at the address after so many moves."""
        return self.tor.peers[host_of(number)]

    @property
    def told(self) -> tuple[Peer, ...]:
        """Give the peers as they were told of last."""
        last = self.events[-1]
        assert isinstance(last, PeersChanged)
        return last.peers

    def _open_vault(self) -> OpenVault:
        if self.is_locked:
            raise VaultLocked
        return self._vault


def run(path: Path, work: Callable[[PeerBench], Awaitable[None]]) -> None:
    """Run a test's work on a bench."""

    async def whole() -> None:
        async with PeerBench(path) as bench:
            await asyncio.wait_for(work(bench), 20)

    asyncio.run(whole())
