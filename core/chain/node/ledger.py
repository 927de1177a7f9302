"""Blocks, state and logs: what the chain is, over the store.

A block is executed in memory, checked by py-evm's own rules, committed in one transaction, and only then
becomes the head. Rules: Cancun (https://eips.ethereum.org/EIPS/eip-7569) from the first block on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from eth.abc import BlockAPI, BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI, StateAPI
from eth.chains.base import Chain
from eth.constants import ZERO_ADDRESS, ZERO_HASH32
from eth.db.atomic import AtomicDB
from eth.exceptions import (
    BlockNotFound,
    CanonicalHeadNotFound,
    GapTrackingCorrupted,
    HeaderNotFound,
    TransactionNotFound,
)
from eth.vm.chain_context import ChainContext
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.cancun.receipts import CancunReceiptBuilder
from eth.vm.forks.cancun.transactions import CancunTransactionBuilder
from eth.vm.interrupt import EVMMissingData
from eth_typing import Address, BlockNumber, Hash32
from trie.exceptions import MissingTrieNode

from core.chain.node.genesis import GAS_LIMIT, Genesis
from core.chain.node.store import ChainStore, LogEntry
from core.errors import StoreCorrupt

GAS_TARGET = GAS_LIMIT // 2
_TOPIC_BYTES = 32
# How py-evm says that an entry it needs is not in the store.
_LOST = (
    MissingTrieNode,
    EVMMissingData,
    HeaderNotFound,
    BlockNotFound,
    CanonicalHeadNotFound,
    GapTrackingCorrupted,
)


class CannotApply(Exception):
    """A transaction that the rules refuse at this place; ``position`` counts in what was given."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


@dataclass(frozen=True)
class Place:
    """Where a transaction is."""

    block_number: int
    index: int


class Ledger:
    """The chain of blocks; for one thread. Raises StoreCorrupt when the store contradicts itself."""

    def __init__(self, store: ChainStore, genesis: Genesis) -> None:
        self._store = store
        self.chain_id = genesis.chain_id
        self._chain_class: type[Chain] = type(
            "LucidChain",
            (Chain,),
            {"vm_configuration": ((BlockNumber(0), CancunVM),), "chain_id": genesis.chain_id},
        )
        with self._consistent():
            self._chain = self._open(genesis)
            self.head = self._chain.get_canonical_head()
            self._check_head()

    def _open(self, genesis: Genesis) -> Chain:
        first = self._make_genesis(AtomicDB(), genesis).get_canonical_head()
        database = AtomicDB(self._store)
        chain = self._chain_class(database)
        try:
            stored = chain.get_canonical_block_hash(BlockNumber(0))
        except HeaderNotFound:
            self._make_genesis(database, genesis)
            self._store.commit()
            return chain
        if stored != first.hash:
            raise StoreCorrupt(reason="the first block is not the one of genesis.json")
        return chain

    def _make_genesis(self, database: AtomicDB, genesis: Genesis) -> Chain:
        state = {
            Address(address): {"balance": wei, "nonce": 0, "code": b"", "storage": {}}
            for address, wei in genesis.balances
        }
        parameters = {
            "gas_limit": GAS_LIMIT,
            "base_fee_per_gas": 0,
            "timestamp": genesis.time_utc_s,
            "extra_data": genesis.extra_data,
            "parent_beacon_block_root": ZERO_HASH32,
        }
        chain = self._chain_class.from_genesis(database, parameters, state)  # type: ignore[arg-type]  # py-evm's alias wants each value's exact union
        assert isinstance(chain, Chain)  # noqa: S101 - its declared type is the base class
        return chain

    def _check_head(self) -> None:
        """Read what the newest block hangs on, so that damage there is told at the start."""
        block = self.block(self.head)
        if len(self.receipts(self.head)) != len(block.transactions):
            raise StoreCorrupt(reason="the newest block has lost receipts")
        with self.state(self.head) as state:
            state.get_balance(ZERO_ADDRESS)

    @contextmanager
    def _consistent(self) -> Iterator[None]:
        try:
            yield
        except _LOST as error:
            raise StoreCorrupt(reason=f"an entry is lost: {error}") from error

    # --- reading ---------------------------------------------------------------------------

    def header_at(self, number: int) -> BlockHeaderAPI | None:
        """Read the header at a height; None above the head."""
        if number > self.head.block_number:
            return None
        if number == self.head.block_number:
            return self.head
        with self._consistent():
            return self._chain.get_canonical_block_header_by_number(BlockNumber(number))

    def header_of(self, block_hash: bytes) -> BlockHeaderAPI | None:
        """Read the header with a hash; None when there is no such block."""
        try:
            return self._chain.get_block_header_by_hash(Hash32(block_hash))
        except HeaderNotFound:
            return None

    def block(self, header: BlockHeaderAPI) -> BlockAPI:
        """Read the whole block of a header."""
        with self._consistent():
            return self._chain.get_block_by_header(header)

    def receipts(self, header: BlockHeaderAPI) -> tuple[ReceiptAPI, ...]:
        """Read all receipts of a block."""
        with self._consistent():
            return tuple(self._chain.chaindb.get_receipts(header, CancunReceiptBuilder))

    def place_of(self, transaction_hash: bytes) -> Place | None:
        """Tell where a transaction is; None while it is in no block."""
        try:
            number, index = self._chain.chaindb.get_transaction_index(Hash32(transaction_hash))
        except TransactionNotFound:
            return None
        return Place(number, index)

    def find_logs(
        self,
        blocks: range,
        addresses: Sequence[bytes],
        topics: Sequence[Sequence[bytes]],
        limit: int,
    ) -> list[tuple[int, int]]:
        """List block and position of matching logs, in order; at most ``limit``."""
        return self._store.find_logs(blocks, addresses, topics, limit)

    @contextmanager
    def state(self, header: BlockHeaderAPI) -> Iterator[StateAPI]:
        """Lend the state after a block, where gas costs nothing; what is changed in it is forgotten."""
        free_header = header.copy(base_fee_per_gas=0)
        hashes = CancunVM.get_prev_hashes(header.parent_hash, self._chain.chaindb) or ()
        with self._consistent():
            yield CancunVM.build_state(
                self._chain.chaindb.db, free_header, ChainContext(self.chain_id), hashes
            )

    @staticmethod
    def decode(raw: bytes) -> SignedTransactionAPI:
        """Read a signed transaction. Raises whatever py-evm and rlp do on bytes that are none."""
        return CancunTransactionBuilder.decode(raw)

    # --- growing ---------------------------------------------------------------------------

    def append(self, transactions: Sequence[SignedTransactionAPI], now_utc_s: int) -> BlockAPI:
        """Execute the transactions in the next block and make it durable; then it is the head.

        Its time is ``now_utc_s``, or one second after its parent's where that is later. On CannotApply,
        StorageFull and every other error nothing has changed.
        """
        try:
            with self._consistent():
                block, receipts = self._execute(transactions, now_utc_s)
                self._chain.chaindb.persist_block(block)
            self._stage_logs(block, receipts)
            self._store.commit()
        finally:
            self._store.discard()
        self.head = block.header
        return block

    def _execute(
        self, transactions: Sequence[SignedTransactionAPI], now_utc_s: int
    ) -> tuple[BlockAPI, list[ReceiptAPI]]:
        header = CancunVM.create_header_from_parent(
            self.head,
            timestamp=max(now_utc_s, self.head.timestamp + 1),
            gas_limit=self.head.gas_limit,
            coinbase=ZERO_ADDRESS,
            parent_beacon_block_root=ZERO_HASH32,
        )
        machine = self._chain.get_vm(header)
        receipts: list[ReceiptAPI] = []
        for position, transaction in enumerate(transactions):
            try:
                receipt, _ = machine.apply_transaction(header, transaction)
            except (StoreCorrupt, *_LOST):
                raise
            except Exception as error:
                # Whatever it is, this transaction has it; the others go into the block without it.
                raise CannotApply(position, str(error) or type(error).__name__) from error
            header = machine.add_receipt_to_header(header, receipt)
            receipts.append(receipt)
        filled = machine.set_block_transactions_and_withdrawals(
            machine.get_block(), header, transactions, receipts
        )
        return machine.mine_block(filled).block, receipts

    def _stage_logs(self, block: BlockAPI, receipts: Sequence[ReceiptAPI]) -> None:
        logs = (log for receipt in receipts for log in receipt.logs)
        for position, log in enumerate(logs):
            topics = tuple(topic.to_bytes(_TOPIC_BYTES, "big") for topic in log.topics)
            self._store.stage_log(LogEntry(block.number, position, log.address, topics))
