"""The fake tor does what our tor does, as far as whoever runs it or goes by it can see."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.api.network import ServicePhase, TorPhase
from core.errors import (
    Failure,
    HostUnreachable,
    NetworkOffline,
    PublishFailed,
    TorNotReady,
    TorStuck,
)
from core.onion.keys import ServiceKey
from core.onion.onion_service import OnionService
from tests.fakes.clocks import settle
from tests.fakes.tor import FakeNetwork, FakeTor

KEY = ServiceKey(bytes(range(32)))


def made() -> tuple[FakeTor, list[str]]:
    """Make one that was not started and finds at once what is published, and a list of what it told."""
    told: list[str] = []

    def report(failure: Failure) -> None:
        told.append(failure.code)

    tor = FakeTor(
        TorPhase.OFF,
        changed=lambda: told.append("changed"),
        report=report,
        socks=Path("socks"),
        finds_at_once=True,
    )
    return tor, told


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
    """A wait ends when it is ready; and with how it stands when anything else changes, or when there is no time."""

    async def run() -> None:
        tor, _ = made()
        await tor.start()
        with pytest.raises(TorNotReady):
            await tor.wait_ready(0.0)
        for phase, raised in ((TorPhase.CONNECTING, [TorNotReady]), (TorPhase.READY, [])):
            waiting = asyncio.ensure_future(tor.wait_ready(60.0))
            await settle()
            assert not waiting.done()
            tor.become(phase, 50)
            (end,) = await asyncio.gather(waiting, return_exceptions=True)
            assert [type(each) for each in (end,) if each is not None] == raised
        tor.obstacle = TorStuck(tag="conn", percent=10, reason="nobody answers")
        with pytest.raises(TorStuck):
            await tor.wait_ready(0.0)

    asyncio.run(run())


def test_its_ends_are_counted() -> None:
    """Each time that it has to start anew is one more."""

    async def run() -> None:
        tor = FakeTor()
        for phase in (TorPhase.RESTARTING, TorPhase.CONNECTING, TorPhase.RESTARTING):
            tor.become(phase)
        assert tor.status.restarts == 2

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
        assert tor.log == ["start", "publish", "change_clients", "withdraw", "withdraw"]

    asyncio.run(run())


def test_a_test_says_when_a_service_is_found() -> None:
    """Whoever waits for one that is withdrawn is told."""

    async def run() -> None:
        tor = FakeTor()
        await tor.publish(service())
        waiting = asyncio.ensure_future(tor.wait_reachable(KEY.address, 1.0))
        await settle()
        assert not waiting.done()
        tor.find()
        await waiting
        (shown,) = tor.services
        assert (shown.address, shown.phase) == (f"{KEY.address}:80", ServicePhase.REACHABLE)
        tor.find(ServicePhase.WAITING)
        waiting = asyncio.ensure_future(tor.wait_reachable(KEY.address, 1.0))
        await settle()
        await tor.withdraw(KEY.address)
        with pytest.raises(PublishFailed):
            await waiting
        assert (tor.services, tor.withdrawn) == ((), [KEY.address])

    asyncio.run(run())


def test_it_keeps_keys_and_can_lead_nowhere() -> None:
    """Keys are kept until they are forgotten; without a path there is nothing behind it."""

    async def run() -> None:
        tor = FakeTor()
        await tor.authorise("host", "key")
        assert tor.client_keys == {"host": "key"}
        await tor.forget("host")
        assert (tor.client_keys, tor.forgotten) == ({}, ["host"])
        await tor.authorise("host", "key")
        await tor.forget_keys()
        assert tor.client_keys == {}
        with pytest.raises(HostUnreachable):
            await tor.socks()

    asyncio.run(run())


def test_a_network_has_a_tor_or_is_offline() -> None:
    """It counts how often tor was to run, and can be left."""

    async def run() -> None:
        tor = FakeTor()
        network = FakeNetwork(tor)
        assert network.is_by_tor
        assert await network.run.start() is tor
        assert network.started == 1
        network.go_offline()
        assert not network.is_by_tor
        with pytest.raises(NetworkOffline):
            network.run.require()

    asyncio.run(run())
