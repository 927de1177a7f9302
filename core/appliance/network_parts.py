"""What the network service is built on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.api.events import Event
from core.api.network import Bridge, ServiceShown, TorStatus
from core.config.network_settings import NetworkSettings
from core.errors import Failure
from core.onion.service import OnionService
from core.runtime.clock import Clock
from core.runtime.workers import Worker

READING = "reading"  # the purpose of this appliance's own address


class RunsTor(Protocol):
    """Our tor, and what it publishes: core.onion.service.Onion."""

    @property
    def status(self) -> TorStatus:
        """Tell how tor stands."""

    @property
    def services(self) -> tuple[ServiceShown, ...]:
        """Tell how what is published stands."""

    async def start(self, bridges: tuple[Bridge, ...] = ()) -> None:
        """Start tor and return at once."""

    async def stop(self) -> None:
        """Withdraw everything and end tor."""

    async def retry(self) -> None:
        """Try again now, with a new deadline."""

    async def use_bridges(self, bridges: tuple[Bridge, ...]) -> None:
        """Go by these bridges from now on."""

    async def wait_ready(self, timeout_s: float) -> None:
        """Wait until tor is connected; raises TorNotReady, or what is in the way."""

    async def publish(self, service: OnionService) -> None:
        """Publish a service; until it is withdrawn, also after tor was lost."""

    async def wait_reachable(self, address: str, timeout_s: float) -> None:
        """Wait until a service can be found. Raises PublishFailed."""

    async def change_clients(self, address: str, clients: tuple[str, ...]) -> None:
        """Let others open a service from now on."""

    async def withdraw(self, address: str) -> None:
        """Take a service back."""

    async def socks(self) -> Path:
        """Give Tor's SOCKS port."""

    async def authorise(self, host: str, client_key: str) -> None:
        """Keep a client key for a host."""

    async def forget(self, host: str) -> None:
        """Forget a host's client key."""

    async def forget_keys(self) -> None:
        """Forget every client key."""


MakesTor = Callable[[Callable[[], None], Callable[[Failure], None]], RunsTor]


@dataclass(frozen=True)
class NetworkParts:
    """What the service is built on; ``make_tor`` is None where this start was told to stay offline."""

    settings: NetworkSettings
    store_worker: Worker
    clock: Clock
    publish: Callable[[Event], None]
    make_tor: MakesTor | None
    target: Callable[[], Path]  # the Unix socket that this appliance's own address leads to
    is_resident: bool
    is_tor_others: bool  # tor is the system's
    is_open: Callable[[], bool]  # the vault
    clients: Callable[
        [], tuple[str, ...]
    ]  # who may open this appliance's own address, by public key
    in_use: Callable[[], str | None]  # the session that is reached by Tor
