"""The fake tor does what our tor does, as far as whoever runs it can see."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.api.network import ServicePhase, TorPhase
from core.errors import Failure, NetworkOffline, PublishFailed, TorNotReady
from core.onion.keys import ServiceKey
from core.onion.service import OnionService
from tests.fakes.tor import FakeTor

KEY = ServiceKey(bytes(range(32)))


def made() -> tuple[FakeTor, list[str]]:
    """Make one, and a list of what it told."""
    told: list[str] = []

    def report(failure: Failure) -> None:
        told.append(failure.code)

    return FakeTor(lambda: told.append("changed"), report, Path("socks")), told


def service() -> OnionService:
    """Make a service."""
    return OnionService(KEY, 80, Path("/target"), "reading", ("A" * 52,))


def test_it_is_off_until_it_is_started() -> None:
    """Before its start and after its end there is no way, and nothing is published."""

    async def run() -> None:
        tor, told = made()
        assert tor.status.phase is TorPhase.OFF
        with pytest.raises(NetworkOffline):
            await tor.socks()
        await tor.start()
        with pytest.raises(TorNotReady):
            await tor.socks()
        await tor.publish(service())
        tor.become(TorPhase.READY, 100)
        assert await tor.socks() == Path("socks")
        await tor.stop()
        assert tor.services == ()
        assert tor.status.phase is TorPhase.OFF
        assert "changed" in told

    asyncio.run(run())


def test_whoever_waits_hears_of_it() -> None:
    """Waiting ends when it is ready, and raises TorNotReady when that takes too long."""

    async def run() -> None:
        tor, _ = made()
        await tor.start()
        with pytest.raises(TorNotReady):
            await tor.wait_ready(0.0)
        waiting = asyncio.ensure_future(tor.wait_ready(60.0))
        await asyncio.sleep(0)
        tor.become(TorPhase.READY)
        await waiting

    asyncio.run(run())


def test_a_service_is_shown_until_it_is_withdrawn() -> None:
    """It waits for tor, can be reached then, is opened to others, and goes."""

    async def run() -> None:
        tor, _ = made()
        await tor.start()
        await tor.publish(service())
        assert [each.phase for each in tor.services] == [ServicePhase.WAITING]
        tor.become(TorPhase.READY)
        await tor.wait_reachable(KEY.address, 1.0)
        assert [each.phase for each in tor.services] == [ServicePhase.REACHABLE]
        await tor.change_clients(KEY.address, ("A" * 52, "B" * 52))
        assert tor.services[0].clients == 2
        await tor.withdraw(KEY.address)
        await tor.withdraw(KEY.address)
        assert tor.services == ()
        with pytest.raises(PublishFailed):
            await tor.wait_reachable(KEY.address, 1.0)
        tor.refuses = PublishFailed(address="x", reason="no")
        with pytest.raises(PublishFailed):
            await tor.publish(service())

    asyncio.run(run())
