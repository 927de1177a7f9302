"""The puppet of tor stands as it is told to, takes what is published and forgets it, and leads nowhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.api.network import ServicePhase, TorPhase
from core.errors import HostUnreachable, NetworkOffline, PublishFailed, TorNotReady
from core.onion.keys import ServiceKey
from core.onion.onion_service import OnionService
from tests.fakes.clocks import settle
from tests.fakes.puppet_tor import PuppetNetwork, PuppetTor

KEY = ServiceKey(bytes(32))


def test_its_services_come_and_go() -> None:
    """One that is published is found when a test says so; whoever waits for one that is withdrawn is told."""

    async def run() -> None:
        tor = PuppetTor()
        await tor.publish(OnionService(KEY, 80, Path("socket"), "session"))
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
        assert tor.services == ()

    asyncio.run(run())


def test_it_stands_as_it_is_told_to() -> None:
    """A wait ends when something changes, with how it stands."""

    async def run() -> None:
        tor = PuppetTor(TorPhase.CONNECTING)
        waiting = asyncio.ensure_future(tor.wait_ready(1.0))
        await settle()
        assert not waiting.done()
        tor.be(TorPhase.CONNECTING, 50)
        with pytest.raises(TorNotReady):
            await waiting
        tor.be(TorPhase.READY)
        await tor.wait_ready(0.0)

    asyncio.run(run())


def test_it_leads_nowhere() -> None:
    """It keeps keys and gives no way; a network without it is offline."""

    async def run() -> None:
        tor = PuppetTor()
        await tor.authorise("host", "key")
        assert tor.authorised == {"host": "key"}
        await tor.forget("host")
        assert (tor.authorised, tor.forgotten) == ({}, ["host"])
        with pytest.raises(HostUnreachable):
            await tor.socks()
        network = PuppetNetwork(tor)
        assert network.is_by_tor
        assert await network.run.start() is tor
        assert network.started == 1
        nothing = PuppetNetwork()
        assert not nothing.is_by_tor
        with pytest.raises(NetworkOffline):
            nothing.run.require()

    asyncio.run(run())
