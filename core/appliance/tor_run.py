"""Our tor from its start to its end: it runs once something has to go by it, and is the transport's way through Tor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from core.api.network import Bridge, ServiceShown, TorPhase, TorStatus
from core.api.snapshots import failure_snapshot
from core.appliance.network_parts import RunsTor
from core.errors import Failure, NetworkOffline
from core.runtime.finishing import to_its_end


class TorRun:
    """Holds tor, where there may be one; lives on the engine's loop. It is a core.transport OnionWay.

    ``may_run`` tells whether a person has chosen Tor. Without ``tor`` this start was told to stay offline.
    """

    def __init__(self, tor: RunsTor | None, may_run: Callable[[], bool]) -> None:
        self._tor = tor
        self._may_run = may_run
        self._gate = asyncio.Lock()
        self._is_running = False
        self.bridges: tuple[Bridge, ...] = ()
        self.obstacle: Failure | None = None  # why it is not started, until there are other bridges

    @property
    def is_running(self) -> bool:
        """Tell whether tor was started, whatever became of it since."""
        return self._is_running

    @property
    def status(self) -> TorStatus:
        """Tell how tor stands."""
        if self.obstacle is not None and self._may_run():
            return TorStatus(TorPhase.MISSING, failure=failure_snapshot(self.obstacle))
        return TorStatus() if self._tor is None else self._tor.status

    @property
    def services(self) -> tuple[ServiceShown, ...]:
        """Tell how what is published stands."""
        return self._tor.services if self._tor is not None and self._is_running else ()

    def require(self) -> RunsTor:
        """Give tor; raises NetworkOffline where nobody is to be reached."""
        if self._tor is None or not self._may_run():
            raise NetworkOffline
        return self._tor

    async def start(self) -> RunsTor:
        """Start tor unless it was started. Raises NetworkOffline, and what keeps it from being started."""
        async with self._gate:
            tor = self.require()
            if not self._is_running:
                if self.obstacle is not None:
                    raise self.obstacle
                await tor.start(self.bridges)
                self._is_running = True
        return tor

    async def try_again(self) -> None:
        """Start tor; one that was started and is not connected tries again now. Raises NetworkOffline."""
        was_running = self._is_running
        tor = await self.start()
        if was_running and tor.status.phase is not TorPhase.READY:
            await tor.retry()

    async def use_bridges(self, bridges: tuple[Bridge, ...]) -> None:
        """Go by these bridges from now on."""
        async with self._gate:
            if self._tor is not None and self._is_running:
                await self._tor.use_bridges(bridges)
            self.bridges, self.obstacle = bridges, None

    async def stop(self) -> None:
        """End tor, if it was started."""
        async with self._gate:
            if self._tor is not None and self._is_running:
                try:  # whoever is cancelled waits too: a tor that is half ended is nobody's
                    await to_its_end(self._tor.stop())
                finally:
                    self._is_running = False

    async def socks(self) -> Path:
        """Give Tor's SOCKS port, and start tor if need be. Raises NetworkOffline, TorNotReady."""
        return await (await self.start()).socks()

    async def authorise(self, host: str, client_key: str) -> None:
        """Let Tor open a service that asks for a client key. Raises NetworkOffline, TorNotReady."""
        await (await self.start()).authorise(host, client_key)

    async def forget(self, host: str) -> None:
        """Forget the client key of a service; also while tor does not run, which would be told of it again."""
        if self._tor is not None:
            await self._tor.forget(host)

    async def forget_keys(self) -> None:
        """Forget every client key."""
        if self._tor is not None:
            await self._tor.forget_keys()
