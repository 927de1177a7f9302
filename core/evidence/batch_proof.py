"""That a session's record is in a batch: the record itself, and its path to the root that the contract logged.

Verified by our own code alone. See docs/formats/anchors.md, *Batches*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from eth_hash.auto import keccak

from core.canonical.documents import Json
from core.canonical.fields import Fields
from core.chain.batch_tree import opened_leaf, sealed_leaf
from core.errors import ProofWrong
from core.evidence.events import ADDRESS_BYTES, Log, SessionOpened, SessionSealed
from core.evidence.rlp_codec import RlpRefused
from core.sealing.sorted_tree import root_over

SIGNATURE = "BatchAnchored(address,uint32,bytes32,uint32)"
_HASH_BYTES = 32
_LONGEST_PATH = 32
_TOPICS = 3
_MOST = (1 << 32) - 1


@dataclass(frozen=True)
class OpenedRecord:
    """What was anchored at a session's start."""

    policy_hash: bytes
    ephemeral_key: bytes

    def leaf(self, owner: bytes, session_id: UUID) -> bytes:
        """Give its leaf in a batch of ``owner``."""
        return opened_leaf(owner, session_id, self.policy_hash, self.ephemeral_key)

    def event(self, owner: bytes) -> SessionOpened:
        """Say it as the contract for single sessions would."""
        return SessionOpened(owner, self.policy_hash, self.ephemeral_key)

    def to_json(self) -> dict[str, Json]:
        """Give the members to be written."""
        return {"policy_hash": self.policy_hash.hex(), "ephemeral_key": self.ephemeral_key.hex()}


@dataclass(frozen=True)
class SealedRecord:
    """What was anchored at a session's end."""

    manifest_hash: bytes
    merkle_root: bytes
    chunk_count: int

    def leaf(self, owner: bytes, session_id: UUID) -> bytes:
        """Give its leaf in a batch of ``owner``."""
        count = self.chunk_count
        return sealed_leaf(owner, session_id, self.manifest_hash, self.merkle_root, count)

    def event(self, owner: bytes) -> SessionSealed:
        """Say it as the contract for single sessions would; nothing is anchored on the way of one in a batch."""
        return SessionSealed(owner, self.manifest_hash, self.merkle_root, self.chunk_count, 0)

    def to_json(self) -> dict[str, Json]:
        """Give the members to be written."""
        return {
            "manifest_hash": self.manifest_hash.hex(),
            "merkle_root": self.merkle_root.hex(),
            "chunk_count": self.chunk_count,
        }


@dataclass(frozen=True)
class BatchedRecord:
    """A record, and the hashes from its leaf to the batch's root, the lowest first."""

    record: OpenedRecord | SealedRecord
    path: tuple[bytes, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the members to be written."""
        return {**self.record.to_json(), "path": [each.hex() for each in self.path]}

    @staticmethod
    def from_fields(fields: Fields) -> BatchedRecord:
        """Read the members; what ``fields`` raises names the wrong one."""
        path = tuple(fields.octets_list("path", _LONGEST_PATH, _HASH_BYTES))
        if "policy_hash" in fields.left():
            policy_hash = fields.octets("policy_hash", _HASH_BYTES)
            opened = OpenedRecord(policy_hash, fields.octets("ephemeral_key", _HASH_BYTES))
            return BatchedRecord(opened, path)
        sealed = SealedRecord(
            fields.octets("manifest_hash", _HASH_BYTES),
            fields.octets("merkle_root", _HASH_BYTES),
            fields.whole("chunk_count", 0, _MOST),
        )
        return BatchedRecord(sealed, path)


@dataclass(frozen=True)
class Batch:
    """A batch as the contract logged it."""

    owner: bytes
    number: int
    root: bytes
    count: int


def batch_of(
    logs: Sequence[Log], contract: bytes, session_id: UUID, batched: BatchedRecord
) -> Batch:
    """Find the batch among a receipt's logs that holds a record; ProofWrong when there is none."""
    try:
        batches = [found for log in logs if (found := _batch(log, contract)) is not None]
    except RlpRefused as refused:
        raise ProofWrong(claim="event", reason=str(refused)) from refused
    for batch in batches:
        if root_over(batched.record.leaf(batch.owner, session_id), batched.path) == batch.root:
            return batch
    raise ProofWrong(claim="batch", reason="the record is in no batch of that transaction")


def _batch(log: Log, contract: bytes) -> Batch | None:
    if log.address != contract or len(log.topics) != _TOPICS:
        return None
    if log.topics[0] != keccak(SIGNATURE.encode("ascii")):
        return None
    if len(log.data) != 2 * _HASH_BYTES or any(log.topics[1][:-ADDRESS_BYTES]):
        raise RlpRefused("an event with other data")
    number = int.from_bytes(log.topics[2], "big")
    count = int.from_bytes(log.data[_HASH_BYTES:], "big")
    if max(number, count) > _MOST:
        raise RlpRefused("not a uint32")
    return Batch(log.topics[1][-ADDRESS_BYTES:], number, log.data[:_HASH_BYTES], count)
