"""What is published reaches every listener in order; what may be coalesced comes ten times a second."""

from __future__ import annotations

import asyncio
import threading

import pytest

from core.runtime.hub import COALESCED_EVERY_S, Hub

Value = tuple[str, int]


def key_of(value: Value) -> str | None:
    """Coalesce what is in lower case."""
    return value[0] if value[0].islower() else None


async def listening() -> tuple[Hub[Value], list[Value]]:
    """Make a hub and what it sends."""
    hub: Hub[Value] = Hub(key_of)
    heard: list[Value] = []
    hub.add(heard.append)
    return hub, heard


def test_the_newest_of_many_is_sent_ten_times_a_second() -> None:
    """The first goes out at once, then the newest after a tenth of a second, and nothing in between."""

    async def run() -> None:
        hub, heard = await listening()
        for number in range(100):
            hub.publish(("a", number))
        assert heard == [("a", 0)]
        sent = asyncio.Event()
        hub.add(lambda _: sent.set())
        before = asyncio.get_running_loop().time()
        await asyncio.wait_for(sent.wait(), 5)
        assert asyncio.get_running_loop().time() - before >= COALESCED_EVERY_S * 0.9
        assert heard == [("a", 0), ("a", 99)]
        hub.close()

    asyncio.run(run())


def test_what_is_final_is_never_dropped_nor_overtaken() -> None:
    """A value that is not coalesced goes out at once, right after what was held back before it."""

    async def run() -> None:
        hub, heard = await listening()
        for value in [("a", 0), ("a", 1), ("b", 0), ("b", 1), ("A", 0), ("A", 0), ("a", 2)]:
            hub.publish(value)
        assert heard == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("A", 0), ("A", 0)]
        hub.close()
        assert heard[-1] == ("a", 2)

    asyncio.run(run())


@pytest.mark.expects_log_errors
def test_a_listener_that_fails_keeps_nothing_from_the_others() -> None:
    """The fault is logged; the next listener and the next value are served."""

    async def run() -> None:
        hub: Hub[Value] = Hub(key_of)
        heard: list[Value] = []

        def fail(_: Value) -> None:
            raise RuntimeError("a listener's fault")

        hub.add(fail)
        hub.add(heard.append)
        hub.publish(("A", 1))
        hub.publish(("A", 2))
        assert heard == [("A", 1), ("A", 2)]

    asyncio.run(run())


def test_listeners_come_and_go_from_any_thread() -> None:
    """One that was removed hears nothing more; removing it twice is harmless."""

    async def run() -> None:
        hub: Hub[Value] = Hub(key_of)
        heard: list[Value] = []
        removers = []
        thread = threading.Thread(target=lambda: removers.append(hub.add(heard.append)))
        thread.start()
        await asyncio.to_thread(thread.join)
        hub.publish(("A", 1))
        removers[0]()
        removers[0]()
        hub.publish(("A", 2))
        assert heard == [("A", 1)]

    asyncio.run(run())
