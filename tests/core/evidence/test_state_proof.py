"""Storage is proved against a header as Ethereum's own trie library has it, and no change to a proof says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import rlp
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from core.errors import ProofWrong
from core.evidence.state_proof import StateProof, verify_state_proof
from core.evidence.trie_proof import NothingUnderKey, ProofRefused, look_up, verify_trie_proof
from tests.core.evidence.state_examples import CODE_HASH, header, nodes_to, state_proof

TOKEN, OTHER, NOBODY = (bytes([each]) * 20 for each in (1, 2, 3))
SLOTS = st.one_of(st.integers(0, 40), st.integers(0, 2**256 - 1))
VALUES = st.one_of(st.integers(0, 300), st.integers(0, 2**256 - 1))
STORAGE = st.dictionaries(SLOTS, VALUES, max_size=40)
PAIRS = st.dictionaries(st.binary(min_size=2, max_size=2), st.binary(min_size=1, max_size=40))


@settings(deadline=None)
@given(PAIRS, st.binary(min_size=2, max_size=2))
def test_a_key_is_found_or_shown_to_be_missing(pairs: dict[bytes, bytes], key: bytes) -> None:
    """Whatever a trie holds, the library's nodes show the value of any key, or that it has none."""
    trie = HexaryTrie({})
    for each, value in pairs.items():
        trie[each] = value
    proof = nodes_to(trie, key)
    assert look_up(trie.root_hash, key, proof) == pairs.get(key)
    for each, value in pairs.items():
        assert look_up(trie.root_hash, each, nodes_to(trie, each)) == value


@settings(max_examples=200, deadline=None)
@given(PAIRS.filter(bool), st.binary(min_size=2, max_size=2), st.data())
def test_a_changed_proof_shows_nothing(
    pairs: dict[bytes, bytes], key: bytes, data: st.DataObject
) -> None:
    """A proof of a value, or of there being none, is refused with any bit turned, any node left out or added."""
    trie = HexaryTrie({})
    for each, value in pairs.items():
        trie[each] = value
    proof = list(nodes_to(trie, key))
    at = data.draw(st.integers(0, len(proof) - 1))
    turned = bytearray(proof[at])
    turned[data.draw(st.integers(0, len(turned) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    for changed in (
        [*proof[:at], bytes(turned), *proof[at + 1 :]],
        proof[:at],
        [*proof, proof[at]],
        [*proof[:at], proof[at][:-1], *proof[at + 1 :]],
    ):
        with pytest.raises(ProofRefused):
            look_up(trie.root_hash, key, changed)


def test_the_empty_trie_has_nothing() -> None:
    """Clients prove an empty storage by no node or by its one empty node; anything more is refused."""
    root = HexaryTrie({}).root_hash
    assert look_up(root, b"key", []) is None
    assert look_up(root, b"key", [b"\x80"]) is None
    with pytest.raises(ProofRefused):
        look_up(root, b"key", [b"\x80", b"\x80"])


def test_a_missing_key_is_no_value_where_a_value_is_wanted() -> None:
    """Who asks for a value is told that there is none, by an error of its own."""
    trie = HexaryTrie({})
    trie[b"key"] = b"value"
    with pytest.raises(NothingUnderKey):
        verify_trie_proof(trie.root_hash, b"kez", nodes_to(trie, b"kez"))


@settings(deadline=None)
@given(STORAGE, STORAGE, st.lists(SLOTS, max_size=5, unique=True))
def test_slots_hold_what_the_state_has(
    own: dict[int, int], other: dict[int, int], more: list[int]
) -> None:
    """Every slot of a contract is proved, those too that were never written or hold zero."""
    slots = {*own, *more}
    proof = state_proof({TOKEN: own, OTHER: other}, TOKEN, slots)
    proved = verify_state_proof(proof, TOKEN)
    assert proved.values == {slot: own.get(slot, 0) for slot in slots}
    assert (proved.header.number, proved.header.hash) == (7, keccak(proof.header_rlp))


@settings(deadline=None)
@given(STORAGE.filter(lambda own: any(own.values())), st.data())
def test_a_proof_is_of_its_slot_and_contract(own: dict[int, int], data: st.DataObject) -> None:
    """The nodes of a slot prove no other slot's value, and those of a contract no other contract's."""
    slot = data.draw(st.sampled_from([slot for slot, value in own.items() if value]))
    proof = state_proof({TOKEN: own, OTHER: {}}, TOKEN, [slot])
    with pytest.raises(ProofRefused):
        verify_state_proof(proof, OTHER)
    moved = replace(proof, slots={slot ^ 1: proof.slots[slot]})
    try:
        shown = verify_state_proof(moved, TOKEN).values[slot ^ 1]
    except ProofRefused:
        return
    assert shown == own.get(slot ^ 1, 0)


def test_an_account_that_is_not_there_proves_nothing() -> None:
    """A contract that the state does not have has no storage that could be proved."""
    proof = state_proof({TOKEN: {1: 1}, OTHER: {}}, NOBODY, [])
    with pytest.raises(ProofRefused, match="no such account"):
        verify_state_proof(proof, NOBODY)


def test_an_address_has_twenty_bytes() -> None:
    """Anything else is a mistake of the caller."""
    with pytest.raises(ValueError, match="20 bytes"):
        verify_state_proof(state_proof({TOKEN: {1: 1}}, TOKEN, [1]), TOKEN[:19])


def test_what_is_no_header_is_told() -> None:
    """A header that cannot be read is named as such."""
    proof = replace(state_proof({TOKEN: {1: 1}}, TOKEN, [1]), header_rlp=b"\xc0")
    with pytest.raises(ProofWrong):
        verify_state_proof(proof, TOKEN)


def _stored(account: bytes, storage: Callable[[HexaryTrie], None]) -> StateProof:
    """Make a state with one account of these bytes, whose storage is made by ``storage``."""
    trie, state = HexaryTrie({}), HexaryTrie({})
    storage(trie)
    state[keccak(TOKEN)] = account or rlp.encode([b"\x01", b"", trie.root_hash, CODE_HASH])
    slot = keccak((1).to_bytes(32))
    return StateProof(
        header(state.root_hash), nodes_to(state, keccak(TOKEN)), {1: nodes_to(trie, slot)}
    )


@pytest.mark.parametrize(
    "value", [rlp.encode(b""), rlp.encode(b"\x00\x01"), rlp.encode(b"\x01" * 33), rlp.encode([])]
)
def test_a_value_that_no_slot_can_have_is_refused(value: bytes) -> None:
    """Zero, leading zeros, more than 32 bytes, and lists are in no storage trie."""

    def storage(trie: HexaryTrie) -> None:
        trie[keccak((1).to_bytes(32))] = value

    with pytest.raises(ProofRefused):
        verify_state_proof(_stored(b"", storage), TOKEN)


@pytest.mark.parametrize(
    "account",
    [
        rlp.encode([b"\x01", b"", bytes(32)]),
        rlp.encode([b"\x01", b"", bytes(31), CODE_HASH]),
        rlp.encode(b"account"),
    ],
)
def test_an_account_that_none_can_be_is_refused(account: bytes) -> None:
    """An account has four items, and its storage root 32 bytes."""
    with pytest.raises(ProofRefused):
        verify_state_proof(_stored(account, lambda _: None), TOKEN)
