"""The Merkle tree over the records of a batch, as LucidBatches and OpenZeppelin's MerkleProof have it.

A leaf is the double Keccak-256 of a record's words; a node hashes its two children in ascending order; an odd last
hash moves up as it is. Source: docs/formats/anchors.md, *Batches*.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from eth_hash.auto import keccak

_WORD = 32
_OPENED = b"Opened".ljust(_WORD, b"\0")
_SEALED = b"Sealed".ljust(_WORD, b"\0")


def opened_leaf(owner: bytes, session_id: UUID, policy_hash: bytes, ephemeral_key: bytes) -> bytes:
    """Give the leaf of the record that a session was opened."""
    return _leaf(_OPENED + _subject(owner, session_id) + policy_hash + ephemeral_key)


def sealed_leaf(
    owner: bytes, session_id: UUID, manifest_hash: bytes, merkle_root: bytes, chunk_count: int
) -> bytes:
    """Give the leaf of the record that a session was sealed."""
    count = chunk_count.to_bytes(_WORD, "big")
    return _leaf(_SEALED + _subject(owner, session_id) + manifest_hash + merkle_root + count)


class BatchTree:
    """The tree over at least one leaf; kept whole, so that each proof is a look-up."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_above(self._levels[-1]))

    @property
    def root(self) -> bytes:
        """The root, which is anchored."""
        return self._levels[-1][0]

    def proof(self, index: int) -> tuple[bytes, ...]:
        """Give the hashes beside the path from a leaf to the root, the lowest first."""
        found: list[bytes] = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                found.append(level[index ^ 1])
            index >>= 1
        return tuple(found)


def root_over(leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Give the root that a leaf and its proof lead to."""
    for beside in proof:
        leaf = _node(leaf, beside)
    return leaf


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[len(level) & ~1 :]


def _node(one: bytes, other: bytes) -> bytes:
    return keccak(one + other if one < other else other + one)


def _leaf(record: bytes) -> bytes:
    return keccak(keccak(record))


def _subject(owner: bytes, session_id: UUID) -> bytes:
    return owner.rjust(_WORD, b"\0") + session_id.bytes.ljust(_WORD, b"\0")
