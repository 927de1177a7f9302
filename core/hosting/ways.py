"""Ways in: where somebody comes to a session, and with which key. Each is made for one session and gone with it.

By Tor it is an onion service of its own, with an address and a client key that nobody had before and that are nowhere
but in memory; nothing of this machine listens on a port then. Otherwise it is a port of this machine's loopback.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from core.api.network import ServicePhase, ServiceShown, TorPhase, TorStatus
from core.errors import Failure, NetworkOffline, TorLost, TorNotReady
from core.onion.keys import ClientKey, ServiceKey
from core.onion.onion_service import OnionService
from core.remote.workplace import private_directory

PORT = 3389  # RDP's own
REACHABLE_S = 120.0  # for a service to be found; it is published on after that
_WHOLE = 100
_LOOK_S = 1.0
_log = logging.getLogger(__name__)
_GETS_ON = frozenset({TorPhase.STARTING, TorPhase.CONNECTING})

Progress = Callable[[str, int, int], None]  # of what, how many are done, and of how many


class WatchesTor(Protocol):
    """Our tor, as whoever waits for it sees it."""

    @property
    def status(self) -> TorStatus:
        """How it stands."""

    async def wait_ready(self, timeout_s: float) -> None:
        """Wait until it is ready. Raises TorNotReady, or the failure in the way."""


class Publishes(WatchesTor, Protocol):
    """Our tor, as a way in sees it."""

    @property
    def services(self) -> tuple[ServiceShown, ...]:
        """The services that are published, or are to be."""

    async def publish(self, service: OnionService) -> None:
        """Publish a service until it is withdrawn; gives when Tor has taken it."""

    async def wait_reachable(self, address: str, timeout_s: float) -> None:
        """Wait until a service can be found. Raises PublishFailed."""

    async def withdraw(self, address: str) -> None:
        """Publish a service no more; harmless when it is not."""


class TorOnDemand(Protocol):
    """Our tor, which runs once something goes by it."""

    def require(self) -> Publishes:
        """Give it. Raises NetworkOffline where nobody is to be reached."""

    async def start(self) -> Publishes:
        """Give it, and start it unless it was started. Raises NetworkOffline."""


class ChosenNetwork(Protocol):
    """The network as a person has chosen it."""

    @property
    def is_by_tor(self) -> bool:
        """Whether sessions are reached by Tor."""

    @property
    def run(self) -> TorOnDemand:
        """Our tor."""


class WayIn(Protocol):
    """One way in."""

    @property
    def address(self) -> str:
        """Where it is reached; empty where the entrance itself has an address."""

    @property
    def client_key(self) -> str:
        """The key that opens the address, X25519 in base32; empty where none is needed."""

    @property
    def place(self) -> Path | None:
        """The Unix socket that it leads to; None where the entrance takes a port of loopback."""

    @property
    def phase(self) -> ServicePhase | None:
        """Whether it can be found; None where that is no question."""

    async def open(self) -> None:
        """Begin to lead there, also before anybody listens. Raises what publishing raises."""

    def renew(self) -> bool:
        """Take another address and another key, once ``open`` is called again; tells whether there is another.

        From now on the one until now leads nowhere, for whoever has it.
        """

    async def wait_reachable(self) -> None:
        """Wait until it can be found. Raises PublishFailed."""

    async def close(self) -> None:
        """Lead there no more; harmless when that has been done, and before it was opened."""


class LoopbackWayIn:
    """No way from anywhere but this machine."""

    address = client_key = ""
    place: Path | None = None
    phase: ServicePhase | None = None

    async def open(self) -> None:
        """There is nothing to open: the entrance listens."""

    def renew(self) -> bool:
        """There is no other: whoever is on this machine finds a port."""
        return False

    async def wait_reachable(self) -> None:
        """It can be found as soon as the entrance listens."""

    async def close(self) -> None:
        """The entrance closes by itself."""


class OnionWayIn:
    """An onion service with fresh keys, open to one client key only; its address is known before it is published.

    ``leaving`` sees to its withdrawal once it is closed.
    """

    def __init__(self, onion: Publishes, purpose: str, leaving: Leaving) -> None:
        self._onion = onion
        self._purpose = purpose
        self._leaving = leaving
        self._is_closed = False
        self._key, self._client = ServiceKey.make(), ClientKey.make()
        self._directory = private_directory()

    @property
    def address(self) -> str:
        """Where it is reached, ADDRESS.onion:port."""
        return f"{self._key.address}:{PORT}"

    @property
    def client_key(self) -> str:
        """The key that opens the address."""
        return self._client.private_text

    @property
    def place(self) -> Path | None:
        """Where tor connects to whoever listens."""
        return self._directory / "entrance"

    @property
    def phase(self) -> ServicePhase | None:
        """Whether it can be found, as Tor says."""
        address = self.address
        shown = (each.phase for each in self._onion.services if each.address == address)
        return next(shown, ServicePhase.WAITING)

    async def open(self) -> None:
        """Have it published."""
        service = OnionService(
            key=self._key,
            port=PORT,
            target=self._directory / "entrance",
            purpose=self._purpose,
            clients=(self._client.public_text,),
        )
        await self._onion.publish(service)

    def renew(self) -> bool:
        """Take fresh keys, and have the address until now withdrawn.

        The address changes with the key: where a description that the old key opens is still about, somebody who
        comes with the new one at once would be told that the key is wrong.
        """
        if self._is_closed:
            return False
        self._leaving.begin(self._onion.withdraw(self._key.address))
        self._key, self._client = ServiceKey.make(), ClientKey.make()
        return True

    async def wait_reachable(self) -> None:
        """Wait until its descriptor is where clients look."""
        await self._onion.wait_reachable(self._key.address, REACHABLE_S)

    async def close(self) -> None:
        """Have it withdrawn, without waiting for a tor that may hang: it leads nowhere once its place is gone."""
        if not self._is_closed:
            self._is_closed = True
            self._leaving.begin(self._onion.withdraw(self._key.address))
        await asyncio.to_thread(shutil.rmtree, self._directory, ignore_errors=True)


class Leaving:
    """Withdrawals that nobody waits for, so that a tor that hangs holds back nothing; for the engine's loop."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, withdrawal: Coroutine[Any, Any, None]) -> None:
        """Begin one. Whoever talks to tor gives it a deadline, and ends a tor that does not keep to it."""
        task = asyncio.ensure_future(withdrawal)
        self._tasks.add(task)
        task.add_done_callback(self._look_at)

    async def settle(self) -> None:
        """Wait until all are done; soon, once tor has been ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _look_at(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a session's address could not be withdrawn", exc_info=error)


class WaysIn:
    """Makes ways in: by Tor where a person has chosen that, else on this machine's loopback; for the engine's loop."""

    def __init__(self, network: ChosenNetwork | None = None) -> None:
        self._network = network
        self._leaving = Leaving()

    def is_by_tor(self, *, is_local: bool = False) -> bool:
        """Tell whether a way that is asked for now is by Tor; ``make`` is told what was found then."""
        return self._network is not None and self._network.is_by_tor and not is_local

    async def wait_ready(self, progress: Progress) -> None:
        """Wait while Tor connects. Raises NetworkOffline, also when it is left meanwhile, and as ``wait_for_tor``."""
        tor = await self._run().start()
        await wait_for_tor(tor, progress)
        self.require()

    def require(self) -> Publishes:
        """Give Tor, also while it is not ready. Raises NetworkOffline."""
        return self._run().require()

    def loss(self) -> Failure | None:
        """Tell what this end's own Tor may have to do with a connection that has ended: it ended, or has no network."""
        try:
            status = self.require().status
        except NetworkOffline as offline:
            return offline
        if status.phase is TorPhase.READY:
            return None
        if status.phase in {TorPhase.CONNECTING, TorPhase.STUCK}:
            return TorNotReady(phase=status.phase.value, percent=status.percent)
        return TorLost(reason="the connection to the joined session went with it")

    def make(self, purpose: str, *, is_by_tor: bool) -> WayIn:
        """Make a way that was not opened yet; ``purpose`` names it in the list of services.

        A session that was to be by Tor never opens on loopback: raises NetworkOffline where Tor was left meanwhile.
        """
        if not is_by_tor:
            return LoopbackWayIn()
        return OnionWayIn(self.require(), purpose, self._leaving)

    async def settle(self) -> None:
        """Wait until what led to sessions that are over is withdrawn."""
        await self._leaving.settle()

    def _run(self) -> TorOnDemand:
        """Give what runs Tor. Raises NetworkOffline where a person has not chosen it."""
        if self._network is None or not self._network.is_by_tor:
            raise NetworkOffline
        return self._network.run


async def wait_for_tor(tor: WatchesTor, progress: Progress) -> None:
    """Wait until Tor is ready, as long as it gets on; ``progress`` hears how far it is.

    Where it has ended, one more start is waited for. Raises at once what is in the way when it does not get on:
    TorNotReady, TorStuck, ClockWrong, TorRefused, TorLost.
    """
    status = tor.status
    is_ended = status.phase is TorPhase.RESTARTING
    most_restarts = status.restarts if is_ended else status.restarts + 1
    while _gets_on(status := tor.status, most_restarts):
        progress("connecting_to_tor", status.percent, _WHOLE)
        # What is in the way counts once it gets no further.
        with suppress(Failure):
            await tor.wait_ready(_LOOK_S)
    if status.phase is not TorPhase.READY:
        await _raise_obstacle(tor)
        raise TorNotReady(phase=status.phase.value, percent=status.percent)


def _gets_on(status: TorStatus, most_restarts: int) -> bool:
    if status.phase is TorPhase.RESTARTING:
        return status.restarts <= most_restarts
    return status.phase in _GETS_ON


async def _raise_obstacle(tor: WatchesTor) -> None:
    """Raise what is known to be in the way."""
    try:
        await tor.wait_ready(0.0)
    except TorNotReady:
        return  # the caller says the same
    except Failure:
        raise
