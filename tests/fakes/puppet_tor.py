"""A tor that only says what a test lets it say, and the network around it: nothing is connected, nothing published."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from core.api.network import ServicePhase, ServiceShown, TorPhase, TorStatus
from core.errors import Failure, HostUnreachable, NetworkOffline, PublishFailed, TorNotReady
from core.onion.onion_service import OnionService


class PuppetTor:
    """Stands in for core.onion.service.Onion; also as the transport's way, which leads nowhere."""

    def __init__(self, phase: TorPhase = TorPhase.READY) -> None:
        self.status = TorStatus(phase)
        self.published: dict[str, OnionService] = {}
        self.phases: dict[str, ServicePhase] = {}
        self.withdrawn: list[str] = []
        self.authorised: dict[str, str] = {}
        self.forgotten: list[str] = []
        self.obstacle: Failure | None = None  # what a wait raises
        self.failure: BaseException | None = None  # of publishing
        self.reach_failure: BaseException | None = None  # of waiting until it is found
        self.is_slow = asyncio.Event()
        self.is_slow.set()  # cleared, publishing waits until it is set again
        self._changed = asyncio.Event()

    @property
    def services(self) -> tuple[ServiceShown, ...]:
        """List what is published."""
        return tuple(
            ServiceShown(each.purpose, f"{host}:{each.port}", self.phases[host], len(each.clients))
            for host, each in self.published.items()
        )

    def be(self, phase: TorPhase, percent: int = 0) -> None:
        """Come into another phase; ends are counted as a tor's are."""
        restarts = self.status.restarts + (phase is TorPhase.RESTARTING)
        self.status = replace(self.status, phase=phase, percent=percent, restarts=restarts)
        self._tell()

    def find(self, phase: ServicePhase = ServicePhase.REACHABLE) -> None:
        """Let every service come into a phase."""
        self.phases = dict.fromkeys(self.phases, phase)
        self._tell()

    async def wait_ready(self, timeout_s: float) -> None:
        """Wait until it is ready, or something changes."""
        if self.obstacle is not None:
            raise self.obstacle
        if self.status.phase is not TorPhase.READY and timeout_s > 0:
            await self._changed.wait()
        if self.status.phase is not TorPhase.READY:
            raise TorNotReady(phase=self.status.phase.value, percent=self.status.percent)

    async def publish(self, service: OnionService) -> None:
        """Take a service."""
        await self.is_slow.wait()
        if self.failure is not None:
            raise self.failure
        host = service.key.address
        self.published[host], self.phases[host] = service, ServicePhase.PUBLISHING

    async def wait_reachable(self, address: str, timeout_s: float) -> None:
        """Wait until a test says that it is found."""
        if self.reach_failure is not None:
            raise self.reach_failure
        while self.phases.get(address) is not ServicePhase.REACHABLE:
            if address in self.withdrawn:
                raise PublishFailed(address=address, reason="it was withdrawn")
            await self._changed.wait()

    async def withdraw(self, address: str) -> None:
        """Let go of a service."""
        self.published.pop(address, None)
        self.phases.pop(address, None)
        self.withdrawn.append(address)
        self._tell()

    async def socks(self) -> Path:
        """Lead nowhere."""
        raise HostUnreachable(address="", reason="this is a puppet")

    async def authorise(self, host: str, client_key: str) -> None:
        """Keep a key."""
        self.authorised[host] = client_key

    async def forget(self, host: str) -> None:
        """Forget a key."""
        self.authorised.pop(host, None)
        self.forgotten.append(host)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class PuppetNetwork:
    """Stands in for the network service: a mode, and the tor."""

    def __init__(self, tor: PuppetTor | None = None) -> None:
        self._tor = tor
        self.started = 0

    def go_offline(self) -> None:
        """Be offline from now on."""
        self._tor = None

    @property
    def is_by_tor(self) -> bool:
        """Tell whether there is a tor."""
        return self._tor is not None

    @property
    def run(self) -> PuppetNetwork:
        """Stand in for what runs it, too."""
        return self

    async def start(self) -> PuppetTor:
        """Give it, and count; raises NetworkOffline."""
        self.started += 1
        return self.require()

    def require(self) -> PuppetTor:
        """Give it; raises NetworkOffline."""
        if self._tor is None:
            raise NetworkOffline
        return self._tor
