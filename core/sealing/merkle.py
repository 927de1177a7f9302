"""The Merkle tree over a session's chunks: BLAKE3 in the shape of RFC 9162, section 2.1.

A leaf is the hash of a whole stored chunk, a node that of two hashes; each in BLAKE3's derive_key mode with
a context of its own, so that no chunk can pass for a node. Indexes count from 0. See docs/formats/merkle-tree.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blake3 import blake3

from core.errors import Bug

HASH_BYTES = 32
LEAF_CONTEXT = "lucid 2026-11 chunk leaf v1"
NODE_CONTEXT = "lucid 2026-11 merkle node v1"


def leaf_hasher(*, is_parallel: bool = False) -> blake3:
    """Make the hasher of leaves; parallel, it takes every core and no GIL."""
    threads = blake3.AUTO if is_parallel else 1
    return blake3(derive_key_context=LEAF_CONTEXT, max_threads=threads)


def leaf_hash(stored: bytes | bytearray | memoryview) -> bytes:
    """Hash a chunk as it is stored: header, ciphertext and tag."""
    return leaf_hasher().update(stored).digest()


def leaf_of_file(path: Path) -> bytes:
    """Hash a stored chunk that is a file, on every core; raises OSError."""
    return leaf_hasher(is_parallel=True).update_mmap(path).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return blake3(left + right, derive_key_context=NODE_CONTEXT).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Compute the root; the tree without leaves has the node hash of the empty string."""
    if not leaves:
        return blake3(derive_key_context=NODE_CONTEXT).digest()
    level = list(leaves)
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def prefix_root(leaves: Sequence[bytes], count: int) -> bytes:
    """Compute the root that stood when there were ``count`` leaves, as a progress anchor holds it."""
    if not 0 <= count <= len(leaves):
        raise Bug(f"there are {len(leaves)} leaves, not {count}")
    return merkle_root(leaves[:count])


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """List the hashes beside the path from leaf ``index`` to the root, from the bottom up."""
    if not 0 <= index < len(leaves):
        raise Bug(f"there are {len(leaves)} leaves, none at {index}")
    proof: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        level = _parents(level)
        index //= 2
    return tuple(proof)


def verify_inclusion(
    *, leaf: bytes, index: int, count: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether ``proof`` leads from leaf ``index`` of ``count`` to ``root`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < count or any(len(each) != HASH_BYTES for each in (leaf, root, *proof)):
        return False
    position, last, current = index, count - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and current == root


def _parents(level: list[bytes]) -> list[bytes]:
    """Pair the hashes of a level; an odd last one moves up as it is, which gives RFC 9162's shape."""
    pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[len(level) - len(level) % 2 :]
