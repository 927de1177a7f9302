"""A Merkle tree of Keccak-256 whose nodes hash the smaller child first, as OpenZeppelin's MerkleProof checks it.

Level by level neighbours are paired from the left; an odd last hash moves up as it is. Its users keep leaves and nodes
apart by what they hash into a leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eth_hash.auto import keccak


class SortedTree:
    """The tree over at least one leaf; kept whole, so that each proof is a look-up."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_above(self._levels[-1]))

    @property
    def count(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The root."""
        return self._levels[-1][0]

    def path(self, index: int) -> tuple[bytes, ...]:
        """Give the hashes beside the path from a leaf to the root, the lowest first."""
        found: list[bytes] = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                found.append(level[index ^ 1])
            index >>= 1
        return tuple(found)


def root_over(leaf: bytes, path: Iterable[bytes]) -> bytes:
    """Give the root that a leaf and the hashes beside its path lead to."""
    for beside in path:
        leaf = _node(leaf, beside)
    return leaf


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[len(level) & ~1 :]


def _node(one: bytes, other: bytes) -> bytes:
    return keccak(one + other if one < other else other + one)
