"""Anchor proofs: a block's header, and the proof that a receipt is in that block.

Verified by our own code alone: no chain, no chain client. See docs/formats/bundle.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from eth_hash.auto import keccak

from core.canonical.documents import Json
from core.canonical.fields import Fields
from core.chain.protocol import ReceiptMaterial
from core.errors import ProofWrong
from core.evidence.batch_proof import Batch, BatchedRecord, batch_of
from core.evidence.events import ADDRESS_BYTES, Log, SessionEvent, logs_of_receipt, session_events
from core.evidence.rlp_codec import RlpRefused, as_bytes, as_whole, decode_list, encode_whole
from core.evidence.trie_proof import ProofRefused, receipts_trie_proof, verify_trie_proof

_HASH_BYTES = 32
_LONGEST_HEADER = 2048  # bytes; those of today have about 650
_FEWEST_HEADER_ITEMS = 15
_PARENT, _RECEIPTS_ROOT, _NUMBER, _TIME = 0, 5, 8, 11
_MOST_NODES = 64


@dataclass(frozen=True)
class BlockHeader:
    """What is read from a block's header; ``hash`` is Keccak-256 of its RLP."""

    hash: bytes
    parent_hash: bytes
    receipts_root: bytes
    number: int
    time_utc_s: int


@dataclass(frozen=True)
class AnchorProof:
    """That a receipt is in a block: header (RLP), transaction index, trie nodes from the root down.

    ``chain_id`` and ``contract`` say where to look the block up; the proof itself does not show
    which chain the header belongs to. ``batch`` is there when the session went with others: the receipt is
    that of their batch then.
    """

    chain_id: int
    contract: bytes
    header_rlp: bytes
    transaction_index: int
    nodes: tuple[bytes, ...]
    batch: BatchedRecord | None = None

    def to_json(self, *, knows_batches: bool = False) -> dict[str, Json]:
        """Give the members to be written; ``batch`` only where the document ``knows_batches``."""
        written: dict[str, Json] = {
            "chain_id": self.chain_id,
            "contract": self.contract.hex(),
            "header": self.header_rlp.hex(),
            "transaction_index": self.transaction_index,
            "nodes": [node.hex() for node in self.nodes],
        }
        if knows_batches:
            written["batch"] = None if self.batch is None else self.batch.to_json()
        return written

    @staticmethod
    def from_fields(fields: Fields, *, knows_batches: bool = False) -> AnchorProof:
        """Read the members; what ``fields`` raises names the wrong one."""
        batch: BatchedRecord | None = None
        if knows_batches:
            batch = fields.optional_members("batch", BatchedRecord.from_fields)
        return AnchorProof(
            batch=batch,
            chain_id=fields.whole("chain_id"),
            contract=fields.octets("contract", ADDRESS_BYTES),
            header_rlp=fields.octets("header"),
            transaction_index=fields.whole("transaction_index", 0, (1 << 32) - 1),
            nodes=tuple(fields.octets_list("nodes", _MOST_NODES)),
        )


@dataclass(frozen=True)
class ProvedReceipt:
    """A receipt that was proved to be in a block, by its logs."""

    proof: AnchorProof
    header: BlockHeader
    logs: tuple[Log, ...]

    def events(self, session_id: UUID) -> tuple[SessionEvent, ...]:
        """Give what the contract said about a session; ProofWrong when it cannot be read."""
        if self.proof.batch is not None:
            batch = self.batch(session_id)
            return (self.proof.batch.record.event(batch.owner),)
        try:
            return session_events(self.logs, self.proof.contract, session_id)
        except RlpRefused as refused:
            raise ProofWrong(claim="event", reason=str(refused)) from refused

    def batch(self, session_id: UUID) -> Batch:
        """Give the batch that holds the session's record; ProofWrong when none does. Of a proof with ``batch`` only."""
        assert self.proof.batch is not None  # noqa: S101 - callers look
        return batch_of(self.logs, self.proof.contract, session_id, self.proof.batch)


def make_anchor_proof(material: ReceiptMaterial, batch: BatchedRecord | None = None) -> AnchorProof:
    """Make the proof of a receipt from what a chain gives; it is verified before it is returned."""
    proof = AnchorProof(
        chain_id=material.chain_id,
        contract=material.contract_address,
        header_rlp=material.header_rlp,
        transaction_index=material.transaction_index,
        nodes=receipts_trie_proof(material.receipts, material.transaction_index),
        batch=batch,
    )
    verify_anchor_proof(proof)
    return proof


def verify_anchor_proof(proof: AnchorProof) -> ProvedReceipt:
    """Verify that the receipt is in the block of the header; ProofWrong names what is not right."""
    header = read_header(proof.header_rlp)
    key = encode_whole(proof.transaction_index)
    try:
        receipt = verify_trie_proof(header.receipts_root, key, proof.nodes)
        return ProvedReceipt(proof, header, logs_of_receipt(receipt))
    except (ProofRefused, RlpRefused) as refused:
        raise ProofWrong(claim="receipt", reason=str(refused)) from refused


def read_header(header_rlp: bytes) -> BlockHeader:
    """Read a block's header; ProofWrong when it is not one."""
    try:
        return _header(header_rlp)
    except RlpRefused as refused:
        raise ProofWrong(claim="block_header", reason=str(refused)) from refused


def _header(header_rlp: bytes) -> BlockHeader:
    if len(header_rlp) > _LONGEST_HEADER:
        raise RlpRefused("longer than any block's header")
    items = decode_list(header_rlp)
    if len(items) < _FEWEST_HEADER_ITEMS:
        raise RlpRefused("not a block's header")
    return BlockHeader(
        hash=keccak(header_rlp),
        parent_hash=as_bytes(items[_PARENT], _HASH_BYTES),
        receipts_root=as_bytes(items[_RECEIPTS_ROOT], _HASH_BYTES),
        number=as_whole(items[_NUMBER]),
        time_utc_s=as_whole(items[_TIME]),
    )
