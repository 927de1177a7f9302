"""Opening and locking are done whole: who cancels them, or what fails in them, leaves no phase that is not true."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.api import commands as c
from core.api.events import EngineChanged, Event
from core.api.snapshots import EnginePhase
from core.appliance.appliance import Appliance
from core.appliance.services import Services
from core.config.engine_options import EngineOptions
from core.errors import StorageFull
from tests.core.appliance.appliance_bench import PASSPHRASE
from tests.fakes.clocks import settle

UNLOCK, LOCK = c.UnlockVault(PASSPHRASE), c.LockVault()


class Bench:
    """An appliance on this loop, and what it told."""

    def __init__(self, appliance: Appliance, events: list[Event]) -> None:
        self._appliance = appliance
        self._events = events

    @property
    def phase(self) -> EnginePhase:
        """The last phase that was told."""
        return [each for each in self._events if isinstance(each, EngineChanged)][-1].engine.phase

    @property
    def services(self) -> Services:
        """What it is built of."""
        return self._appliance._need()

    async def do(self, command: c.Command) -> None:
        """Have a command carried out."""
        await self._appliance.carry_out(command, lambda *_: None)

    async def cancel_in(self, command: c.Command, reached: asyncio.Event) -> asyncio.Future[None]:
        """Begin a command, and cancel it once it is there."""
        asked = asyncio.ensure_future(self.do(command))
        await asyncio.wait_for(reached.wait(), 10)
        asked.cancel()
        await settle()
        return asked

    def is_whole(self, *, is_open: bool) -> bool:
        """Tell whether phase, vault, readers and the keeper of the chain say the same."""
        services = self.services
        said = {
            self.phase is EnginePhase.READY,
            services.vault.is_open,
            services.reading.access.is_open,
            services.reading._api is not None,
            self._appliance._keeping is not None,
        }
        return said == {is_open}


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[Bench]:
    """Run an appliance with an open vault, in a resident engine without a network or a chain."""
    events: list[Event] = []
    options = EngineOptions(has_cheap_vault=True, is_resident=True)
    appliance = Appliance(directory, options, events.append, "1")
    await appliance.start()
    try:
        bench = Bench(appliance, events)
        await bench.do(c.CreateVault(PASSPHRASE))
        yield bench
    finally:
        await appliance.stop()


class Slow:
    """Stands before something, which it lets happen once a test says so."""

    def __init__(self) -> None:
        self.reached, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.failure: Exception | None = None

    async def pass_by(self) -> None:
        """Wait; raises what the test asked for."""
        self.reached.set()
        await self.may_go_on.wait()
        if self.failure is not None:
            raise self.failure


def test_who_cancels_an_unlocking_finds_it_unlocked(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the vault is open, all that an open vault is for comes up, and then it says so."""

    async def run() -> None:
        async with opened(data_directory) as bench:
            await bench.do(LOCK)
            assert bench.is_whole(is_open=False)
            slow, network = Slow(), bench.services.network
            monkeypatch.setattr(network, "opened", slow.pass_by)
            asked = await bench.cancel_in(UNLOCK, slow.reached)
            assert not asked.done()
            slow.may_go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await asked
            assert bench.is_whole(is_open=True)

    asyncio.run(run())


def test_who_cancels_a_locking_finds_it_locked(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was begun is done: the keys are forgotten, and the next unlocking brings everything up again."""

    async def run() -> None:
        async with opened(data_directory) as bench:
            assert bench.is_whole(is_open=True)
            with monkeypatch.context() as slowly:
                slow = Slow()
                slowly.setattr(bench.services.network, "locked", slow.pass_by)
                asked = await bench.cancel_in(LOCK, slow.reached)
                slow.may_go_on.set()
                with pytest.raises(asyncio.CancelledError):
                    await asked
            assert bench.is_whole(is_open=False)
            await bench.do(UNLOCK)
            assert bench.is_whole(is_open=True)

    asyncio.run(run())


@pytest.mark.parametrize("failure", [StorageFull(path="the disk"), RuntimeError("a fault")])
def test_what_does_not_lock_stays_open_whole(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    """Where something cannot be ended, the reason is told, and readers and the chain's keeper are there again."""

    async def run() -> None:
        async with opened(data_directory) as bench:
            with monkeypatch.context() as failing:
                slow = Slow()
                slow.failure = failure
                slow.may_go_on.set()
                failing.setattr(bench.services.reading, "close", slow.pass_by)
                with pytest.raises(type(failure)):
                    await bench.do(LOCK)
            assert bench.is_whole(is_open=True)
            await bench.do(LOCK)
            assert bench.is_whole(is_open=False)

    asyncio.run(run())
