"""What an index reads from a node, and how much of it is believed.

*Plain*: the node's own search for logs, checked for what contradicts itself and the blocks' hashes. *Verified*: nothing
but what hashes to the block: each header to its hash and to the one before it, all receipts of a block to its header's
root; and a block is only passed over when its header's bloom filter says that it holds no log of ours. So a node can
neither alter a log, nor make one up, nor leave one out; it can only show another chain. (Which transaction a receipt is
of remains the node's word: its hash is not among what receipts hash to.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.chain.abi import ContractEvent
from core.chain.bloom import bits_of, may_hold
from core.chain.clients.events import lucid_anchors, lucid_batches
from core.chain.connection import NodeConnection, NodeRefusal
from core.chain.encoding import keccak256
from core.chain.index_store import BlockRef, Logged, Watched
from core.chain.log_ranges import MOST_LOGS, is_limit, logs_within
from core.chain.receipts import block_receipts, header_rlp, receipt_encoding, receipts_root
from core.errors import AnchorMismatch, ChainUnreachable

Document = dict[str, Any]
_YEAR_10000_UTC_S = 253_402_300_800
_MALFORMED = (KeyError, ValueError, TypeError, AttributeError, IndexError)
_ANCHORS_EVENTS: tuple[type[ContractEvent], ...] = (
    lucid_anchors.SessionOpened,
    lucid_anchors.ProgressAnchored,
    lucid_anchors.ChunkAnchored,
    lucid_anchors.SessionSealed,
)
_BATCHES_EVENTS: tuple[type[ContractEvent], ...] = (
    lucid_batches.BatchAnchored,
    lucid_batches.SessionVoided,
)


@dataclass(frozen=True)
class Header:
    """What an index needs of a block's header, which hashes to the block's hash."""

    number: int
    hash: bytes
    parent: bytes
    time_utc_s: int
    bloom: int
    receipts_root: bytes
    document: Document

    @property
    def ref(self) -> BlockRef:
        """The block by height and hash."""
        return BlockRef(self.number, self.hash)


class TooMuchAtOnce(Exception):
    """The node does not give so many logs at a time; ask for fewer blocks."""


class BlockSource:
    """Asks a node; for one thread. Raises ChainUnreachable, and AnchorMismatch when what it says cannot be."""

    def __init__(
        self, connection: NodeConnection, watched: Watched, *, has_anchors: bool = True
    ) -> None:
        """Without ``has_anchors`` the events of LucidBatches alone are read."""
        self._connection = connection
        self._watched = watched
        by_address = {watched.anchors: _ANCHORS_EVENTS} if has_anchors else {}
        if watched.batches is not None:
            by_address[watched.batches] = _BATCHES_EVENTS
        self._events = {
            address: {each.TOPIC: each for each in events} for address, events in by_address.items()
        }
        self._filter: Document = {
            "address": [f"0x{address.hex()}" for address in by_address],
            "topics": [
                [f"0x{each.TOPIC.hex()}" for events in by_address.values() for each in events]
            ],
        }
        self._blooms = {address: bits_of(address) for address in by_address}

    def of_batches(self) -> BlockSource:
        """Give a source over the same node that reads the events of LucidBatches alone."""
        return BlockSource(self._connection, self._watched, has_anchors=False)

    def chain_id(self) -> int:
        """Ask which chain the node is on."""
        try:
            return int(self._connection.read("eth_chainId"), 16)
        except _MALFORMED as error:
            raise AnchorMismatch(field="chain ID") from error

    def head(self) -> Header:
        """Ask for the newest block."""
        found = self._header("latest")
        if found is None:
            raise ChainUnreachable(reason="it has no block yet")
        return found

    def header(self, number: int) -> Header | None:
        """Ask for the header at a height; None when there is no such block (any more)."""
        found = self._header(hex(number))
        if found is not None and found.number != number:
            raise AnchorMismatch(field="block number")
        return found

    def _header(self, tag: str) -> Header | None:
        block = self._connection.read("eth_getBlockByNumber", tag, False)  # noqa: FBT003 - positional in JSON-RPC
        if block is None:
            return None
        try:
            header = _header_of(block)
            is_its_own = keccak256(header_rlp(block)) == header.hash
        except _MALFORMED as error:
            raise AnchorMismatch(field="header") from error
        if not is_its_own:
            raise AnchorMismatch(field="block_hash")
        return header

    # --- plain -------------------------------------------------------------------------------

    def logs(self, first: int, last: int) -> list[Document]:
        """Ask for the logs of some blocks. Raises TooMuchAtOnce, too."""
        asked = {**self._filter, "fromBlock": hex(first), "toBlock": hex(last)}
        try:
            found = self._connection.ask("eth_getLogs", asked)
        except NodeRefusal as error:
            if last > first and is_limit(error):
                raise TooMuchAtOnce from error
            raise ChainUnreachable(reason=f"eth_getLogs: {error.message}") from error
        logs = logs_within(found, first, last)
        if len(logs) >= MOST_LOGS and last > first:
            raise TooMuchAtOnce
        return logs

    def read_logs(self, logs: Sequence[Document], headers: dict[int, Header]) -> list[Logged]:
        """Read the logs of a search; each must stand in a block that is known, in order, and be of our contracts."""
        found: list[Logged] = []
        last = (-1, -1)
        for log in logs:
            try:
                number, log_index = int(log["blockNumber"], 16), int(log["logIndex"], 16)
                header = headers[number]
                if log.get("removed") or _bytes(log["blockHash"]) != header.hash:
                    raise AnchorMismatch(field="block of a log")
                transaction = _bytes(log["transactionHash"])
                event = self._event(log)
            except _MALFORMED as error:
                raise AnchorMismatch(field="log") from error
            if event is None or (number, log_index) <= last:
                raise AnchorMismatch(field="order of the logs")
            last = number, log_index
            found.append(Logged(event, number, header.time_utc_s, transaction, log_index))
        return found

    # --- verified ----------------------------------------------------------------------------

    def verified(self, header: Header) -> list[Logged]:
        """Give the events of a block, from receipts that lead to its header's root."""
        if not any(may_hold(header.bloom, bits) for bits in self._blooms.values()):
            return []
        receipts = block_receipts(self._connection, header.document)
        try:
            root = receipts_root([receipt_encoding(each) for each in receipts])
            if root != header.receipts_root:
                raise AnchorMismatch(field="receipts_root")
            return self._read_receipts(header, receipts)
        except _MALFORMED as error:
            raise AnchorMismatch(field="receipts") from error

    def _read_receipts(self, header: Header, receipts: list[Document]) -> list[Logged]:
        """Read a block's events. Which transaction a receipt is of, the header does not say; the block's list does."""
        hashes = header.document["transactions"]
        if len(hashes) != len(receipts):
            raise AnchorMismatch(field="transactions")
        found: list[Logged] = []
        log_index = 0
        for transaction, receipt in zip(hashes, receipts, strict=True):
            for log in receipt["logs"]:
                event = self._event(log)
                if event is not None:
                    place = (header.number, header.time_utc_s, _bytes(transaction), log_index)
                    found.append(Logged(event, *place))
                log_index += 1
        return found

    def _event(self, log: Document) -> ContractEvent | None:
        """Decode a log; None when it is none that is indexed."""
        events = self._events.get(_bytes(log["address"]))
        topics = [_bytes(topic) for topic in log["topics"]]
        event = None if events is None or not topics else events.get(topics[0])
        return None if event is None else event.decode(topics, _bytes(log["data"]))


def _header_of(block: Document) -> Header:
    time_utc_s = int(block["timestamp"], 16)
    if not 0 <= time_utc_s < _YEAR_10000_UTC_S:
        raise ValueError("a block of no time that a calendar has")
    return Header(
        number=int(block["number"], 16),
        hash=_bytes(block["hash"]),
        parent=_bytes(block["parentHash"]),
        time_utc_s=time_utc_s,
        bloom=int(block["logsBloom"], 16),
        receipts_root=_bytes(block["receiptsRoot"]),
        document=block,
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
