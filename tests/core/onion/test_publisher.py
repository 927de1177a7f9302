"""Tests of core.onion.publisher with a tor that says what a test wants: one without a defence, or one that refuses."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from core.api.network import ServicePhase
from core.errors import PublishFailed, TorLost, TorRefused
from core.onion.control_connection import ControlEvent
from core.onion.keys import ClientKey, ServiceKey
from core.onion.onion_service import OnionService
from core.onion.publisher import Publisher


class PlayedTor:
    """A control connection's other end; a command that begins with a word in ``refused`` gets that reason."""

    def __init__(self, **refused: str) -> None:
        self.asked: list[str] = []
        self.refused = refused
        self.takes_defence = True

    async def ask(self, command: str) -> list[str]:
        """Answer as tor 0.4.9.11 does, and 0.4.8 for a keyword that it does not know."""
        self.asked.append(command)
        word = command.partition(" ")[0]
        if word in self.refused:
            raise TorRefused(reason=self.refused[word])
        if "PoWDefensesEnabled" in command and not self.takes_defence:
            raise TorRefused(
                reason='Bad arguments to ADD_ONION: Unrecognized keyword argument "PoWDefensesEnabled"'
            )
        return ["OK"]

    async def read(self, name: str) -> str:
        """Tell of no circuits."""
        return ""


def _service(directory: Path, key: ServiceKey | None = None) -> OnionService:
    return OnionService(key or ServiceKey.make(), 80, directory / "entrance", "session")


async def _attached(directory: Path, tor: PlayedTor) -> Publisher:
    publisher = Publisher(directory, lambda: None)
    await publisher.attach(tor, "/proc/self/fd/7/.")  # type: ignore[arg-type]
    return publisher


def test_the_command_says_it_all(tmp_path: Path) -> None:
    """A service is handed over whole: its key, limits, clients, a way to its socket, and the defence."""
    client = ClientKey.make().public_text
    key = ServiceKey.make()
    tor = PlayedTor()

    async def script() -> None:
        publisher = await _attached(tmp_path, tor)
        await publisher.publish(
            OnionService(key, 3389, tmp_path / "entrance", "session", (client,), most_streams=7)
        )

    asyncio.run(script())
    (command,) = tor.asked
    words = command.split(" ")
    assert words[:4] == [
        "ADD_ONION",
        key.tor_key(),
        "Flags=DiscardPK,MaxStreamsCloseCircuit,V3Auth",
        "MaxStreams=7",
    ]
    assert words[4].startswith("Port=3389,unix:/proc/self/fd/7/./to-")
    assert words[5:] == [f"ClientAuthV3={client}", "PoWDefensesEnabled=1"]


def test_a_tor_without_the_defence_publishes_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where tor does not know proof of work, that is logged once, and services are published without it."""
    caplog.set_level(logging.WARNING)
    tor = PlayedTor()
    tor.takes_defence = False

    async def script() -> None:
        publisher = await _attached(tmp_path, tor)
        await publisher.publish(_service(tmp_path))
        await publisher.publish(_service(tmp_path))

    asyncio.run(script())
    assert ["PoW" in command for command in tor.asked] == [True, False, False]
    assert caplog.text.count("proof-of-work") == 1


def test_what_tor_refuses_is_not_wanted_any_more(tmp_path: Path) -> None:
    """A service that tor does not take fails with tor's words, and is not kept."""
    tor = PlayedTor(ADD_ONION="Invalid VIRTPORT/TARGET")

    async def script() -> None:
        publisher = await _attached(tmp_path, tor)
        with pytest.raises(PublishFailed) as caught:
            await publisher.publish(_service(tmp_path))
        assert caught.value.facts["reason"] == "Invalid VIRTPORT/TARGET"
        assert publisher.shown(is_ready=True) == ()

    asyncio.run(script())


def test_what_a_fresh_tor_refuses_is_tried_again(tmp_path: Path) -> None:
    """A service that was there before tor was is kept when a new tor refuses it, and tried again later."""
    tor = PlayedTor(ADD_ONION="not now")
    service = _service(tmp_path)

    async def script() -> None:
        publisher = Publisher(tmp_path, lambda: None)
        await publisher.publish(service)
        await publisher.attach(tor, "/run")  # type: ignore[arg-type]
        assert publisher.shown(is_ready=True)[0].phase is ServicePhase.WAITING
        with pytest.raises(PublishFailed) as caught:
            await publisher.wait_reachable(service.host, 0.01)
        assert caught.value.facts["reason"] == "not now"
        tor.refused.clear()
        await publisher.refresh()
        assert publisher.shown(is_ready=True)[0].phase is ServicePhase.PUBLISHING

    asyncio.run(script())


def test_a_service_is_reachable_when_half_of_the_directories_have_it(tmp_path: Path) -> None:
    """One directory of four is not enough, two are; what one says that refuses is what a waiter is told."""
    service = _service(tmp_path)

    def said(action: str, **values: str) -> ControlEvent:
        return ControlEvent("HS_DESC", (action, service.service_id, "UNKNOWN"), values)

    async def script() -> None:
        publisher = await _attached(tmp_path, PlayedTor())
        publisher.hear(said("UPLOADED"))  # of a service that nobody wants yet
        await publisher.publish(service)
        for _ in range(4):
            publisher.hear(said("UPLOAD"))
        publisher.hear(said("UPLOADED"))
        publisher.hear(said("FAILED", REASON="UPLOAD_REJECTED"))
        with pytest.raises(PublishFailed, match="upload rejected"):
            await publisher.wait_reachable(service.host, 0.01)
        assert publisher.shown(is_ready=True)[0].phase is ServicePhase.PUBLISHING
        assert publisher.shown(is_ready=False)[0].phase is ServicePhase.WAITING
        waiting = asyncio.ensure_future(publisher.wait_reachable(service.host, 10))
        await asyncio.sleep(0)
        publisher.hear(said("UPLOADED"))
        await waiting
        assert publisher.shown(is_ready=True)[0].phase is ServicePhase.REACHABLE
        publisher.detach()
        assert publisher.shown(is_ready=True)[0].phase is ServicePhase.WAITING

    asyncio.run(script())


def test_what_is_withdrawn_from_a_tor_that_hangs_is_gone(tmp_path: Path) -> None:
    """It is not shown from then on, the next tor never gets it, and others' services are not kept from it."""
    gone, stays = _service(tmp_path), _service(tmp_path)

    async def script() -> None:
        answers, tor, after = asyncio.Event(), PlayedTor(), PlayedTor()
        publisher = await _attached(tmp_path, tor)
        for each in (gone, stays):
            await publisher.publish(each)
        ask = tor.ask

        async def hang(command: str) -> list[str]:
            await answers.wait()
            await ask(command)
            raise TorLost(reason="it did not answer")

        tor.ask = hang  # type: ignore[method-assign]
        leaving = asyncio.ensure_future(publisher.withdraw(gone.host))
        await asyncio.sleep(0)
        assert len(publisher.shown(is_ready=True)) == 1
        publisher.detach()
        coming = asyncio.ensure_future(publisher.attach(after, "/run"))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        assert not leaving.done()
        answers.set()
        await leaving
        await coming
        assert gone.key.tor_key() not in "".join(after.asked)
        assert stays.key.tor_key() in "".join(after.asked)

    asyncio.run(script())


def test_whoever_waits_for_what_is_withdrawn_is_told(tmp_path: Path) -> None:
    """A waiter does not wait on when the service is not wanted any more."""
    service = _service(tmp_path)

    async def script() -> None:
        publisher = await _attached(tmp_path, PlayedTor())
        await publisher.publish(service)
        waiting = asyncio.ensure_future(publisher.wait_reachable(service.host, 10))
        await asyncio.sleep(0)
        await publisher.withdraw(service.host)
        with pytest.raises(PublishFailed):
            await waiting

    asyncio.run(script())
