"""Records: documents of any length, sealed under the master key, that the metadata store keeps.

A sealed record is ``version (1 byte) || nonce (24) || ciphertext || tag (16)``. Format: ``docs/formats/vault.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.errors import Bug, RecordAltered
from core.sealing.hkdf import hkdf_blake2b
from core.vault.boxes import KEY_BYTES, NONCE_BYTES, DoesNotOpen, Random, SealedBox, seal, unseal

_VERSION = b"\x01"
_KEY_INFO = b"lucid vault record key v1"
_PLACE = b"lucid vault record v1\x00"
_LONGEST_KIND = 255


@dataclass(frozen=True)
class RecordPlace:
    """Which record it is, of which vault; ``master_key`` has 32 bytes, ``vault_id`` 16."""

    master_key: bytes = field(repr=False)
    vault_id: bytes
    kind: str
    key: str

    def sealing_key(self) -> bytes:
        """Derive the key that seals the records of this vault."""
        return hkdf_blake2b(self.master_key, salt=self.vault_id, info=_KEY_INFO, length=KEY_BYTES)

    def associated(self) -> bytes:
        """Give the associated data; the kind's length stands before it, so that no two places look alike."""
        kind = self.kind.encode("ascii")
        if len(kind) > _LONGEST_KIND:
            raise Bug(f"a record's kind has {len(kind)} characters")
        return _PLACE + self.vault_id + bytes([len(kind)]) + kind + self.key.encode("utf-8")


def seal_record(place: RecordPlace, document: bytes, random: Random) -> bytes:
    """Seal a document."""
    box = seal(place.sealing_key(), document, place.associated(), random)
    return _VERSION + box.nonce + box.sealed


def open_record(place: RecordPlace, sealed: bytes) -> bytes:
    """Open a sealed record; raises RecordAltered where it is not what was sealed at this place."""
    if sealed[:1] != _VERSION:
        raise RecordAltered(kind=place.kind)
    box = SealedBox(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :])
    try:
        return unseal(place.sealing_key(), box, place.associated())
    except DoesNotOpen as error:
        raise RecordAltered(kind=place.kind) from error
