"""The network is as a person chose it, before and after a restart, and the own address is served to readers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.api.network import (
    Connect,
    FinishRotation,
    ForgetBridges,
    NetworkMode,
    ReadNetwork,
    RotateOnion,
    TorPhase,
    WaitForTor,
    WorkOffline,
)
from core.errors import (
    NetworkInUse,
    NetworkOffline,
    PublishFailed,
    RotationMissing,
    StoreCorrupt,
    TorNotReady,
    TorRefused,
    UsageFailure,
)
from tests.core.appliance.network_bench import (
    OTHER_READER,
    READER,
    NetworkBench,
    run,
)
from tests.fakes.tor import FakeTor


def test_nothing_is_connected_until_somebody_chose(tmp_path: Path) -> None:
    """A new appliance is offline and undecided, whatever is opened or asked for; tor does not run."""

    async def use(bench: NetworkBench) -> None:
        await bench.unlock()
        await bench.let_in(READER)
        network = await bench.service.read(ReadNetwork())
        assert (network.mode, network.is_chosen, network.is_mode_forced) == (
            NetworkMode.OFFLINE,
            False,
            False,
        )
        assert network.address == ""
        for work in (
            bench.service.wait(WaitForTor(1.0), lambda *_: None),
            bench.service.rotate(RotateOnion()),
            bench.service.run.socks(),
            bench.service.run.authorise("x.onion", "key"),
        ):
            with pytest.raises(NetworkOffline):
                await work
        await bench.service.run.forget("x.onion")
        assert bench.fake.log == []

    run(tmp_path, use)


def test_a_choice_is_kept(tmp_path: Path) -> None:
    """Once Tor was chosen, a resident start goes by it before the vault is open; offline is kept too."""

    async def choose(bench: NetworkBench) -> None:
        network = await bench.service.connect(Connect())
        assert (network.mode, network.is_chosen) == (NetworkMode.TOR, True)
        assert network.tor.phase is TorPhase.STARTING

    async def follow(bench: NetworkBench) -> None:
        assert bench.fake.log == ["start"]
        network = await bench.service.work_offline(WorkOffline())
        assert (network.mode, network.is_chosen) == (NetworkMode.OFFLINE, True)
        assert network.tor.phase is TorPhase.OFF
        assert bench.fake.log == ["start", "stop"]

    async def stay_offline(bench: NetworkBench) -> None:
        assert bench.service.shown().is_chosen
        assert bench.fake.log == []

    for use in (choose, follow, stay_offline):
        run(tmp_path, use)


def test_a_start_that_was_told_to_stay_offline_does(tmp_path: Path) -> None:
    """It says so, refuses to connect, and leaves the choice alone."""

    async def choose(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())

    async def use(bench: NetworkBench) -> None:
        network = bench.service.shown()
        assert (network.mode, network.is_chosen, network.is_mode_forced) == (
            NetworkMode.OFFLINE,
            True,
            True,
        )
        with pytest.raises(UsageFailure):
            await bench.service.connect(Connect())
        with pytest.raises(NetworkOffline):
            await bench.service.run.socks()
        await bench.unlock()
        assert bench.service.shown().address == ""
        await bench.service.forget_bridges(ForgetBridges())
        await bench.service.work_offline(WorkOffline())

    run(tmp_path, choose)
    run(tmp_path, use, is_forced=True)


def test_another_start_runs_tor_when_it_is_needed(tmp_path: Path) -> None:
    """A start that is not resident has no tor until something has to go by it, and ends it."""

    async def choose(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())

    async def use(bench: NetworkBench) -> None:
        assert bench.fake.log == []
        with pytest.raises(TorNotReady):
            await bench.service.run.socks()
        assert bench.fake.log == ["start"]
        await bench.ready()
        assert await bench.service.run.socks() == tmp_path / "socks"
        await bench.service.run.authorise("x.onion", "key")
        assert bench.fake.client_keys == {"x.onion": "key"}
        await bench.service.run.forget("x.onion")
        assert bench.fake.client_keys == {}
        assert bench.fake.log == ["start"]
        await bench.service.stop()
        assert bench.fake.log == ["start", "stop"]

    run(tmp_path, choose)
    run(tmp_path, use, is_resident=False)


def test_connecting_again_tries_again(tmp_path: Path) -> None:
    """A tor that is stuck tries again now; one that is ready is left alone."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        bench.fake.become(TorPhase.STUCK, 10)
        await bench.service.connect(Connect())
        await bench.ready()
        await bench.service.connect(Connect())
        assert bench.fake.log == ["start", "retry"]

    run(tmp_path, use)


def test_a_choice_that_cannot_be_followed_is_kept_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where tor is refused, the choice stands and is seen; the next start says so too, and is none the worse."""

    async def refuse(*_: object) -> None:
        raise TorRefused(reason="bridges are set elsewhere")

    async def use(bench: NetworkBench) -> None:
        with pytest.raises(TorRefused):
            await bench.service.connect(Connect())
        assert bench.shown()[-1].mode is NetworkMode.TOR

    async def look(bench: NetworkBench) -> None:
        assert bench.incidents() == ["tor_refused"]
        await bench.unlock()
        assert bench.service.address

    with monkeypatch.context() as refusing:
        refusing.setattr(FakeTor, "start", refuse)
        run(tmp_path, use)
        run(tmp_path, look)


def test_waiting_tells_how_far_it_is(tmp_path: Path) -> None:
    """Whoever waits hears Tor's percentage and gets the network once it is ready, or what it came to."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        heard: list[tuple[str, int, int]] = []
        waiting = asyncio.ensure_future(
            bench.service.wait(WaitForTor(60.0), lambda *each: heard.append(each))
        )
        await bench.settled()
        bench.fake.become(TorPhase.CONNECTING, 45)
        await bench.ready()
        assert (await waiting).tor.phase is TorPhase.READY
        assert heard == [("connecting_to_tor", 45, 100), ("connecting_to_tor", 100, 100)]
        bench.fake.become(TorPhase.CONNECTING, 80)
        with pytest.raises(TorNotReady):
            await bench.service.wait(WaitForTor(0.0), lambda *_: None)
        for wrong in (-1.0, 3601.0, float("nan")):
            with pytest.raises(UsageFailure):
                await bench.service.wait(WaitForTor(wrong), lambda *_: None)

    run(tmp_path, use)


def test_nobody_is_cut_off_by_going_offline(tmp_path: Path) -> None:
    """While a session is reached by Tor, going offline is refused and names the session."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        bench.session_id = "a session"
        with pytest.raises(NetworkInUse) as refused:
            await bench.service.work_offline(WorkOffline())
        assert refused.value.facts == {"session_id": "a session"}
        assert bench.service.is_by_tor
        assert "stop" not in bench.fake.log

    run(tmp_path, use)


def test_a_tor_that_is_ending_is_waited_for(tmp_path: Path) -> None:
    """Whoever cancels going offline cannot leave half a tor behind; the next connection starts a whole one."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        bench.fake.stopping.clear()
        going = asyncio.ensure_future(bench.service.work_offline(WorkOffline()))
        await bench.settled()
        try:
            for _ in range(3):
                going.cancel()
                await bench.settled()
            assert not going.done()
        finally:
            bench.fake.stopping.set()
        with pytest.raises(asyncio.CancelledError):
            await going
        assert not bench.service.run.is_running
        await bench.service.connect(Connect())
        assert bench.fake.log == ["start", "stop", "start"]

    run(tmp_path, use)


@pytest.mark.parametrize("value", ['"clearnet"', "7", "["])
def test_a_damaged_mode_is_told(tmp_path: Path, value: str) -> None:
    """A mode that nobody could have chosen is a fault of the store."""

    async def spoil(bench: NetworkBench) -> None:
        await bench.spoil("network", value)

    run(tmp_path, spoil)
    with pytest.raises(StoreCorrupt):
        run(tmp_path, spoil)


def test_the_address_is_served_to_readers_only(tmp_path: Path) -> None:
    """It is made at the first unlocking by Tor, published while somebody may read, to exactly those, and withdrawn."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        assert bench.service.address == ""
        await bench.unlock()
        address = bench.service.address
        assert address.endswith(".onion")
        await bench.ready()
        assert bench.fake.published == {}
        await bench.let_in(READER)
        service = bench.fake.published[address]
        assert (service.port, service.purpose, service.clients) == (80, "reading", (READER,))
        assert service.target == tmp_path / "admin.sock"
        assert [each.address for each in bench.service.shown().services] == [f"{address}:80"]
        await bench.let_in(READER, OTHER_READER)
        assert bench.fake.published[address].clients == (READER, OTHER_READER)
        await bench.let_in()
        assert bench.fake.published == {}
        assert bench.fake.log == ["start", "publish", "change_clients", "withdraw"]

    run(tmp_path, use)


def test_the_address_goes_with_the_vault_and_comes_back(tmp_path: Path) -> None:
    """Locking withdraws and hides it; unlocking, and another start, serve the same one again."""
    addresses = []

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        bench.clients = (READER,)
        for _ in range(2):
            await bench.unlock()
            addresses.append(bench.service.address)
            assert list(bench.fake.published) == addresses[-1:]
            await bench.lock()
            assert bench.service.address == ""
            assert bench.fake.published == {}

    run(tmp_path, use)
    run(tmp_path, use)
    assert len(set(addresses)) == 1
    assert len(addresses) == 4


def test_peers_keys_go_with_the_vault(tmp_path: Path) -> None:
    """No tor knows how to open a peer's address once the vault is locked, which holds the key; nor after its end."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        await bench.unlock()
        await bench.service.run.authorise(bench.service.address, READER)
        assert bench.fake.client_keys == {bench.service.address: READER}
        await bench.lock()
        assert bench.fake.client_keys == {}
        await bench.service.work_offline(WorkOffline())
        await bench.fake.authorise("a peer", READER)  # as it keeps one for its next start
        await bench.service.run.forget("a peer")
        assert bench.fake.client_keys == {}
        await bench.fake.authorise("a peer", READER)
        await bench.lock()
        assert bench.fake.client_keys == {}

    run(tmp_path, use)


def test_connecting_with_an_open_vault_makes_the_address(tmp_path: Path) -> None:
    """Where the vault is open already, the address is there as soon as Tor is chosen; offline it is still shown."""

    async def use(bench: NetworkBench) -> None:
        bench.clients = (READER,)
        await bench.unlock()
        network = await bench.service.connect(Connect())
        assert network.address
        await bench.settled()
        assert list(bench.fake.published) == [network.address]
        offline = await bench.service.work_offline(WorkOffline())
        assert offline.address == network.address
        assert offline.services == ()
        await bench.service.connect(Connect())
        await bench.settled()
        assert list(bench.fake.published) == [network.address]

    run(tmp_path, use)


def test_what_cannot_be_published_is_told_and_tried_again(tmp_path: Path) -> None:
    """A refusal is an incident, and is tried again after a minute; one for want of tor waits for tor."""

    async def use(bench: NetworkBench) -> None:
        bench.clients = (READER,)
        await bench.service.connect(Connect())
        bench.fake.refuses = TorNotReady(phase="starting", percent=0)
        await bench.unlock()
        assert bench.incidents() == []
        bench.fake.refuses = PublishFailed(address="x.onion", reason="no")
        await bench.ready()
        assert bench.incidents() == ["publish_failed"]
        bench.fake.refuses = None
        await bench.clock.advance(61)
        await bench.settled()
        assert list(bench.fake.published) == [bench.service.address]

    run(tmp_path, use)


def test_locking_does_not_wait_for_a_publication(tmp_path: Path) -> None:
    """A publication that is under way is cut off, and withdrawn."""

    async def use(bench: NetworkBench) -> None:
        bench.clients = (READER,)
        await bench.service.connect(Connect())
        bench.fake.publishing.clear()
        await bench.unlock()
        await bench.lock()
        assert bench.fake.log == ["start", "withdraw"]
        bench.fake.publishing.set()
        await bench.settled()
        assert bench.fake.published == {}

    run(tmp_path, use)


def test_a_lock_that_is_cancelled_leaves_the_address_served(tmp_path: Path) -> None:
    """Cut off in the middle, nothing is half gone: the address is served on, and the next lock withdraws it."""

    async def use(bench: NetworkBench) -> None:
        bench.clients = (READER,)
        await bench.service.connect(Connect())
        await bench.unlock()
        address = bench.service.address
        bench.fake.withdrawing.clear()
        locking = asyncio.ensure_future(bench.service.locked())
        await bench.settled()
        bench.fake.published.clear()  # as where tor had done it already
        locking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await locking
        bench.fake.withdrawing.set()
        await bench.settled()
        assert bench.service.address == address
        assert list(bench.fake.published) == [address]
        await bench.lock()
        assert bench.fake.published == {}

    run(tmp_path, use)


def test_tor_ends_with_the_engine(tmp_path: Path) -> None:
    """At the end the address is withdrawn first, then tor ends."""

    async def use(bench: NetworkBench) -> None:
        bench.clients = (READER,)
        await bench.service.connect(Connect())
        await bench.unlock()
        await bench.service.stop()
        assert bench.fake.log == ["start", "publish", "withdraw", "stop"]

    run(tmp_path, use)


def test_every_change_is_told_whole(tmp_path: Path) -> None:
    """Front ends hear of each phase, with everything else as it stands."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        bench.fake.become(TorPhase.CONNECTING, 30)
        last = bench.shown()[-1]
        assert (last.mode, last.tor.percent) == (NetworkMode.TOR, 30)
        assert last == bench.service.shown()

    run(tmp_path, use)


def test_no_rotation_is_finished_where_none_runs(tmp_path: Path) -> None:
    """Finishing a rotation that is not under way is refused; so is a rotation of no possible length."""

    async def use(bench: NetworkBench) -> None:
        with pytest.raises(RotationMissing):
            await bench.service.finish(FinishRotation())
        for hours in (-0.1, 168.1, float("nan")):
            with pytest.raises(UsageFailure):
                await bench.service.rotate(RotateOnion(hours))

    run(tmp_path, use)


@pytest.mark.parametrize("is_tor_others", [False, True])
def test_front_ends_are_told_whose_tor_it_is(tmp_path: Path, *, is_tor_others: bool) -> None:
    """A tor of the system's takes no bridges from Lucid, so that it must be known before anybody offers them."""

    async def use(bench: NetworkBench) -> None:
        assert bench.service.shown().is_tor_others is is_tor_others
        await bench.service.connect(Connect())
        assert bench.shown()[-1].is_tor_others is is_tor_others

    run(tmp_path, use, is_tor_others=is_tor_others)
