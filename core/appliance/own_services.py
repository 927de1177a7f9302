"""Keeps published what should be: this appliance's own address, for as long as somebody may read by it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

from core.appliance.network_parts import RunsTor
from core.errors import Failure, TorLost, TorNotReady
from core.onion.service import OnionService
from core.runtime.clock import Clock

_AGAIN_S = 60.0

_log = logging.getLogger(__name__)


class OwnServices:
    """Brings what tor publishes in line with what is wanted; lives on the engine's loop.

    ``wanted`` is asked anew each time that ``wake`` was called, and gives each service by its address. What cannot be
    published is told, and tried again a minute later.
    """

    def __init__(
        self,
        tor: RunsTor,
        clock: Clock,
        wanted: Callable[[], Mapping[str, OnionService]],
        report: Callable[[Failure], None],
    ) -> None:
        self._tor = tor
        self._clock = clock
        self._wanted = wanted
        self._report = report
        self._published: dict[str, tuple[str, ...]] = {}  # the clients of each address
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._retry: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to keep up."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        self.wake()

    def wake(self) -> None:
        """Say that something else may be wanted."""
        self._woken.set()

    async def stop(self) -> None:
        """Withdraw everything and keep up no more."""
        running = [each for each in (self._task, self._retry) if each is not None]
        self._task = self._retry = None
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for address in list(self._published):
            await self._withdraw(address)

    async def _run(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._settle()
            except TorNotReady:
                pass  # its own phases tell; whoever follows them wakes us when it is
            except Failure as failure:
                self._report(failure)
                self._try_later()
            except Exception:  # noqa: BLE001 - a task boundary: it is logged, told and tried again
                _log.exception("publishing the own address failed")
                self._report(TorLost(reason="there is a fault in Lucid, which its log tells"))
                self._try_later()

    def _try_later(self) -> None:
        self._retry = self._retry or asyncio.ensure_future(self._wake_later())

    async def _wake_later(self) -> None:
        await self._clock.sleep(_AGAIN_S)
        self._retry = None
        self.wake()

    async def _settle(self) -> None:
        wanted = self._wanted()
        for address in [each for each in self._published if each not in wanted]:
            await self._withdraw(address)
        known = {each.address for each in self._tor.services}
        for address, service in wanted.items():
            if address not in self._published or f"{address}:{service.port}" not in known:
                await self._publish(address, service)
            elif self._published[address] != service.clients:
                await self._tor.change_clients(address, service.clients)
                self._published[address] = service.clients

    async def _publish(self, address: str, service: OnionService) -> None:
        self._published[address] = service.clients  # first: cut off in the middle, it is withdrawn
        try:
            await self._tor.publish(service)
        except Failure:
            await self._withdraw(address)
            raise

    async def _withdraw(self, address: str) -> None:
        with suppress(TorNotReady):  # then it is withdrawn already: tor publishes nothing
            await self._tor.withdraw(address)
        self._published.pop(address, None)  # last: cut off before, it is withdrawn again
