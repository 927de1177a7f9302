"""A tor that connects when a test says so, and publishes into a dictionary; what the network service needs of one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.api.network import Bridge, ServicePhase, ServiceShown, TorPhase, TorStatus
from core.errors import Failure, NetworkOffline, PublishFailed, TorNotReady
from core.onion.service import OnionService


class FakeTor:
    """Stands for core.onion.service.Onion. ``log`` holds the name of every call that changes something."""

    def __init__(
        self, changed: Callable[[], None], report: Callable[[Failure], None], socks: Path
    ) -> None:
        self.report = report
        self.log: list[str] = []
        self.bridges: tuple[Bridge, ...] = ()
        self.published: dict[str, OnionService] = {}
        self.client_keys: dict[str, str] = {}
        self.refuses: Failure | None = None  # raised by ``publish``, while set
        self.publishing = asyncio.Event()  # a ``publish`` waits for it
        self.publishing.set()
        self.withdrawing = asyncio.Event()  # a ``withdraw`` waits for it
        self.withdrawing.set()
        self.stopping = asyncio.Event()  # a ``stop`` waits for it
        self.stopping.set()
        self._changed = changed
        self._socks = socks
        self._status = TorStatus()
        self._ready = asyncio.Event()

    # --- what a test says --------------------------------------------------------------------

    def become(self, phase: TorPhase, percent: int = 0) -> None:
        """Come to a phase."""
        self._status = replace(self._status, phase=phase, percent=percent)
        (self._ready.set if phase is TorPhase.READY else self._ready.clear)()
        self._changed()

    # --- what the service asks ---------------------------------------------------------------

    @property
    def status(self) -> TorStatus:
        """Tell how it stands."""
        return self._status

    @property
    def services(self) -> tuple[ServiceShown, ...]:
        """Tell what is published; all of it can be reached once it is ready."""
        is_ready = self._status.phase is TorPhase.READY
        phase = ServicePhase.REACHABLE if is_ready else ServicePhase.WAITING
        return tuple(
            ServiceShown(each.purpose, f"{address}:{each.port}", phase, len(each.clients))
            for address, each in self.published.items()
        )

    async def start(self, bridges: tuple[Bridge, ...] = ()) -> None:
        """Begin to connect; a test says how far it gets."""
        self.log.append("start")
        self.bridges = bridges
        self.become(TorPhase.STARTING)

    async def stop(self) -> None:
        """End, and publish nothing any more."""
        await self.stopping.wait()
        self.log.append("stop")
        self.published.clear()
        self.client_keys.clear()
        self.become(TorPhase.OFF)

    async def retry(self) -> None:
        """Connect anew."""
        self.log.append("retry")
        self.become(TorPhase.CONNECTING)

    async def use_bridges(self, bridges: tuple[Bridge, ...]) -> None:
        """Go by these."""
        self.log.append("use_bridges")
        self.bridges = bridges

    async def wait_ready(self, timeout_s: float) -> None:
        """Wait until a test says READY."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._ready.wait()
        except TimeoutError:
            raise TorNotReady(
                phase=self._status.phase.value, percent=self._status.percent
            ) from None

    async def publish(self, service: OnionService) -> None:
        """Publish, or refuse as the test says."""
        await self.publishing.wait()
        if self.refuses is not None:
            raise self.refuses
        self.log.append("publish")
        self.published[service.key.address] = service
        self._changed()

    async def wait_reachable(self, address: str, timeout_s: float) -> None:
        """Wait until it is ready; raises PublishFailed for a service that is not published."""
        if address not in self.published:
            raise PublishFailed(address=address, reason="it is not wanted any more")
        await self.wait_ready(timeout_s)

    async def change_clients(self, address: str, clients: tuple[str, ...]) -> None:
        """Let others open a service."""
        self.log.append("change_clients")
        self.published[address] = replace(self.published[address], clients=clients)
        self._changed()

    async def withdraw(self, address: str) -> None:
        """Publish a service no more; harmless when it is not."""
        await self.withdrawing.wait()
        self.log.append("withdraw")
        self.published.pop(address, None)
        self._changed()

    async def socks(self) -> Path:
        """Give a path, once ready."""
        if self._status.phase is TorPhase.OFF:
            raise NetworkOffline
        if self._status.phase is not TorPhase.READY:
            raise TorNotReady(phase=self._status.phase.value, percent=self._status.percent)
        return self._socks

    async def authorise(self, host: str, client_key: str) -> None:
        """Keep the key."""
        self.client_keys[host] = client_key

    async def forget(self, host: str) -> None:
        """Forget the key."""
        self.client_keys.pop(host, None)

    async def forget_keys(self) -> None:
        """Forget every key."""
        self.client_keys.clear()
