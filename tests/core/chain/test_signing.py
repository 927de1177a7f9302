"""Tests of core.chain.signing."""

from __future__ import annotations

import pytest

from core.chain.encoding import keccak256
from core.chain.fees import Fees
from core.chain.signing import Signer, account_of
from core.errors import Bug

# The first account of Ethereum's development tools ("test test test … junk").
KEY = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
ADDRESS = bytes.fromhex("f39fd6e51aad88f6f4ce6ab8827279cfffb92266")


def test_the_address_of_a_key() -> None:
    """A well-known key has its well-known address."""
    assert account_of(KEY) == ADDRESS
    assert Signer(KEY).address == ADDRESS


def test_signing_needs_nothing_but_its_arguments() -> None:
    """The same arguments give the same transaction, whose hash is that of its bytes; this one is golden."""
    signed = Signer(KEY).sign(
        chain_id=1, nonce=5, to=bytes(20), data=b"\x01", gas=50_000, fees=Fees(20, 10)
    )
    assert signed.hash == keccak256(signed.raw)
    assert signed.nonce == 5
    assert signed.raw.hex().startswith("02f8")
    assert signed.hash.hex() == ("b517be992005bbd75289d0d7cc82ffdb7f0643a762ed2380876a599cd4bf7030")


def test_a_key_of_another_length_is_a_bug() -> None:
    """Only 32 bytes are a key."""
    with pytest.raises(Bug):
        Signer(bytes(31))
