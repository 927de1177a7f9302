"""The leaves of a batch's tree, as LucidBatches has them; the tree is core.sealing.sorted_tree.

A leaf is the double Keccak-256 of a record's words. Source: docs/formats/anchors.md, *Batches*.
"""

from __future__ import annotations

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


def _leaf(record: bytes) -> bytes:
    return keccak(keccak(record))


def _subject(owner: bytes, session_id: UUID) -> bytes:
    return owner.rjust(_WORD, b"\0") + session_id.bytes.ljust(_WORD, b"\0")
