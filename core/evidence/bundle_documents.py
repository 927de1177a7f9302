"""The small documents inside a bundle: inclusion proofs, and the chunk keys that it discloses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.canonical.documents import JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import BundleMalformed
from core.evidence.anchors import SessionAnchors, read_anchors
from core.evidence.bundle_format import (
    ANCHORS,
    CHUNK_KEYS,
    INCLUSION_PROOFS,
    LARGEST_DOCUMENT,
    TRAIL_KEY,
)
from core.evidence.manifest_json import MOST_CHUNKS

_HASH_BYTES = 32
_KEY_BYTES = 32
_LONGEST_PATH = 64


@dataclass(frozen=True)
class InclusionProof:
    """The hashes beside the path from a chunk's leaf to the root, from the bottom up."""

    index: int
    path: tuple[bytes, ...]


def write_inclusion_proofs(proofs: Sequence[InclusionProof]) -> bytes:
    """Write the proofs as a canonical document."""
    return canonical_json(
        {
            "format": "lucid-inclusion-proofs",
            "version": 1,
            "proofs": [
                {"index": each.index, "path": [hashed.hex() for hashed in each.path]}
                for each in proofs
            ],
        }
    )


def read_inclusion_proofs(data: bytes) -> tuple[InclusionProof, ...]:
    """Read the proofs; BundleMalformed names the field."""

    def read(fields: Fields) -> tuple[InclusionProof, ...]:
        fields.constant("format", "lucid-inclusion-proofs")
        fields.whole("version", 1, 1)
        return fields.items("proofs", _proof, MOST_CHUNKS)

    return _fields(data, INCLUSION_PROOFS).whole_of(read)


def write_chunk_keys(keys: Mapping[int, bytes]) -> bytes:
    """Write disclosed chunk keys as a canonical document."""
    return canonical_json(
        {
            "format": "lucid-chunk-keys",
            "version": 1,
            "keys": [{"index": index, "key": keys[index].hex()} for index in sorted(keys)],
        }
    )


def read_chunk_keys(data: bytes) -> dict[int, bytes]:
    """Read disclosed chunk keys; BundleMalformed names the field."""

    def read(fields: Fields) -> tuple[tuple[int, bytes], ...]:
        fields.constant("format", "lucid-chunk-keys")
        fields.whole("version", 1, 1)
        return fields.items("keys", _key, MOST_CHUNKS)

    keys = _fields(data, CHUNK_KEYS).whole_of(read)
    if len(dict(keys)) != len(keys):
        raise BundleMalformed(section=CHUNK_KEYS, reason="a key is given twice")
    return dict(keys)


def write_trail_key(key: bytes) -> bytes:
    """Write the key of the trail's file as a canonical document."""
    return canonical_json({"format": "lucid-trail-key", "version": 1, "key": key.hex()})


def read_trail_key(data: bytes) -> bytes:
    """Read the key of the trail's file; BundleMalformed names the field."""

    def read(fields: Fields) -> bytes:
        fields.constant("format", "lucid-trail-key")
        fields.whole("version", 1, 1)
        return fields.octets("key", _KEY_BYTES)

    return _fields(data, TRAIL_KEY).whole_of(read)


def read_anchors_document(data: bytes) -> SessionAnchors:
    """Read the anchors; BundleMalformed names the field."""
    return _fields(data, ANCHORS).whole_of(read_anchors)


def _proof(fields: Fields) -> InclusionProof:
    index = fields.whole("index", 0, MOST_CHUNKS)
    return InclusionProof(index, tuple(fields.octets_list("path", _LONGEST_PATH, _HASH_BYTES)))


def _key(fields: Fields) -> tuple[int, bytes]:
    return fields.whole("index", 0, MOST_CHUNKS), fields.octets("key", _KEY_BYTES)


def _fields(data: bytes, section: str) -> Fields:
    try:
        value = load_canonical_json(data, LARGEST_DOCUMENT)
    except JsonRefused as refused:
        raise BundleMalformed(section=section, reason=str(refused)) from refused
    return Fields(value, lambda field: BundleMalformed(section=section, reason=field))
