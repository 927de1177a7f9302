"""Tests of core.chain.contract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chain.contract import Contract
from core.chain.encoding import created_address, keccak256, rlp_encode
from core.chain.protocol import ANCHORS, CHUNK_STORE, DEPLOY
from core.errors import Bug

SESSION = bytes(range(16))


def test_known_hashes_and_addresses() -> None:
    """Keccak-256 of nothing, RLP's examples and a well-known contract address come out as published."""
    assert keccak256(b"").hex() == (
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    )
    assert rlp_encode([b"cat", b"dog"]) == bytes.fromhex("c88363617483646f67")
    assert rlp_encode([0, 15, 1024]) == bytes.fromhex("c5800f820400")
    sender = bytes.fromhex("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")
    assert created_address(sender, 0).hex() == "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"
    assert created_address(sender, 3).hex() == "fffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c"


def test_calls_are_encoded_as_the_abi_says() -> None:
    """A call is its selector and its arguments in words; short bytes are filled up on the right."""
    call = Contract(ANCHORS).encode_call(
        "sealSession", (SESSION, bytes([1]) * 32, bytes([2]) * 32, 7)
    )
    signature = b"sealSession(bytes16,bytes32,bytes32,uint32)"
    assert call == b"".join(
        [
            keccak256(signature)[:4],
            SESSION + bytes(16),
            bytes([1]) * 32,
            bytes([2]) * 32,
            (7).to_bytes(32, "big"),
        ]
    )


def test_leaves_are_given_one_after_the_other() -> None:
    """An array of words is given as plain bytes, and cut into words."""
    leaves = bytes([1]) * 32 + bytes([2]) * 32
    call = Contract(CHUNK_STORE).encode_call("commitChunks", (SESSION, 4, leaves))
    assert call.endswith((2).to_bytes(32, "big") + leaves)


def test_a_deployment_is_code_and_arguments() -> None:
    """A deployment's data are the creation code and the constructor's arguments."""
    anchors, store = Contract(ANCHORS), Contract(CHUNK_STORE)
    assert anchors.encode_call(DEPLOY, ()) == anchors.creation_code
    address = bytes([9]) * 20
    assert store.encode_call(DEPLOY, (address,)) == store.creation_code + bytes(12) + address


def test_wrong_arguments_are_refused() -> None:
    """Too few arguments, bytes of another length and numbers out of range are no call."""
    for arguments in [
        (SESSION,),
        (SESSION, 1 << 32, bytes(32)),
        (SESSION, -1, bytes(32)),
        (SESSION + b"x", 1, bytes(32)),
        (SESSION[1:], 1, bytes(32)),
        (SESSION, 1, bytes(31)),
    ]:
        with pytest.raises(Bug):
            Contract(ANCHORS).encode_call("anchorChunk", arguments)


def test_a_piece_of_a_leaf_is_refused() -> None:
    """Leaves that do not come in whole words are no call."""
    with pytest.raises(Bug):
        Contract(CHUNK_STORE).encode_call("commitChunks", (SESSION, 0, bytes(40)))


def test_immutables_are_filled_in() -> None:
    """The runtime code of the chunk store holds the address that it was deployed with."""
    store = Contract(CHUNK_STORE)
    address = bytes([0xAB]) * 20
    code = store.runtime_code(address)
    assert code.count(bytes(12) + address) == 2
    assert len(code) == len(store.runtime_code(bytes(20)))


def test_errors_are_named() -> None:
    """A custom error is known by its selector, whichever arguments follow; others are not."""
    anchors = Contract(ANCHORS)
    known = keccak256(b"SessionAlreadyKnown(bytes16)")[:4]
    assert anchors.error_name(known + SESSION + bytes(16)) == "SessionAlreadyKnown"
    assert anchors.error_name(known) == "SessionAlreadyKnown"
    assert anchors.error_name(b"") is None
    assert anchors.error_name(bytes.fromhex("08c379a0")) is None


def test_logs_of_others_are_not_ours() -> None:
    """A log without topics, or of another event, is none of the contract's."""
    anchors = Contract(ANCHORS)
    assert anchors.decode_log([], b"") is None
    assert anchors.decode_log([bytes(32)], b"") is None


@given(
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**32 - 1),
)
def test_a_log_comes_back_as_it_was(session: bytes, root: bytes, count: int) -> None:
    """What an event's fields were encoded from is what they are decoded to."""
    anchors = Contract(ANCHORS)
    topics = [anchors.event_topic("ProgressAnchored"), session.ljust(32, b"\0"), bytes(32)]
    event = anchors.decode_log(topics, root + count.to_bytes(32, "big"))
    assert event is not None
    assert (event.name, event.topics) == ("ProgressAnchored", tuple(topics[1:]))
    assert event.values == {"merkleRoot": root, "chunkCount": count}
