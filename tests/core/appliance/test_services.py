"""What concerns hosted and joined sessions alike, and the end of all services."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import cast

import pytest

from core.appliance.appliance import Appliance
from core.appliance.deployment_service import Asking
from core.appliance.services import let_nobody_act
from core.chain.network.node import NetworkNode
from core.config.engine_options import EngineOptions
from core.errors import StorageFull
from tests.fakes.busy_worker import cancel_before_its_turn


class Closing:
    """Closes, or fails as told."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.closed, self._failure = 0, failure

    async def close(self) -> None:
        """Count, and fail."""
        self.closed += 1
        if self._failure is not None:
            raise self._failure


class Node:
    """Is closed."""

    closed = 0

    def close(self) -> None:
        """Count."""
        self.closed += 1


def test_a_session_that_cannot_be_closed_keeps_nobody_in_the_other() -> None:
    """Both are denied everything, whatever goes wrong with the first."""
    hosting, joining = Closing(StorageFull(path="x")), Closing()
    with pytest.raises(StorageFull):
        asyncio.run(let_nobody_act(hosting, joining))  # type: ignore[arg-type]
    assert (hosting.closed, joining.closed) == (1, 1)


def test_whatever_still_seals_finds_its_store(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the end the store is closed last, once nothing can be written to it any more."""
    is_free, found = threading.Event(), list[object]()

    async def run() -> None:
        appliance = Appliance(data_directory, EngineOptions(), lambda _: None, "1")
        await appliance.start()
        services = appliance._need()
        workers, store = services.workers, services.store

        def seal() -> None:
            is_free.wait()
            found.append(workers.store.run_blocking(store.sessions))

        def close() -> None:
            is_free.set()
            real()

        real = workers.sealing.close
        monkeypatch.setattr(workers.sealing, "close", close)
        sealing = asyncio.ensure_future(workers.sealing.run(seal))
        await appliance.stop()
        await sealing

    asyncio.run(run())
    assert found == [[]]


def test_who_asks_a_node_and_is_cancelled_lets_go_of_it() -> None:
    """The node is closed and its thread ends, however often whoever asked is cancelled."""
    node = Node()

    async def run() -> None:
        asking = Asking(cast("NetworkNode", node))
        await asking.run(lambda _: None)
        await cancel_before_its_turn(asking._worker, asking.__aexit__())
        assert not any(each.name.startswith("deployment") for each in threading.enumerate())

    asyncio.run(run())
    assert node.closed == 1
