"""Known answers for what proofs stand on: canonical JSON, Keccak-256, the receipts tree."""

from __future__ import annotations

from collections.abc import Callable

from eth_hash.auto import keccak

from core.canonical.documents import Json, canonical_json
from core.errors import SelfTestFailed
from core.evidence.rlp_codec import encode_whole
from core.evidence.trie_proof import (
    ProofRefused,
    receipts_root,
    receipts_trie_proof,
    verify_trie_proof,
)


def run() -> None:
    """Compute each known answer; raises SelfTestFailed naming the first test that does not come out right."""
    for name, holds in _TESTS.items():
        if not holds():
            raise SelfTestFailed(test=name)


def _canonical_json() -> bool:
    """RFC 8785, section 3.2.2: the numbers and the literals, in sorted members."""
    document: Json = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "literals": [None, True, False],
    }
    return canonical_json(document) == (
        b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}'
    )


def _keccak256() -> bool:
    """The hash of nothing, by which Ethereum names accounts without code."""
    return keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def _receipts_tree() -> bool:
    """A tree proves the receipt it holds, and no other; the empty tree has Ethereum's empty root."""
    receipts = [bytes([index]) * 200 for index in range(3)]
    root, proof = receipts_root(receipts), receipts_trie_proof(receipts, 1)
    empty = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
    try:
        verify_trie_proof(root, encode_whole(2), proof)
    except ProofRefused:
        held = verify_trie_proof(root, encode_whole(1), proof) == receipts[1]
        return held and receipts_root([]).hex() == empty
    return False


_TESTS: dict[str, Callable[[], bool]] = {
    "canonical_json": _canonical_json,
    "keccak256": _keccak256,
    "receipts_tree": _receipts_tree,
}
