"""Premises: a host and the way that leads to it, which begin together and end together."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from core.hosting.ways import WayIn


class StartsAndEnds(Protocol):
    """A host, from its start to its end."""

    async def start(self) -> None:
        """Start everything; nothing is left behind when that fails."""

    async def open(self, place: Path | None = None) -> None:
        """Let connections come, to a Unix socket or, without one, to a port of loopback. Raises RemoteHostFailed."""

    async def close(self) -> None:
        """End everything; harmless when that has been done."""


Host = TypeVar("Host", bound=StartsAndEnds)


class Premises(Generic[Host]):
    """A host with its way in; whatever goes wrong with either, and whoever cancels it, neither is left."""

    def __init__(self, host: Host, way: WayIn) -> None:
        self.host = host
        self.way = way

    async def start(self) -> None:
        """Start the host, and meanwhile have the way lead to it, which takes about as long.

        Raises what either raises; nothing is left behind then.
        """
        starting = asyncio.ensure_future(self.host.start())
        both = [starting, asyncio.ensure_future(self.way.open())]
        try:
            await asyncio.gather(*both)
        except BaseException:
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            has_host = not starting.cancelled() and starting.exception() is None
            await (self.close() if has_host else self.way.close())
            raise

    async def close(self) -> None:
        """End both; harmless when that has been done. Raises what went wrong with either, once both have ended."""
        ends = await asyncio.gather(self.way.close(), self.host.close(), return_exceptions=True)
        for each in ends:
            if isinstance(each, BaseException):
                raise each
