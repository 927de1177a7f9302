"""Blocks, transactions, receipts and logs as the JSON that Ethereum clients read.

Source: https://github.com/ethereum/execution-apis. A block has every field of its header, so that whoever reads it can
rebuild the header and check that it hashes to the block's hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rlp  # type: ignore[import-untyped]  # it ships no types
from eth.abc import BlockAPI, BlockHeaderAPI, LogAPI, ReceiptAPI, SignedTransactionAPI
from eth.constants import BLANK_ROOT_HASH, ZERO_HASH32
from eth.vm.forks.cancun.blocks import CancunBlockHeader

from core.chain.encoding import created_address
from core.chain.node.hexadecimal import data, quantity

_BLOOM_BYTES = 256
_NONCE_BYTES = 8
_TOPIC_BYTES = 32
_LEGACY = 0
_SUCCESS = b"\x01"

Document = dict[str, Any]


def block_document(block: BlockAPI, *, has_transactions: bool) -> Document:
    """Describe a block, with whole transactions or their hashes only."""
    header = block.header
    assert isinstance(header, CancunBlockHeader)  # noqa: S101 - every block of this chain has it
    transactions: list[Any] = [
        transaction_document(transaction, header, index)
        if has_transactions
        else data(transaction.hash)
        for index, transaction in enumerate(block.transactions)
    ]
    return {
        **_header_document(header),
        "size": quantity(len(rlp.encode(block))),
        "uncles": [],
        "withdrawals": [],
        "transactions": transactions,
    }


def _header_document(header: CancunBlockHeader) -> Document:
    return {
        "hash": data(header.hash),
        "parentHash": data(header.parent_hash),
        "sha3Uncles": data(header.uncles_hash),
        "miner": data(header.coinbase),
        "stateRoot": data(header.state_root),
        "transactionsRoot": data(header.transaction_root),
        "receiptsRoot": data(header.receipt_root),
        "logsBloom": _bloom(header.bloom),
        "difficulty": quantity(header.difficulty),
        "number": quantity(header.block_number),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "timestamp": quantity(header.timestamp),
        "extraData": data(header.extra_data),
        "mixHash": data(header.mix_hash),
        "nonce": data(header.nonce.rjust(_NONCE_BYTES, b"\0")),
        "baseFeePerGas": quantity(header.base_fee_per_gas or 0),
        "withdrawalsRoot": data(header.withdrawals_root or BLANK_ROOT_HASH),
        "blobGasUsed": quantity(header.blob_gas_used),
        "excessBlobGas": quantity(header.excess_blob_gas),
        "parentBeaconBlockRoot": data(header.parent_beacon_block_root or ZERO_HASH32),
    }


def transaction_document(
    transaction: SignedTransactionAPI, header: BlockHeaderAPI | None, index: int | None
) -> Document:
    """Describe a transaction; header and index are None while it waits."""
    kind = transaction.type_id or _LEGACY
    described: Document = {
        "hash": data(transaction.hash),
        "type": quantity(kind),
        "chainId": None if transaction.chain_id is None else quantity(transaction.chain_id),
        "nonce": quantity(transaction.nonce),
        "from": data(transaction.sender),
        "to": data(transaction.to) if transaction.to else None,
        "value": quantity(transaction.value),
        "gas": quantity(transaction.gas),
        "input": data(transaction.data),
        "gasPrice": quantity(_price(transaction, header)),
        "v": quantity(_v(transaction, kind)),
        "r": quantity(transaction.r),
        "s": quantity(transaction.s),
        "blockHash": None if header is None else data(header.hash),
        "blockNumber": None if header is None else quantity(header.block_number),
        "transactionIndex": None if index is None else quantity(index),
    }
    if kind != _LEGACY:
        described["yParity"] = quantity(transaction.y_parity)
        described["accessList"] = [
            {"address": data(address), "storageKeys": [data(_word(key)) for key in keys]}
            for address, keys in transaction.access_list
        ]
    if kind > 1:
        described["maxFeePerGas"] = quantity(transaction.max_fee_per_gas)
        described["maxPriorityFeePerGas"] = quantity(transaction.max_priority_fee_per_gas)
    return described


def _v(transaction: SignedTransactionAPI, kind: int) -> int:
    """Give the signature's v: with EIP-155 in a legacy transaction, the parity alone in a typed one."""
    if kind == _LEGACY and transaction.chain_id is not None:
        return transaction.y_parity + 35 + 2 * transaction.chain_id
    return transaction.y_parity


def _price(transaction: SignedTransactionAPI, header: BlockHeaderAPI | None) -> int:
    base_fee = 0 if header is None else header.base_fee_per_gas or 0
    return min(transaction.max_fee_per_gas, transaction.max_priority_fee_per_gas + base_fee)


def receipt_documents(block: BlockAPI, receipts: tuple[ReceiptAPI, ...]) -> list[Document]:
    """Describe all receipts of a block."""
    logs = list(log_documents(block, receipts))
    described: list[Document] = []
    gas_before = 0
    first_log = 0
    for index, (transaction, receipt) in enumerate(zip(block.transactions, receipts, strict=True)):
        last_log = first_log + len(receipt.logs)
        described.append(
            {
                "transactionHash": data(transaction.hash),
                "transactionIndex": quantity(index),
                "blockHash": data(block.hash),
                "blockNumber": quantity(block.number),
                "from": data(transaction.sender),
                "to": data(transaction.to) if transaction.to else None,
                "type": quantity(transaction.type_id or _LEGACY),
                "status": quantity(int(receipt.state_root == _SUCCESS)),
                "cumulativeGasUsed": quantity(receipt.gas_used),
                "gasUsed": quantity(receipt.gas_used - gas_before),
                "effectiveGasPrice": quantity(_price(transaction, block.header)),
                "contractAddress": None
                if transaction.to
                else data(created_address(transaction.sender, transaction.nonce)),
                "logsBloom": _bloom(receipt.bloom),
                "logs": logs[first_log:last_log],
            }
        )
        gas_before = receipt.gas_used
        first_log = last_log
    return described


def log_documents(block: BlockAPI, receipts: tuple[ReceiptAPI, ...]) -> Iterator[Document]:
    """Describe all logs of a block in order."""
    position = 0
    for index, (transaction, receipt) in enumerate(zip(block.transactions, receipts, strict=True)):
        for log in receipt.logs:
            yield _log_document(log, block, transaction, index, position)
            position += 1


def _log_document(
    log: LogAPI, block: BlockAPI, transaction: SignedTransactionAPI, index: int, position: int
) -> Document:
    return {
        "address": data(log.address),
        "topics": [data(_word(topic)) for topic in log.topics],
        "data": data(log.data),
        "blockHash": data(block.hash),
        "blockNumber": quantity(block.number),
        "blockTimestamp": quantity(block.header.timestamp),
        "transactionHash": data(transaction.hash),
        "transactionIndex": quantity(index),
        "logIndex": quantity(position),
        "removed": False,
    }


def _bloom(bits: int) -> str:
    return data(bits.to_bytes(_BLOOM_BYTES, "big"))


def _word(number: int) -> bytes:
    return number.to_bytes(_TOPIC_BYTES, "big")
