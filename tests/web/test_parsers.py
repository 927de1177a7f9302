"""The page's parsers take and refuse exactly what core's do, whatever comes."""

from __future__ import annotations

import json
import random
from typing import Any

from eth_hash.auto import keccak
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.api.permissions import Profile
from core.canonical.documents import JsonRefused, canonical_json, load_canonical_json
from core.errors import PolicyMalformed
from core.evidence.policy import hosted_policy, joined_policy, parse_hosted_policy
from core.evidence.rlp_codec import RlpItem, RlpRefused, decode, encode, encode_whole
from core.evidence.trie_proof import (
    ProofRefused,
    receipts_root,
    receipts_trie_proof,
    verify_trie_proof,
)
from core.sealing.merkle import inclusion_proof, merkle_root, prefix_root, verify_inclusion
from tests.fakes.damage import damaged
from tests.web.in_node import InNode

MEGABYTE = 1 << 20
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**55), 2**55) | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
RLP = st.recursive(st.binary(max_size=70), lambda inner: st.lists(inner, max_size=4), max_leaves=12)


def _is_loaded(data: bytes) -> bool:
    try:
        load_canonical_json(data, MEGABYTE)
    except JsonRefused:
        return False
    return True


@given(value=JSON, escapes=st.booleans())
@settings(max_examples=150)
@example(value=2**53, escapes=False)
@example(value=1e21, escapes=False)
@example(value={"__proto__": 1, "é": -0.0}, escapes=False)
@example(value="\ud800", escapes=True)
def test_documents_are_read_alike(node: InNode, value: object, escapes: bool) -> None:
    """A document is read by the page exactly where core reads it, and canonical bytes are the same."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=escapes)
    data = text.encode("utf-8", "surrogatepass")
    assert node.ask("load", data.hex()) == _is_loaded(data)
    try:
        written = canonical_json(value)  # type: ignore[arg-type]
    except JsonRefused:
        return
    assert node.ask("load", written.hex()) == _is_loaded(written)


@given(
    data=st.binary(max_size=40)
    | st.text('[]{}"\\,:01e.- \u00e9\ufeff', max_size=30).map(str.encode)
)
@settings(max_examples=200)
@example(b"\xef\xbb\xbf1")
@example(b'{"a":1,"a":1}')
@example(b"[" * 64 + b"]" * 64)
@example(b"[" * 65 + b"]" * 65)
@example(b"[" * 100_000)
@example(b"1.0")
@example(b"-0")
@example(b"9007199254740992")
def test_any_bytes_are_read_alike(node: InNode, data: bytes) -> None:
    """Whatever comes, the page reads it where core does, and refuses it otherwise."""
    assert node.ask("load", data.hex()) == _is_loaded(data)


def _hexed(item: RlpItem) -> Any:  # noqa: ANN401 - texts, or lists of lists
    return item.hex() if isinstance(item, bytes) else [_hexed(each) for each in item]


@given(item=RLP, seed=st.integers(0, 2**32))
@settings(max_examples=150)
def test_rlp_is_read_alike(node: InNode, item: RlpItem, seed: int) -> None:
    """What was encoded is read back, and what was damaged is read or refused as by core."""
    data = encode(item)
    assert node.ask("rlp", data.hex()) == {"value": _hexed(item)}
    spoiled = damaged(random.Random(seed), data)
    try:
        expected: dict[str, object] = {"value": _hexed(decode(spoiled))}
    except RlpRefused as refused:
        expected = {"refused": str(refused)}
    assert node.ask("rlp", spoiled.hex()) == expected


@given(number=st.integers(0, 2**32 - 1))
def test_whole_numbers_are_encoded_alike(node: InNode, number: int) -> None:
    """A transaction's index becomes the same key."""
    assert node.ask("rlp_whole", number) == encode_whole(number).hex()


@given(
    receipts=st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=140),
    data=st.data(),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40)
def test_trie_proofs_are_followed_alike(
    node: InNode, receipts: list[bytes], data: st.DataObject, seed: int
) -> None:
    """A proof leads to its receipt; one that was damaged leads nowhere, or where core is led."""
    index = data.draw(st.integers(0, len(receipts) - 1))
    root, nodes = receipts_root(receipts), list(receipts_trie_proof(receipts, index))
    key = encode_whole(index)
    hexes = [each.hex() for each in nodes]
    assert node.ask("trie", root.hex(), key.hex(), hexes) == {"value": receipts[index].hex()}
    chance = random.Random(seed)
    place = chance.randrange(len(nodes))
    nodes[place] = damaged(chance, nodes[place])
    root = keccak(nodes[0])  # so that a damaged first node is looked into as well
    try:
        expected: dict[str, object] = {"value": verify_trie_proof(root, key, nodes).hex()}
    except ProofRefused as refused:
        expected = {"refused": str(refused)}
    assert node.ask("trie", root.hex(), key.hex(), [each.hex() for each in nodes]) == expected


@given(count=st.integers(0, 40), index=st.integers(0, 45), claimed=st.integers(0, 45))
@settings(max_examples=60)
def test_the_tree_is_computed_alike(node: InNode, count: int, index: int, claimed: int) -> None:
    """The root, each earlier root and inclusion are those of core, also for another index and count."""
    leaves = [bytes([number]) * 32 for number in range(count)]
    root = merkle_root(leaves)
    roots = [prefix_root(leaves, size).hex() for size in range(count + 1)]
    assert node.ask("roots", [each.hex() for each in leaves]) == roots
    if count:
        own = index % count
        proof = inclusion_proof(leaves, own)
        for at, size in ((own, count), (index, count), (own, claimed)):
            found = node.ask(
                "inclusion", leaves[own].hex(), at, size, [each.hex() for each in proof], root.hex()
            )
            assert found == verify_inclusion(
                leaf=leaves[own], index=at, count=size, proof=proof, root=root
            )


@given(seed=st.integers(0, 2**32))
@settings(max_examples=150)
def test_policies_are_read_alike(node: InNode, seed: int) -> None:
    """A policy in which one thing was changed is taken or refused as by core."""
    chance = random.Random(seed)
    joined = joined_policy((1280, 720), 60, may_act=True)
    made = [hosted_policy(Profile.STRICT), hosted_policy(Profile.STANDARD), joined]
    policy: Any = json.loads(canonical_json(chance.choice(made)))
    inner = policy
    while True:
        place = chance.choice(list(inner))
        if not isinstance(inner[place], dict) or chance.random() < 0.2:
            break
        inner = inner[place]
    inner[place] = chance.choice(
        [
            "ask",
            "deny",
            "allow",
            "custom",
            "joined",
            "",
            True,
            0,
            1,
            641,
            1440,
            [],
            ["xterm"],
            ["\x01"],
            None,
        ]
        + [[{"title": "", "window_class": each}] for each in ("", "a", "x" * 129)]
    )
    try:
        parse_hosted_policy(policy)
        is_taken = True
    except PolicyMalformed:
        is_taken = False
    assert ("value" in node.ask("policy", policy)) == is_taken
