"""Ways in: fresh keys for each, what is waited for before one is made, and that none outlives its session."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Awaitable, Callable

import pytest

from core.api.network import ServicePhase, TorPhase
from core.errors import (
    ClockWrong,
    Failure,
    NetworkOffline,
    PublishFailed,
    RemoteHostFailed,
    TorNotReady,
    TorStuck,
)
from core.hosting.premises import Premises
from core.hosting.ways import PORT, Leaving, LoopbackWayIn, OnionWayIn, WaysIn, wait_for_tor
from core.onion.keys import ClientKey
from core.transport.addresses import read_onion_address
from tests.fakes.clocks import settle
from tests.fakes.tor import FakeNetwork, FakeTor


class PlainHost:
    """A host of nothing, that notes what becomes of it."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure = failure
        self.happened: list[str] = []
        self.is_slow = asyncio.Event()
        self.is_slow.set()

    async def start(self) -> None:
        """Start, or fail as told and leave nothing behind."""
        await self.is_slow.wait()
        if self.failure is not None:
            raise self.failure
        self.happened.append("started")

    async def open(self, place: object = None) -> None:
        """Open nothing."""

    async def close(self) -> None:
        """Close."""
        self.happened.append("closed")


def told(_: str, __: int, ___: int) -> None:
    """Hear how far it is, and do nothing."""


def play(scene: Callable[[FakeTor], Awaitable[None]]) -> None:
    """Play a scene with a tor."""

    async def run() -> None:
        await scene(FakeTor())

    asyncio.run(run())


def test_an_onion_way_has_keys_of_its_own() -> None:
    """Its address is known before it is published; Tor gets it with one client, and a place that is this user's."""

    async def scene(tor: FakeTor) -> None:
        ways = WaysIn(FakeNetwork(tor))
        way, other = (ways.make(each, is_by_tor=True) for each in ("session", "observer"))
        assert way.address != other.address
        assert way.client_key != other.client_key
        assert way.phase is ServicePhase.WAITING
        assert way.place is not None
        assert stat.S_IMODE(way.place.parent.stat().st_mode) == 0o700
        await way.open()
        host = read_onion_address(way.address).host
        service = tor.published[host]
        assert (service.target, service.port, service.purpose) == (way.place, PORT, "session")
        assert service.clients == (ClientKey.read(way.client_key).public_text,)
        assert way.phase is ServicePhase.PUBLISHING
        waiting = asyncio.ensure_future(way.wait_reachable())
        await settle()
        assert not waiting.done()
        tor.find()
        await waiting
        assert way.phase is ServicePhase.REACHABLE
        for each in (way, other):
            await each.close()
            await each.close()
            assert each.place is not None
            assert not each.place.parent.exists()
        await ways.settle()
        assert not tor.published
        assert host in tor.withdrawn

    play(scene)


def test_a_way_that_is_renewed_leads_to_the_same_place_by_other_keys() -> None:
    """The old address is withdrawn at once, the new one published when it is opened; none is once it was closed."""

    async def scene(tor: FakeTor) -> None:
        ways = WaysIn(FakeNetwork(tor))
        way = ways.make("session", is_by_tor=True)
        await way.open()
        before, place = (way.address, way.client_key), way.place
        assert way.renew()
        await ways.settle()
        assert not tor.published
        assert way.address != before[0]
        assert way.client_key != before[1]
        await way.open()
        (service,) = tor.published.values()
        assert f"{service.key.address}:{PORT}" == way.address
        assert service.clients == (ClientKey.read(way.client_key).public_text,)
        assert service.target == place
        await way.close()
        assert not way.renew()
        await ways.settle()
        assert not tor.published

    play(scene)


def test_a_tor_that_withdraws_nothing_leaves_no_directory(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and the place is gone all the same."""

    class Stubborn(FakeTor):
        async def withdraw(self, address: str) -> None:
            raise PublishFailed(address=address, reason="no answer")

    async def run() -> None:
        leaving = Leaving()
        way = OnionWayIn(Stubborn(), "session", leaving)
        await way.close()
        await leaving.settle()
        assert way.place is not None
        assert not way.place.parent.exists()

    asyncio.run(run())
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    caplog.clear()


def test_a_tor_that_hangs_keeps_nobody_from_ending() -> None:
    """The way leads nowhere at once; its withdrawal goes on beside, is asked for once, and can be waited for."""

    class Hung(FakeTor):
        def __init__(self) -> None:
            super().__init__()
            self.answers = asyncio.Event()
            self.asked = 0

        async def withdraw(self, address: str) -> None:
            self.asked += 1
            await self.answers.wait()
            await super().withdraw(address)

    async def run() -> None:
        tor = Hung()
        ways = WaysIn(FakeNetwork(tor))
        host, way = PlainHost(), ways.make("session", is_by_tor=True)
        premises = Premises(host, way)
        await premises.start()
        await premises.close()
        await premises.close()
        assert host.happened[:2] == ["started", "closed"]
        assert way.place is not None
        assert not way.place.parent.exists()
        assert tor.published
        settling = asyncio.ensure_future(ways.settle())
        await settle()
        assert not settling.done()
        tor.answers.set()
        await settling
        assert not tor.published
        assert tor.asked == 1

    asyncio.run(run())


def test_what_was_to_be_by_tor_is_never_on_loopback() -> None:
    """Whoever goes offline while Tor is waited for, or after that, is the reason; also where there is no Tor at all."""

    async def scene(tor: FakeTor) -> None:
        network = FakeNetwork(tor)
        ways = WaysIn(network)
        tor.become(TorPhase.CONNECTING, 45)
        waiting = asyncio.ensure_future(ways.wait_ready(told))
        await settle()
        network.go_offline()
        tor.become(TorPhase.READY)
        with pytest.raises(NetworkOffline):
            await waiting
        for offline in (ways, WaysIn()):
            with pytest.raises(NetworkOffline):
                await offline.wait_ready(told)
            with pytest.raises(NetworkOffline):
                offline.make("session", is_by_tor=True)

    play(scene)


def test_offline_and_on_request_it_is_loopback() -> None:
    """There is nothing to wait for, to publish or to withdraw then, and the entrance has the address."""

    async def scene(tor: FakeTor) -> None:
        tor.become(TorPhase.STUCK)
        for ways, is_local in (
            (WaysIn(), False),
            (WaysIn(FakeNetwork()), False),
            (WaysIn(FakeNetwork(tor)), True),
        ):
            assert not ways.is_by_tor(is_local=is_local)
            way = ways.make("session", is_by_tor=False)
            assert isinstance(way, LoopbackWayIn)
            await way.open()
            await way.wait_reachable()
            await way.close()
            found = (way.address, way.client_key, way.place, way.phase)
            assert found == ("", "", None, None)
            assert not way.renew()
        assert not tor.published

    play(scene)


def test_tor_is_waited_for_as_long_as_it_gets_on() -> None:
    """How far it is, is told meanwhile."""

    async def scene(tor: FakeTor) -> None:
        heard: list[tuple[str, int, int]] = []
        tor.become(TorPhase.STARTING)
        ready = WaysIn(FakeNetwork(tor)).wait_ready(lambda *facts: heard.append(facts))
        waiting = asyncio.ensure_future(ready)
        await settle()
        tor.become(TorPhase.CONNECTING, 45)
        await settle()
        assert not waiting.done()
        tor.become(TorPhase.READY, 100)
        await waiting
        assert heard == [("connecting_to_tor", 0, 100), ("connecting_to_tor", 45, 100)]

    play(scene)


@pytest.mark.parametrize("phase", [TorPhase.OFF, TorPhase.STUCK, TorPhase.MISSING])
def test_a_tor_that_does_not_get_on_is_not_waited_for(phase: TorPhase) -> None:
    """What is in the way is said at once, and where that is not known, how Tor stands; also after it got on."""

    async def scene(tor: FakeTor) -> None:
        tor.become(phase, 10)
        with pytest.raises(TorNotReady) as refused:
            await wait_for_tor(tor, told)
        assert refused.value.facts == {"phase": phase.value, "percent": 10}
        for obstacle in (
            TorStuck(tag="conn", percent=10, reason="nobody answers"),
            ClockWrong(minutes=90, direction="behind"),
        ):
            tor.obstacle = obstacle
            with pytest.raises(Failure) as blocked:
                await wait_for_tor(tor, told)
            assert blocked.value is obstacle
        tor.obstacle = None
        tor.become(TorPhase.CONNECTING, 5)
        waiting = asyncio.ensure_future(wait_for_tor(tor, told))
        await settle()
        tor.become(phase)
        with pytest.raises(TorNotReady):
            await waiting

    play(scene)


@pytest.mark.parametrize("first", [TorPhase.CONNECTING, TorPhase.RESTARTING])
def test_a_tor_that_has_ended_is_waited_for_once(first: TorPhase) -> None:
    """It is there again a moment later; one that ends again is not waited for a second time."""

    async def scene(tor: FakeTor) -> None:
        for is_lasting in (True, False):
            tor.become(first)
            waiting = asyncio.ensure_future(wait_for_tor(tor, told))
            await settle()
            if first is TorPhase.CONNECTING:
                tor.become(TorPhase.RESTARTING)
            await settle()
            assert not waiting.done()
            tor.become(TorPhase.CONNECTING, 50)
            await settle()
            tor.become(TorPhase.READY if is_lasting else TorPhase.RESTARTING)
            if is_lasting:
                await waiting
            else:
                with pytest.raises(TorNotReady):
                    await waiting

    play(scene)


def test_premises_begin_and_end_together() -> None:
    """The way is opened while the host starts; both are closed, whatever one of them does."""

    async def scene(tor: FakeTor) -> None:
        host, way = PlainHost(), OnionWayIn(tor, "session", Leaving())
        host.is_slow.clear()
        premises = Premises(host, way)
        starting = asyncio.ensure_future(premises.start())
        await settle()
        assert tor.published
        host.is_slow.set()
        await starting
        await premises.close()
        await settle()
        assert host.happened == ["started", "closed"]
        assert not tor.published

    play(scene)


@pytest.mark.parametrize("step", ["host", "way", "cancel"])
def test_premises_that_cannot_begin_leave_nothing(step: str) -> None:
    """Neither a host without a way, nor an address without a host."""

    async def scene(tor: FakeTor) -> None:
        failure = RemoteHostFailed(program="x", reason="y")
        host = PlainHost(failure if step == "host" else None)
        leaving = Leaving()
        way = OnionWayIn(tor, "session", leaving)
        tor.publishing.clear()
        starting = asyncio.ensure_future(Premises(host, way).start())
        await settle()
        if step == "cancel":
            starting.cancel()
        elif step == "way":
            tor.refuses = PublishFailed(address="", reason="no")
            tor.publishing.set()
        with pytest.raises((RemoteHostFailed, PublishFailed, asyncio.CancelledError)):
            await starting
        await leaving.settle()
        assert host.happened == ([] if step == "host" else ["started", "closed"])
        assert not tor.published
        assert tor.withdrawn
        assert way.place is not None
        assert not way.place.parent.exists()

    play(scene)


def test_what_goes_wrong_at_the_end_is_told_when_both_have_ended() -> None:
    """A host that does not close keeps no address published."""

    class Stuck(PlainHost):
        async def close(self) -> None:
            raise RemoteHostFailed(program="x", reason="y")

    async def scene(tor: FakeTor) -> None:
        leaving = Leaving()
        premises = Premises(Stuck(), OnionWayIn(tor, "session", leaving))
        await premises.start()
        with pytest.raises(RemoteHostFailed):
            await premises.close()
        await leaving.settle()
        assert not tor.published

    play(scene)
