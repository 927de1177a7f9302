"""Logs are read in as many parts as a node wants, whole and in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest

from core.chain.client import Web3AnchorChain
from core.chain.connection import METHOD_NOT_FOUND, NodeConnection, NodeRefusal
from core.chain.log_ranges import MOST_LOGS, is_limit, read_logs
from core.chain.network.node import NetworkNode
from core.chain.protocol import ANCHORS, AnchorCall
from core.chain.signing import account_of
from core.errors import AnchorMismatch, ChainUnreachable
from tests.conformance.anchor_chain import opening
from tests.core.chain.node_process import KEY, deploy, own_node, settle
from tests.fakes.execution_clients import ethereumjs_node
from tests.fakes.lying_node import LyingNode, in_front_of

REFUSED_RANGE = NodeRefusal(-32602, "block range limit is 2500 blocks")


class _Node:
    """Gives one log a block, of at most so many blocks; remembers what it was asked."""

    def __init__(self, most: int, refusal: NodeRefusal = REFUSED_RANGE) -> None:
        self.most_log_blocks: int | None = None
        self.asked: list[tuple[int, int]] = []
        self._most = most
        self._refusal = refusal

    def ask(self, _method: str, asked: dict[str, Any]) -> object:
        """Answer, or refuse."""
        first, last = int(asked["fromBlock"], 16), int(asked["toBlock"], 16)
        self.asked.append((first, last))
        if last - first + 1 > self._most:
            raise self._refusal
        return [{"blockNumber": hex(number)} for number in range(first, last + 1)]


def _read(node: _Node, first: int, last: int) -> list[int]:
    logs = read_logs(cast("NodeConnection", node), {}, first, last)
    return [int(log["blockNumber"], 16) for log in logs]


def test_a_node_without_a_limit_is_asked_once() -> None:
    """Everything comes by one question."""
    node = _Node(10_000)
    assert _read(node, 5, 900) == list(range(5, 901))
    assert node.asked == [(5, 900)]
    assert _read(node, 7, 6) == []


@pytest.mark.parametrize("most", [1, 2, 3, 100, 250])
def test_a_refused_range_is_halved(most: int) -> None:
    """Every block is read once and in order, and what was refused once is not asked again."""
    node = _Node(most)
    assert _read(node, 3, 259) == list(range(3, 260))
    node.asked.clear()
    assert _read(node, 0, 40) == list(range(41))
    assert all(last - first + 1 <= most for first, last in node.asked)


def test_a_refusal_for_another_reason_is_told() -> None:
    """A node that refuses what it was asked for, or even one block, is not asked without end."""
    for refusal in (NodeRefusal(-32000, "no such thing"), NodeRefusal(METHOD_NOT_FOUND, "limit")):
        node = _Node(0, refusal)
        with pytest.raises(ChainUnreachable):
            _read(node, 0, 9)
        assert len(node.asked) == 1
    with pytest.raises(ChainUnreachable):
        _read(_Node(0), 0, 9)


@pytest.mark.parametrize(
    "words",
    [
        "block range limit is 2500 blocks",
        "query returned more than 10000 results",
        "exceed maximum block range: 5000",
        "block range is too wide",
        "query timeout exceeded",
    ],
)
def test_limits_are_known_by_their_words(words: str) -> None:
    """The words that nodes have for it are understood, and their code alone is, too."""
    assert is_limit(NodeRefusal(-32000, words))
    assert is_limit(NodeRefusal(-32005, ""))
    assert not is_limit(NodeRefusal(-32000, "execution reverted"))


def test_an_answer_that_may_be_cut_off_is_asked_for_in_parts() -> None:
    """As many logs as a node gives at most are not taken for all; an answer that is no list is refused."""

    class Cutting(_Node):
        def ask(self, method: str, asked: dict[str, Any]) -> object:
            found = cast("list[object]", super().ask(method, asked))
            return (found * (MOST_LOGS // 4))[:MOST_LOGS]

    node = Cutting(10_000)
    assert len(_read(node, 1, 8)) == 8 * MOST_LOGS // 4
    assert node.most_log_blocks is None

    class Talking(_Node):
        def ask(self, _method: str, _asked: dict[str, Any]) -> object:
            return "none"

    with pytest.raises(AnchorMismatch):
        _read(Talking(1), 0, 1)


def test_a_dense_block_does_not_slow_down_the_rest() -> None:
    """Around a block that is full of logs few blocks are asked for at a time, and many again after it."""

    class Dense(_Node):
        def ask(self, method: str, asked: dict[str, Any]) -> object:
            found = cast("list[object]", super().ask(method, asked))
            first, last = self.asked[-1]
            full = [{"blockNumber": hex(5_000)}] * MOST_LOGS if first <= 5_000 <= last else []
            return full or found[:1]

    node = Dense(1_000_000)
    read_logs(cast("NodeConnection", node), {}, 0, 100_000)
    assert len(node.asked) < 100
    assert node.most_log_blocks is None


@pytest.mark.parametrize(
    "refusal",
    [
        NodeRefusal(-32005, "rate limited"),
        NodeRefusal(-32005, "too many requests per second"),
        NodeRefusal(-32000, "header not found: out of range"),
        NodeRefusal(-32000, "history pruned for this range"),
        NodeRefusal(-32000, "execution timed out"),
    ],
)
def test_what_fewer_blocks_would_not_change_is_told_at_once(refusal: NodeRefusal) -> None:
    """A node that is asked too often, or does not have the blocks, is not asked for fewer of them."""
    node = _Node(0, refusal)
    with pytest.raises(ChainUnreachable):
        _read(node, 0, 99)
    assert len(node.asked) == 1
    assert node.most_log_blocks is None


@pytest.mark.parametrize(
    "log",
    [
        "none",
        None,
        7,
        [],
        {},
        {"blockNumber": None},
        {"blockNumber": "xx"},
        {"blockNumber": "0x63"},
    ],
)
def test_what_is_no_log_of_the_blocks_is_refused(log: object) -> None:
    """A node that answers with anything but logs of the blocks that were asked for contradicts itself."""

    class Lying(_Node):
        def ask(self, _method: str, _asked: dict[str, Any]) -> object:
            return [log]

    with pytest.raises(AnchorMismatch):
        _read(Lying(1), 0, 1)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LyingNode]:
    """Lend a node of the appliance's kind that gives the logs of two blocks at a time."""

    def refuse(params: tuple[Any, ...], found: object) -> object:
        first, last = (int(params[0][name], 16) for name in ("fromBlock", "toBlock"))
        if last - first > 1:
            raise REFUSED_RANGE
        return found

    with own_node(tmp_path_factory.mktemp("node")) as node, in_front_of(str(node.socket)) as front:
        front.lies["eth_getLogs"] = refuse
        yield front


def test_a_strict_node_tells_sessions_and_batches(strict: LyingNode, tmp_path: Path) -> None:
    """Sessions, batches and a deployment's logs are read from a node that gives two blocks at a time."""
    chain = Web3AnchorChain(
        strict.endpoint, private_key=KEY, deployment_path=tmp_path / "deployment.json"
    )
    contracts = deploy(chain)
    session_id = uuid4()
    chain_calls = [opening(session_id), *(opening(uuid4()) for _ in range(4))]
    for call in chain_calls:
        settle(chain, chain.sign(call, chain.next_nonce()))
    progress = AnchorCall(ANCHORS, "anchorProgress", (session_id.bytes, bytes([5]) * 32, 3))
    settle(chain, chain.sign(progress, chain.next_nonce()))
    names = [each.name for each in chain.session_record(session_id).events]
    assert names == ["SessionOpened", "ProgressAnchored"]

    (receipt,) = settle(chain, chain.sign(chain.batches.deploy_call(), chain.next_nonce()))
    assert receipt.contract_address is not None
    chain.batches.adopt(receipt.contract_address)
    root = bytes([7]) * 32
    anchor = AnchorCall("LucidBatches", "anchorBatch", (root, 3))
    settle(chain, chain.sign(anchor, chain.next_nonce()))
    found = chain.batches.find(account_of(KEY), root)
    assert found is not None
    (tmp_path / "batches.json").unlink()
    again = Web3AnchorChain(
        strict.endpoint, private_key=KEY, deployment_path=tmp_path / "deployment.json"
    )
    assert again.batches.address() == receipt.contract_address
    again.close()

    node = NetworkNode(strict.endpoint, KEY)
    logs = node.logs(contracts.anchors, contracts.first_block, node.head())
    assert len(logs) == len(chain_calls) + 1
    node.close()
    chain.close()


def test_more_blocks_than_ethereumjs_gives_at_once(tmp_path: Path) -> None:
    """A session is read whole over more than 2,500 blocks, which is as many as this client gives at a time."""
    with ethereumjs_node(tmp_path / "node", (account_of(KEY),)) as client:
        chain = Web3AnchorChain(
            client.http, private_key=KEY, deployment_path=tmp_path / "deployment.json"
        )
        contracts = deploy(chain)
        session_id = uuid4()
        settle(chain, chain.sign(opening(session_id), chain.next_nonce()))
        client.beat.pause()
        client.maker.make_empty_blocks(2_510)
        client.beat.resume()
        progress = AnchorCall(ANCHORS, "anchorProgress", (session_id.bytes, bytes([5]) * 32, 3))
        settle(chain, chain.sign(progress, chain.next_nonce()))
        connection = NodeConnection(client.http)
        asked = {"address": f"0x{contracts.anchors.hex()}"}
        with pytest.raises(NodeRefusal, match="range limit"):
            connection.ask("eth_getLogs", {**asked, "fromBlock": "0x0", "toBlock": "latest"})
        connection.close()
        names = [each.name for each in chain.session_record(session_id).events]
        assert names == ["SessionOpened", "ProgressAnchored"]
        chain.close()
