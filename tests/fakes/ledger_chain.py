"""A chain in memory that keeps the real one's promises: nonces, a pool, blocks, and what the contracts refuse.

``tests/core/chain/test_anchor_chains.py`` holds it to the suite of the real ones, as far as proofs are not asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from core.chain.outbox_calls import decode_call, encode_call
from core.chain.protocol import (
    ANCHORS,
    BATCHES,
    CHUNK_STORE,
    DEPLOY,
    AnchorCall,
    AnchoredEvent,
    ChainHead,
    Contracts,
    OnChainState,
    SessionRecord,
    SignedTransaction,
    TransactionReceipt,
)
from core.errors import AnchorMismatch, AnchorMissing, ChainRejected, ChainUnreachable, NonceUsed

CHAIN_ID = 7_331
BOUND = 3  # how often a transaction is outbid
_FIRST_UTC_S = 1_800_000_000


class Reverted(Exception):
    """A contract refused a call."""


@dataclass
class OnChainSession:
    """A session in the contract's storage."""

    owner: bytes
    opened_at: int
    state: OnChainState = OnChainState.OPEN
    progress: int = 0
    events: list[AnchoredEvent] = field(default_factory=list)


@dataclass(frozen=True)
class Transaction:
    """A signed call as the pool and the blocks hold it."""

    hash: bytes
    chain_id: int
    account: bytes
    nonce: int
    call: AnchorCall
    offer: int = 0


class Ledger:
    """The chain itself, which outlives its clients; a test may take it down or make it refuse."""

    def __init__(self) -> None:
        self.is_down = False
        self.is_mining = True  # a block for what waits, whenever somebody asks for a receipt
        self.refused_for_good: set[str] = set()  # functions whose transactions are never taken
        self.mined: list[Transaction] = []
        self.submissions: list[bytes] = []
        self.pool: dict[tuple[bytes, int], Transaction] = {}
        self.receipts: dict[bytes, TransactionReceipt] = {}
        self.sessions: dict[UUID, OnChainSession] = {}
        self.code: dict[bytes, tuple[str, tuple[object, ...]]] = {}
        self.contracts: Contracts | None = None
        self.batches: bytes | None = None
        self.anchored: dict[tuple[bytes, bytes], AnchoredEvent] = {}  # by account and root
        self.void: set[tuple[bytes, bytes, UUID]] = set()
        self.committed: dict[tuple[bytes, bytes], int] = {}  # chunks by account and session ID
        self.declared: set[tuple[object, ...]] = set()
        self._blocks = [_block(0)]
        self._counts: dict[bytes, int] = {}

    @property
    def head(self) -> ChainHead:
        """The newest block."""
        return self._blocks[-1]

    def block_hash(self, number: int) -> bytes | None:
        """Give the hash of a block, if it is there."""
        return self._blocks[number].hash if number < len(self._blocks) else None

    def effects(self) -> list[str]:
        """Name the functions that had an effect, in order."""
        done = [each for each in self.mined if self.receipts[each.hash].is_success]
        return [each.call.function for each in done]

    def count(self, account: bytes, *, with_pool: bool = False) -> int:
        """Count an account's transactions."""
        count = self._counts.get(account, 0)
        while with_pool and (account, count) in self.pool:
            count += 1
        return count

    def take(self, raw: bytes) -> None:
        """Take a transaction into the pool, as a node does."""
        transaction = decode(raw)
        if transaction.hash in self.receipts:
            return
        place = transaction.account, transaction.nonce
        waiting = self.pool.get(place)
        if waiting == transaction:
            return
        is_replacement = waiting is not None and transaction.offer > waiting.offer
        if (waiting is not None and not is_replacement) or transaction.nonce < self.count(
            transaction.account
        ):
            raise NonceUsed(reason="nonce too low")
        if transaction.chain_id != CHAIN_ID or transaction.call.function in self.refused_for_good:
            raise ChainRejected(reason="invalid transaction")
        self.pool[place] = transaction
        self.submissions.append(raw)

    def mine(self) -> None:
        """Put everything that can run into a block."""
        ready: list[Transaction] = []
        for account, nonce in sorted(self.pool):
            if nonce == self.count(account):
                ready.append(self.pool.pop((account, nonce)))
                self._counts[account] = nonce + 1
        if not ready:
            return
        self._blocks.append(_block(len(self._blocks)))
        for index, transaction in enumerate(ready):
            self.mined.append(transaction)
            self.receipts[transaction.hash] = self._execute(transaction, index)

    def check(self, account: bytes, call: AnchorCall) -> None:
        """Raise Reverted when the contracts would refuse a call."""
        if call.function == DEPLOY:
            return
        if call.function == "anchorBatch":
            if (account, call.arguments[0]) in self.anchored:
                raise Reverted("BatchAlreadyAnchored")
            return
        if call.contract == CHUNK_STORE:
            self._check_store(account, call)
            return
        session = self.sessions.get(UUID(bytes=call.arguments[0]))
        _RULES[call.function](session, account, call)

    def _check_store(self, account: bytes, call: AnchorCall) -> None:
        if call.function == "commitChunks":
            session_id, first, _ = call.arguments
            if first != self.committed.get((account, session_id), 0):
                raise Reverted("NotContiguous")
            return
        owner, session_id, first, count, _ = call.arguments
        if not count or first + count > self.committed.get((owner, session_id), 0):
            raise Reverted("ReplicaRangeNotCommitted")
        if (account, *call.arguments) in self.declared:
            raise Reverted("ReplicasAlreadyDeclared")

    def _execute(self, transaction: Transaction, index: int) -> TransactionReceipt:
        created: bytes | None = None
        reason: str | None = None
        try:
            self.check(transaction.account, transaction.call)
        except Reverted as refusal:
            reason = str(refusal)
        else:
            created = self._apply(transaction, index)
        return TransactionReceipt(
            hash=transaction.hash,
            is_success=reason is None,
            block_number=self.head.number,
            block_hash=self.head.hash,
            block_time_utc_s=self.head.time_utc_s,
            transaction_index=index,
            contract_address=created,
            revert_reason=reason,
        )

    def _apply(self, transaction: Transaction, index: int) -> bytes | None:
        call = transaction.call
        if call.function == DEPLOY:
            address = created_address(transaction.account, transaction.nonce)
            self.code[address] = call.contract, call.arguments
            return address
        if call.function == "anchorBatch":
            root, count = call.arguments
            number = 1 + sum(account == transaction.account for account, _ in self.anchored)
            values = {"number": number, "root": root, "count": count}
            event = self._event("BatchAnchored", transaction, index, values)
            self.anchored[transaction.account, root] = event
            return None
        if call.function == "commitChunks":
            key = transaction.account, call.arguments[0]
            self.committed[key] = self.committed.get(key, 0) + len(call.arguments[2]) // 32
            return None
        if call.function == "declareReplicas":
            self.declared.add((transaction.account, *call.arguments))
            return None
        session_id = UUID(bytes=call.arguments[0])
        if call.function == "openSession":
            self.sessions[session_id] = OnChainSession(transaction.account, self.head.time_utc_s)
        session = self.sessions[session_id]
        name, names = _EVENTS.get(call.function, ("", ()))
        values = dict(zip(names, call.arguments[1:], strict=False))
        if call.function == "sealSession":
            session.state = OnChainState.SEALED
            values["progressCount"] = session.progress
        elif call.function == "anchorProgress":
            session.progress = values["chunkCount"]
        if name:
            session.events.append(self._event(name, transaction, index, values))
        return None

    def _event(
        self, name: str, transaction: Transaction, index: int, values: dict[str, object]
    ) -> AnchoredEvent:
        return AnchoredEvent(
            name=name,
            owner=transaction.account,
            values=values,
            transaction_hash=transaction.hash,
            transaction_index=index,
            log_index=0,
            block_number=self.head.number,
            block_hash=self.head.hash,
        )


class LedgerBatches:
    """The contract for many sessions at a time, on a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def deploy_call(self) -> AnchorCall:
        """Plan its deployment."""
        contracts = self._up().contracts
        if contracts is None:
            raise ChainUnreachable(reason="the contracts are not deployed yet")
        return AnchorCall(BATCHES, DEPLOY, (contracts.anchors,))

    def address(self) -> bytes | None:
        """Tell where it is."""
        return self._up().batches

    def first_block(self) -> int:
        """Give the block before which there is nothing of it, which a ledger does not know."""
        return 0

    def adopt(self, address: bytes, first_block: int = 0) -> None:
        """Check the code at this address and remember it."""
        ledger = self._up()
        assert ledger.contracts is not None
        if ledger.code.get(address) != (BATCHES, (ledger.contracts.anchors,)):
            raise AnchorMismatch(field=f"code of {BATCHES}")
        ledger.batches = address

    def find(self, owner: bytes, root: bytes) -> AnchoredEvent | None:
        """Find an account's batch by its root."""
        return self._up().anchored.get((owner, root))

    def is_void(self, owner: bytes, root: bytes, session_id: UUID) -> bool:
        """Tell whether a second use of the ID was shown."""
        return (owner, root, session_id) in self._up().void

    def _up(self) -> Ledger:
        if self._ledger.is_down:
            raise ChainUnreachable(reason="it is down")
        return self._ledger


class LedgerChain:
    """An AnchorChain over a ledger, for one account."""

    def __init__(self, ledger: Ledger, key: bytes = bytes(32)) -> None:
        self._ledger = ledger
        self.account = _digest(b"account", key)[:20]
        self.batches = LedgerBatches(ledger)

    def status(self) -> ChainHead:
        """Read the newest block."""
        return self._up().head

    def chain_id(self) -> int:
        """Give the chain's ID."""
        return CHAIN_ID

    def block_hash(self, number: int) -> bytes | None:
        """Give the hash of a block."""
        return self._up().block_hash(number)

    def next_nonce(self) -> int:
        """Count the account's transactions, those that wait included."""
        return self._up().count(self.account, with_pool=True)

    def sign(self, call: AnchorCall, nonce: int) -> SignedTransaction:
        """Sign a call: the same call and nonce give the same bytes."""
        if call.function != DEPLOY and self._up().contracts is None:
            raise ChainUnreachable(reason="the contracts are not deployed yet")
        said = [CHAIN_ID, self.account.hex(), nonce, encode_call(call)]
        raw = json.dumps(said).encode()
        return SignedTransaction(raw, _digest(raw), nonce)

    def outbid(self, raw: bytes) -> SignedTransaction | None:
        """Sign the same call with the same nonce again, for one more; the bound is three."""
        chain_id, account, nonce, call, *offer = json.loads(raw)
        more = (offer[0] if offer else 0) + 1
        if more > BOUND:
            return None
        again = json.dumps([chain_id, account, nonce, call, more]).encode()
        return SignedTransaction(again, _digest(again), nonce)

    def check(self, call: AnchorCall) -> None:
        """Ask whether the contracts would take a call now."""
        try:
            self._up().check(self.account, call)
        except Reverted as refusal:
            raise ChainRejected(reason=str(refusal)) from refusal

    def submit(self, raw: bytes) -> None:
        """Hand a transaction to the chain."""
        self._up().take(raw)

    def receipt(self, hash: bytes) -> TransactionReceipt | None:
        """Ask for the chain's word on a transaction."""
        ledger = self._up()
        if ledger.is_mining:
            ledger.mine()
        return ledger.receipts.get(hash)

    def session_record(self, session_id: UUID) -> SessionRecord:
        """Read what the chain knows of a session."""
        session = self._up().sessions.get(session_id)
        if session is None:
            return SessionRecord(session_id, OnChainState.UNKNOWN, None, 0, None, ())
        return SessionRecord(
            session_id=session_id,
            state=session.state,
            owner=session.owner,
            progress_count=session.progress,
            opened_at_utc_s=session.opened_at,
            events=tuple(session.events),
        )

    def receipt_material(self, hash: bytes, contract: bytes | None = None) -> None:
        """Have no proofs; a transaction that is in no block is told as by the real ones."""
        if hash not in self._up().receipts:
            raise AnchorMissing(session_id="")
        raise NotImplementedError("this chain proves nothing")

    def header(self, number: int) -> bytes | None:
        """Have no headers."""
        raise NotImplementedError("this chain proves nothing")

    def deploy_calls(self, nonce: int) -> tuple[AnchorCall, AnchorCall]:
        """Plan the deployment; the second contract names the first one's address."""
        anchors = created_address(self.account, nonce)
        return AnchorCall(ANCHORS, DEPLOY, ()), AnchorCall(CHUNK_STORE, DEPLOY, (anchors,))

    def contracts(self) -> Contracts | None:
        """Tell where the contracts are."""
        return self._up().contracts

    def adopt_contracts(self, anchors: bytes, chunk_store: bytes, first_block: int) -> Contracts:
        """Check the code at these addresses and remember them."""
        ledger = self._up()
        if ledger.code.get(anchors) != (ANCHORS, ()):
            raise AnchorMismatch(field=f"code of {ANCHORS}")
        if ledger.code.get(chunk_store) != (CHUNK_STORE, (anchors,)):
            raise AnchorMismatch(field=f"code of {CHUNK_STORE}")
        ledger.contracts = Contracts(CHAIN_ID, anchors, chunk_store, first_block)
        return ledger.contracts

    def close(self) -> None:
        """Have nothing to close."""

    def _up(self) -> Ledger:
        if self._ledger.is_down:
            raise ChainUnreachable(reason="it is down")
        return self._ledger


def decode(raw: bytes) -> Transaction:
    """Read a signed transaction; ChainRejected for anything else."""
    try:
        chain_id, account, nonce, call, *offer = json.loads(raw)
        sender = bytes.fromhex(account)
        return Transaction(_digest(raw), chain_id, sender, nonce, decode_call(call), *offer)
    except (ValueError, KeyError, TypeError) as error:
        raise ChainRejected(reason="rlp") from error


def created_address(account: bytes, nonce: int) -> bytes:
    """Tell where a contract will be."""
    return _digest(b"created", account, nonce.to_bytes(8, "big"))[:20]


def _digest(*parts: bytes) -> bytes:
    from core.chain.encoding import keccak256

    return keccak256(b"".join(parts))


def _block(number: int) -> ChainHead:
    block_hash = hashlib.blake2b(number.to_bytes(8, "big"), digest_size=32).digest()
    return ChainHead(CHAIN_ID, number, block_hash, _FIRST_UTC_S + number)


def _may_open(session: OnChainSession | None, account: bytes, call: AnchorCall) -> None:
    if session is not None:
        raise Reverted("SessionAlreadyKnown")


def _own(session: OnChainSession | None, account: bytes) -> OnChainSession:
    if session is None or session.state is not OnChainState.OPEN:
        raise Reverted("SessionNotOpen")
    if session.owner != account:
        raise Reverted("NotSessionOwner")
    return session


def _may_seal(session: OnChainSession | None, account: bytes, call: AnchorCall) -> None:
    if call.arguments[3] < _own(session, account).progress:
        raise Reverted("SealBelowProgress")


def _may_progress(session: OnChainSession | None, account: bytes, call: AnchorCall) -> None:
    if call.arguments[2] <= _own(session, account).progress:
        raise Reverted("ProgressNotRising")


def _may_anchor_chunk(session: OnChainSession | None, account: bytes, call: AnchorCall) -> None:
    _own(session, account)


_Rule = Callable[["OnChainSession | None", bytes, AnchorCall], None]
_RULES: dict[str, _Rule] = {
    "openSession": _may_open,
    "sealSession": _may_seal,
    "anchorProgress": _may_progress,
    "anchorChunk": _may_anchor_chunk,
}
_EVENTS = {
    "openSession": ("SessionOpened", ("policyHash", "ephemeralKey")),
    "sealSession": ("SessionSealed", ("manifestHash", "merkleRoot", "chunkCount")),
    "anchorProgress": ("ProgressAnchored", ("merkleRoot", "chunkCount")),
    "anchorChunk": ("ChunkAnchored", ("index", "leaf")),
}
