"""The tree that storage challenges are answered from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sealing.replica_tree import (
    SEGMENT_BYTES,
    ReplicaTree,
    challenged_segment,
    replica_root,
    segment_leaf,
    segments_of,
)
from core.sealing.sorted_tree import root_over
from tests.vectors import generate_replicas

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "replicas.json").read_text(encoding="utf-8")
)["replicas"]


def _chunks(sizes: list[int]) -> list[bytes]:
    return [bytes((7 * chunk + at) % 251 for at in range(size)) for chunk, size in enumerate(sizes)]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["chunk_bytes"]))
def test_the_vectors_hold(vector: dict[str, object]) -> None:
    """Roots, the segment that is asked for, and its path are those computed elsewhere."""
    tree = ReplicaTree(_chunks(vector["chunk_bytes"]))
    assert tree.segment_count == vector["segment_count"]
    assert tree.root.hex() == vector["tree_root"]
    assert tree.replica_root.hex() == vector["replica_root"]
    block_hash = bytes.fromhex(vector["block_hash"])
    index = challenged_segment(block_hash, vector["challenge"], tree.segment_count)
    assert index == vector["segment"]
    assert [each.hex() for each in tree.proof(index).path] == vector["path"]


@given(st.lists(st.binary(max_size=3 * SEGMENT_BYTES), min_size=1, max_size=4), st.data())
def test_every_segment_is_proved(chunks: list[bytes], data: st.DataObject) -> None:
    """Each segment leads to the root under its own index, and under no other."""
    segments = [each for chunk in chunks for each in segments_of(chunk)]
    if not segments:
        with pytest.raises(ValueError, match="nothing"):
            ReplicaTree(chunks)
        return
    tree = ReplicaTree(chunks)
    index = data.draw(st.integers(0, len(segments) - 1))
    proof = tree.proof(index)
    assert root_over(segment_leaf(index, segments[index]), proof.path) == proof.tree_root
    assert root_over(segment_leaf(index + 1, segments[index]), proof.path) != proof.tree_root
    assert replica_root(proof.tree_root, proof.segment_count) == tree.replica_root


@given(st.binary(max_size=5 * SEGMENT_BYTES))
def test_segments_are_the_chunk_and_zeros(chunk: bytes) -> None:
    """All segments have 1 KiB; together they are the chunk, filled up with less than one segment of zeros."""
    segments = list(segments_of(chunk))
    assert {len(each) for each in segments} <= {SEGMENT_BYTES}
    together = b"".join(segments)
    assert together[: len(chunk)] == chunk
    assert not any(together[len(chunk) :])
    assert len(together) - len(chunk) < SEGMENT_BYTES


def test_a_chunks_place_matters() -> None:
    """The same bytes cut into other chunks are another replica."""
    assert ReplicaTree([b"a" * 1500]).root != ReplicaTree([b"a" * 750] * 2).root


def test_the_vectors_are_those_of_their_generator() -> None:
    """Generating them again changes nothing."""
    written = (Path(__file__).parents[2] / "vectors" / "replicas.json").read_text(encoding="utf-8")
    assert generate_replicas.vectors() == written
