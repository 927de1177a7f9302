"""Tests of qualifying when things go wrong: no money, a node away, a nonce taken, a batch that fails, blocks left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.chain import qualifying as qualifying_module
from core.chain.clients import eligibility_manager
from core.chain.connection import NodeConnection, NodeRefusal
from core.chain.network.node import NetworkNode, Transaction
from core.chain.protocol import SignedTransaction
from core.chain.qualifying import Qualifying
from core.errors import (
    AnchorMismatch,
    BalanceTooLow,
    ChainRejected,
    ChainUnreachable,
    ContractRefused,
)
from tests.core.chain.months_bench import FEBRUARY, OCTOBER, MonthsBench, at
from tests.core.chain.node_process import KEY, wait_for
from tests.fakes.lying_node import LyingNode, in_front_of, lying_node

SEND = "eth_sendRawTransaction"


class _CutShort(NetworkNode):
    """Signs the first so many transactions with too little gas, so that they fail in their blocks."""

    def __init__(self, endpoint: str, times: int) -> None:
        super().__init__(endpoint, KEY)
        self.times = times

    def sign(self, transaction: Transaction, nonce: int, bumps: int = 0) -> SignedTransaction:
        """Sign, with as much gas as gets it into a block at most."""
        if self.times > 0:
            self.times -= 1
            floor = 21_000 + 40 * len(transaction.data)
            transaction = Transaction(transaction.to, transaction.data, floor)
        return super().sign(transaction, nonce, bumps)


@pytest.fixture
def months(tmp_path: Path) -> Iterator[MonthsBench]:
    """Lend a network on the 5th of January 2027, whose nodes 1 and 2 can be found eligible."""
    with MonthsBench.in_january(tmp_path) as made:
        made.turn_to(at(2027, 1, 5))
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MonthsBench, Path]]:
    """Lend one on which no test finds a node eligible, and where it is."""
    root = tmp_path_factory.mktemp("shared")
    with MonthsBench.in_january(root) as made:
        made.turn_to(at(2027, 1, 5))
        yield made, root


@contextmanager
def _through(tmp_path: Path) -> Iterator[tuple[LyingNode, NetworkNode]]:
    with in_front_of(str(tmp_path / "chain.sock")) as liar:
        node = NetworkNode(liar.endpoint, KEY)
        try:
            yield liar, node
        finally:
            node.close()


def _begin(months: MonthsBench, node: NetworkNode) -> Qualifying:
    return Qualifying(node, months.contracts, [months.records(OCTOBER + each) for each in range(3)])


def _found(done: Qualifying) -> tuple[list[int], list[int], list[int]]:
    return sorted(done.outcome.added), done.outcome.before, list(done.outcome.refused)


def _nonce(node: NetworkNode) -> int:
    assert node.next_nonce() == node.mined_count()
    return node.mined_count()


def test_what_does_not_fit_one_transaction_goes_into_the_next(
    months: MonthsBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nodes in batches of one are two transactions; a month that has begun ends it with the contract's word."""
    monkeypatch.setattr(qualifying_module, "_BATCH", 1)
    late = _begin(months, months.node)
    before = _nonce(months.node)
    done = _begin(months, months.node)
    wait_for(done.advance)
    assert _found(done) == ([1, 2], [], [3])
    assert done.done() == done.total == 3
    assert _nonce(months.node) == before + 2
    months.turn_to(at(2027, 2, 1))
    with pytest.raises(ContractRefused) as refused:
        late.advance()
    assert refused.value.facts["error"] == "NotTheMonthBefore"


def test_without_money_nothing_is_sent(shared: tuple[MonthsBench, Path]) -> None:
    """An account that cannot pay for a batch is told so, with what it has."""
    months, root = shared
    with _through(root) as (liar, node):
        liar.lies["eth_getBalance"] = lambda _params, _found: "0x1"
        liar.lies["eth_getBlockByNumber"] = lambda _params, found: {
            **found,
            "baseFeePerGas": hex(10**9),
        }
        done = _begin(months, node)
        with pytest.raises(BalanceTooLow) as refused:
            wait_for(done.advance)
        assert refused.value.facts["balance"] == 1e-18
        assert SEND not in [method for method, _ in liar.asked]


def test_no_node_is_forgotten_by_an_outage(months: MonthsBench, tmp_path: Path) -> None:
    """Whatever was being done when the node went away is done when it is there again."""
    away: set[object] = set()

    def once(params: tuple[Any, ...], found: object) -> object:
        if (asked := str(params)) not in away:
            away.add(asked)
            raise NodeRefusal(-32000, "busy")
        return found

    with _through(tmp_path) as (liar, node):
        done, outages = _begin(months, node), 0
        for method in ("eth_call", SEND, "eth_getTransactionReceipt"):
            liar.lies[method] = once
        is_done = False

        def advance() -> bool:
            nonlocal is_done, outages
            try:
                is_done = done.advance()
            except ChainUnreachable:
                outages += 1
            return is_done

        wait_for(advance)
        assert _found(done) == ([1, 2], [], [3])
        assert outages == 6  # two nodes judged, sent, looked for, two confirmed


def test_a_nonce_that_was_taken_is_no_harm(months: MonthsBench, tmp_path: Path) -> None:
    """Another transaction of the account comes into a block first: the nodes are judged again and sent at the next."""
    socket = str(tmp_path / "chain.sock")
    connections: list[NodeConnection] = []
    rivals: list[bytes] = []

    def ask(method: str, *params: Any) -> Any:  # noqa: ANN401 - any JSON
        if not connections:
            connections.append(NodeConnection(socket))
        if method == SEND and not rivals:
            rival = NetworkNode(socket, KEY)
            nonce = rival.next_nonce()
            rivals.append(rival.sign(Transaction(bytes([1]) * 20, b"", 21_000), nonce).raw)
            rival.submit(rivals[0])
            wait_for(lambda: rival.receipt(rivals[0]) is not None)
            rival.close()
        return connections[0].ask(method, *params)

    before = _nonce(months.node)
    with lying_node(ask) as liar:
        node = NetworkNode(liar.endpoint, KEY)
        done = _begin(months, node)
        wait_for(done.advance)
        node.close()
    connections[0].close()
    assert _found(done) == ([1, 2], [], [3])
    assert _nonce(months.node) == before + 2


def test_a_batch_that_fails_in_its_block_is_judged_again(
    months: MonthsBench, tmp_path: Path
) -> None:
    """Something changed between judging and the block: what is still eligible is sent once more."""
    node = _CutShort(str(tmp_path / "chain.sock"), 2)
    before = _nonce(node)
    done = _begin(months, node)
    wait_for(done.advance)
    assert _found(done) == ([1, 2], [], [3])
    assert _nonce(node) == before + 3
    node.close()


def test_a_batch_that_fails_each_time_ends_it(shared: tuple[MonthsBench, Path]) -> None:
    """Three times is enough: money is not spent for ever on what cannot be."""
    months, root = shared
    node = _CutShort(str(root / "chain.sock"), 100)
    before = _nonce(node)
    done = _begin(months, node)
    with pytest.raises(ChainRejected, match="qualifyMany"):
        wait_for(done.advance)
    assert _nonce(node) == before + 3
    assert (done.outcome.added, done.outcome.before) == ([], [])
    node.close()


def _denies(months: MonthsBench, times: int) -> Callable[[tuple[Any, ...], object], object]:
    """Have a node say so many times that node 2 is not eligible, as when its block was left."""
    asked = eligibility_manager.is_qualified(FEBRUARY, 2).data.hex()
    left = [times]

    def lie(params: tuple[Any, ...], found: object) -> object:
        if params[0]["data"] == f"0x{asked}" and left[0] > 0:
            left[0] -= 1
            return f"0x{0:064x}"
        return found

    assert months.contracts
    return lie


def test_nodes_whose_block_was_left_are_taken_again(months: MonthsBench, tmp_path: Path) -> None:
    """In the end each is looked at once more; a node that says one thing and then another for ever is not believed."""
    with _through(tmp_path) as (liar, node):
        done = _begin(months, node)
        liar.lies["eth_call"] = _denies(months, 1)
        wait_for(done.advance)
        assert _found(done) == ([1], [2], [3])  # by the second look it was eligible, as it had been
        liar.lies["eth_call"] = _denies(months, 100)
        again = _begin(months, node)
        with pytest.raises(AnchorMismatch, match="node 2"):
            wait_for(again.advance)


def test_a_time_that_no_calendar_has_is_not_believed(shared: tuple[MonthsBench, Path]) -> None:
    """The newest block's time says which month comes next; one beyond all years is a lie."""
    months, root = shared
    with _through(root) as (liar, node):
        times = [1 << 60, 253_402_300_800]
        liar.lies["eth_getBlockByNumber"] = lambda _params, found: {
            **found,
            "timestamp": hex(times[0]),
        }
        while times:
            with pytest.raises(AnchorMismatch, match="time"):
                _begin(months, node)
            times.pop(0)
