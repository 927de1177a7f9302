"""Our tor and what it does for us, behind one door: started and stopped, onion services, and the way to others'."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from core.api.network import Bridge, ServiceShown, TorPhase, TorStatus
from core.config.engine_options import NetworkOptions
from core.errors import Failure, NetworkOffline, TorNotReady, TorRefused
from core.onion.health import Health
from core.onion.life import Surroundings
from core.onion.onion_service import OnionService
from core.onion.publisher import Publisher, remove_links
from core.onion.supervisor import Supervisor
from core.onion.torrc import TorPlaces
from core.runtime.clock import Clock
from core.runtime.files import make_directory
from core.runtime.workers import Worker

__all__ = ["Onion", "OnionService"]


class Onion:
    """For the engine's loop. ``run`` and ``data`` are private directories of tor's own; ``run`` is for sockets.

    ``changed`` is called when ``status`` or ``services`` did; ``report`` gets what a person must be told: TorLost,
    TorStuck, ClockWrong, TorRefused, MissingProgram, and TorEnding once a day.
    """

    def __init__(
        self,
        options: NetworkOptions,
        *,
        run: Path,
        data: Path,
        clock: Clock,
        changed: Callable[[], None],
        report: Callable[[Failure], None],
    ) -> None:
        self._options = options
        self._places = TorPlaces(run, data)
        self._clock = clock
        self._changed = changed
        self._report = report
        self._publisher = Publisher(run, self._moved)
        self._worker: Worker | None = None
        self._supervisor: Supervisor | None = None
        self._last = TorStatus()
        self._pulse = asyncio.Event()

    @property
    def status(self) -> TorStatus:
        """How tor stands."""
        return self._last if self._supervisor is None else self._supervisor.status

    @property
    def services(self) -> tuple[ServiceShown, ...]:
        """Every service that is wanted, and whether it can be reached."""
        return self._publisher.shown(is_ready=self.status.phase is TorPhase.READY)

    @property
    def pid(self) -> int | None:
        """Tor's process, where it is ours and runs."""
        return None if self._supervisor is None else self._supervisor.pid

    async def start(self, bridges: tuple[Bridge, ...] = ()) -> None:
        """Begin to keep tor running, and return at once.

        Raises TorRefused for bridges of a system's tor, and DataDirectoryUnwritable.
        """
        if self._supervisor is not None:
            return
        self._refuse_bridges(bridges)
        make_directory(self._places.run)
        remove_links(self._places.run)
        self._worker = Worker("tor-control")
        around = Surroundings(
            self._options,
            self._places,
            self._clock,
            self._worker,
            Health(self._clock, self._report),
            self._publisher,
            self._moved,
            self._report,
        )
        self._supervisor = Supervisor(around, bridges, self._last)
        self._supervisor.start()

    async def stop(self) -> None:
        """End tor, if it is ours. What is published is wanted still, should it be started again."""
        supervisor, self._supervisor = self._supervisor, None
        worker, self._worker = self._worker, None
        if supervisor is not None:
            await supervisor.stop()
            self._last = supervisor.status
        if worker is not None:
            worker.close()
        self._moved()

    async def retry(self) -> None:
        """Try now, with a new deadline. Raises NetworkOffline."""
        self._running().retry()

    async def use_bridges(self, bridges: tuple[Bridge, ...]) -> None:
        """Go by these bridges from now on; tor starts afresh. Raises NetworkOffline, TorRefused."""
        self._refuse_bridges(bridges)
        self._running().use_bridges(bridges)

    async def wait_ready(self, timeout_s: float) -> None:
        """Return once tor is connected. Raises NetworkOffline, TorNotReady, or the failure that is in the way."""
        try:
            async with asyncio.timeout(timeout_s):
                while (supervisor := self._running()).status.phase is not TorPhase.READY:
                    if supervisor.status.phase in {TorPhase.MISSING, TorPhase.STUCK}:
                        raise supervisor.failure or self._not_ready()
                    await self._pulse.wait()
        except TimeoutError:
            raise self._running().failure or self._not_ready() from None

    async def publish(self, service: OnionService) -> None:
        """Publish a service until it is withdrawn; returns once tor took it.

        Without a tor just now, it is published as soon as there is one, and again with the same key after tor or its
        control connection was lost. Raises PublishFailed; whoever is cancelled withdraws it.
        """
        await self._publisher.publish(service)

    async def wait_reachable(self, address: str, timeout_s: float) -> None:
        """Return once the network knows how to reach a service. Raises PublishFailed."""
        await self._publisher.wait_reachable(host_of(address), timeout_s)

    async def change_clients(self, address: str, clients: tuple[str, ...]) -> None:
        """Let others open a service than before, by their public keys. Raises PublishFailed.

        When somebody may not any more, all who are connected are cut off, and those who may come again.
        """
        await self._publisher.change_clients(host_of(address), clients)

    async def withdraw(self, address: str) -> None:
        """Publish a service no longer."""
        await self._publisher.withdraw(host_of(address))

    async def socks(self) -> Path:
        """Give Tor's SOCKS port, a Unix socket. Raises NetworkOffline, TorNotReady."""
        if self._running().status.phase is not TorPhase.READY:
            raise self._not_ready()
        if self._options.system_control is not None and self._options.system_socks is not None:
            return self._options.system_socks
        return self._places.socks

    async def authorise(self, host: str, client_key: str) -> None:
        """Let Tor open an onion service that asks for a client key (X25519 private key, base32).

        It is known again to a tor that is started later. Raises NetworkOffline, ClientKeyNeeded.
        """
        self._running()
        await self._publisher.authorise(host, client_key)

    async def forget(self, host: str) -> None:
        """Forget the client key of an onion service, where there is one."""
        await self._publisher.forget(host)

    async def forget_keys(self) -> None:
        """Forget every client key: the vault that they are kept in is about to be locked."""
        await self._publisher.forget_keys()

    def _running(self) -> Supervisor:
        if self._supervisor is None:
            raise NetworkOffline
        return self._supervisor

    def _not_ready(self) -> TorNotReady:
        return TorNotReady(phase=self.status.phase.value, percent=self.status.percent)

    def _refuse_bridges(self, bridges: tuple[Bridge, ...]) -> None:
        if bridges and self._options.system_control is not None:
            raise TorRefused(
                reason="it is the system's, and bridges are set in its own configuration"
            )

    def _moved(self) -> None:
        self._pulse.set()
        self._pulse = asyncio.Event()
        self._changed()


def host_of(address: str) -> str:
    """Take the port off an address, where it has one."""
    return address.partition(":")[0]
