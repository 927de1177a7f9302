"""Sending to the chain goes on after whatever stopped it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import pytest

from core.api.events import Event, IncidentRecorded
from core.appliance.chain_service import ChainService
from core.chain.deployment import ANCHORS_FILE
from core.chain.protocol import ChainHead
from core.config.engine_options import ChainOptions
from core.errors import (
    ChainDifferent,
    ChainIsOwn,
    ChainUnreachable,
    NodeUnnamed,
    StoreCorrupt,
)
from core.storage.data_directory import DataDirectory
from tests.fakes.busy_worker import cancel_before_its_turn
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


class _Elsewhere:
    """A client of a node on a chain of that ID."""

    def __init__(self, chain_id: int) -> None:
        self._chain_id = chain_id
        self.asked: list[str] = []

    def status(self) -> ChainHead:
        return ChainHead(self._chain_id, 0, bytes(32), 0)

    def contracts(self) -> None:
        self.asked.append("contracts")


def _placed(path: Path, options: ChainOptions) -> tuple[ChainService, DataDirectory]:
    """Make a service on a data directory, with what the environment says."""
    directory = DataDirectory(path)
    directory.chain.mkdir(parents=True)
    directory.networks.mkdir()
    service = _service([])
    service._directory = directory
    service._options = options
    return service, directory


def _used_on(directory: DataDirectory, chain_id: int) -> None:
    """Have sessions on a chain of others."""
    contracts = {"anchors": "0x" + "a1" * 20, "chunk_store": None, "first_block": 1}
    content = json.dumps({"version": 1, "chain_id": chain_id, **contracts})
    (directory.networks / ANCHORS_FILE).write_text(content)


NODE = "http://127.0.0.1:8545"


def test_a_named_node_is_used_where_no_session_is_yet(tmp_path: Path) -> None:
    """Without sessions, or with sessions on a chain of others, the node that is named is asked."""
    service, directory = _placed(tmp_path, ChainOptions(NODE))
    assert asyncio.run(service._reach_node(None)) == NODE
    _used_on(directory, 7)
    assert asyncio.run(service._reach_node(None)) == NODE
    service.close()


def test_sessions_on_the_own_chain_stay_there(tmp_path: Path) -> None:
    """A node that is named is refused while this data directory's sessions are on a chain of its own."""
    service, directory = _placed(tmp_path, ChainOptions(NODE))
    (directory.chain / "genesis.json").touch()
    with pytest.raises(ChainIsOwn) as told:
        asyncio.run(service._reach_node(None))
    assert told.value.facts == {"endpoint": NODE}
    service.close()


def test_sessions_on_a_chain_of_others_are_not_begun_anew(tmp_path: Path) -> None:
    """Without a node being named no chain of its own is made beside them."""
    service, directory = _placed(tmp_path, ChainOptions())
    _used_on(directory, 7)
    with pytest.raises(NodeUnnamed) as told:
        asyncio.run(service._reach_node(None))
    assert told.value.facts == {"expected": 7}
    (directory.networks / ANCHORS_FILE).write_text("no JSON")
    with pytest.raises(NodeUnnamed):
        asyncio.run(service._reach_node(None))
    service.close()


def test_a_node_of_another_chain_is_refused(tmp_path: Path) -> None:
    """The chain that sessions are on decides; the contracts are looked at where an address was named."""
    anchors = bytes([0xA1]) * 20
    service, directory = _placed(tmp_path, ChainOptions(NODE, anchors))
    client = _Elsewhere(8)
    asyncio.run(service._require_chain(cast("Any", client)))
    assert client.asked == ["contracts"]
    _used_on(directory, 7)
    with pytest.raises(ChainDifferent) as told:
        asyncio.run(service._require_chain(cast("Any", client)))
    assert told.value.facts == {"expected": 7, "found": 8}
    own = _service([])
    asyncio.run(own._require_chain(cast("Any", None)))  # the appliance's own chain is not asked
    own.close()
    service.close()


def test_a_stop_that_is_cancelled_closes_the_client() -> None:
    """Nobody else has the client any more: whoever is cancelled while the chain is busy closes it all the same."""
    service, closed = _service([]), []

    class Client:
        def close(self) -> None:
            closed.append(True)

    async def run() -> None:
        service._client = cast("Any", Client())
        await cancel_before_its_turn(service._worker, service.stop())

    asyncio.run(run())
    service.close()
    assert closed == [True]
