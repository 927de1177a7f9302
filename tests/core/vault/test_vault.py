"""A vault gives the same keys to whoever has the passphrase, and nothing to anyone else."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from nacl.signing import VerifyKey

from core.canonical.documents import canonical_json
from core.errors import (
    KeyStoreUnavailable,
    PassphraseTooShort,
    UsageFailure,
    VaultCorrupt,
    VaultExists,
    VaultLocked,
    VaultMissing,
    VaultVersionUnsupported,
    WrongPassphrase,
)
from core.vault.device import fingerprint, short_fingerprint
from core.vault.open_vault import OpenVault
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.vault import Vault
from core.vault.vault_file import entry_check
from tests.fakes.key_store import MemoryKeyStore

PASSPHRASE = "correct horse battery"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the vault goes."""
    return tmp_path / "vault.json"


@pytest.fixture
def vault(path: Path) -> Iterator[OpenVault]:
    """A vault that was just made."""
    with Vault.create(path, PASSPHRASE, kdf=CHEAPEST_KDF) as created:
        yield created


def test_opening_gives_the_keys_that_were_made(path: Path, vault: OpenVault) -> None:
    """Device, recipient and chain keys are the same after the vault is opened again."""
    with Vault.open(path, PASSPHRASE) as opened:
        assert opened.device_public_key == vault.device_public_key
        assert opened.recipient_public_key == vault.recipient_public_key
        assert opened.chain_private_key() == vault.chain_private_key()
        assert opened.device_fingerprint == fingerprint(vault.device_public_key)


def test_the_device_key_signs(vault: OpenVault) -> None:
    """A signature verifies under the device's public key."""
    VerifyKey(vault.device_public_key).verify(b"message", vault.sign(b"message"))


def test_a_passphrase_is_the_same_however_it_is_composed(path: Path) -> None:
    """An accent typed as one character or as two opens the same vault."""
    Vault.create(path, "caf\u00e9-\u00e9clair", kdf=CHEAPEST_KDF).close()
    Vault.open(path, "cafe\u0301-e\u0301clair").close()


def test_the_file_is_private_and_holds_no_secret(path: Path, vault: OpenVault) -> None:
    """The file's mode is 0600 and none of the keys is in it."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = path.read_text()
    for secret in (vault.chain_private_key(), vault.master_key()):
        assert secret.hex() not in content
    assert PASSPHRASE not in content


def test_two_vaults_share_nothing(tmp_path: Path) -> None:
    """Every vault has keys of its own."""
    first = Vault.create(tmp_path / "1", PASSPHRASE, kdf=CHEAPEST_KDF)
    second = Vault.create(tmp_path / "2", PASSPHRASE, kdf=CHEAPEST_KDF)
    assert first.device_fingerprint != second.device_fingerprint
    assert first.chain_private_key() != second.chain_private_key()


def test_another_passphrase_is_refused(path: Path, vault: OpenVault) -> None:
    """A wrong passphrase is WrongPassphrase, not damage."""
    assert vault
    with pytest.raises(WrongPassphrase):
        Vault.open(path, PASSPHRASE + "!")


def test_a_vault_is_never_overwritten(path: Path, vault: OpenVault) -> None:
    """Making a vault where one is leaves that one alone."""
    assert vault
    before = path.read_bytes()
    with pytest.raises(VaultExists):
        Vault.create(path, "another passphrase", kdf=CHEAPEST_KDF)
    assert path.read_bytes() == before


def test_a_missing_vault_is_said(path: Path) -> None:
    """Opening nothing is VaultMissing."""
    assert not Vault.exists(path)
    with pytest.raises(VaultMissing):
        Vault.open(path, PASSPHRASE)


@pytest.mark.parametrize("passphrase", ["", "seven77"])
def test_a_short_passphrase_makes_no_vault(path: Path, passphrase: str) -> None:
    """Fewer than eight characters are PassphraseTooShort, and nothing is written."""
    with pytest.raises(PassphraseTooShort) as caught:
        Vault.create(path, passphrase, kdf=CHEAPEST_KDF)
    assert caught.value.facts == {"minimum": 8}
    assert not path.exists()


def test_an_endless_passphrase_is_refused(path: Path) -> None:
    """A passphrase has at most 1024 characters."""
    with pytest.raises(UsageFailure):
        Vault.create(path, "x" * 1025, kdf=CHEAPEST_KDF)


def test_the_passphrase_can_be_changed(path: Path, vault: OpenVault) -> None:
    """After a change the keys are the same and only the other passphrase opens them."""
    Vault.change_passphrase(vault, PASSPHRASE, "staple 1234", kdf=CHEAPEST_KDF)
    with pytest.raises(WrongPassphrase):
        Vault.open(path, PASSPHRASE)
    with Vault.open(path, "staple 1234") as opened:
        assert opened.device_public_key == vault.device_public_key


def test_a_change_needs_the_current_passphrase(path: Path, vault: OpenVault) -> None:
    """Whoever does not know the passphrase cannot change it, even on an open vault."""
    before = path.read_bytes()
    with pytest.raises(WrongPassphrase):
        Vault.change_passphrase(vault, "not this one", "staple 1234", kdf=CHEAPEST_KDF)
    with pytest.raises(PassphraseTooShort):
        Vault.change_passphrase(vault, PASSPHRASE, "short", kdf=CHEAPEST_KDF)
    assert path.read_bytes() == before


def test_the_key_store_opens_what_it_remembers(path: Path, vault: OpenVault) -> None:
    """A remembered vault opens without the passphrase, which the store never sees."""
    store = MemoryKeyStore()
    Vault.remember(vault, store)
    assert all(len(secret) == 32 for secret in store.kept.values())
    with Vault.open_with_key_store(path, store) as opened:
        assert opened.device_public_key == vault.device_public_key
    assert Vault.identity(path).is_remembered
    Vault.open(path, PASSPHRASE).close()


def test_the_key_store_can_be_made_to_forget(path: Path, vault: OpenVault) -> None:
    """After forgetting, neither the store nor the file has what would open the vault."""
    store = MemoryKeyStore()
    Vault.remember(vault, store)
    Vault.forget(vault, store)
    assert not store.kept
    with pytest.raises(KeyStoreUnavailable):
        Vault.open_with_key_store(path, store)
    assert not Vault.identity(path).is_remembered


def test_a_key_store_of_another_vault_opens_nothing(path: Path, vault: OpenVault) -> None:
    """A remembered secret that does not fit is KeyStoreUnavailable, so that the passphrase is asked for."""
    store = MemoryKeyStore()
    Vault.remember(vault, store)
    for secret in (bytes(32), b"short"):
        store.kept = dict.fromkeys(store.kept, secret)
        with pytest.raises(KeyStoreUnavailable):
            Vault.open_with_key_store(path, store)


def test_a_broken_key_store_leaves_the_vault_as_it_is(path: Path, vault: OpenVault) -> None:
    """When the store fails nothing is written."""
    store, before = MemoryKeyStore(), path.read_bytes()
    store.is_out_of_order = True
    with pytest.raises(KeyStoreUnavailable):
        Vault.remember(vault, store)
    assert path.read_bytes() == before


def test_a_remembered_vault_survives_a_change_of_passphrase(path: Path, vault: OpenVault) -> None:
    """The key store's wrapping is independent of the passphrase."""
    store = MemoryKeyStore()
    Vault.remember(vault, store)
    Vault.change_passphrase(vault, PASSPHRASE, "staple 1234", kdf=CHEAPEST_KDF)
    Vault.open_with_key_store(path, store).close()


def test_the_locked_file_names_the_device(path: Path, vault: OpenVault) -> None:
    """Public keys can be read without the passphrase."""
    identity = Vault.identity(path)
    assert identity.device_public_key == vault.device_public_key
    assert identity.device_fingerprint == vault.device_fingerprint
    assert identity.recipient_public_key == vault.recipient_public_key


def test_a_closed_vault_gives_nothing(vault: OpenVault) -> None:
    """After closing, whatever needs a secret is VaultLocked."""
    vault.close()
    vault.close()
    for work in (vault.chain_private_key, lambda: vault.sign(b""), vault.master_key):
        with pytest.raises(VaultLocked):
            work()


def test_nothing_secret_shows(vault: OpenVault) -> None:
    """A repr names the device and no secret."""
    shown = repr(vault)
    assert shown == f"OpenVault(device {short_fingerprint(vault.device_fingerprint)})"
    assert vault.chain_private_key().hex() not in repr(vars(vault))
    assert repr(vault.master_key()) not in repr(vars(vault))


def test_any_flipped_byte_is_damage(path: Path, vault: OpenVault) -> None:
    """Whichever byte of the file is changed, opening it says VaultCorrupt or that it is newer."""
    assert vault
    whole = path.read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1
        path.write_bytes(damaged)
        with pytest.raises((VaultCorrupt, VaultVersionUnsupported)) as caught:
            Vault.open(path, PASSPHRASE)
        assert caught.value.facts


def test_any_truncation_is_damage(path: Path, vault: OpenVault) -> None:
    """A file that lost its end is VaultCorrupt."""
    assert vault
    whole = path.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(VaultCorrupt):
            Vault.open(path, PASSPHRASE)


@pytest.mark.parametrize(
    "entry,member,reason",
    [
        ("passphrase", "salt", "passphrase.check"),
        ("passphrase", "sealed", "passphrase.check"),
        ("device", "sealed", "device.check"),
        ("recipient", "public_key", "recipient.check"),
        ("chain", "nonce", "chain.check"),
        ("identity", "id", "identity.check"),
    ],
)
def test_damage_is_named(
    path: Path, vault: OpenVault, entry: str, member: str, reason: str
) -> None:
    """Damage is found without the passphrase, and the entry that has it is named."""
    assert vault
    document = json.loads(path.read_bytes())
    text = document[entry][member]
    document[entry][member] = ("0" if text[0] != "0" else "1") + text[1:]
    path.write_bytes(canonical_json(document))
    with pytest.raises(VaultCorrupt) as caught:
        Vault.open(path, PASSPHRASE)
    assert caught.value.facts == {"reason": reason}


@pytest.mark.parametrize(
    "entry,member,reason",
    [
        ("passphrase", "sealed", "passphrase.sealed"),
        ("device", "sealed", "device.sealed"),
        ("device", "public_key", "device.public_key"),
        ("recipient", "public_key", "recipient.public_key"),
        ("chain", "nonce", "chain.sealed"),
    ],
)
def test_changes_on_purpose_are_named(
    path: Path, vault: OpenVault, entry: str, member: str, reason: str
) -> None:
    """Whoever mends the checks after a change is found out by the one who opens the vault."""
    assert vault
    document = json.loads(path.read_bytes())
    text = document[entry].pop(member)
    document[entry].pop("check")
    document[entry][member] = ("0" if text[0] != "0" else "1") + text[1:]
    document[entry]["check"] = entry_check(document[entry])
    path.write_bytes(canonical_json(document))
    with pytest.raises(VaultCorrupt) as caught:
        Vault.open(path, PASSPHRASE)
    assert caught.value.facts == {"reason": reason}


def test_a_removed_key_store_entry_is_found(path: Path, vault: OpenVault) -> None:
    """Taking a whole entry out breaks the seal."""
    Vault.remember(vault, MemoryKeyStore())
    document = json.loads(path.read_bytes())
    document["key_store"] = None
    path.write_bytes(canonical_json(document))
    with pytest.raises(VaultCorrupt) as caught:
        Vault.open(path, PASSPHRASE)
    assert caught.value.facts == {"reason": "seal"}


def test_a_newer_vault_is_told_apart(path: Path, vault: OpenVault) -> None:
    """A version that is not known is neither damage nor a wrong passphrase."""
    assert vault
    document = json.loads(path.read_bytes())
    document["version"] = 2
    path.write_bytes(canonical_json(document))
    with pytest.raises(VaultVersionUnsupported) as caught:
        Vault.open(path, PASSPHRASE)
    assert caught.value.facts == {"found": 2, "known": "1"}


def test_a_file_cannot_ask_for_endless_work(path: Path, vault: OpenVault) -> None:
    """Argon2id's parameters are bounded when they are read, before any work is done."""
    assert vault
    document = json.loads(path.read_bytes())
    entry = document["passphrase"]
    del entry["check"]
    entry["memory_bytes"] = 1 << 40
    entry["check"] = entry_check(entry)
    path.write_bytes(canonical_json(document))
    with pytest.raises(VaultCorrupt) as caught:
        Vault.open(path, PASSPHRASE)
    assert caught.value.facts == {"reason": "passphrase.memory_bytes"}
