"""The trie's root, RLP and bloom filters for the index are those of the libraries, and of Ethereum's blocks."""

from __future__ import annotations

from eth_bloom import BloomFilter
from hypothesis import given, settings
from hypothesis import strategies as st
from trie.hexary import HexaryTrie

from core.chain.bloom import bits_of, may_hold
from core.chain.encoding import rlp_encode
from core.chain.ordered_trie import ordered_root
from core.chain.rlp_coding import encode_bytes, encode_list, encode_number

VALUES = st.one_of(st.binary(min_size=1, max_size=4), st.binary(min_size=30, max_size=70))


@settings(max_examples=60, deadline=None)
@given(values=st.lists(VALUES, max_size=300))
def test_the_root_is_py_tries(values: list[bytes]) -> None:
    """For any list of values, short ones that stand in their parent's node too, the root is the library's."""
    trie = HexaryTrie({})
    for at, value in enumerate(values):
        trie[rlp_encode(at)] = value
    assert ordered_root(values) == trie.root_hash


def test_the_root_where_keys_grow_longer() -> None:
    """At 0, 1, 127, 128, 255, 256 and beyond, where the keys change their length, the root is the library's."""
    trie = HexaryTrie({})
    values: list[bytes] = []
    for at in range(270):
        values.append(at.to_bytes(2) * 20)
        trie[rlp_encode(at)] = values[-1]
        if at in {0, 1, 2, 126, 127, 128, 129, 254, 255, 256, 257, 269}:
            assert ordered_root(values) == trie.root_hash


@given(content=st.one_of(st.binary(max_size=80), st.binary(min_size=250, max_size=70_000)))
def test_bytes_are_encoded_as_the_library_does(content: bytes) -> None:
    """Short, long, single and empty strings alike."""
    assert encode_bytes(content) == rlp_encode(content)


@given(value=st.integers(0, 2**256), contents=st.lists(st.binary(max_size=90), max_size=9))
def test_lists_and_numbers_are_encoded_as_the_library_does(
    value: int, contents: list[bytes]
) -> None:
    """Lists of any length, with numbers and lists in them."""
    inner = encode_list([encode_bytes(each) for each in contents])
    assert encode_list([encode_number(value), inner]) == rlp_encode([value, contents])


@given(values=st.lists(st.binary(max_size=40), max_size=20), other=st.binary(max_size=40))
def test_a_bloom_filter_never_denies_what_is_there(values: list[bytes], other: bytes) -> None:
    """The bits are the library's, what was added may be there, and the library agrees on anything else."""
    bloom = 0
    library = BloomFilter()
    for each in values:
        bloom |= bits_of(each)
        library.add(each)
    assert bloom == int(library)
    assert all(may_hold(bloom, bits_of(each)) for each in values)
    assert may_hold(bloom, bits_of(other)) == (other in library)
