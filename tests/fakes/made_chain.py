"""A chain made of real encodings, without a machine that runs anything: headers, receipts and logs that hash rightly.

It answers the questions that an index asks a node, as a ``NodeConnection`` does. It can exchange its blocks, and lie.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from core.chain import abi
from core.chain.abi import ContractEvent
from core.chain.bloom import bits_of
from core.chain.connection import METHOD_NOT_FOUND, NodeRefusal
from core.chain.encoding import keccak256
from core.chain.ordered_trie import ordered_root
from core.chain.receipts import header_rlp, receipt_encoding
from core.errors import ChainUnreachable

CHAIN_ID = 31337
ANCHORS = bytes([0xA1]) * 20
BATCHES = bytes([0xB2]) * 20
START_UTC_S = 1_793_000_000
SECONDS = 12
Document = dict[str, Any]
_EMPTY_HASH = f"0x{bytes(32).hex()}"


class MadeChain:
    """Blocks by number, from 0 on; ``add`` makes the next. ``keeps`` bounds how many blocks have their receipts."""

    def __init__(
        self, *, chain_id: int = CHAIN_ID, salt: bytes = b"", keeps: int | None = None
    ) -> None:
        self.chain_id = chain_id
        self.blocks: list[Document] = []
        self.receipts: dict[int, list[Document]] = {}
        self.asked: list[str] = []
        self.lie: Callable[[str, Sequence[Any], Any], Any] = lambda _method, _params, answer: answer
        self.is_down = False
        self.most_logs: int | None = None
        self._salt = salt
        self._keeps = keeps
        self._blooms: dict[bytes, int] = {}
        self.add()

    def add(self, *events: tuple[bytes, ContractEvent]) -> Document:
        """Make the next block, with a transaction for each event of a contract."""
        number = len(self.blocks)
        receipts, encoded, bloom = [], [], 0
        for index, (address, event) in enumerate(events):
            receipt, bits = self._receipt(number, index, address, event)
            bloom |= bits
            receipts.append(receipt)
            encoded.append(receipt_encoding(receipt))
        block = self._block(number, receipts, bloom, ordered_root(encoded))
        for receipt in receipts:
            receipt["blockHash"] = block["hash"]
            for log in receipt["logs"]:
                log["blockHash"] = block["hash"]
        self.blocks.append(block)
        self.receipts[number] = receipts
        if self._keeps is not None:
            self.receipts.pop(number - self._keeps, None)
        return block

    def exchange(self, above: int, salt: bytes) -> None:
        """Forget the blocks above a height; those that are added from now on are others."""
        del self.blocks[above + 1 :]
        for number in [each for each in self.receipts if each > above]:
            del self.receipts[number]
        self._salt = salt

    def _receipt(
        self, number: int, index: int, address: bytes, event: ContractEvent
    ) -> tuple[Document, int]:
        topics, data = log_of(event)
        bits = self._bits(address)
        for at, topic in enumerate(topics):
            bits |= bits_of(topic) if at == 1 else self._bits(topic)
        transaction = f"0x{keccak256(self._salt + number.to_bytes(8) + index.to_bytes(4)).hex()}"
        place = {
            "blockNumber": hex(number),
            "transactionHash": transaction,
            "transactionIndex": hex(index),
        }
        log = {
            "address": f"0x{address.hex()}",
            "topics": [f"0x{topic.hex()}" for topic in topics],
            "data": f"0x{data.hex()}",
            "logIndex": hex(index),
            "removed": False,
            **place,
        }
        receipt = {
            "type": "0x2",
            "status": "0x1",
            "cumulativeGasUsed": hex(50_000 * (index + 1)),
            "gasUsed": "0xc350",
            "logsBloom": f"0x{bits:0512x}",
            "logs": [log],
            **place,
        }
        return receipt, bits

    def _bits(self, value: bytes) -> int:
        found = self._blooms.get(value)
        if found is None:
            found = self._blooms[value] = bits_of(value)
        return found

    def _block(self, number: int, receipts: list[Document], bloom: int, root: bytes) -> Document:
        block: Document = {
            "parentHash": self.blocks[-1]["hash"] if number else _EMPTY_HASH,
            "sha3Uncles": _EMPTY_HASH,
            "miner": f"0x{bytes(20).hex()}",
            "stateRoot": _EMPTY_HASH,
            "transactionsRoot": _EMPTY_HASH,
            "receiptsRoot": f"0x{root.hex()}",
            "logsBloom": f"0x{bloom:0512x}",
            "difficulty": "0x0",
            "number": hex(number),
            "gasLimit": "0x2625a00",
            "gasUsed": hex(50_000 * len(receipts)),
            "timestamp": hex(START_UTC_S + SECONDS * number),
            "extraData": f"0x{self._salt.hex()}",
            "mixHash": _EMPTY_HASH,
            "nonce": "0x0000000000000000",
            "baseFeePerGas": "0x7",
            "transactions": [each["transactionHash"] for each in receipts],
        }
        return {**block, "hash": f"0x{keccak256(header_rlp(block)).hex()}"}

    # --- what a node answers -----------------------------------------------------------------

    def ask(self, method: str, *params: Any) -> Any:  # noqa: ANN401 - any JSON
        """Answer as ``NodeConnection.ask`` does."""
        self.asked.append(method)
        if self.is_down:
            raise ChainUnreachable(reason="no node listens")
        return self.lie(method, params, self.answer(method, params))

    read = ask

    def answer(self, method: str, params: Sequence[Any]) -> Any:  # noqa: ANN401 - any JSON
        """Answer truly. Raises NodeRefusal."""
        match method:
            case "eth_chainId":
                return hex(self.chain_id)
            case "eth_getBlockByNumber":
                return self._block_at(params[0])
            case "eth_getBlockReceipts":
                return self.receipts[int(params[0], 16)]
            case "eth_getLogs":
                return self._logs(params[0])
        raise NodeRefusal(METHOD_NOT_FOUND, f"the method {method} does not exist")

    def _block_at(self, tag: str) -> Document | None:
        number = len(self.blocks) - 1 if tag == "latest" else int(tag, 16)
        return self.blocks[number] if number < len(self.blocks) else None

    def _logs(self, asked: Document) -> list[Document]:
        first, last = int(asked["fromBlock"], 16), int(asked["toBlock"], 16)
        addresses, topics = _choices(asked["address"]), _choices(asked["topics"][0])
        found = [
            log
            for number in range(first, min(last, len(self.blocks) - 1) + 1)
            for receipt in self.receipts[number]
            for log in receipt["logs"]
            if log["address"] in addresses and log["topics"][0] in topics
        ]
        if self.most_logs is not None and len(found) > self.most_logs:
            raise NodeRefusal(-32005, "query returned more than 10000 results")
        return found


def _choices(given: str | list[str]) -> set[str]:
    return {each.lower() for each in ([given] if isinstance(given, str) else given)}


def log_of(event: ContractEvent) -> tuple[list[bytes], bytes]:
    """Encode an event as a log's topics and data."""
    topics, plain = [event.TOPIC], []
    for kind, is_indexed, value in zip(
        event.KINDS, event.INDEXED, abi.values_of(event), strict=True
    ):
        if is_indexed:
            topics.append(abi.encode([kind], [value]))
        else:
            plain.append((kind, value))
    return topics, abi.encode([kind for kind, _ in plain], [value for _, value in plain])


def session_id(number: int) -> bytes:
    """Make the session ID of that number."""
    return UUID(int=keccak_int(number), version=4).bytes


def keccak_int(number: int) -> int:
    """Spread numbers over all of 128 bits."""
    return int.from_bytes(keccak256(number.to_bytes(8))[:16])
