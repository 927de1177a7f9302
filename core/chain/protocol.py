"""What the engine asks of a chain, whichever node carries it.

Every method blocks and belongs on one worker thread. Hashes, addresses and keys are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from uuid import UUID

ANCHORS = "LucidAnchors"
BATCHES = "LucidBatches"
CHUNK_STORE = "LucidChunkStore"
DEPLOY = "deploy"

Argument = bytes | int | str


@dataclass(frozen=True)
class AnchorCall:
    """One call of a contract, or its deployment, before it is signed.

    ``contract`` is the contract's name, ``function`` the Solidity name or ``deploy``. An array of ``bytes32`` is
    given as its elements one after the other, so that every argument is plain and can be written down as JSON.
    """

    contract: str
    function: str
    arguments: tuple[Argument, ...]


def open_session(session_id: UUID, policy_hash: bytes, ephemeral_key: bytes) -> AnchorCall:
    """Open a session under an ID that the chain never saw."""
    return AnchorCall(ANCHORS, "openSession", (session_id.bytes, policy_hash, ephemeral_key))


def seal_session(
    session_id: UUID, manifest_hash: bytes, merkle_root: bytes, chunk_count: int
) -> AnchorCall:
    """Seal a session for good."""
    return AnchorCall(
        ANCHORS, "sealSession", (session_id.bytes, manifest_hash, merkle_root, chunk_count)
    )


def anchor_progress(session_id: UUID, merkle_root: bytes, chunk_count: int) -> AnchorCall:
    """Anchor what was sealed so far of a running session."""
    return AnchorCall(ANCHORS, "anchorProgress", (session_id.bytes, merkle_root, chunk_count))


def anchor_chunk(session_id: UUID, index: int, leaf: bytes) -> AnchorCall:
    """Anchor one chunk of a running session by itself."""
    return AnchorCall(ANCHORS, "anchorChunk", (session_id.bytes, index, leaf))


def anchor_batch(root: bytes, count: int) -> AnchorCall:
    """Anchor a root over the records of ``count`` sessions."""
    return AnchorCall(BATCHES, "anchorBatch", (root, count))


def commit_chunks(session_id: UUID, first_index: int, leaves: tuple[bytes, ...]) -> AnchorCall:
    """Commit the next chunks of a session in the chunk store."""
    return AnchorCall(
        CHUNK_STORE, "commitChunks", (session_id.bytes, first_index, b"".join(leaves))
    )


def declare_replicas(
    owner: bytes, session_id: UUID, first_index: int, count: int, replica_root: bytes
) -> AnchorCall:
    """Declare that the caller holds replicas of chunks that ``owner``, 20 bytes, committed."""
    return AnchorCall(
        CHUNK_STORE, "declareReplicas", (owner, session_id.bytes, first_index, count, replica_root)
    )


@dataclass(frozen=True)
class ChainHead:
    """The newest block of a chain."""

    chain_id: int
    number: int
    hash: bytes
    time_utc_s: int


@dataclass(frozen=True)
class SignedTransaction:
    """A transaction that anybody can submit, any number of times, with one effect."""

    raw: bytes
    hash: bytes
    nonce: int


@dataclass(frozen=True)
class TransactionReceipt:
    """The chain's word on a transaction that is in a block."""

    hash: bytes
    is_success: bool
    block_number: int
    block_hash: bytes
    block_time_utc_s: int
    transaction_index: int
    contract_address: bytes | None = None  # of a deployment
    revert_reason: str | None = None  # the custom error's name, such as SessionAlreadyKnown


class OnChainState(Enum):
    """Where a session is in its life on the chain."""

    UNKNOWN = 0
    OPEN = 1
    SEALED = 2


@dataclass(frozen=True)
class AnchoredEvent:
    """One event of a session, with the transaction and block that carry it.

    ``values`` are the event's fields that are not indexed, by their Solidity names.
    """

    name: str  # SessionOpened, ProgressAnchored, ChunkAnchored or SessionSealed
    owner: bytes
    values: dict[str, bytes | int]
    transaction_hash: bytes
    transaction_index: int
    log_index: int
    block_number: int
    block_hash: bytes


@dataclass(frozen=True)
class SessionRecord:
    """All that the chain knows of a session; ``events`` in the chain's order."""

    session_id: UUID
    state: OnChainState
    owner: bytes | None
    progress_count: int
    opened_at_utc_s: int | None
    events: tuple[AnchoredEvent, ...]


@dataclass(frozen=True)
class ReceiptMaterial:
    """A block's header and all its receipts, in the encodings whose hashes the chain commits to.

    ``keccak(header_rlp)`` is ``block_hash``; the receipts are in transaction order, each as it is
    put into the trie whose root the header holds.
    """

    chain_id: int
    contract_address: bytes  # of LucidAnchors, whose log the proof is about
    block_number: int
    block_hash: bytes
    block_time_utc_s: int
    header_rlp: bytes
    receipts_root: bytes
    transaction_hash: bytes
    transaction_index: int
    receipts: tuple[bytes, ...]


@dataclass(frozen=True)
class Contracts:
    """Where the two contracts are on a chain."""

    chain_id: int
    anchors: bytes
    chunk_store: (
        bytes | None
    )  # None: somebody else's LucidAnchors was named, and no chunk store is known over it
    first_block: int  # nothing of them is in an earlier block


class BatchContract(Protocol):
    """The contract that takes many sessions at a time, which is deployed when it is first needed."""

    def deploy_call(self) -> AnchorCall:
        """Plan its deployment. Raises ChainUnreachable while the anchors are not deployed."""

    def address(self) -> bytes | None:
        """Tell where it is; None until it is deployed and found to be the right code."""

    def first_block(self) -> int:
        """Give the block before which there is nothing of it; 0 where that is not known."""

    def adopt(self, address: bytes, first_block: int = 0) -> None:
        """Check the code at this address and remember it. Raises AnchorMismatch when it is another."""

    def find(self, owner: bytes, root: bytes) -> AnchoredEvent | None:
        """Find an account's batch by its root; None when there is none."""

    def is_void(self, owner: bytes, root: bytes, session_id: UUID) -> bool:
        """Tell whether somebody has shown that what the account opened in the batch of this root is void."""


class AnchorChain(Protocol):
    """A chain that sessions are anchored on."""

    @property
    def batches(self) -> BatchContract:
        """The contract for many sessions at a time."""

    @property
    def account(self) -> bytes:
        """The address of the account that signs."""

    def status(self) -> ChainHead:
        """Read the newest block. Raises ChainUnreachable."""

    def next_nonce(self) -> int:
        """Count the account's transactions, those that wait included. Raises ChainUnreachable."""

    def sign(self, call: AnchorCall, nonce: int) -> SignedTransaction:
        """Sign a call; the same call, nonce and fees give the same bytes. Nothing is sent.

        Raises ChainUnreachable while fees or contract addresses are not known yet.
        """

    def outbid(self, raw: bytes) -> SignedTransaction | None:
        """Sign the same call with the same nonce again, for more; None when that were above the bounds."""

    def check(self, call: AnchorCall) -> None:
        """Ask whether the chain would take this call now.

        Raises ChainRejected with the custom error's name when it would not, and ChainUnreachable.
        """

    def submit(self, raw: bytes) -> None:
        """Hand a transaction to the chain; one that it has already is fine.

        Raises NonceUsed when another transaction took the nonce, ChainRejected when this one can
        never be valid, ChainDifferent when it is for another chain than the node's, and ChainUnreachable when it is
        not known whether it arrived.
        """

    def receipt(self, hash: bytes) -> TransactionReceipt | None:
        """Ask for the chain's word on a transaction; None while there is none."""

    def session_record(self, session_id: UUID) -> SessionRecord:
        """Read what the chain knows of a session."""

    def receipt_material(self, hash: bytes, contract: bytes | None = None) -> ReceiptMaterial:
        """Collect what a proof of a transaction's receipt is made of, checked against the block's hash.

        ``contract`` is the one whose log the proof is about; LucidAnchors unless it is given.

        Raises AnchorMissing when it is in no block and AnchorMismatch when the node's data contradict each other.
        """

    def header(self, number: int) -> bytes | None:
        """Give the RLP of the header of the block at a height; None when there is no such block yet."""

    def deploy_calls(self, nonce: int) -> tuple[AnchorCall, AnchorCall]:
        """Plan the deployment of both contracts, to be signed with ``nonce`` and ``nonce + 1``."""

    def contracts(self) -> Contracts | None:
        """Tell where the contracts are; None until they are deployed and found to be the right code."""

    def adopt_contracts(
        self, anchors: bytes, chunk_store: bytes | None, first_block: int
    ) -> Contracts:
        """Check the code at these addresses and remember them. Raises AnchorMismatch when it is another."""

    def close(self) -> None:
        """Close the connection."""
