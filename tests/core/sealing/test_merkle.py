"""The Merkle tree has RFC 9162's shape, its proofs hold, and nothing else passes for one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Bug
from core.sealing.merkle import (
    inclusion_proof,
    leaf_hash,
    leaf_of_file,
    merkle_root,
    node_hash,
    prefix_root,
    verify_inclusion,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "vectors" / "sealing.json").read_text("ascii"))[
    "merkle"
]
LEAVES = [bytes.fromhex(each) for each in GOLDEN["leaves"]]
PUBLISHED = Path(
    os.environ.get("LUCID_VECTORS_DIR", Path(__file__).parents[4] / "shared" / "vectors")
)


def test_published_hashes() -> None:
    """BLAKE3 gives its authors' hashes and derived keys at every published length."""
    path = PUBLISHED / "blake3.json"
    if not path.exists():
        print(f"no published vectors at {path}: only the typed-in ones were run")
        return
    vectors = json.loads(path.read_text("utf-8"))
    for case in vectors["cases"]:
        data = bytes(at % 251 for at in range(case["input_len"]))
        length = len(case["hash"]) // 2
        assert blake3(data).hexdigest(length=length) == case["hash"]
        derived = blake3(data, derive_key_context=vectors["context_string"])
        assert derived.hexdigest(length=length) == case["derive_key"]


def test_golden_leaves_and_roots() -> None:
    """Leaves, and the roots of 0 to 17 of them, are those of the recursive definition."""
    assert [leaf_hash(bytes([at])) for at in range(17)] == LEAVES
    assert [merkle_root(LEAVES[:count]).hex() for count in range(18)] == GOLDEN["roots"]
    assert [prefix_root(LEAVES, count).hex() for count in range(18)] == GOLDEN["roots"]


def test_golden_proofs() -> None:
    """Inclusion proofs are those of the recursive definition."""
    for case in GOLDEN["proofs"]:
        proof = inclusion_proof(LEAVES[: case["count"]], case["index"])
        assert [each.hex() for each in proof] == case["proof"]


@given(st.integers(1, 70), st.data())
def test_every_proof_holds_and_no_other(count: int, data: st.DataObject) -> None:
    """A leaf's proof leads to the root for its own index and count, and for no other leaf, index or root."""
    leaves = [leaf_hash(at.to_bytes(2, "big")) for at in range(count)]
    root = merkle_root(leaves)
    index = data.draw(st.integers(0, count - 1))
    proof = inclusion_proof(leaves, index)
    assert verify_inclusion(leaf=leaves[index], index=index, count=count, proof=proof, root=root)
    other = data.draw(st.integers(0, count))
    if other != index:
        assert not verify_inclusion(
            leaf=leaves[index], index=other, count=count, proof=proof, root=root
        )
    assert not verify_inclusion(
        leaf=leaf_hash(b"?"), index=index, count=count, proof=proof, root=root
    )
    assert not verify_inclusion(
        leaf=leaves[index], index=index, count=count, proof=(*proof, root), root=root
    )
    if proof:
        assert not verify_inclusion(
            leaf=leaves[index], index=index, count=count, proof=proof[1:], root=root
        )
        assert not verify_inclusion(
            leaf=leaves[index], index=index, count=count, proof=(b"", *proof[1:]), root=root
        )


def test_domains_are_apart() -> None:
    """The children of a node, stored as a chunk, do not have the node's hash; nor has the empty tree a leaf's."""
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"") != merkle_root([])


def test_a_file_has_the_leaf_of_its_bytes(tmp_path: Path) -> None:
    """Hashing a file, mapped and on every core, gives what hashing its bytes gives."""
    for length in (0, 1, 300_000):
        content = os.urandom(length)
        (tmp_path / "chunk").write_bytes(content)
        assert leaf_of_file(tmp_path / "chunk") == leaf_hash(content)


@pytest.mark.parametrize("index", [-1, 17])
def test_refuses_leaves_that_are_not_there(index: int) -> None:
    """Proofs and prefixes beyond the leaves are bugs of the caller."""
    with pytest.raises(Bug):
        inclusion_proof(LEAVES, index)
    with pytest.raises(Bug):
        prefix_root(LEAVES, index if index < 0 else 18)
