"""Make, open and rewrap a vault."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from core.errors import (
    KeyStoreUnavailable,
    VaultCorrupt,
    VaultExists,
    VaultMissing,
    WrongPassphrase,
)
from core.runtime.files import storage_errors, write_atomically
from core.vault.boxes import KEY_BYTES, DoesNotOpen, Random, seal, unseal
from core.vault.device import fingerprint
from core.vault.key_store import UNLOCK_SECRET_BYTES, KeyStore
from core.vault.master_key import document_seal, key_store_place, master_place, secret_place
from core.vault.open_vault import OpenVault
from core.vault.passphrase import (
    APPLIANCE_KDF,
    SALT_BYTES,
    KdfParameters,
    passphrase_key,
    require_fit,
)
from core.vault.vault_file import (
    CHAIN,
    DEVICE,
    ID_BYTES,
    RECIPIENT,
    SECRET_BYTES,
    PassphraseEntry,
    SecretEntry,
    VaultDocument,
    parse_vault,
)

_SECP256K1_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141


@dataclass(frozen=True)
class PublicIdentity:
    """What a vault says while it is locked; only the passphrase proves that it is so."""

    device_public_key: bytes
    recipient_public_key: bytes
    is_remembered: bool

    @property
    def device_fingerprint(self) -> str:
        """The device's fingerprint, in hex."""
        return fingerprint(self.device_public_key)


class Vault:
    """The file that holds the appliance's secrets. All methods block; opening takes about a second."""

    @staticmethod
    def exists(path: Path) -> bool:
        """Say whether there is a vault at ``path``."""
        return path.exists()

    @staticmethod
    def create(
        path: Path,
        passphrase: str,
        *,
        kdf: KdfParameters = APPLIANCE_KDF,
        random: Random = secrets.token_bytes,
    ) -> OpenVault:
        """Make a vault with fresh keys and open it.

        VaultExists, PassphraseTooShort; StorageFull and DataDirectoryUnwritable from the write.
        """
        require_fit(passphrase)
        if path.exists():
            raise VaultExists(path=str(path))
        master_key, vault_id = random(KEY_BYTES), random(ID_BYTES)
        document = VaultDocument(
            vault_id=vault_id,
            passphrase=_wrapped_by_passphrase(master_key, vault_id, passphrase, kdf, random),
            key_store=None,
            secrets=_fresh_secrets(master_key, vault_id, random),
        )
        return OpenVault(path, _written(path, document, master_key), master_key, random=random)

    @staticmethod
    def open(path: Path, passphrase: str, *, random: Random = secrets.token_bytes) -> OpenVault:
        """Open a vault; VaultMissing, VaultCorrupt, VaultVersionUnsupported, WrongPassphrase."""
        document = _read(path)
        return OpenVault(path, document, _master_key(document, passphrase), random=random)

    @staticmethod
    def open_with_key_store(
        path: Path, store: KeyStore, *, random: Random = secrets.token_bytes
    ) -> OpenVault:
        """Open a vault by what the system's key store remembers; KeyStoreUnavailable if nothing fits."""
        document = _read(path)
        secret = store.load(document.vault_id.hex())
        if document.key_store is None or secret is None:
            raise KeyStoreUnavailable(reason="it does not remember this vault")
        try:
            master = unseal(secret, document.key_store, key_store_place(document.vault_id))
        except DoesNotOpen as error:
            raise KeyStoreUnavailable(
                reason="what it remembers does not open this vault"
            ) from error
        return OpenVault(path, document, master, random=random)

    @staticmethod
    def remember(
        vault: OpenVault, store: KeyStore, *, random: Random = secrets.token_bytes
    ) -> None:
        """Let the system's key store open this vault; it gets a random secret of its own."""
        secret, vault_id = random(UNLOCK_SECRET_BYTES), vault.document.vault_id
        master_key = vault.master_key()
        store.save(vault_id.hex(), secret)
        box = seal(secret, master_key, key_store_place(vault_id), random)
        _rewrite(vault, replace(vault.document, key_store=box))

    @staticmethod
    def forget(vault: OpenVault, store: KeyStore) -> None:
        """Take the system's key store the power to open this vault."""
        _rewrite(vault, replace(vault.document, key_store=None))
        store.forget(vault.document.vault_id.hex())

    @staticmethod
    def change_passphrase(
        vault: OpenVault,
        current: str,
        wanted: str,
        *,
        kdf: KdfParameters = APPLIANCE_KDF,
        random: Random = secrets.token_bytes,
    ) -> None:
        """Wrap the master key under another passphrase; WrongPassphrase unless ``current`` fits.

        Copies of the old file still open with the old passphrase, and to the same keys.
        """
        require_fit(wanted)
        master_key = _master_key(vault.document, current)
        entry = _wrapped_by_passphrase(master_key, vault.document.vault_id, wanted, kdf, random)
        _rewrite(vault, replace(vault.document, passphrase=entry))

    @staticmethod
    def identity(path: Path) -> PublicIdentity:
        """Read what a locked vault says about itself."""
        document = _read(path)
        device, recipient = (document.secrets[name].public_key for name in (DEVICE, RECIPIENT))
        return PublicIdentity(device or b"", recipient or b"", document.key_store is not None)


def _read(path: Path) -> VaultDocument:
    if not path.exists():
        raise VaultMissing(path=str(path))
    with storage_errors(path):
        content = path.read_bytes()
    return parse_vault(content)


def _written(path: Path, document: VaultDocument, master_key: bytes) -> VaultDocument:
    sealed = replace(document, seal=document_seal(master_key, document))
    write_atomically(path, sealed.to_bytes(), mode=0o600)
    return sealed


def _rewrite(vault: OpenVault, document: VaultDocument) -> None:
    vault.replace_document(_written(vault.path, document, vault.master_key()))


def _wrapped_by_passphrase(
    master_key: bytes, vault_id: bytes, passphrase: str, kdf: KdfParameters, random: Random
) -> PassphraseEntry:
    salt = random(SALT_BYTES)
    key = passphrase_key(passphrase, salt, kdf)
    box = seal(key.wrapping, master_key, master_place(vault_id), random)
    return PassphraseEntry(kdf, salt, key.check, box)


def _master_key(document: VaultDocument, passphrase: str) -> bytes:
    entry = document.passphrase
    key = passphrase_key(passphrase, entry.salt, entry.cost)
    if not hmac.compare_digest(key.check, entry.key_check):
        raise WrongPassphrase
    try:
        return unseal(key.wrapping, entry.master, master_place(document.vault_id))
    except DoesNotOpen as error:
        raise VaultCorrupt(reason="passphrase.sealed") from error


def _fresh_secrets(master_key: bytes, vault_id: bytes, random: Random) -> dict[str, SecretEntry]:
    device, recipient, chain = random(SECRET_BYTES), random(SECRET_BYTES), _chain_key(random)
    public_keys = {
        DEVICE: bytes(SigningKey(device).verify_key),
        RECIPIENT: bytes(PrivateKey(recipient).public_key),
        CHAIN: None,
    }
    return {
        name: SecretEntry(
            seal(master_key, secret, secret_place(vault_id, name), random), public_keys[name]
        )
        for name, secret in ((DEVICE, device), (RECIPIENT, recipient), (CHAIN, chain))
    }


def _chain_key(random: Random) -> bytes:
    while True:
        candidate = random(SECRET_BYTES)
        if 0 < int.from_bytes(candidate, "big") < _SECP256K1_ORDER:
            return candidate
