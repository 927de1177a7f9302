"""What the page's verifier is made of: each primitive against published vectors and against another implementation."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from eth_hash.auto import keccak
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from tests.web.edwards import ORDER, SMALL_POINTS, add, base_times, encode, times
from tests.web.in_node import InNode

PUBLISHED = Path(
    os.environ.get("LUCID_VECTORS_DIR", Path(__file__).parents[3] / "shared" / "vectors")
)
EDGES = (
    0,
    1,
    63,
    64,
    65,
    111,
    112,
    127,
    128,
    129,
    135,
    136,
    137,
    1023,
    1024,
    1025,
    2048,
    3072,
    5000,
)


def _published(name: str) -> Any:  # noqa: ANN401 - any JSON
    path = PUBLISHED / name
    if not path.exists():
        print(f"published vectors not found in {PUBLISHED}: only the comparisons were run")
        return None
    return json.loads(path.read_text(encoding="utf-8"))


def _agrees(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell what libsodium says about a signature."""
    try:
        VerifyKey(key).verify(message, signature)
    except (CryptoError, ValueError):
        return False
    return True


def test_blake3_is_as_published(node: InNode) -> None:
    """Hash and derive_key give what the authors of BLAKE3 published, for every length of theirs."""
    published = _published("blake3.json") or {"cases": [], "context_string": ""}
    for case in published["cases"]:
        data = bytes(at % 251 for at in range(case["input_len"])).hex()
        assert node.ask("blake3", data) == case["hash"][:64]
        derived = node.ask("blake3_derive", published["context_string"], data)
        assert derived == case["derive_key"][:64]


@given(pieces=st.lists(st.binary(max_size=3000), max_size=6))
@settings(max_examples=60)
def test_blake3_takes_pieces(node: InNode, pieces: list[bytes]) -> None:
    """However the bytes are cut, the hash is that of the whole."""
    found = node.ask("blake3_pieces", [each.hex() for each in pieces])
    assert found == blake3(b"".join(pieces)).hexdigest()


@pytest.mark.parametrize("length", EDGES)
def test_hashes_agree_at_every_edge(node: InNode, length: int) -> None:
    """BLAKE3, Keccak-256 and SHA-512 agree with other implementations at the edges of their blocks."""
    data = bytes((7 * at + length) % 256 for at in range(length))
    assert node.ask("blake3", data.hex()) == blake3(data).hexdigest()
    assert node.ask("keccak256", data.hex()) == keccak(data).hex()
    assert node.ask("sha512", data.hex()) == hashlib.sha512(data).hexdigest()


def test_wycheproof(node: InNode) -> None:
    """Each of Wycheproof's signatures is accepted or refused as it should be."""
    published = _published("wycheproof_ed25519.json") or {"testGroups": []}
    for group in published["testGroups"]:
        for case in group["tests"]:
            found = node.ask("ed25519", group["publicKey"]["pk"], case["msg"], case["sig"])
            assert found == (case["result"] == "valid"), case["comment"]


@given(
    seed=st.binary(min_size=32, max_size=32),
    message=st.binary(max_size=200),
    at=st.integers(0, 767),
)
@settings(max_examples=60)
def test_signatures_agree_with_libsodium(
    node: InNode, seed: bytes, message: bytes, at: int
) -> None:
    """A signature holds, and with one bit of key, R or S turned it comes to what libsodium says."""
    key = SigningKey(seed)
    signature = key.sign(message).signature
    public = bytes(key.verify_key)
    assert node.ask("ed25519", public.hex(), message.hex(), signature.hex())
    whole = bytearray(public + signature)
    whole[at // 8] ^= 1 << at % 8
    turned = bytes(whole[:32]), message, bytes(whole[32:])
    assert node.ask("ed25519", *(each.hex() for each in turned)) == _agrees(*turned)


@pytest.mark.parametrize("on_key", [False, True])
@pytest.mark.parametrize("on_r", [False, True])
@pytest.mark.parametrize("number", range(8))
def test_small_parts_are_taken_as_by_libsodium(
    node: InNode, number: int, on_r: bool, on_key: bool
) -> None:
    """A key or an R with a part of small order, or of small order alone, comes to what libsodium says."""
    message, small = b"message", SMALL_POINTS[number]
    for secret, nonce in ((1234567, 7654321), (0, 7654321), (1234567, 0)):
        a_point, r_point = base_times(secret), base_times(nonce)
        public = encode(add(a_point, small) if on_key else a_point)
        r_bytes = encode(add(r_point, small) if on_r else r_point)
        hashed = int.from_bytes(hashlib.sha512(r_bytes + public + message).digest(), "little")
        s_bytes = ((nonce + hashed * secret) % ORDER).to_bytes(32, "little")
        found = node.ask("ed25519", public.hex(), message.hex(), (r_bytes + s_bytes).hex())
        assert found == _agrees(public, message, r_bytes + s_bytes), (secret, nonce)


def test_s_has_one_form(node: InNode) -> None:
    """S plus the order is the same number, and refused."""
    key = SigningKey(bytes(range(32)))
    signature = key.sign(b"message").signature
    larger = (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    forged = signature[:32] + larger
    assert not node.ask("ed25519", bytes(key.verify_key).hex(), b"message".hex(), forged.hex())
    assert times(ORDER, base_times(1)) == SMALL_POINTS[0]


@given(data=st.binary(max_size=40))
@example(b"")
def test_lengths_that_are_none_are_refused(node: InNode, data: bytes) -> None:
    """A key or signature of another length is refused, and nothing is thrown."""
    if len(data) != 32:
        assert not node.ask("ed25519", data.hex(), "", bytes(64).hex())
    assert not node.ask("ed25519", bytes(SigningKey(bytes(32)).verify_key).hex(), "", data.hex())


def test_canonical_json_is_as_published(node: InNode) -> None:
    """Each published document is written as RFC 8785's authors write it."""
    directory = PUBLISHED / "jcs"
    inputs = sorted(directory.glob("*.input.json"))
    if not inputs:
        print(f"published vectors not found in {directory}: only the comparisons were run")
    for path in inputs:
        expected = path.with_name(path.name.replace(".input.json", ".outhex.txt"))
        written = node.ask("canonical", path.read_bytes().hex())
        assert written == {"value": "".join(expected.read_text(encoding="ascii").split())}
