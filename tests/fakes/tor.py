"""A tor that connects when a test says so, publishes into a dictionary and leads nowhere; and the network around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.api.network import Bridge, ServicePhase, ServiceShown, TorPhase, TorStatus
from core.errors import Failure, HostUnreachable, NetworkOffline, PublishFailed, TorNotReady
from core.onion.onion_service import OnionService


class FakeTor:
    """Stands in for core.onion.service.Onion, also as a transport's way. ``log`` names every call that changes it.

    Without ``finds_at_once``, a test says when what is published is found; with it, it is while tor is ready.
    """

    def __init__(
        self,
        phase: TorPhase = TorPhase.READY,
        *,
        changed: Callable[[], None] = lambda: None,
        report: Callable[[Failure], None] = lambda _failure: None,
        socks: Path | None = None,  # without, there is nothing behind it
        finds_at_once: bool = False,
    ) -> None:
        self.report = report
        self.log: list[str] = []
        self.bridges: tuple[Bridge, ...] = ()
        self.published: dict[str, OnionService] = {}
        self.withdrawn: list[str] = []
        self.client_keys: dict[str, str] = {}
        self.forgotten: list[str] = []  # whose client keys were
        self.obstacle: Failure | None = None  # raised by ``wait_ready``, while set
        self.refuses: BaseException | None = None  # raised by ``publish``, while set
        self.publishing = asyncio.Event()  # a ``publish`` waits for it
        self.publishing.set()
        self.withdrawing = asyncio.Event()  # a ``withdraw`` waits for it
        self.withdrawing.set()
        self.stopping = asyncio.Event()  # a ``stop`` waits for it
        self.stopping.set()
        self._told = changed
        self._socks = socks
        self._finds_at_once = finds_at_once
        self._phases: dict[str, ServicePhase] = {}
        self._status = TorStatus(phase)
        self._pulse = asyncio.Event()

    # --- what a test says --------------------------------------------------------------------

    def become(self, phase: TorPhase, percent: int = 0) -> None:
        """Come to a phase; ends are counted as a tor's are."""
        restarts = self._status.restarts + (phase is TorPhase.RESTARTING)
        self._status = replace(self._status, phase=phase, percent=percent, restarts=restarts)
        self._tell()

    def find(self, phase: ServicePhase = ServicePhase.REACHABLE) -> None:
        """Let every service come into a phase."""
        self._phases = dict.fromkeys(self._phases, phase)
        self._tell()

    # --- what is asked of it -----------------------------------------------------------------

    @property
    def status(self) -> TorStatus:
        """Tell how it stands."""
        return self._status

    @property
    def services(self) -> tuple[ServiceShown, ...]:
        """Tell what is published, and whether it is found."""
        return tuple(
            ServiceShown(
                each.purpose, f"{host}:{each.port}", self._phase_of(host), len(each.clients)
            )
            for host, each in self.published.items()
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
        self._phases.clear()
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
        """Wait until it is ready; what a test changes meanwhile ends the wait, as if its time were over."""
        if self.obstacle is not None:
            raise self.obstacle
        if self._status.phase is not TorPhase.READY and timeout_s > 0:
            await self._pulse.wait()
        if self._status.phase is not TorPhase.READY:
            raise self._not_ready()

    async def publish(self, service: OnionService) -> None:
        """Publish, or refuse as the test says."""
        await self.publishing.wait()
        if self.refuses is not None:
            raise self.refuses
        self.log.append("publish")
        host = service.key.address
        self.published[host], self._phases[host] = service, ServicePhase.PUBLISHING
        self._told()

    async def wait_reachable(self, address: str, timeout_s: float) -> None:
        """Wait until it is found, as long as that takes; raises PublishFailed for what is not published any more."""
        while address in self.published:
            if self._phase_of(address) is ServicePhase.REACHABLE:
                return
            await self._pulse.wait()
        raise PublishFailed(address=address, reason="it is not wanted any more")

    async def change_clients(self, address: str, clients: tuple[str, ...]) -> None:
        """Let others open a service."""
        self.log.append("change_clients")
        self.published[address] = replace(self.published[address], clients=clients)
        self._told()

    async def withdraw(self, address: str) -> None:
        """Publish a service no more; harmless when it is not."""
        await self.withdrawing.wait()
        self.log.append("withdraw")
        self.withdrawn.append(address)
        self.published.pop(address, None)
        self._phases.pop(address, None)
        self._tell()

    async def socks(self) -> Path:
        """Give a path, once ready; where there is none, it leads nowhere."""
        if self._status.phase is TorPhase.OFF:
            raise NetworkOffline
        if self._status.phase is not TorPhase.READY:
            raise self._not_ready()
        if self._socks is None:
            raise HostUnreachable(address="", reason="nothing is behind this tor")
        return self._socks

    async def authorise(self, host: str, client_key: str) -> None:
        """Keep the key."""
        self.client_keys[host] = client_key

    async def forget(self, host: str) -> None:
        """Forget the key."""
        self.client_keys.pop(host, None)
        self.forgotten.append(host)

    async def forget_keys(self) -> None:
        """Forget every key."""
        self.client_keys.clear()

    def _phase_of(self, host: str) -> ServicePhase:
        if not self._finds_at_once:
            return self._phases[host]
        is_ready = self._status.phase is TorPhase.READY
        return ServicePhase.REACHABLE if is_ready else ServicePhase.WAITING

    def _not_ready(self) -> TorNotReady:
        return TorNotReady(phase=self._status.phase.value, percent=self._status.percent)

    def _tell(self) -> None:
        self._pulse.set()
        self._pulse = asyncio.Event()
        self._told()


class FakeNetwork:
    """Stands in for the network that a person has chosen, and for what runs its tor."""

    def __init__(self, tor: FakeTor | None = None) -> None:
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
    def run(self) -> FakeNetwork:
        """Stand in for what runs it, too."""
        return self

    async def start(self) -> FakeTor:
        """Give it, and count; raises NetworkOffline."""
        self.started += 1
        return self.require()

    def require(self) -> FakeTor:
        """Give it; raises NetworkOffline."""
        if self._tor is None:
            raise NetworkOffline
        return self._tor
