"""An observer's host: what it hands on, and when it no longer does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from core.remote.observer_host import ObserverHost
from tests.fakes.clocks import ManualClock, settle


class SlowEntrance:
    """An entrance that takes its time to close."""

    def __init__(self) -> None:
        self.may_close = asyncio.Event()

    async def close(self) -> None:
        """Close when it may."""
        await self.may_close.wait()


def test_what_the_program_tells_as_it_is_ended_is_handed_on_to_nobody() -> None:
    """A knock that comes while the host closes would be at the door of the next one."""

    async def run() -> list[str]:
        heard: list[str] = []

        def hear(happened: str, _: Mapping[str, object]) -> None:
            heard.append(happened)

        host = ObserverHost(
            ManualClock(), -1, heard=hear, lost=heard.append, may_enter=lambda _: False
        )
        entrance = SlowEntrance()
        host.entrance = entrance  # type: ignore[assignment]
        host._theirs.sendall(b'{"happened": "met", "name": "first"}\n')
        await settle()
        closing = asyncio.ensure_future(host.close())
        await settle()
        host._theirs.sendall(b'{"happened": "knocked"}\n')
        await settle()
        entrance.may_close.set()
        await closing
        return heard

    assert asyncio.run(run()) == ["met"]
