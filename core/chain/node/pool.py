"""Transactions that wait for a block, in memory only.

Losing them with the process is fine: whoever submits keeps a transaction until its receipt is served, and
submits it again. What can never be valid is refused at the door, in go-ethereum's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import rlp  # type: ignore[import-untyped]  # it ships no types
from eth.abc import SignedTransactionAPI, StateAPI
from eth.vm.forks.shanghai.constants import MAX_INITCODE_SIZE

from core.chain.node.ledger import GAS_TARGET, Ledger
from core.chain.node.rpc_errors import refused
from core.errors import Bug

MAX_RAW_BYTES = 128 * 1024
MAX_WAITING = 4096
MAX_NONCE_AHEAD = 1024
TRANSACTION_GAS_CAP = 1 << 24  # https://eips.ethereum.org/EIPS/eip-7825
_BLOB_TYPE = 3
_FIRST_LIST_BYTE = 0xC0
_ACCESS_LIST_PLACE = {1: 7, 2: 8, 3: 8}  # by transaction type
_PRICE_BUMP_PERCENT = 10

if TRANSACTION_GAS_CAP > GAS_TARGET:
    raise Bug("a transaction would not fit into a block")


class TransactionPool:
    """What waits, by sender and nonce; for one thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: dict[bytes, dict[int, SignedTransactionAPI]] = {}
        self._by_hash: dict[bytes, SignedTransactionAPI] = {}

    def __len__(self) -> int:
        return len(self._by_hash)

    def get(self, transaction_hash: bytes) -> SignedTransactionAPI | None:
        """Find a waiting transaction."""
        return self._by_hash.get(transaction_hash)

    def add(self, raw: bytes) -> bytes:
        """Take a signed transaction in and give its hash. Raises RpcError when it is refused."""
        transaction = _decode(raw, self._ledger)
        with self._ledger.state(self._ledger.head) as state:
            self._check(transaction, state)
        self._replace(transaction)
        self._waiting.setdefault(transaction.sender, {})[transaction.nonce] = transaction
        self._by_hash[transaction.hash] = transaction
        return transaction.hash

    def _check(self, transaction: SignedTransactionAPI, state: StateAPI) -> None:
        is_known = transaction.hash in self._by_hash or self._ledger.place_of(transaction.hash)
        if is_known:
            raise refused("already known")
        _check_form(transaction, self._ledger.chain_id)
        _check_account(transaction, state)
        if len(self) >= MAX_WAITING:
            raise refused("txpool is full")

    def _replace(self, transaction: SignedTransactionAPI) -> None:
        """Let a dearer transaction take the place of one with its nonce."""
        waiting = self._waiting.get(transaction.sender, {}).get(transaction.nonce)
        if waiting is None:
            return
        if not _is_dearer(transaction, waiting):
            raise refused("replacement transaction underpriced")
        self.drop(waiting)

    def next_nonce(self, sender: bytes, mined: int) -> int:
        """Give the first nonce that neither a block nor a waiting transaction has."""
        waiting = self._waiting.get(sender, {})
        while mined in waiting:
            mined += 1
        return mined

    def executable(self, nonce_of: Callable[[bytes], int]) -> list[SignedTransactionAPI]:
        """List what can go into the next block, up to its gas target; senders in order of arrival."""
        chosen: list[SignedTransactionAPI] = []
        gas = 0
        for sender, waiting in self._waiting.items():
            nonce = nonce_of(sender)
            while (transaction := waiting.get(nonce)) and gas + transaction.gas <= GAS_TARGET:
                chosen.append(transaction)
                gas += transaction.gas
                nonce += 1
        return chosen

    def drop(self, transaction: SignedTransactionAPI) -> None:
        """Forget a transaction."""
        self._by_hash.pop(transaction.hash, None)
        waiting = self._waiting.get(transaction.sender, {})
        if waiting.get(transaction.nonce) is transaction:
            del waiting[transaction.nonce]
        if not waiting:
            self._waiting.pop(transaction.sender, None)

    def settle(self, included: Iterable[SignedTransactionAPI]) -> None:
        """Forget what went into a block."""
        for transaction in included:
            self.drop(transaction)


def _decode(raw: bytes, ledger: Ledger) -> SignedTransactionAPI:
    if len(raw) > MAX_RAW_BYTES:
        raise refused("oversized data")
    try:
        transaction = ledger.decode(raw)
        is_canonical = _has_plain_fields(raw)
        transaction.validate()
        transaction.check_signature_validity()
        _ = transaction.sender
    except Exception as error:
        # py-evm, rlp and eth-keys each have their own errors for bytes that are no transaction.
        raise refused(f"invalid transaction: {error}") from error
    if not is_canonical:
        raise refused("invalid transaction: not in its canonical encoding")
    return transaction


def _has_plain_fields(raw: bytes) -> bool:
    """Tell whether lists stand only where they belong.

    The rlp library takes an empty list for the number zero, so that anybody could give somebody else's transaction
    another hash. Everything else that is not canonical it refuses.
    """
    is_typed = raw[0] < _FIRST_LIST_BYTE
    fields = rlp.decode(raw[1:] if is_typed else raw)
    lists = [at for at, field in enumerate(fields) if not isinstance(field, bytes)]
    return lists == ([_ACCESS_LIST_PLACE[raw[0]]] if is_typed else [])


def _check_form(transaction: SignedTransactionAPI, chain_id: int) -> None:
    """Check what does not depend on the state."""
    if transaction.type_id == _BLOB_TYPE:
        raise refused("transaction type not supported: this chain carries no blobs")
    if transaction.chain_id is None:
        raise refused("only replay-protected (EIP-155) transactions allowed over RPC")
    if transaction.chain_id != chain_id:
        raise refused(f"invalid chain id for signer: have {transaction.chain_id} want {chain_id}")
    if not transaction.to and len(transaction.data) > MAX_INITCODE_SIZE:
        raise refused(f"max initcode size exceeded: {len(transaction.data)} bytes")
    if transaction.gas > TRANSACTION_GAS_CAP:
        raise refused(f"exceeds block gas limit: {transaction.gas} is above {TRANSACTION_GAS_CAP}")
    if transaction.gas < transaction.intrinsic_gas:
        raise refused(
            f"intrinsic gas too low: gas {transaction.gas}, minimum {transaction.intrinsic_gas}"
        )
    if transaction.max_priority_fee_per_gas > transaction.max_fee_per_gas:
        raise refused("max priority fee per gas higher than max fee per gas")


def _check_account(transaction: SignedTransactionAPI, state: StateAPI) -> None:
    """Check the sender's nonce and balance."""
    nonce = state.get_nonce(transaction.sender)
    if transaction.nonce < nonce:
        raise refused(f"nonce too low: next nonce {nonce}, tx nonce {transaction.nonce}")
    if transaction.nonce > nonce + MAX_NONCE_AHEAD:
        raise refused(f"nonce too high: next nonce {nonce}, tx nonce {transaction.nonce}")
    cost = transaction.value + transaction.gas * transaction.max_fee_per_gas
    balance = state.get_balance(transaction.sender)
    if balance < cost:
        raise refused(f"insufficient funds for gas * price + value: have {balance} want {cost}")


def _is_dearer(transaction: SignedTransactionAPI, waiting: SignedTransactionAPI) -> bool:
    def bumped(fee: int) -> int:
        return fee + max(1, fee * _PRICE_BUMP_PERCENT // 100)

    return transaction.max_fee_per_gas >= bumped(
        waiting.max_fee_per_gas
    ) and transaction.max_priority_fee_per_gas >= bumped(waiting.max_priority_fee_per_gas)
