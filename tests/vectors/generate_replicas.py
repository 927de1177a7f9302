"""Writes the golden vectors of replica trees: ``python tests/vectors/generate_replicas.py``.

It imports nothing of core: the tree is built by halving, Keccak-256 comes from PyCryptodome, the layout is typed from
docs/formats/replica-tree.md. Running it again must change nothing; a test says so.
"""

from __future__ import annotations

import json
from pathlib import Path

from Crypto.Hash import keccak

SEGMENT = 1024


def hashed(content: bytes) -> bytes:
    """Hash as Ethereum does, by another library than the product's."""
    return keccak.new(digest_bits=256, data=content).digest()


def node(one: bytes, other: bytes) -> bytes:
    """Hash two children in ascending order."""
    return hashed(min(one, other) + max(one, other))


def path_of(leaves: list[bytes], index: int) -> tuple[bytes, list[bytes]]:
    """Give root and path by halving: the left half is the largest power of two below the number."""
    if len(leaves) == 1:
        return leaves[0], []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    left, right = leaves[:half], leaves[half:]
    inside, at = (left, index) if index < half else (right, index - half)
    beside = right if index < half else left
    root, path = path_of(inside, at)
    other = path_of(beside, 0)[0]
    return node(root, other), [*path, other]


def example(sizes: list[int], block_hash: bytes, challenge: int) -> dict[str, object]:
    """Make the vector of a replica of chunks of those sizes; byte i of chunk c is (7 c + i) mod 251."""
    segments: list[bytes] = []
    for chunk, size in enumerate(sizes):
        content = bytes((7 * chunk + at) % 251 for at in range(size))
        whole = content.ljust(-(-size // SEGMENT) * SEGMENT, b"\0")
        segments += [whole[at : at + SEGMENT] for at in range(0, size, SEGMENT)]
    leaves = [hashed(index.to_bytes(8, "big") + each) for index, each in enumerate(segments)]
    count = len(segments)
    drawn = hashed(block_hash + challenge.to_bytes(32, "big"))
    index = int.from_bytes(drawn, "big") % count
    root, path = path_of(leaves, index)
    return {
        "chunk_bytes": sizes,
        "segment_count": count,
        "tree_root": root.hex(),
        "replica_root": hashed(b"Lucid replica tree v1" + root + count.to_bytes(8, "big")).hex(),
        "block_hash": block_hash.hex(),
        "challenge": challenge,
        "segment": index,
        "leaf": leaves[index].hex(),
        "path": [each.hex() for each in path],
    }


def vectors() -> str:
    """Give the content of the file."""
    examples = [
        example([1], bytes(31) + b"\x01", 1),
        example([1024], bytes(31) + b"\x02", 2),
        example([1025, 3], bytes(31) + b"\x03", 3),
        example([5000, 1024, 2047], bytes(31) + b"\x04", 4),
        example([65_536, 9], bytes(31) + b"\x05", 1 << 40),
    ]
    text = json.dumps({"replicas": examples}, indent=1, sort_keys=True)
    return f"{text}\n"


if __name__ == "__main__":
    Path(__file__).with_name("replicas.json").write_text(vectors(), encoding="utf-8")
