"""Sending to the chain goes on after whatever stopped it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from core.api.events import Event, IncidentRecorded
from core.appliance.chain_service import ChainService
from core.errors import ChainUnreachable, StoreCorrupt
from tests.fakes.clocks import LeapingClock


class _Anchors:
    async def reconcile(self) -> None:
        """Find nothing to bring up to date."""


class _Stopping:
    """An outbox that ends by one exception after the other."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)

    async def run(self) -> None:
        """End by the next fault."""
        raise self.faults.pop(0)


def _service(told: list[Event]) -> ChainService:
    nothing = cast("Any", None)
    return ChainService(
        **dict.fromkeys(
            ("directory", "vault", "is_unlocked", "account_of", "make_client", "store"), nothing
        ),
        store_worker=nothing,
        clock=LeapingClock(),
        publish=told.append,
        anchors=cast("Any", _Anchors()),
    )


@pytest.mark.expects_log_errors
def test_sending_goes_on_until_the_store_is_damaged() -> None:
    """Faults of any kind are waited out, each told once; a damaged store ends it."""
    told: list[Event] = []
    service = _service(told)
    outbox = _Stopping(ValueError("x"), KeyError("y"), StoreCorrupt(reason="z"))
    asyncio.run(service._send(cast("Any", outbox)))
    service.close()
    assert outbox.faults == []
    codes = [each.failure.code for each in told if isinstance(each, IncidentRecorded)]
    assert codes == ["chain_unreachable", "store_corrupt"]


@pytest.mark.expects_log_errors
def test_looking_goes_on_until_the_store_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault while looking is told as an unreachable chain and tried again."""
    told: list[Event] = []
    service = _service(told)
    faults = [TypeError("x"), ChainUnreachable(reason="y"), StoreCorrupt(reason="z")]

    async def ensure() -> None:
        raise faults.pop(0)

    monkeypatch.setattr(service, "_ensure", ensure)
    asyncio.run(service.keep_running())
    service.close()
    assert faults == []
    assert len(told) == 3


def test_sending_that_was_cancelled_begins_again() -> None:
    """The next use of the chain starts a sending task that broke off."""
    service = _service([])

    async def run() -> None:
        service._client = cast("Any", object())
        service._outbox = cast("Any", _Stopping(StoreCorrupt(reason="z")))
        service._is_unlocked = lambda: True
        await service._ensure()
        assert service._sending is not None
        service._sending.cancel()
        await asyncio.wait({service._sending})
        await service._ensure()
        await service._sending

    asyncio.run(run())
    service.close()


def test_a_stop_that_is_cancelled_leaves_no_client() -> None:
    """Client and sending go together, though who asked is cancelled while sending ends."""
    service, closed = _service([]), []

    class Client:
        def close(self) -> None:
            closed.append(True)

    async def linger() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def run() -> None:
        service._client = cast("Any", Client())
        service._sending = asyncio.ensure_future(linger())
        await asyncio.sleep(0)
        stopping = asyncio.ensure_future(service.stop())
        await asyncio.sleep(0)
        stopping.cancel()
        await asyncio.wait({stopping})
        assert service._client is None
        assert service._sending is None

    asyncio.run(run())
    service.close()
    assert closed == [True]
