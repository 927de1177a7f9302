"""Opens a vault with its passphrase. Written from docs/formats/vault.md."""

from __future__ import annotations

import unicodedata
from typing import Any

from blake3 import blake3
from nacl.public import PrivateKey, SealedBox
from nacl.pwhash import argon2id
from nacl.signing import SigningKey

from tests.independent_reader.primitives import (
    Refused,
    canonical,
    demand,
    hash_of,
    hkdf_blake2b,
    read_canonical,
    xchacha_open,
)

RECIPIENT_DOMAIN = b"lucid session key for recipient v1\0"


class Vault:
    """An open vault."""

    def __init__(self, data: bytes, passphrase: str) -> None:
        document = read_canonical(data)
        demand(document["format"] == "lucid-vault", "format")
        demand(document["version"] == 1, "version")
        for name in ("identity", "passphrase", "device", "recipient", "chain"):
            check_entry(document[name])
        self.id = bytes.fromhex(document["identity"]["id"])
        self._master = self._open_master(document["passphrase"], passphrase)
        self.device = self._secret(document, "device")
        self.recipient = self._secret(document, "recipient")
        self.chain = self._secret(document, "chain")
        self.device_public_key = bytes(SigningKey(self.device).verify_key)
        self.recipient_public_key = bytes(PrivateKey(self.recipient).public_key)
        self.fingerprint = hash_of(self.device_public_key).hex()
        demand(document["device"]["public_key"] == self.device_public_key.hex(), "device key")
        demand(
            document["recipient"]["public_key"] == self.recipient_public_key.hex(), "recipient key"
        )
        seal = bytes.fromhex(document.pop("seal"))
        key = hkdf_blake2b(self._master, self.id, b"lucid vault seal v1", 32)
        demand(blake3(canonical(document), key=key).digest() == seal, "seal")

    def session_key(
        self, session_id: bytes, wrapped: list[dict[str, str]], purpose: bytes = b"session key"
    ) -> bytes:
        """Unwrap a session's key that the vault wrapped."""
        key = hkdf_blake2b(self._master, session_id, b"lucid vault session wrapping key v1", 32)
        associated = b"lucid session wrap v1\0" + session_id + purpose
        for each in wrapped:
            if each["scheme"] == "vault-v1" and each["holder"] == self.id.hex():
                sealed = bytes.fromhex(each["wrapped"])
                return xchacha_open(key, sealed[:24], sealed[24:], associated)
        raise Refused("no wrapping is for this vault")

    def record(self, kind: str, key: str, sealed: bytes) -> bytes:
        """Open a record of the metadata store."""
        demand(sealed[:1] == b"\x01", "record version")
        sealing_key = hkdf_blake2b(self._master, self.id, b"lucid vault record key v1", 32)
        name = kind.encode("ascii")
        associated = b"lucid vault record v1\0" + self.id + bytes([len(name)]) + name
        return xchacha_open(sealing_key, sealed[1:25], sealed[25:], associated + key.encode())

    def _open_master(self, entry: dict[str, Any], passphrase: str) -> bytes:
        demand(entry["kdf"] == "argon2id", "kdf")
        derived = argon2id.kdf(
            64,
            unicodedata.normalize("NFC", passphrase).encode(),
            bytes.fromhex(entry["salt"]),
            opslimit=entry["operations"],
            memlimit=entry["memory_bytes"],
        )
        demand(derived[32:].hex() == entry["key_check"], "wrong passphrase")
        return self._unsealed(derived[:32], entry, b"lucid vault master key v1\0" + self.id)

    def _secret(self, document: dict[str, Any], name: str) -> bytes:
        associated = b"lucid vault secret v1\0" + self.id + name.encode()
        return self._unsealed(self._master, document[name], associated)

    def _unsealed(self, key: bytes, entry: dict[str, Any], associated: bytes) -> bytes:
        nonce, sealed = bytes.fromhex(entry["nonce"]), bytes.fromhex(entry["sealed"])
        return xchacha_open(key, nonce, sealed, associated)


def check_entry(entry: dict[str, Any]) -> None:
    """Compare an entry with its check."""
    rest = {name: value for name, value in entry.items() if name != "check"}
    demand(hash_of(canonical(rest))[:16].hex() == entry["check"], "check")


def session_key_for_recipient(
    private_key: bytes, session_id: bytes, wrapped: dict[str, str]
) -> bytes:
    """Unwrap a session key as a recipient."""
    demand(wrapped["scheme"] == "x25519-sealed-box-v1", "scheme")
    plain = SealedBox(PrivateKey(private_key)).decrypt(bytes.fromhex(wrapped["wrapped"]))
    prefix = RECIPIENT_DOMAIN + session_id
    demand(plain.startswith(prefix) and len(plain) == len(prefix) + 32, "recipient's box")
    return plain[len(prefix) :]
