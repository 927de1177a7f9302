"""Argon2id gives the published key, and says when the memory is not there."""

from __future__ import annotations

import nacl.exceptions
import pytest

from core.errors import MemoryTooLow
from core.vault import passphrase as module
from core.vault.passphrase import APPLIANCE_KDF, CHEAPEST_KDF, KdfParameters, passphrase_key


def test_the_appliance_spends_at_least_libsodiums_moderate() -> None:
    """The default is 256 MiB and three passes."""
    assert KdfParameters(3, 256 << 20) == APPLIANCE_KDF


def test_a_passphrase_gives_two_keys() -> None:
    """Wrapping key and check differ, follow salt and passphrase, and never show."""
    key = passphrase_key("passphrase", bytes(16), CHEAPEST_KDF)
    assert key.wrapping != key.check
    assert key == passphrase_key("passphrase", bytes(16), CHEAPEST_KDF)
    assert key != passphrase_key("passphrase", bytes(15) + b"\x01", CHEAPEST_KDF)
    assert key.wrapping.hex() not in repr(key)
    assert repr(key.wrapping) not in repr(key)


def test_too_little_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that cannot give the memory is told apart from a wrong passphrase."""

    def kdf(*_args: object, **_kwargs: object) -> bytes:
        raise nacl.exceptions.RuntimeError("Key derivation failed")

    monkeypatch.setattr(module.argon2id, "kdf", kdf)
    with pytest.raises(MemoryTooLow) as caught:
        passphrase_key("passphrase", bytes(16), APPLIANCE_KDF)
    assert caught.value.facts == {"needed_mib": 256}
