"""RLP comes out as every other implementation writes it, and only the one encoding is read."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ProofWrong
from core.evidence.anchor_proof import read_header
from core.evidence.rlp_codec import (
    RlpItem,
    RlpRefused,
    as_bytes,
    as_list,
    as_whole,
    decode,
    decode_list,
    encode,
    encode_whole,
)

ITEMS: st.SearchStrategy[RlpItem] = st.recursive(
    st.binary(max_size=80), lambda inner: st.lists(inner, max_size=6).map(tuple)
)

LOREM = (
    "b8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069"
    "736963696e6720656c6974"
)

# Ethereum Yellow Paper, appendix B, and the ethereum.org page on RLP.
EXAMPLES = [
    (b"dog", "83646f67"),
    ((b"cat", b"dog"), "c88363617483646f67"),
    (b"", "80"),
    ((), "c0"),
    (b"\x00", "00"),
    (b"\x0f", "0f"),
    (b"\x04\x00", "820400"),
    (((), ((),), ((), ((),))), "c7c0c1c0c3c0c1c0"),
    (b"Lorem ipsum dolor sit amet, consectetur adipisicing elit", LOREM),
]


@pytest.mark.parametrize("item,encoded", EXAMPLES)
def test_published_examples(item: RlpItem, encoded: str) -> None:
    """The published examples encode and decode."""
    assert encode(item).hex() == encoded
    assert decode(bytes.fromhex(encoded)) == item


@settings(deadline=None)
@given(ITEMS)
def test_it_agrees_with_the_library(item: RlpItem) -> None:
    """Whatever the item, the ethereum library writes the same bytes, and they come back."""
    assert encode(item) == rlp.encode(item)
    assert decode(encode(item)) == item


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_there_is_one_encoding(data: bytes) -> None:
    """Whatever decodes encodes to the same bytes; everything else is RlpRefused."""
    with suppress(RlpRefused):
        assert encode(decode(data)) == data


@settings(deadline=None)
@given(ITEMS, st.data())
def test_a_changed_byte_never_means_the_same(item: RlpItem, data: st.DataObject) -> None:
    """An encoding with a byte changed is refused or is another item."""
    encoded = bytearray(encode(item))
    position = data.draw(st.integers(0, len(encoded) - 1))
    encoded[position] ^= data.draw(st.integers(1, 255))
    with suppress(RlpRefused):
        assert decode(bytes(encoded)) != item


@pytest.mark.parametrize(
    "data",
    [
        "",
        "8100",
        "817f",
        "b800",
        "b80100",
        "b90038" + "00" * 56,
        "83646f",
        "c883636174",
        "8080",
        "f800",
        "c1",
        "bf" + "ff" * 8,
    ],
)
def test_other_spellings_are_refused(data: str) -> None:
    """Heads that are too long, cut short, or followed by more are refused."""
    with pytest.raises(RlpRefused):
        decode(bytes.fromhex(data))


def test_long_lists_are_read_in_one_go() -> None:
    """What somebody made to be slow is read in time that grows with its length alone, to no item past its list."""
    many = [[b""]] * 100_000
    began = time.process_time()
    assert len(decode_list(encode(many))) == len(many)
    assert time.process_time() - began < 5
    for past in ("c3c28101", "c2c10181", "c4c2820101", "c2b838"):
        with pytest.raises(RlpRefused):
            decode(bytes.fromhex(past))


def test_depth_is_bounded() -> None:
    """A bomb of nested lists is refused."""
    item: RlpItem = ()
    for _ in range(40):
        item = (item,)
    with pytest.raises(RlpRefused):
        decode(encode(item))


@settings(deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_whole_numbers_come_back(number: int) -> None:
    """A whole number has its shortest encoding."""
    assert encode_whole(number) == rlp.encode(number)
    assert as_whole(decode(encode_whole(number))) == number


def test_types_are_held() -> None:
    """A list is not bytes, bytes are not a list, and a number has no leading zeros."""
    for work in (
        lambda: as_list(b"1"),
        lambda: as_bytes(()),
        lambda: as_bytes(b"12", 3),
        lambda: as_whole(b"\x00"),
        lambda: as_whole(b"\x01" * 9),
        lambda: decode_list(b"\x80"),
    ):
        with pytest.raises(RlpRefused):
            work()


def test_no_header_is_that_long() -> None:
    """What is longer than any block's header is refused before it is read."""
    with pytest.raises(ProofWrong) as told:
        read_header(encode([b""] * 3000))
    assert "longer" in str(told.value.facts["reason"])
