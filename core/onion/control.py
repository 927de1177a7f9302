"""Asks tor and hears it, from the engine's loop: the control connection on its own worker, with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.errors import TorLost
from core.onion.control_connection import ControlConnection, ControlEvent
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker

T = TypeVar("T")

ANSWER_S = 10.0  # tor answers within milliseconds; one that takes longer hangs
_HEARD = "STATUS_CLIENT STATUS_GENERAL HS_DESC NETWORK_LIVENESS CIRC"


class TorControl:
    """One control connection, for one loop; ``worker`` is named tor-control, and used by one of these at a time.

    ``heard`` is called on the loop for each event. ``lost`` is set once tor cannot be asked any more.
    """

    def __init__(self, worker: Worker, heard: Callable[[ControlEvent], None]) -> None:
        self._worker = worker
        self._heard = heard
        self._connection: ControlConnection | None = None
        self.lost = asyncio.Event()

    async def open(self, path: Path, cookie: Path | None, timeout_s: float = ANSWER_S) -> None:
        """Connect, authenticate and ask for events; ``close`` it also when this fails. Raises TorLost, TorRefused."""
        loop = asyncio.get_running_loop()

        def heard(event: ControlEvent) -> None:
            loop.call_soon_threadsafe(self._heard, event)

        def lost() -> None:
            loop.call_soon_threadsafe(self.lost.set)

        def connect() -> ControlConnection:
            self._worker.assert_here()
            self._connection = ControlConnection(path, heard, lost)
            return self._connection

        connection = await self._run(connect, timeout_s)
        await self._run(lambda: connection.authenticate(cookie), timeout_s)
        await self.ask(f"SETEVENTS {_HEARD}", timeout_s)

    async def ask(self, command: str, timeout_s: float | None = None) -> list[str]:
        """Send a command and give the lines of the answer. Raises TorRefused, and TorLost when none comes in time."""
        connection = self._connection
        if connection is None or self.lost.is_set():
            raise TorLost(reason="its control connection ended")

        return await self._run(
            lambda: connection.ask(command), ANSWER_S if timeout_s is None else timeout_s
        )

    async def read(self, name: str) -> str:
        """Ask for one value (GETINFO); "" where tor has none."""
        for line in await self.ask(f"GETINFO {name}"):
            key, _, value = line.partition("=")
            if key == name:
                return value
        return ""

    async def close(self) -> None:
        """End the connection, whatever it waits for, and its threads; who is cancelled meanwhile waits for that too.

        Its threads speak to the loop, which may end as soon as this returns.
        """
        self._abandon()
        await to_its_end(self._worker.run(self._close))

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _abandon(self) -> None:
        connection = self._connection
        if connection is not None:
            connection.abandon()

    async def _run(self, work: Callable[[], T], timeout_s: float) -> T:
        """Run it on the worker; past the deadline the connection is cut, so that the worker is free again.

        Who is cancelled meanwhile does not cut it: others go on asking.
        """
        running = asyncio.ensure_future(self._worker.run(work))
        running.add_done_callback(_take_note)
        await asyncio.wait([running], timeout=timeout_s)
        if not running.done():
            self._abandon()
            raise TorLost(reason=f"it did not answer within {timeout_s:g} s")
        return running.result()


def _take_note(done: asyncio.Future[T]) -> None:
    """Look at how a call ended of which nobody waits for the end any more."""
    if not done.cancelled():
        done.exception()
