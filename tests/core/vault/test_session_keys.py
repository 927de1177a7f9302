"""A session key leaves memory only wrapped, and comes back only for its own session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey

from core.errors import KeyUnavailable, UsageFailure, VaultLocked
from core.vault.open_vault import EPHEMERAL_SEED, OpenVault
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.session_keys import (
    KEY_LOG_KEY,
    WrappedKey,
    parse_recipient,
    read_wrapped_keys,
    unwrap_as_recipient,
    write_wrapped_keys,
)
from core.vault.vault import Vault

SESSION = UUID("7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11")
OTHER_SESSION = UUID("0b6f7f7e-93d5-45a5-b1a7-6f0b3f0c8a02")
SESSION_KEY = bytes(range(32))


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenVault]:
    """An open vault."""
    path: Path = tmp_path_factory.mktemp("vault") / "vault.json"
    with Vault.create(path, "passphrase", kdf=CHEAPEST_KDF) as opened:
        yield opened


def test_the_vault_unwraps_what_it_wrapped(vault: OpenVault) -> None:
    """The session key comes back, also after it was written as JSON."""
    wrapped = vault.wrap_session_key(SESSION, SESSION_KEY)
    again = [WrappedKey.from_json(each.to_json()) for each in wrapped]
    assert again == wrapped
    assert vault.unwrap_session_key(SESSION, again) == SESSION_KEY


def test_every_recipient_unwraps_it_too(vault: OpenVault) -> None:
    """Each recipient needs only the own private key."""
    recipients = [PrivateKey.generate(), PrivateKey.generate()]
    keys = [bytes(each.public_key) for each in recipients]
    wrapped = vault.wrap_session_key(SESSION, SESSION_KEY, keys)
    assert [each.holder for each in wrapped[1:]] == keys
    for each in recipients:
        assert unwrap_as_recipient(bytes(each), SESSION, wrapped) == SESSION_KEY


def test_a_vault_is_a_recipient_of_others(vault: OpenVault, tmp_path: Path) -> None:
    """An appliance opens the session of another one that named it as a recipient."""
    with Vault.create(tmp_path / "other", "passphrase", kdf=CHEAPEST_KDF) as other:
        wrapped = other.wrap_session_key(SESSION, SESSION_KEY, [vault.recipient_public_key])
    assert vault.unwrap_session_key(SESSION, wrapped) == SESSION_KEY


def test_a_wrapping_does_not_serve_another_session(vault: OpenVault) -> None:
    """The session ID is part of every wrapping."""
    own = PrivateKey.generate()
    wrapped = vault.wrap_session_key(SESSION, SESSION_KEY, [bytes(own.public_key)])
    with pytest.raises(KeyUnavailable):
        vault.unwrap_session_key(OTHER_SESSION, wrapped)
    with pytest.raises(KeyUnavailable):
        unwrap_as_recipient(bytes(own), OTHER_SESSION, wrapped)


def test_a_wrapping_does_not_serve_another_purpose(vault: OpenVault) -> None:
    """A session's ephemeral seed cannot pass for its key."""
    wrapped = vault.wrap_for_session(EPHEMERAL_SEED, SESSION, bytes(32))
    assert vault.unwrap_for_session(EPHEMERAL_SEED, SESSION, [wrapped]) == bytes(32)
    with pytest.raises(KeyUnavailable) as caught:
        vault.unwrap_session_key(SESSION, [wrapped])
    assert caught.value.facts == {"what": "session_key"}


def test_what_opens_the_session_does_not_open_what_was_typed(vault: OpenVault) -> None:
    """The key log's wrapping serves vault and recipients, and neither takes it for the session key's."""
    own = PrivateKey.generate()
    wrapped = vault.wrap_session_key(SESSION, SESSION_KEY, [bytes(own.public_key)], KEY_LOG_KEY)
    assert vault.unwrap_session_key(SESSION, wrapped, KEY_LOG_KEY) == SESSION_KEY
    assert unwrap_as_recipient(bytes(own), SESSION, wrapped, KEY_LOG_KEY) == SESSION_KEY
    with pytest.raises(KeyUnavailable) as refusal:
        vault.unwrap_session_key(SESSION, wrapped)
    with pytest.raises(KeyUnavailable):
        unwrap_as_recipient(bytes(own), SESSION, wrapped)
    assert refusal.value.facts == {"what": "session_key"}


def test_a_list_of_wrapped_keys_is_read_as_it_was_written(vault: OpenVault) -> None:
    """Anything else is no key, and more than fits into a key log is refused before it begins."""
    key = bytes(PrivateKey.generate().public_key)
    wrapped = vault.wrap_session_key(SESSION, SESSION_KEY, [key])
    assert list(read_wrapped_keys(write_wrapped_keys(wrapped))) == wrapped
    for other in (b"", b"{}", b"[1]", b"[ ]", bytes(70_000)):
        with pytest.raises(KeyUnavailable):
            read_wrapped_keys(other)
    with pytest.raises(UsageFailure):
        write_wrapped_keys(wrapped * 200)


def test_without_a_fitting_wrapping_there_is_no_key(vault: OpenVault) -> None:
    """Nothing that fits is KeyUnavailable."""
    stranger = PrivateKey.generate()
    wrapped = vault.wrap_session_key(SESSION, SESSION_KEY)
    with pytest.raises(KeyUnavailable):
        unwrap_as_recipient(bytes(stranger), SESSION, wrapped)
    with pytest.raises(KeyUnavailable):
        vault.unwrap_session_key(SESSION, [])


def test_a_damaged_wrapping_gives_no_key(vault: OpenVault) -> None:
    """Whichever bit of a wrapping is flipped, it does not open."""
    own = PrivateKey.generate()
    for each in vault.wrap_session_key(SESSION, SESSION_KEY, [bytes(own.public_key)]):
        for position in range(len(each.wrapped)):
            damaged = bytearray(each.wrapped)
            damaged[position] ^= 0x10
            broken = [WrappedKey(each.scheme, each.holder, bytes(damaged))]
            with pytest.raises(KeyUnavailable):
                vault.unwrap_session_key(SESSION, broken)
            with pytest.raises(KeyUnavailable):
                unwrap_as_recipient(bytes(own), SESSION, broken)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)
    )
)
def test_anything_else_is_not_a_wrapped_key(value: object) -> None:
    """What is not a wrapped key is KeyUnavailable, whatever it is."""
    with pytest.raises(KeyUnavailable):
        WrappedKey.from_json(value)


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 33, "00" * 32, "01" + "00" * 31])
def test_a_recipient_that_cannot_be_one_is_refused(text: str) -> None:
    """Wrong lengths and points of low order are refused before a session starts."""
    with pytest.raises(UsageFailure):
        parse_recipient(text)


def test_a_recipient_is_read_from_hex() -> None:
    """A public key in hex is a recipient."""
    key = bytes(PrivateKey.generate().public_key)
    assert parse_recipient(key.hex()) == key


def test_a_closed_vault_wraps_nothing(tmp_path: Path) -> None:
    """After closing neither wrapping nor unwrapping works."""
    closed = Vault.create(tmp_path / "vault.json", "passphrase", kdf=CHEAPEST_KDF)
    wrapped = closed.wrap_session_key(SESSION, SESSION_KEY)
    closed.close()
    with pytest.raises(VaultLocked):
        closed.wrap_session_key(SESSION, SESSION_KEY)
    with pytest.raises(VaultLocked):
        closed.unwrap_session_key(SESSION, wrapped)
