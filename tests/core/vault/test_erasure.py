"""A secret in memory hides itself and can be overwritten."""

from __future__ import annotations

import pickle

import pytest

from core.errors import VaultLocked
from core.vault.erasure import SecretBytes


def test_a_secret_is_revealed_until_it_is_wiped() -> None:
    """After wiping, the bytes are zeros and asking for them is VaultLocked."""
    secret = SecretBytes(b"secret")
    assert secret.reveal() == b"secret"
    secret.wipe()
    assert bytes(secret._bytes) == bytes(6)
    with pytest.raises(VaultLocked):
        secret.reveal()


def test_a_secret_does_not_show() -> None:
    """Neither repr nor pickle gives it away."""
    secret = SecretBytes(b"secret")
    assert "secret" not in repr(secret)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
