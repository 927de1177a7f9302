"""Rebuilds a block's header and receipts, byte for byte, from what any node answers.

Sources: execution-specs (header and receipt encodings), EIP-2718 (typed receipts). What comes out is checked against
the block's own hash and receipts root, so that a node that answers wrongly, or a fork with fields unknown here, is
noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.chain.connection import METHOD_NOT_FOUND, NodeConnection, NodeRefusal
from core.chain.encoding import RlpItem, keccak256, rlp_encode
from core.chain.ordered_trie import ordered_root
from core.chain.protocol import ReceiptMaterial
from core.chain.rlp_coding import encode_bytes, encode_list, encode_number
from core.errors import AnchorMismatch, AnchorMissing, ChainUnreachable

Document = dict[str, Any]

# The header's fields in order; each fork added to the end, and a block has all up to some point.
_DATA_FIELDS = {"extraData", "nonce", "mixHash", "logsBloom"}
_HEADER_FIELDS = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot"),
    *("logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData"),
    *("mixHash", "nonce"),
)
_LATER_FIELDS = (
    *("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas"),
    *("parentBeaconBlockRoot", "requestsHash"),
)
_QUANTITIES = {
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp"),
    *("baseFeePerGas", "blobGasUsed", "excessBlobGas"),
}


def header_rlp(block: Document) -> bytes:
    """Encode a block's header from its JSON."""
    later = [name for name in _LATER_FIELDS if block.get(name) is not None]
    return rlp_encode([_header_field(block, name) for name in (*_HEADER_FIELDS, *later)])


def _header_field(block: Document, name: str) -> RlpItem:
    if name in _QUANTITIES:
        return int(block[name], 16)
    return _bytes(block[name])


def receipt_encoding(receipt: Document) -> bytes:
    """Encode a receipt as it stands in the receipts trie."""
    body = encode_list(
        (
            encode_number(int(receipt["status"], 16)),
            encode_number(int(receipt["cumulativeGasUsed"], 16)),
            encode_bytes(_bytes(receipt["logsBloom"])),
            encode_list([_log_encoding(log) for log in receipt["logs"]]),
        )
    )
    kind = int(receipt.get("type", "0x0"), 16)
    return bytes([kind]) + body if kind else body


def _log_encoding(log: Document) -> bytes:
    topics = encode_list([encode_bytes(_bytes(topic)) for topic in log["topics"]])
    return encode_list(
        (encode_bytes(_bytes(log["address"])), topics, encode_bytes(_bytes(log["data"])))
    )


def receipts_root(receipts: Sequence[bytes]) -> bytes:
    """Give the root of the trie over encoded receipts."""
    return ordered_root(receipts)


def require_proven(connection: NodeConnection, block: Document, receipt: Document) -> None:
    """Hold a receipt to its block: status, gas and logs are those that the header commits to.

    Raises AnchorMismatch when the node lies about it, and ChainUnreachable.
    """
    if keccak256(header_rlp(block)) != _bytes(receipt["blockHash"]):
        raise AnchorMismatch(field="block_hash")
    receipts = [receipt_encoding(each) for each in block_receipts(connection, block)]
    if receipts_root(receipts) != _bytes(block["receiptsRoot"]):
        raise AnchorMismatch(field="receipts_root")
    at = int(receipt["transactionIndex"], 16)
    if block["transactions"][at : at + 1] != [receipt["transactionHash"]]:
        raise AnchorMismatch(field="transaction")
    if receipts[at] != receipt_encoding(receipt):
        raise AnchorMismatch(field="receipt")


def collect_material(
    connection: NodeConnection, chain_id: int, contract: bytes, transaction_hash: bytes
) -> ReceiptMaterial:
    """Ask for all that a receipt's proof is made of, and check it.

    Raises AnchorMissing, AnchorMismatch and ChainUnreachable.
    """
    own = connection.read("eth_getTransactionReceipt", f"0x{transaction_hash.hex()}")
    if own is None or own.get("blockHash") is None:
        raise AnchorMissing(session_id=f"of transaction 0x{transaction_hash.hex()}")
    block = connection.read("eth_getBlockByHash", own["blockHash"], False)  # noqa: FBT003 - positional in JSON-RPC
    if block is None:
        raise ChainUnreachable(reason="the block is not there any more")
    header = header_rlp(block)
    if keccak256(header) != _bytes(own["blockHash"]):
        raise AnchorMismatch(field="block_hash")
    receipts = tuple(receipt_encoding(each) for each in block_receipts(connection, block))
    if receipts_root(receipts) != _bytes(block["receiptsRoot"]):
        raise AnchorMismatch(field="receipts_root")
    return ReceiptMaterial(
        chain_id=chain_id,
        contract_address=contract,
        block_number=int(block["number"], 16),
        block_hash=_bytes(own["blockHash"]),
        block_time_utc_s=int(block["timestamp"], 16),
        header_rlp=header,
        receipts_root=_bytes(block["receiptsRoot"]),
        transaction_hash=transaction_hash,
        transaction_index=int(own["transactionIndex"], 16),
        receipts=receipts,
    )


def block_receipts(connection: NodeConnection, block: Document) -> list[Document]:
    """Ask for all receipts of a block, in order; one by one where the node knows no other way.

    Raises ChainUnreachable, also while the node has not stored them yet.
    """
    try:
        found = connection.ask("eth_getBlockReceipts", block["number"])
    except NodeRefusal as error:
        if error.code != METHOD_NOT_FOUND:
            raise ChainUnreachable(reason=error.message) from error
        found = [
            connection.read("eth_getTransactionReceipt", each) for each in block["transactions"]
        ]
    if found is None or None in found:
        raise ChainUnreachable(reason="the node has not stored the receipts yet")
    receipts: list[Document] = sorted(found, key=lambda each: int(each["transactionIndex"], 16))
    return receipts


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
