"""An open vault: the appliance's keys, for as long as it stays open."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from core.errors import KeyUnavailable, VaultCorrupt
from core.vault.boxes import NONCE_BYTES, DoesNotOpen, Random, SealedBox, seal, unseal
from core.vault.device import fingerprint, short_fingerprint
from core.vault.erasure import SecretBytes
from core.vault.master_key import document_seal, secret_place, session_place, session_wrapping_key
from core.vault.records import RecordPlace, open_record, seal_record
from core.vault.session_keys import (
    SESSION_KEY,
    VAULT_SCHEME,
    WrappedKey,
    unwrap_as_recipient,
    wrap_for_recipient,
)
from core.vault.vault_file import CHAIN, DEVICE, RECIPIENT, SECRETS, VaultDocument

EPHEMERAL_SEED = "ephemeral seed"


class OpenVault:
    """The secrets of a vault in memory. Not thread-safe; ``close`` overwrites them.

    After ``close`` everything that needs a secret raises VaultLocked.
    """

    def __init__(
        self,
        path: Path,
        document: VaultDocument,
        master_key: bytes,
        *,
        random: Random = secrets.token_bytes,
    ) -> None:
        """Open every secret; VaultCorrupt names the one that does not open, or the seal."""
        self.path = path
        self._document = document
        self._master = SecretBytes(master_key)
        self._random = random
        self._secrets = {name: SecretBytes(self._unsealed(name)) for name in SECRETS}
        self._device_public_key = bytes(SigningKey(self._reveal(DEVICE)).verify_key)
        self._recipient_public_key = bytes(PrivateKey(self._reveal(RECIPIENT)).public_key)
        self._check_document()

    @property
    def device_public_key(self) -> bytes:
        """The device's Ed25519 public key."""
        return self._device_public_key

    @property
    def device_fingerprint(self) -> str:
        """BLAKE3 of the device's public key, in hex."""
        return fingerprint(self._device_public_key)

    @property
    def recipient_public_key(self) -> bytes:
        """The X25519 public key by which others let this appliance open their sessions."""
        return self._recipient_public_key

    @property
    def document(self) -> VaultDocument:
        """The file's content, as it was opened or written last."""
        return self._document

    def sign(self, message: bytes) -> bytes:
        """Sign with the device key (Ed25519, 64 bytes); the message carries its own domain."""
        return SigningKey(self._reveal(DEVICE)).sign(message).signature

    def chain_private_key(self) -> bytes:
        """The secp256k1 key that signs this appliance's transactions (32 bytes, big-endian)."""
        return self._reveal(CHAIN)

    def wrap_session_key(
        self,
        session_id: UUID,
        session_key: bytes,
        recipients: Sequence[bytes] = (),
        purpose: str = SESSION_KEY,
    ) -> list[WrappedKey]:
        """Wrap a session's key for this vault and for each recipient's X25519 key."""
        own = self.wrap_for_session(purpose, session_id, session_key)
        others = (wrap_for_recipient(each, session_id, session_key, purpose) for each in recipients)
        return [own, *others]

    def unwrap_session_key(
        self, session_id: UUID, wrapped: Sequence[WrappedKey], purpose: str = SESSION_KEY
    ) -> bytes:
        """Unwrap a session's key: by the vault, else as a recipient. KeyUnavailable when none fits."""
        try:
            return self.unwrap_for_session(purpose, session_id, wrapped)
        except KeyUnavailable:
            return unwrap_as_recipient(self._reveal(RECIPIENT), session_id, wrapped, purpose)

    def wrap_for_session(self, purpose: str, session_id: UUID, secret: bytes) -> WrappedKey:
        """Wrap a secret of a session under the vault; purpose and session ID are authenticated."""
        key = session_wrapping_key(self._master.reveal(), session_id)
        box = seal(key, secret, session_place(purpose, session_id), self._random)
        return WrappedKey(VAULT_SCHEME, self._document.vault_id, box.nonce + box.sealed)

    def unwrap_for_session(
        self, purpose: str, session_id: UUID, wrapped: Sequence[WrappedKey]
    ) -> bytes:
        """Unwrap what ``wrap_for_session`` wrapped; KeyUnavailable when none of ``wrapped`` fits."""
        key = session_wrapping_key(self._master.reveal(), session_id)
        for each in wrapped:
            if each.scheme != VAULT_SCHEME or each.holder != self._document.vault_id:
                continue
            box = SealedBox(each.wrapped[:NONCE_BYTES], each.wrapped[NONCE_BYTES:])
            try:
                return unseal(key, box, session_place(purpose, session_id))
            except DoesNotOpen:
                continue
        raise KeyUnavailable(what=purpose.replace(" ", "_"))

    def seal_record(self, kind: str, key: str, document: bytes) -> bytes:
        """Seal a document for the metadata store; kind and key are authenticated with it."""
        return seal_record(self._place_of(kind, key), document, self._random)

    def open_record(self, kind: str, key: str, sealed: bytes) -> bytes:
        """Open what ``seal_record`` sealed under the same kind and key; raises RecordAltered."""
        return open_record(self._place_of(kind, key), sealed)

    def close(self) -> None:
        """Overwrite the secrets; may be called twice."""
        for each in (self._master, *self._secrets.values()):
            each.wipe()

    def __enter__(self) -> Self:
        """Give the vault."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Name the device and hide everything else."""
        return f"OpenVault(device {short_fingerprint(self.device_fingerprint)})"

    def master_key(self) -> bytes:
        """The key over all others, for ``core.vault`` alone: it rewraps it."""
        return self._master.reveal()

    def replace_document(self, document: VaultDocument) -> None:
        """Take note of the file's content after it was rewritten."""
        self._document = document

    def _place_of(self, kind: str, key: str) -> RecordPlace:
        return RecordPlace(self._master.reveal(), self._document.vault_id, kind, key)

    def _reveal(self, name: str) -> bytes:
        return self._secrets[name].reveal()

    def _unsealed(self, name: str) -> bytes:
        place = secret_place(self._document.vault_id, name)
        try:
            return unseal(self._master.reveal(), self._document.secrets[name].box, place)
        except DoesNotOpen as error:
            raise VaultCorrupt(reason=f"{name}.sealed") from error

    def _check_document(self) -> None:
        expected = {DEVICE: self._device_public_key, RECIPIENT: self._recipient_public_key}
        for name, public_key in expected.items():
            if self._document.secrets[name].public_key != public_key:
                raise VaultCorrupt(reason=f"{name}.public_key")
        if document_seal(self._master.reveal(), self._document) != self._document.seal:
            raise VaultCorrupt(reason="seal")
