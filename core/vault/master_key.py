"""What the master key is used for: each use has a key or a place of its own."""

from __future__ import annotations

from uuid import UUID

from blake3 import blake3

from core.sealing.hkdf import hkdf_blake2b
from core.vault.vault_file import VaultDocument

_MASTER_PLACE = b"lucid vault master key v1\x00"
_SECRET_PLACE = b"lucid vault secret v1\x00"
_KEY_STORE_PLACE = b"lucid vault key store v1\x00"
_SESSION_PLACE = b"lucid session wrap v1\x00"
_SEAL_INFO = b"lucid vault seal v1"
_SESSION_INFO = b"lucid vault session wrapping key v1"


def master_place(vault_id: bytes) -> bytes:
    """Associated data of the master key under the passphrase key."""
    return _MASTER_PLACE + vault_id


def key_store_place(vault_id: bytes) -> bytes:
    """Associated data of the master key under the secret kept by the system's key store."""
    return _KEY_STORE_PLACE + vault_id


def secret_place(vault_id: bytes, name: str) -> bytes:
    """Associated data of a secret under the master key."""
    return _SECRET_PLACE + vault_id + name.encode("ascii")


def session_place(purpose: str, session_id: UUID) -> bytes:
    """Associated data of a session's secret under its wrapping key."""
    return _SESSION_PLACE + session_id.bytes + purpose.encode("ascii")


def session_wrapping_key(master_key: bytes, session_id: UUID) -> bytes:
    """Derive the key that wraps the secrets of one session."""
    return hkdf_blake2b(master_key, salt=session_id.bytes, info=_SESSION_INFO, length=32)


def document_seal(master_key: bytes, document: VaultDocument) -> bytes:
    """Hash the whole document with a key derived from the master key."""
    key = hkdf_blake2b(master_key, salt=document.vault_id, info=_SEAL_INFO, length=32)
    return blake3(document.sealed_part(), key=key).digest()
