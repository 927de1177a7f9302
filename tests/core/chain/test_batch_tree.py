"""The tree over a batch's records."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chain.batch_tree import opened_leaf, sealed_leaf
from core.chain.encoding import keccak256
from core.sealing.sorted_tree import SortedTree, root_over

OWNER = bytes.fromhex("00000000000000000000000000000000000a11ce")
SESSION = UUID("01020304-0506-4708-890a-0b0c0d0e0f10")


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def test_leaves_are_those_of_the_contract() -> None:
    """The same vectors stand in contracts/test/anchors/LucidBatches.t.sol."""
    opened = opened_leaf(OWNER, SESSION, _word(1), _word(2))
    sealed = sealed_leaf(OWNER, SESSION, _word(3), _word(4), 5)
    assert opened.hex() == "48e861b9b310adc8e1e7ddae639453408b4cc3626e1733ae0747bd3b269f90e4"
    assert sealed.hex() == "85e6739099e7232e131bf638ecf7c7c7145774d88ca8ec19f53b6239482ce7b4"


@given(st.integers(1, 70), st.data())
def test_every_proof_leads_to_the_root(count: int, data: st.DataObject) -> None:
    """Each leaf has a proof as long as the tree is high, or shorter, and it fits no other leaf."""
    leaves = [keccak256(_word(each)) for each in range(count)]
    tree = SortedTree(leaves)
    index = data.draw(st.integers(0, count - 1))
    proof = tree.path(index)
    assert len(proof) <= (count - 1).bit_length()
    assert root_over(leaves[index], proof) == tree.root
    assert root_over(leaves[index][::-1], proof) != tree.root


def test_one_record_is_its_own_root() -> None:
    """A batch of one has an empty proof."""
    assert SortedTree([b"l" * 32]).root == b"l" * 32
    assert SortedTree([b"l" * 32]).path(0) == ()


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_pairs_are_hashed_in_ascending_order(count: int) -> None:
    """A node hashes the smaller child first; an odd last one moves up as it is."""
    leaves = [keccak256(_word(each)) for each in range(count)]

    def node(one: bytes, other: bytes) -> bytes:
        return keccak256(b"".join(sorted((one, other))))

    first = node(leaves[0], leaves[1])
    expected = {
        2: lambda: first,
        3: lambda: node(first, leaves[2]),
        4: lambda: node(first, node(leaves[2], leaves[3])),
        5: lambda: node(node(first, node(leaves[2], leaves[3])), leaves[4]),
    }[count]()
    assert SortedTree(leaves).root == expected
