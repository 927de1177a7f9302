"""Tests of core.chain.node.answering, and of the methods behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.chain.encoding import keccak256
from core.chain.node.answering import MAX_BATCH, Answering
from core.chain.receipts import header_rlp, receipt_encoding, receipts_root
from tests.core.chain.node.examples import (
    ANCHORS_ADDRESS,
    GENESIS,
    SIGNER,
    Chain,
    chain_on,
    deployment,
    mine,
    opening,
    raw_transaction,
    transaction,
)

SESSION = bytes(range(16))
ACCOUNT = f"0x{SIGNER.address.hex()}"
ANCHORS = f"0x{ANCHORS_ADDRESS.hex()}"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """Lend a chain of three blocks: deployment, two transactions of which one reverts, one transfer."""
    with chain_on(tmp_path_factory.mktemp("chain") / "chain.db") as lent:
        mine(lent, deployment(0))
        mine(lent, opening(1, SESSION), opening(2, SESSION))
        mine(lent, raw_transaction(3))
        yield lent


@pytest.fixture
def answering(chain: Chain) -> Answering:
    """Answer from that chain."""
    return Answering(chain.methods)


def ask(answering: Answering, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
    """Ask and give the answer, which is an error or a result."""
    request = {"jsonrpc": "2.0", "id": 5, "method": method, "params": params}
    answered = answering.answer_bytes(json.dumps(request).encode())
    assert answered is not None
    answer = json.loads(answered)
    assert answer["id"] == 5
    return answer


def result(answering: Answering, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
    """Ask and give the result."""
    answer = ask(answering, method, *params)
    assert "error" not in answer, answer
    return answer["result"]


def test_headers_hash_to_their_blocks(answering: Answering) -> None:
    """From the fields of every block comes a header whose hash is the block's."""
    for number in range(4):
        block = result(answering, "eth_getBlockByNumber", hex(number), False)
        assert f"0x{keccak256(header_rlp(block)).hex()}" == block["hash"]
        assert result(answering, "eth_getBlockByHash", block["hash"], False) == block


def test_receipts_lead_to_the_root(answering: Answering) -> None:
    """All receipts of a block give its receipts root, and each is the one that is served by itself."""
    for number in range(4):
        block = result(answering, "eth_getBlockByNumber", hex(number), False)
        receipts = result(answering, "eth_getBlockReceipts", hex(number))
        assert result(answering, "eth_getBlockReceipts", block["hash"]) == receipts
        root = receipts_root(tuple(map(receipt_encoding, receipts)))
        assert f"0x{root.hex()}" == block["receiptsRoot"]
        for receipt in receipts:
            alone = result(answering, "eth_getTransactionReceipt", receipt["transactionHash"])
            assert alone == receipt


def test_numbers_of_a_receipt(answering: Answering) -> None:
    """Gas is cumulative in a block and single in a receipt; a deployment names its contract."""
    first, second = result(answering, "eth_getBlockReceipts", "0x2")
    assert [first["status"], second["status"]] == ["0x1", "0x0"]
    used = [int(each["gasUsed"], 16) for each in (first, second)]
    assert int(second["cumulativeGasUsed"], 16) == sum(used)
    (deployed,) = result(answering, "eth_getBlockReceipts", "0x1")
    assert deployed["contractAddress"] == ANCHORS
    assert deployed["to"] is None


def test_transactions_are_described(answering: Answering, chain: Chain) -> None:
    """A transaction is found by its hash, in a block and while it waits."""
    mined = result(answering, "eth_getTransactionByHash", f"0x{transaction(3).hash.hex()}")
    block = result(answering, "eth_getBlockByNumber", "0x3", True)
    assert block["transactions"] == [mined]
    assert (mined["from"], mined["nonce"], mined["blockNumber"]) == (ACCOUNT, "0x3", "0x3")
    sent = result(answering, "eth_sendRawTransaction", f"0x{raw_transaction(4).hex()}")
    waiting = result(answering, "eth_getTransactionByHash", sent)
    assert (waiting["blockNumber"], waiting["hash"]) == (None, sent)
    assert result(answering, "eth_getTransactionReceipt", sent) is None
    assert result(answering, "eth_getTransactionCount", ACCOUNT, "latest") == "0x4"
    assert result(answering, "eth_getTransactionCount", ACCOUNT, "pending") == "0x5"
    assert chain.woken
    chain.pool.drop(transaction(4))


def test_state_is_served_as_of_a_block(answering: Answering) -> None:
    """Nonce, code and storage are those after the block that is named."""
    assert result(answering, "eth_getTransactionCount", ACCOUNT, "0x1") == "0x1"
    assert result(answering, "eth_getCode", ANCHORS, "earliest") == "0x"
    assert len(result(answering, "eth_getCode", ANCHORS, "latest")) > 2
    assert result(answering, "eth_getBalance", ACCOUNT) == hex(10**21)
    assert result(answering, "eth_getStorageAt", ANCHORS, "0x0", "latest") == "0x" + "00" * 32
    by_hash = {"blockHash": result(answering, "eth_getBlockByNumber", "0x1", False)["hash"]}
    assert result(answering, "eth_getTransactionCount", ACCOUNT, by_hash) == "0x1"


def test_a_revert_comes_with_its_data(answering: Answering) -> None:
    """Calls and estimates that revert say so with code 3 and the custom error's bytes."""
    mined = result(answering, "eth_getTransactionByHash", f"0x{transaction_of_opening().hex()}")
    call = {"from": ACCOUNT, "to": ANCHORS, "data": mined["input"]}
    for method in ("eth_call", "eth_estimateGas"):
        error = ask(answering, method, call)["error"]
        assert (error["code"], error["message"]) == (3, "execution reverted")
        assert error["data"].startswith("0x4e9d6b27")  # SessionAlreadyKnown(bytes16)
    assert result(answering, "eth_call", call, "0x1") == "0x"


def transaction_of_opening() -> bytes:
    """Give the hash of the opening that succeeded."""
    return keccak256(opening(1, SESSION))


def test_an_estimate_is_enough(answering: Answering) -> None:
    """The gas that is estimated suffices, and not much less does."""
    data = opening(4, bytes(15) + b"\x01")
    call = {
        "from": ACCOUNT,
        "to": ANCHORS,
        "data": "0x" + data.hex()[data.hex().index("92457875") :][: 2 * 100],
    }
    estimate = int(result(answering, "eth_estimateGas", call), 16)
    assert 40_000 < estimate < 60_000
    result(answering, "eth_call", {**call, "gas": hex(estimate)})
    assert "error" in ask(answering, "eth_call", {**call, "gas": hex(estimate - 1000)})


def test_logs_are_found(answering: Answering) -> None:
    """Logs are found by address, topic, range and block, with their places."""
    topic = "0x" + SESSION.hex() + "00" * 16
    asked = {"fromBlock": "earliest", "address": ANCHORS, "topics": [None, topic]}
    (log,) = result(answering, "eth_getLogs", asked)
    assert (log["blockNumber"], log["logIndex"], log["transactionIndex"]) == ("0x2", "0x0", "0x0")
    (receipt, _) = result(answering, "eth_getBlockReceipts", "0x2")
    assert receipt["logs"] == [log]
    assert result(answering, "eth_getLogs", {"blockHash": log["blockHash"]}) == [log]
    assert result(answering, "eth_getLogs", {**asked, "fromBlock": "0x3"}) == []
    assert result(answering, "eth_getLogs", {**asked, "toBlock": "0x1"}) == []
    assert result(answering, "eth_getLogs", {**asked, "fromBlock": "0x99"}) == []


def test_constants(answering: Answering) -> None:
    """What does not change is answered as clients expect it."""
    assert result(answering, "eth_chainId") == hex(GENESIS.chain_id)
    assert result(answering, "net_version") == str(GENESIS.chain_id)
    assert result(answering, "eth_syncing") is False
    assert result(answering, "eth_gasPrice") == "0x0"
    assert result(answering, "eth_maxPriorityFeePerGas") == "0x0"
    assert result(answering, "eth_blockNumber") == "0x3"
    history = result(answering, "eth_feeHistory", "0x2", "latest", [25, 75])
    assert history["oldestBlock"] == "0x2"
    assert history["baseFeePerGas"] == ["0x0"] * 3
    assert history["reward"] == [["0x0", "0x0"]] * 2


def test_what_is_not_there_is_null(answering: Answering) -> None:
    """Blocks, transactions and receipts that are not there are null, not errors."""
    for method, params in [
        ("eth_getBlockByNumber", ["0x99", False]),
        ("eth_getBlockByHash", ["0x" + "00" * 32, False]),
        ("eth_getBlockReceipts", ["0x99"]),
        ("eth_getTransactionByHash", ["0x" + "00" * 32]),
        ("eth_getTransactionReceipt", ["0x" + "00" * 32]),
    ]:
        assert result(answering, method, *params) is None


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("eth_unheardOf", [], -32601),
        ("eth_getBalance", [], -32602),
        ("eth_getBalance", ["0x12"], -32602),
        ("eth_getBalance", [ACCOUNT, "0x99"], -32000),
        ("eth_getBalance", [ACCOUNT, "newest"], -32602),
        ("eth_getBlockByNumber", [7, False], -32602),
        ("eth_call", ["no object"], -32602),
        ("eth_call", [{"to": ACCOUNT, "value": hex(10**30)}], -32000),
        ("eth_getLogs", [{"topics": [None] * 5}], -32602),
        ("eth_getLogs", [{"blockHash": "0x" + "00" * 32}], -32000),
        ("eth_getLogs", [{"blockHash": "0x" + "00" * 32, "fromBlock": "0x0"}], -32602),
        ("eth_sendRawTransaction", ["0x02"], -32000),
        ("eth_sendRawTransaction", ["rubbish"], -32602),
    ],
)
def test_faults_have_codes(
    answering: Answering, method: str, params: list[object], code: int
) -> None:
    """What is asked wrongly is answered with the code that says how."""
    assert ask(answering, method, *params)["error"]["code"] == code


def test_batches_and_notifications(answering: Answering) -> None:
    """A batch is answered in order without its notifications; a notification alone is not answered."""
    request = {"jsonrpc": "2.0", "method": "eth_chainId"}
    answered = answering.answer([{**request, "id": 1}, request, {**request, "id": "two"}, 7])
    assert answered is not None
    assert [each["id"] for each in json.loads(answered)] == [1, "two", None]
    assert answering.answer(request) is None
    assert answering.answer([request]) is None
    for batch in ([], [request] * (MAX_BATCH + 1)):
        answered = answering.answer(batch)
        assert answered is not None
        assert json.loads(answered)["error"]["code"] == -32600
    answered = answering.answer_bytes(b"{rubbish")
    assert answered is not None
    assert json.loads(answered)["error"]["code"] == -32700


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.sampled_from(["latest", "0x0", "0x1", ACCOUNT, ANCHORS, "0x" + "ab" * 32]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["to", "from", "data", "gas", "value", "topics", "address", "fromBlock", "blockHash"]),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@given(data=st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None
)
def test_no_request_is_an_internal_error(
    answering: Answering, chain: Chain, data: st.DataObject
) -> None:
    """Whatever is asked of whichever method, the answer is a result or a fault of the asker."""
    method = data.draw(st.sampled_from(sorted(chain.methods._methods)))
    params = data.draw(st.lists(JSON, max_size=3) | JSON)
    answered = answering.answer({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    assert answered is not None
    answer = json.loads(answered)
    assert "result" in answer or answer["error"]["code"] in {3, -32000, -32005, -32602}
