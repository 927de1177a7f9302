"""The tree over a replica's segments, which storage challenges are answered from.

A segment is 1 KiB of a stored chunk; each chunk begins with a segment of its own, and the last of a chunk is filled up
with zeros. A leaf is Keccak-256 of the segment's index (8 bytes, big-endian) and its bytes.
Source: docs/formats/replica-tree.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eth_hash.auto import keccak

from core.sealing.sorted_tree import SortedTree

SEGMENT_BYTES = 1024
_DOMAIN = b"Lucid replica tree v1"
_COUNT_BYTES = 8
_WORD = 32


def segments_of(chunk: bytes) -> Iterator[bytes]:
    """Cut a stored chunk into segments."""
    for at in range(0, len(chunk), SEGMENT_BYTES):
        yield chunk[at : at + SEGMENT_BYTES].ljust(SEGMENT_BYTES, b"\0")


def segment_leaf(index: int, segment: bytes) -> bytes:
    """Give the leaf of a segment."""
    return keccak(index.to_bytes(_COUNT_BYTES, "big") + segment)


def replica_root(tree_root: bytes, segment_count: int) -> bytes:
    """Give the root that a holder declares."""
    return keccak(_DOMAIN + tree_root + segment_count.to_bytes(_COUNT_BYTES, "big"))


def challenged_segment(block_hash: bytes, challenge: int, segment_count: int) -> int:
    """Tell which segment a challenge asks for, from the hash of the block that it is in."""
    drawn = keccak(block_hash + challenge.to_bytes(_WORD, "big"))
    return int.from_bytes(drawn, "big") % segment_count


@dataclass(frozen=True)
class SegmentProof:
    """What answers a challenge, but for the segment itself."""

    tree_root: bytes
    segment_count: int
    path: tuple[bytes, ...]


class ReplicaTree:
    """The tree over the chunks of a range, given in their order; at least one byte of them.

    It keeps 32 bytes for each segment and as much again for the nodes: 1 MiB for a chunk of 16 MiB.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        leaves = [
            segment_leaf(index, segment)
            for index, segment in enumerate(each for chunk in chunks for each in segments_of(chunk))
        ]
        if not leaves:
            raise ValueError("a replica of nothing has no tree")
        self._tree = SortedTree(leaves)

    @property
    def segment_count(self) -> int:
        """How many segments there are."""
        return self._tree.count

    @property
    def root(self) -> bytes:
        """The root over the segments."""
        return self._tree.root

    @property
    def replica_root(self) -> bytes:
        """The root that is declared."""
        return replica_root(self.root, self.segment_count)

    def proof(self, index: int) -> SegmentProof:
        """Give what proves a segment."""
        return SegmentProof(self.root, self.segment_count, self._tree.path(index))
