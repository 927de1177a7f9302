"""The vault's file: a document of sealed entries, read strictly, each with a check that names it.

The checks are plain BLAKE3: they find damage and say where it is. Whoever can open the vault also
checks ``seal``, a keyed hash over everything, which finds changes made on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from blake3 import blake3

from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import VaultCorrupt, VaultVersionUnsupported
from core.vault.boxes import KEY_BYTES, NONCE_BYTES, TAG_BYTES, SealedBox
from core.vault.passphrase import CHEAPEST_KDF, DEAREST_KDF, SALT_BYTES, KdfParameters

FORMAT = "lucid-vault"
VERSION = 1
ID_BYTES = 16
SECRET_BYTES = 32
DEVICE, RECIPIENT, CHAIN = "device", "recipient", "chain"
SECRETS = (DEVICE, RECIPIENT, CHAIN)
WITH_PUBLIC_KEY = (DEVICE, RECIPIENT)
CHECK_KEY_BYTES = 32
SEAL_BYTES = 32
_CHECK_BYTES = 16
_LARGEST = 64 * 1024
T = TypeVar("T")


@dataclass(frozen=True)
class PassphraseEntry:
    """The master key under the passphrase: ``key_check`` tells whether the passphrase is right."""

    cost: KdfParameters
    salt: bytes
    key_check: bytes
    master: SealedBox


@dataclass(frozen=True)
class SecretEntry:
    """A secret under the master key, with the public key that belongs to it where others need it."""

    box: SealedBox
    public_key: bytes | None = None


@dataclass(frozen=True)
class VaultDocument:
    """All that the file holds."""

    vault_id: bytes
    passphrase: PassphraseEntry
    key_store: SealedBox | None
    secrets: Mapping[str, SecretEntry]
    seal: bytes = b""

    def sealed_part(self) -> bytes:
        """Write what ``seal`` is computed over: the document without it, as canonical JSON."""
        return canonical_json(_members_of(self))

    def to_bytes(self) -> bytes:
        """Write the file's content."""
        return canonical_json({**_members_of(self), "seal": self.seal.hex()})


def parse_vault(content: bytes) -> VaultDocument:
    """Read a vault's file.

    VaultCorrupt names the field that is damaged; VaultVersionUnsupported for a newer one.
    """
    try:
        value = load_canonical_json(content, _LARGEST)
    except JsonRefused as refused:
        raise VaultCorrupt(reason=str(refused)) from refused
    return Fields(value, _damaged).whole_of(_document)


def _document(members: Fields) -> VaultDocument:
    members.constant("format", FORMAT)
    version = members.whole("version", 1)
    if version != VERSION:
        raise VaultVersionUnsupported(found=version, known=str(VERSION))
    return VaultDocument(
        vault_id=members.members("identity", _checked(lambda entry: entry.octets("id", ID_BYTES))),
        passphrase=members.members("passphrase", _checked(_passphrase_entry)),
        key_store=members.optional_members(
            "key_store", _checked(lambda entry: _box(entry, KEY_BYTES))
        ),
        secrets={name: members.members(name, _checked(_secret_entry(name))) for name in SECRETS},
        seal=members.octets("seal", SEAL_BYTES),
    )


def _members_of(document: VaultDocument) -> dict[str, Json]:
    entries = dict(_entries_of(document))
    members: dict[str, Json] = {name: _with_check(entry) for name, entry in entries.items()}
    return {"format": FORMAT, "version": VERSION, "key_store": None, **members}


def _entries_of(document: VaultDocument) -> Iterator[tuple[str, dict[str, Json]]]:
    entry = document.passphrase
    yield "identity", {"id": document.vault_id.hex()}
    yield (
        "passphrase",
        {
            "kdf": "argon2id",
            "operations": entry.cost.operations,
            "memory_bytes": entry.cost.memory_bytes,
            "salt": entry.salt.hex(),
            "key_check": entry.key_check.hex(),
            **_box_members(entry.master),
        },
    )
    if document.key_store is not None:
        yield "key_store", _box_members(document.key_store)
    for name, secret in document.secrets.items():
        public = {} if secret.public_key is None else {"public_key": secret.public_key.hex()}
        yield name, {**_box_members(secret.box), **public}


def _box_members(box: SealedBox) -> dict[str, Json]:
    return {"nonce": box.nonce.hex(), "sealed": box.sealed.hex()}


def _with_check(entry: Mapping[str, Json]) -> dict[str, Json]:
    return {**entry, "check": entry_check(entry)}


def entry_check(entry: Mapping[str, Json]) -> str:
    """Hash an entry without its ``check``: the first 16 bytes of BLAKE3 of its canonical JSON, in hex."""
    return blake3(canonical_json(entry)).hexdigest(length=_CHECK_BYTES)


def _damaged(field: str) -> VaultCorrupt:
    return VaultCorrupt(reason=field)


def _checked(read: Callable[[Fields], T]) -> Callable[[Fields], T]:
    """Read an entry only after its ``check`` fits the rest of it."""

    def read_checked(fields: Fields) -> T:
        check = fields.take("check")
        if check != entry_check(fields.left()):
            raise fields.wrong("check")
        return read(fields)

    return read_checked


def _box(fields: Fields, plain_bytes: int) -> SealedBox:
    return SealedBox(
        fields.octets("nonce", NONCE_BYTES), fields.octets("sealed", plain_bytes + TAG_BYTES)
    )


def _passphrase_entry(fields: Fields) -> PassphraseEntry:
    fields.constant("kdf", "argon2id")
    cost = KdfParameters(
        fields.whole("operations", CHEAPEST_KDF.operations, DEAREST_KDF.operations),
        fields.whole("memory_bytes", CHEAPEST_KDF.memory_bytes, DEAREST_KDF.memory_bytes),
    )
    salt, key_check = fields.octets("salt", SALT_BYTES), fields.octets("key_check", CHECK_KEY_BYTES)
    return PassphraseEntry(cost, salt, key_check, _box(fields, KEY_BYTES))


def _secret_entry(name: str) -> Callable[[Fields], SecretEntry]:
    def read(fields: Fields) -> SecretEntry:
        public_key = fields.octets("public_key", 32) if name in WITH_PUBLIC_KEY else None
        return SecretEntry(_box(fields, SECRET_BYTES), public_key)

    return read
