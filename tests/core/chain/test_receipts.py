"""Tests of core.chain.receipts against blocks of Ethereum's main network."""

from __future__ import annotations

from typing import Any

import pytest

from core.chain.connection import NodeConnection, NodeRefusal
from core.chain.encoding import keccak256
from core.chain.receipts import collect_material, header_rlp, receipt_encoding, receipts_root
from core.errors import AnchorMismatch, AnchorMissing, ChainUnreachable

# The first block of Ethereum's main network, as any node gives it.
GENESIS: dict[str, Any] = {
    "parentHash": "0x" + "00" * 32,
    "sha3Uncles": "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
    "miner": "0x" + "00" * 20,
    "stateRoot": "0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
    "transactionsRoot": "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
    "receiptsRoot": "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
    "logsBloom": "0x" + "00" * 256,
    "difficulty": "0x400000000",
    "number": "0x0",
    "gasLimit": "0x1388",
    "gasUsed": "0x0",
    "timestamp": "0x0",
    "extraData": "0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa",
    "mixHash": "0x" + "00" * 32,
    "nonce": "0x0000000000000042",
}
GENESIS_HASH = "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"
RECEIPT: dict[str, Any] = {
    "transactionIndex": "0x0",
    "status": "0x1",
    "cumulativeGasUsed": "0x5208",
    "logsBloom": "0x" + "00" * 256,
    "logs": [],
    "type": "0x2",
}
TRANSACTION = bytes([7]) * 32


def test_a_header_is_rebuilt() -> None:
    """From the JSON of the main network's first block comes its well-known hash."""
    assert keccak256(header_rlp(GENESIS)).hex() == GENESIS_HASH


def test_no_receipts_have_the_empty_root() -> None:
    """A block without transactions has the well-known root of the empty trie."""
    assert f"0x{receipts_root(()).hex()}" == GENESIS["receiptsRoot"]


def test_typed_receipts_begin_with_their_type() -> None:
    """An EIP-2718 receipt is its type and its RLP; a legacy one is its RLP alone."""
    typed = receipt_encoding(RECEIPT)
    assert typed[:1] == b"\x02"
    assert receipt_encoding({**RECEIPT, "type": "0x0"}) == typed[1:]


class _Answers(NodeConnection):
    """Answers from a table, like a node that is not to be trusted."""

    def __init__(self, table: dict[str, Any]) -> None:
        super().__init__("nowhere")
        self._table = table

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
        answer = self._table[method]
        if isinstance(answer, Exception):
            raise answer
        return answer


def _honest() -> dict[str, Any]:
    encoded = receipt_encoding(RECEIPT)
    block = {
        **GENESIS,
        "receiptsRoot": f"0x{receipts_root((encoded,)).hex()}",
        "transactions": ["0x"],
    }
    block_hash = f"0x{keccak256(header_rlp(block)).hex()}"
    receipt = {**RECEIPT, "blockHash": block_hash}
    return {
        "eth_getTransactionReceipt": receipt,
        "eth_getBlockByHash": block,
        "eth_getBlockReceipts": [receipt],
    }


def _collect(table: dict[str, Any]) -> bytes:
    return collect_material(_Answers(table), 1, bytes(20), TRANSACTION).block_hash


def test_an_honest_node_gives_material() -> None:
    """What fits together is taken, also from a node that gives receipts one by one only."""
    table = _honest()
    expected = _collect(table)
    table["eth_getBlockReceipts"] = NodeRefusal(-32601, "the method does not exist")
    assert _collect(table) == expected


@pytest.mark.parametrize(
    ("method", "changed", "failure"),
    [
        ("eth_getTransactionReceipt", {"blockHash": "0x" + "12" * 32}, AnchorMismatch),
        ("eth_getBlockByHash", {"timestamp": "0x1"}, AnchorMismatch),
        (
            "eth_getBlockByHash",
            {"unheardOf": "0x1", "requestsHash": "0x" + "00" * 32},
            AnchorMismatch,
        ),
        ("eth_getBlockReceipts", {"status": "0x0"}, AnchorMismatch),
    ],
)
def test_a_lie_is_noticed(method: str, changed: dict[str, str], failure: type[Exception]) -> None:
    """A header or a receipt that does not fit its hash is refused."""
    table = _honest()
    answer = table[method]
    table[method] = (
        [{**answer[0], **changed}] if isinstance(answer, list) else {**answer, **changed}
    )
    with pytest.raises(failure):
        _collect(table)


@pytest.mark.parametrize(
    ("method", "answer", "failure"),
    [
        ("eth_getTransactionReceipt", None, AnchorMissing),
        ("eth_getTransactionReceipt", {"blockHash": None}, AnchorMissing),
        ("eth_getBlockByHash", None, ChainUnreachable),
        ("eth_getBlockReceipts", None, ChainUnreachable),
        ("eth_getBlockReceipts", [None], ChainUnreachable),
        ("eth_getBlockReceipts", NodeRefusal(-32000, "busy"), ChainUnreachable),
    ],
)
def test_what_is_not_there_is_told(method: str, answer: object, failure: type[Exception]) -> None:
    """A transaction without a block is missing; a node that lags behind is asked again later."""
    with pytest.raises(failure):
        _collect({**_honest(), method: answer})
