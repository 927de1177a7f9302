"""XChaCha20-Poly1305 is libsodium's, byte for byte."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from core.errors import Bug
from core.sealing.aead import (
    decrypt,
    encrypt,
    encrypt_into,
    open_sealed,
    seal,
)
from core.sealing.hchacha20 import hchacha20

VECTORS = Path(
    os.environ.get("LUCID_VECTORS_DIR", Path(__file__).parents[4] / "shared" / "vectors")
)

key_bytes = st.binary(min_size=32, max_size=32)
nonce_bytes = st.binary(min_size=24, max_size=24)


def test_hchacha20_of_the_draft() -> None:
    """The subkey of draft-irtf-cfrg-xchacha-03, section 2.2.1, comes out."""
    nonce = bytes.fromhex("000000090000004a0000000031415927")
    expected = "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"
    assert hchacha20(bytes(range(32)), nonce).hex() == expected


@given(key_bytes, nonce_bytes, st.binary(max_size=300), st.binary(max_size=40))
def test_equals_libsodium(key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> None:
    """Any message is encrypted to libsodium's bytes, and comes back."""
    sealed = encrypt(key, nonce, plain, associated)
    assert sealed == crypto_aead_xchacha20poly1305_ietf_encrypt(plain, associated, nonce, key)
    output = bytearray(len(plain) + 16)
    encrypt_into(key, nonce, plain, associated, memoryview(output))
    assert output == sealed
    assert decrypt(key, nonce, sealed, associated) == plain


def test_wycheproof() -> None:
    """Every published case with a nonce of 24 bytes is taken or refused as it should be."""
    path = VECTORS / "wycheproof_xchacha20_poly1305.json"
    if not path.exists():
        print(f"no published vectors at {path}: only the typed-in ones were run")
        return
    groups = json.loads(path.read_text("utf-8"))["testGroups"]
    cases = [case for group in groups for case in group["tests"] if group["ivSize"] == 192]
    assert len(cases) > 300
    for case in cases:
        key, nonce, plain, associated, sealed, tag = (
            bytes.fromhex(case[name]) for name in ("key", "iv", "msg", "aad", "ct", "tag")
        )
        expected = plain if case["result"] == "valid" else None
        assert decrypt(key, nonce, sealed + tag, associated) == expected, case["tcId"]
        if expected is not None:
            assert encrypt(key, nonce, plain, associated) == sealed + tag, case["tcId"]


@given(st.binary(max_size=60), st.integers(min_value=0), st.integers(0, 7))
def test_refuses_every_changed_bit(plain: bytes, at: int, bit: int) -> None:
    """A message with one bit changed anywhere does not open."""
    sealed = bytearray(seal(bytes(32), plain, b"where"))
    sealed[at % len(sealed)] ^= 1 << bit
    assert open_sealed(bytes(32), bytes(sealed), b"where") is None


def test_refuses_another_place_and_what_is_too_short() -> None:
    """Associated data and key belong to the message; less than nonce and tag is no message."""
    sealed = seal(bytes(32), b"plain", b"here")
    assert open_sealed(bytes(32), sealed, b"here") == b"plain"
    assert open_sealed(bytes(32), sealed, b"there") is None
    assert open_sealed(bytes([1]) * 32, sealed, b"here") is None
    assert open_sealed(bytes(32), sealed[:39], b"here") is None
    assert decrypt(bytes(32), bytes(24), bytes(15), b"") is None


def test_two_sealings_differ() -> None:
    """The nonce is drawn anew each time."""
    assert seal(bytes(32), b"plain", b"") != seal(bytes(32), b"plain", b"")


@pytest.mark.parametrize("key, nonce", [(31, 24), (32, 12)])
def test_refuses_other_lengths(key: int, nonce: int) -> None:
    """Keys have 32 bytes and nonces 24."""
    with pytest.raises(Bug):
        encrypt(bytes(key), bytes(nonce), b"", b"")
