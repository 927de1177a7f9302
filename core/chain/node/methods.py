"""The JSON-RPC methods that the node answers.

Source: https://github.com/ethereum/execution-apis. ``safe``, ``finalized`` and ``pending`` are ``latest``: a block that
is served is durable, and it is never replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eth.abc import BlockHeaderAPI
from eth_typing import Address
from eth_utils.crypto import keccak

from core.chain.node.documents import (
    Document,
    block_document,
    log_documents,
    receipt_documents,
    transaction_document,
)
from core.chain.node.execution import Call, estimate_gas, execute
from core.chain.node.hexadecimal import (
    data,
    quantity,
    read_address,
    read_data,
    read_hash,
    read_quantity,
)
from core.chain.node.ledger import Ledger, Place
from core.chain.node.log_filter import LogFilter, read_filter
from core.chain.node.pool import TRANSACTION_GAS_CAP, TransactionPool
from core.chain.node.rpc_errors import METHOD_NOT_FOUND, TOO_MUCH, RpcError, invalid, refused

CLIENT_VERSION = "lucid-node/1/py-evm-0.12.1b1"
MAX_LOGS = 10_000
MAX_FEE_HISTORY = 1024
_LATEST = {"latest", "safe", "finalized", "pending"}
_WORD_BYTES = 32

Params = list[Any]
Method = Callable[[Params], Any]


class Methods:
    """Answers method by method; for one thread. ``submitted`` is called after each accepted transaction."""

    def __init__(
        self, ledger: Ledger, pool: TransactionPool, submitted: Callable[[], None]
    ) -> None:
        self._ledger = ledger
        self._pool = pool
        self._submitted = submitted
        self._methods: dict[str, tuple[Method, int, int]] = {
            "eth_chainId": (lambda _: quantity(ledger.chain_id), 0, 0),
            "net_version": (lambda _: str(ledger.chain_id), 0, 0),
            "net_listening": (lambda _: True, 0, 0),
            "web3_clientVersion": (lambda _: CLIENT_VERSION, 0, 0),
            "web3_sha3": (lambda given: data(keccak(read_data(given[0], "data"))), 1, 1),
            "eth_syncing": (lambda _: False, 0, 0),
            "eth_accounts": (lambda _: [], 0, 0),
            "eth_blockNumber": (lambda _: quantity(ledger.head.block_number), 0, 0),
            "eth_gasPrice": (lambda _: quantity(ledger.head.base_fee_per_gas or 0), 0, 0),
            "eth_maxPriorityFeePerGas": (lambda _: quantity(0), 0, 0),
            "eth_blobBaseFee": (lambda _: quantity(1), 0, 0),
            "eth_feeHistory": (self._fee_history, 2, 3),
            "eth_getBlockByNumber": (self._block_by_number, 1, 2),
            "eth_getBlockByHash": (self._block_by_hash, 1, 2),
            "eth_getBlockReceipts": (self._block_receipts, 1, 1),
            "eth_getBlockTransactionCountByNumber": (self._transaction_count_of, 1, 1),
            "eth_getTransactionByHash": (self._transaction, 1, 1),
            "eth_getTransactionReceipt": (self._receipt, 1, 1),
            "eth_getTransactionCount": (self._nonce, 1, 2),
            "eth_getBalance": (self._balance, 1, 2),
            "eth_getCode": (self._code, 1, 2),
            "eth_getStorageAt": (self._storage, 2, 3),
            "eth_getLogs": (self._logs, 1, 1),
            "eth_call": (self._call, 1, 2),
            "eth_estimateGas": (self._estimate, 1, 2),
            "eth_sendRawTransaction": (self._send, 1, 1),
        }

    def answer(self, name: str, given: Params) -> Any:  # noqa: ANN401 - any JSON
        """Run a method. Raises RpcError."""
        found = self._methods.get(name)
        if found is None:
            raise RpcError(
                METHOD_NOT_FOUND, f"the method {name[:64]} does not exist or is not available"
            )
        method, least, most = found
        if not least <= len(given) <= most:
            raise invalid(f"{name} takes {least} to {most} parameters, not {len(given)}")
        return method(given)

    # --- blocks ----------------------------------------------------------------------------

    def _header(self, tag: object) -> BlockHeaderAPI | None:
        """Find the block that a number, a tag or an EIP-1898 object means."""
        if isinstance(tag, dict):
            if "blockHash" in tag:
                return self._ledger.header_of(read_hash(tag["blockHash"], "blockHash"))
            tag = tag.get("blockNumber", "latest")
        if isinstance(tag, str) and tag in _LATEST:
            return self._ledger.head
        if tag == "earliest":
            return self._ledger.header_at(0)
        return self._ledger.header_at(read_quantity(tag, "block"))

    def _header_at(self, given: Params, position: int) -> BlockHeaderAPI:
        """Find the block named by an optional parameter. Raises RpcError when there is none."""
        header = self._header(given[position] if len(given) > position else "latest")
        if header is None:
            raise refused("header not found")
        return header

    def _described(self, header: BlockHeaderAPI | None, given: Params) -> Document | None:
        if header is None:
            return None
        has_transactions = len(given) > 1 and given[1] is True
        return block_document(self._ledger.block(header), has_transactions=has_transactions)

    def _block_by_number(self, given: Params) -> Document | None:
        return self._described(self._header(given[0]), given)

    def _block_by_hash(self, given: Params) -> Document | None:
        return self._described(self._ledger.header_of(read_hash(given[0])), given)

    def _transaction_count_of(self, given: Params) -> str | None:
        header = self._header(given[0])
        return None if header is None else quantity(len(self._ledger.block(header).transactions))

    def _receipts_of(self, header: BlockHeaderAPI) -> list[Document]:
        return receipt_documents(self._ledger.block(header), self._ledger.receipts(header))

    def _block_receipts(self, given: Params) -> list[Document] | None:
        is_hash = isinstance(given[0], str) and len(given[0]) == 2 + 2 * _WORD_BYTES
        header = self._ledger.header_of(read_hash(given[0])) if is_hash else self._header(given[0])
        return None if header is None else self._receipts_of(header)

    # --- transactions ----------------------------------------------------------------------

    def _place(self, transaction_hash: bytes) -> tuple[Place, BlockHeaderAPI] | None:
        place = self._ledger.place_of(transaction_hash)
        header = None if place is None else self._ledger.header_at(place.block_number)
        return None if place is None or header is None else (place, header)

    def _transaction(self, given: Params) -> Document | None:
        transaction_hash = read_hash(given[0])
        found = self._place(transaction_hash)
        if found is not None:
            place, header = found
            transaction = self._ledger.block(header).transactions[place.index]
            return transaction_document(transaction, header, place.index)
        waiting = self._pool.get(transaction_hash)
        return None if waiting is None else transaction_document(waiting, None, None)

    def _receipt(self, given: Params) -> Document | None:
        found = self._place(read_hash(given[0]))
        if found is None:
            return None
        place, header = found
        return self._receipts_of(header)[place.index]

    def _send(self, given: Params) -> str:
        transaction_hash = self._pool.add(read_data(given[0], "transaction"))
        self._submitted()
        return data(transaction_hash)

    # --- accounts --------------------------------------------------------------------------

    def _nonce(self, given: Params) -> str:
        address = read_address(given[0])
        with self._ledger.state(self._header_at(given, 1)) as state:
            nonce = state.get_nonce(Address(address))
        if given[1:] == ["pending"]:
            nonce = self._pool.next_nonce(address, nonce)
        return quantity(nonce)

    def _balance(self, given: Params) -> str:
        address = Address(read_address(given[0]))
        with self._ledger.state(self._header_at(given, 1)) as state:
            return quantity(state.get_balance(address))

    def _code(self, given: Params) -> str:
        address = Address(read_address(given[0]))
        with self._ledger.state(self._header_at(given, 1)) as state:
            return data(state.get_code(address))

    def _storage(self, given: Params) -> str:
        address = Address(read_address(given[0]))
        slot = read_quantity(given[1], "slot")
        with self._ledger.state(self._header_at(given, 2)) as state:
            return data(state.get_storage(address, slot).to_bytes(_WORD_BYTES, "big"))

    # --- calls -----------------------------------------------------------------------------

    def _call(self, given: Params) -> str:
        return data(execute(self._ledger, self._header_at(given, 1), _read_call(given[0])))

    def _estimate(self, given: Params) -> str:
        return quantity(estimate_gas(self._ledger, self._header_at(given, 1), _read_call(given[0])))

    # --- logs and fees ---------------------------------------------------------------------

    def _logs(self, given: Params) -> list[Document]:
        asked = read_filter(given[0])
        found = self._ledger.find_logs(
            self._range(asked), asked.addresses, asked.topics, MAX_LOGS + 1
        )
        if len(found) > MAX_LOGS:
            raise RpcError(TOO_MUCH, f"query returned more than {MAX_LOGS} results")
        return self._log_documents(found)

    def _range(self, asked: LogFilter) -> range:
        if asked.block_hash is not None:
            header = self._ledger.header_of(asked.block_hash)
            if header is None:
                raise refused("unknown block")
            return range(header.block_number, header.block_number + 1)
        first = self._header(asked.from_block)
        last = self._header(asked.to_block)
        start = self._ledger.head.block_number + 1 if first is None else first.block_number
        stop = self._ledger.head.block_number if last is None else last.block_number
        return range(start, max(start, stop + 1))

    def _log_documents(self, found: list[tuple[int, int]]) -> list[Document]:
        logs_of: dict[int, list[Document]] = {}
        for number in {number for number, _ in found}:
            header = self._header_at([quantity(number)], 0)
            logs_of[number] = list(
                log_documents(self._ledger.block(header), self._ledger.receipts(header))
            )
        return [logs_of[number][position] for number, position in found]

    def _fee_history(self, given: Params) -> Document:
        count = given[0] if isinstance(given[0], int) else read_quantity(given[0], "blockCount")
        last = self._header_at(given, 1).block_number
        percentiles = given[2] if len(given) > 2 and isinstance(given[2], list) else []  # noqa: PLR2004 - the third
        oldest = max(0, last + 1 - max(0, min(count, MAX_FEE_HISTORY)))
        headers = [self._header_at([quantity(number)], 0) for number in range(oldest, last + 1)]
        ratios = [header.gas_used / header.gas_limit for header in headers]
        history: Document = {
            "oldestBlock": quantity(oldest),
            "baseFeePerGas": [quantity(0)] * (len(headers) + 1),
            "gasUsedRatio": ratios,
            "baseFeePerBlobGas": [quantity(1)] * (len(headers) + 1),
            "blobGasUsedRatio": [0.0] * len(headers),
        }
        if percentiles:
            history["reward"] = [[quantity(0)] * len(percentiles) for _ in headers]
        return history


def _read_call(given: object) -> Call:
    """Read the object of eth_call and eth_estimateGas; fees are let pass, since nothing costs anything."""
    if not isinstance(given, dict):
        raise invalid("the call is not an object")
    payload = given.get("input", given.get("data", "0x"))
    asked_gas = given.get("gas")
    gas = TRANSACTION_GAS_CAP if asked_gas is None else read_quantity(asked_gas, "gas")
    sender = given.get("from")
    to = given.get("to")
    return Call(
        sender=bytes(20) if sender is None else read_address(sender, "from"),
        to=None if to is None else read_address(to, "to"),
        gas=min(gas, TRANSACTION_GAS_CAP),
        value=read_quantity(given.get("value", "0x0"), "value"),
        payload=read_data("0x" if payload is None else payload, "input"),
    )
