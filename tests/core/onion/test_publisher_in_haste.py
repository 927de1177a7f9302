"""What was taken away stays away: whoever gives up, whatever tor does meanwhile, and in whichever order it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Failure, TorLost, TorRefused
from core.onion.keys import ClientKey, ServiceKey
from core.onion.onion_service import OnionService
from core.onion.publisher import Publisher

SEEN = "/proc/self/fd/7/."
A, B = (ClientKey(bytes([number]) * 32).public_text for number in (1, 2))


class SlowTor:
    """A tor that keeps what it has, and answers only while ``on`` is set; ``before`` runs with each command."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.on = asyncio.Event()
        self.on.set()
        self.has: dict[str, str] = {}  # the command by which each service was added, by its key
        self.circuits = ""
        self.before: Callable[[str], Awaitable[None]] | None = None
        self.reading: Failure | None = None

    async def ask(self, command: str) -> list[str]:
        """Do it, once it may."""
        self.asked.append(command)
        if self.before is not None:
            await self.before(command)
        await self.on.wait()
        word, _, rest = command.partition(" ")
        if word == "ADD_ONION":
            self.has[rest.split(" ")[0]] = command
        return ["OK"]

    async def read(self, name: str) -> str:
        """Tell of the circuits."""
        assert name == "circuit-status"
        if self.reading is not None:
            raise self.reading
        return self.circuits

    def has_had(self, key: str) -> bool:
        """Tell whether a client may have come in by it."""
        return any(f"ClientAuthV3={key}" in command for command in self.asked)


class Stage:
    """A publisher with a slow tor, and a service for two readers."""

    def __init__(self, directory: Path) -> None:
        self.tor = SlowTor()
        self.publisher = Publisher(directory, lambda: None)
        self.service = OnionService(
            ServiceKey.make(), 80, directory / "entrance", "reading", (A, B)
        )
        self.other = replace(self.service, key=ServiceKey.make())

    async def begin(self) -> None:
        """Attach the tor and publish."""
        await self.attach(self.tor)
        await self.publisher.publish(self.service)

    async def attach(self, tor: SlowTor) -> None:
        """Attach a tor."""
        await self.publisher.attach(tor, SEEN)  # type: ignore[arg-type]

    async def next_tor(self) -> SlowTor:
        """Lose this tor and bring another one."""
        self.publisher.detach()
        tor = SlowTor()
        await self.attach(tor)
        return tor

    @property
    def shown(self) -> list[str]:
        """Give the hosts that are wanted."""
        return [each.address.split(":")[0] for each in self.publisher.shown(is_ready=True)]

    def rend_circuits(self, count: int) -> None:
        """Let readers be connected."""
        self.tor.circuits = "\n".join(
            f"{number} BUILT $A PURPOSE=HS_SERVICE_REND REND_QUERY={self.service.service_id}"
            for number in range(1, count + 1)
        )


def run(directory: Path, work: Callable[[Stage], Awaitable[None]]) -> None:
    """Run a test's work."""

    async def whole() -> None:
        stage = Stage(directory)
        await stage.begin()
        await asyncio.wait_for(work(stage), 10)

    asyncio.run(whole())


async def begun(*works: Awaitable[None]) -> list[asyncio.Future[None]]:
    """Begin works one after the other, each as far as it comes."""
    running = []
    for work in works:
        running.append(asyncio.ensure_future(work))
        for _ in range(3):
            await asyncio.sleep(0)
    return running


def test_a_change_behind_a_withdrawal_brings_nothing_back(tmp_path: Path) -> None:
    """Whoever lets somebody in at a service that is being withdrawn lets nobody in."""

    async def work(stage: Stage) -> None:
        stage.tor.on.clear()
        publisher, host = stage.publisher, stage.service.host
        working = await begun(
            publisher.publish(stage.other),
            publisher.withdraw(host),
            publisher.change_clients(host, (A,)),
        )
        stage.tor.on.set()
        await asyncio.gather(*working)
        assert stage.shown == [stage.other.host]
        assert stage.tor.asked[-1] == f"DEL_ONION {stage.service.service_id}"

    run(tmp_path, work)


def test_a_withdrawal_behind_a_change_is_one(tmp_path: Path) -> None:
    """A service that is withdrawn while its readers are changed is not with tor in the end."""

    async def work(stage: Stage) -> None:
        stage.tor.on.clear()
        publisher, host = stage.publisher, stage.service.host
        working = await begun(publisher.change_clients(host, (A,)), publisher.withdraw(host))
        stage.tor.on.set()
        await asyncio.gather(*working)
        assert stage.shown == []
        last = [command.split(" ")[0] for command in stage.tor.asked if "CIRCUIT" not in command]
        assert last[-1] == "DEL_ONION"

    run(tmp_path, work)


def test_a_tor_that_is_lost_while_readers_are_cut_off_comes_back_without_them(
    tmp_path: Path,
) -> None:
    """Between two circuits that are closed tor goes; the next one never hears of who was revoked."""

    async def work(stage: Stage) -> None:
        stage.rend_circuits(3)

        async def lose(command: str) -> None:
            if command == "CLOSECIRCUIT 1":
                stage.publisher.detach()

        stage.tor.before = lose
        await stage.publisher.change_clients(stage.service.host, (A,))
        tor = await stage.next_tor()
        assert tor.has_had(A)
        assert not tor.has_had(B)

    run(tmp_path, work)


def test_circuits_that_tor_does_not_tell_of_are_closed_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever was revoked is not published for again, and is cut off as soon as tor tells of the circuits."""

    async def work(stage: Stage) -> None:
        stage.rend_circuits(1)
        stage.tor.asked.clear()
        stage.tor.reading = TorRefused(reason="not now")
        await stage.publisher.change_clients(stage.service.host, (A,))
        assert not stage.tor.has_had(B)
        assert "not cut off yet" in caplog.text
        assert "CLOSECIRCUIT 1" not in stage.tor.asked
        stage.tor.reading = None
        await stage.publisher.refresh()
        assert stage.tor.asked[-1] == "CLOSECIRCUIT 1"
        stage.tor.asked.clear()
        await stage.publisher.refresh()
        assert stage.tor.asked == []

    run(tmp_path, work)


def test_a_change_that_is_given_up_is_done_all_the_same(tmp_path: Path) -> None:
    """Whoever revokes and goes has revoked, with this tor and with the next."""

    async def work(stage: Stage) -> None:
        stage.tor.on.clear()
        (changing,) = await begun(stage.publisher.change_clients(stage.service.host, (A,)))
        changing.cancel()
        await asyncio.gather(changing, return_exceptions=True)
        assert changing.cancelled()
        stage.tor.asked.clear()
        stage.tor.on.set()
        await stage.publisher.refresh()
        assert stage.tor.has_had(A)
        assert not stage.tor.has_had(B)
        assert not (await stage.next_tor()).has_had(B)

    run(tmp_path, work)


def test_a_withdrawal_that_is_given_up_is_done_all_the_same(tmp_path: Path) -> None:
    """Also where it waited for its turn: it is shown no more, and tor lets it go."""

    async def work(stage: Stage) -> None:
        stage.tor.on.clear()
        host = stage.service.host
        other, leaving = await begun(
            stage.publisher.publish(stage.other), stage.publisher.withdraw(host)
        )
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        assert stage.shown == [stage.other.host]
        stage.tor.on.set()
        await other
        await stage.publisher.refresh()
        assert f"DEL_ONION {stage.service.service_id}" in stage.tor.asked
        assert len((await stage.next_tor()).has) == 1

    run(tmp_path, work)


def test_who_was_there_before_is_cut_off_when_it_is_published_again(tmp_path: Path) -> None:
    """A service that was withdrawn, and is there again for others, is not open to the circuits of before."""

    async def work(stage: Stage) -> None:
        stage.rend_circuits(2)
        await stage.publisher.withdraw(stage.service.host)
        stage.tor.asked.clear()
        await stage.publisher.publish(replace(stage.service, clients=(A,)))
        words = [command.split(" ")[0] for command in stage.tor.asked]
        assert words == ["CLOSECIRCUIT", "CLOSECIRCUIT", "ADD_ONION"]

    run(tmp_path, work)


def test_a_tor_that_is_lost_while_it_takes_a_service_gets_it_again(tmp_path: Path) -> None:
    """It is not taken for one that has it, and is not failed: the next tor is given it."""

    async def work(stage: Stage) -> None:
        async def lose(_: str) -> None:
            raise TorLost(reason="it ended")

        stage.tor.before = lose
        await stage.publisher.publish(stage.other)
        assert len((await stage.next_tor()).has) == 2

    run(tmp_path, work)
