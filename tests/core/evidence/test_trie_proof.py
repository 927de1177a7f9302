"""Trie proofs agree with Ethereum's own library, and no change to one verifies."""

from __future__ import annotations

import pytest
import rlp
from eth.db.trie import make_trie_root_and_nodes
from eth.rlp.logs import Log
from eth.rlp.receipts import Receipt
from eth.vm.forks.berlin.receipts import TypedReceipt
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from core.evidence.rlp_codec import encode_whole
from core.evidence.trie_proof import (
    ProofRefused,
    receipts_root,
    receipts_trie_proof,
    verify_trie_proof,
)
from tests.core.evidence.chain_examples import library_root

RECEIPTS = st.lists(st.binary(min_size=1, max_size=90), min_size=1, max_size=40)
MANY = [bytes([index % 256, index // 256]) * 30 for index in range(300)]


@settings(deadline=None)
@given(RECEIPTS)
def test_the_root_is_the_librarys(receipts: list[bytes]) -> None:
    """Whatever the receipts, the ethereum library computes the same root."""
    assert receipts_root(receipts) == library_root(receipts)


def test_an_empty_block_has_the_empty_root() -> None:
    """Without receipts the root is that of the empty trie."""
    assert receipts_root([]) == library_root([])


@settings(deadline=None)
@given(RECEIPTS, st.data())
def test_every_receipt_can_be_proved(receipts: list[bytes], data: st.DataObject) -> None:
    """The proof of any receipt leads from the root to that receipt."""
    index = data.draw(st.integers(0, len(receipts) - 1))
    proof = receipts_trie_proof(receipts, index)
    assert verify_trie_proof(library_root(receipts), encode_whole(index), proof) == receipts[index]


@pytest.mark.parametrize("index", [0, 1, 15, 16, 127, 128, 129, 255, 256, 299])
def test_large_blocks(index: int) -> None:
    """Indexes on both sides of RLP's borders can be proved."""
    proof = receipts_trie_proof(MANY, index)
    assert verify_trie_proof(library_root(MANY), encode_whole(index), proof) == MANY[index]


@settings(deadline=None)
@given(RECEIPTS, st.data())
def test_the_librarys_proofs_verify(receipts: list[bytes], data: st.DataObject) -> None:
    """A proof made by the ethereum library is the same as ours, and verifies."""
    index = data.draw(st.integers(0, len(receipts) - 1))
    trie = HexaryTrie({})
    for position, each in enumerate(receipts):
        trie[rlp.encode(position)] = each
    theirs = [rlp.encode(node) for node in trie.get_proof(rlp.encode(index))]
    proof = [node for at, node in enumerate(theirs) if at == 0 or len(node) >= 32]
    assert tuple(proof) == receipts_trie_proof(receipts, index)
    assert verify_trie_proof(trie.root_hash, rlp.encode(index), proof) == receipts[index]


@settings(max_examples=300, deadline=None)
@given(RECEIPTS, st.data())
def test_no_change_verifies(receipts: list[bytes], data: st.DataObject) -> None:
    """A proof with any byte changed, cut, doubled or re-ordered is refused."""
    index = data.draw(st.integers(0, len(receipts) - 1))
    root, key = library_root(receipts), encode_whole(index)
    proof = list(receipts_trie_proof(receipts, index))
    changed = data.draw(_changes(proof))
    if changed == proof:
        return
    with pytest.raises(ProofRefused):
        verify_trie_proof(root, key, changed)


def _changes(proof: list[bytes]) -> st.SearchStrategy[list[bytes]]:
    positions = st.integers(0, len(proof) - 1)

    def flipped(at: int, byte: int, by: int) -> list[bytes]:
        node = bytearray(proof[at])
        node[byte % len(node)] ^= by
        return [*proof[:at], bytes(node), *proof[at + 1 :]]

    return st.one_of(
        st.builds(flipped, positions, st.integers(0, 2000), st.integers(1, 255)),
        positions.map(lambda at: proof[:at]),
        positions.map(lambda at: [*proof, proof[at]]),
        positions.map(lambda at: [*proof[:at], proof[at], *proof[at:]]),
        st.permutations(proof),
        positions.map(lambda at: [*proof[:at], proof[at][:-1], *proof[at + 1 :]]),
        st.just([]),
    )


@settings(deadline=None)
@given(RECEIPTS, st.integers(0, 2**32), st.data())
def test_a_proof_serves_one_key(receipts: list[bytes], other: int, data: st.DataObject) -> None:
    """The proof of a receipt proves nothing under another index but what is really there.

    Short equal receipts share their nodes, so that the proof of one is that of the other too.
    """
    index = data.draw(st.integers(0, len(receipts) - 1))
    proof = receipts_trie_proof(receipts, index)
    try:
        found = verify_trie_proof(library_root(receipts), encode_whole(other), proof)
    except ProofRefused:
        assert other != index
    else:
        assert found == receipts[other]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=120), max_size=4))
def test_any_nodes_are_refused_in_our_terms(nodes: list[bytes]) -> None:
    """Whatever comes, the verifier refuses it without another error."""
    root = keccak(nodes[0]) if nodes else bytes(32)
    with pytest.raises(ProofRefused):
        verify_trie_proof(root, b"\x80", nodes)


def test_there_is_no_proof_of_what_is_not_there() -> None:
    """A receipt beyond the block's last cannot be proved."""
    for index in (-1, 300):
        with pytest.raises(ProofRefused):
            receipts_trie_proof(MANY, index)


def test_py_evm_computes_the_same_root() -> None:
    """The receipts root that py-evm puts into a block's header is ours, typed receipts included."""
    logs = [Log(bytes(20), [1, 2], b"data")]
    legacy = [Receipt(b"\x01", gas, logs if gas % 2 else []) for gas in range(1, 20)]
    typed = [TypedReceipt(1, each) for each in legacy]
    receipts = [*legacy, *typed]
    root, _ = make_trie_root_and_nodes(receipts)
    encoded = [each.encode() for each in receipts]
    assert receipts_root(encoded) == root
    for index in (0, 18, 19, 37):
        proof = receipts_trie_proof(encoded, index)
        assert verify_trie_proof(root, encode_whole(index), proof) == encoded[index]
