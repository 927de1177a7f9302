"""Reads a trail and the policy of a hosted session. Written from docs/formats/trail.md, policy.md and manifest.md."""

from __future__ import annotations

import struct
from typing import Any

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from tests.independent_reader.consent import check_consent
from tests.independent_reader.primitives import (
    Refused,
    canonical,
    demand,
    hash_of,
    hkdf_blake2b,
    read_canonical,
)

HEADER = struct.Struct("<8sHHI16s32s")
FRAME_HEADER = struct.Struct("<4sIII")
MEMBERS = {
    *("sequence", "at_ns", "utc_ns", "kind", "actor", "resource", "decision", "reason"),
    "previous",
}


def trail_key(data: bytes, session_key: bytes) -> bytes:
    """Derive the key of a trail's file from the session key and the file's own salt."""
    session_id, salt = HEADER.unpack_from(data)[4:]
    return hkdf_blake2b(session_key, session_id, b"lucid trail key v1" + salt, 32)


def read_trail(data: bytes, key: bytes, session_id: bytes, head: dict[str, Any]) -> list[Any]:
    """Open every frame, follow the chain, and compare its end with the manifest's ``trail``."""
    magic, version, header_bytes, wrapped, session, _ = HEADER.unpack_from(data)
    demand((magic, version, header_bytes, wrapped) == (b"LucidTrl", 1, 64, 0), "not a trail")
    demand(session == session_id, "another session's trail")
    entries: list[Any] = []
    at, previous = 64, hash_of(b"lucid trail start v1\0" + session_id)
    while at < len(data):
        record, at = read_record(data, at, len(entries), key)
        entry = read_canonical(record)
        is_consent = entry.get("kind") == "consented"
        members = MEMBERS | {"consent"} if is_consent else MEMBERS
        demand(set(entry) == members, f"members of entry {len(entries)}")
        if is_consent:
            check_consent(entry)
        demand(entry["sequence"] == len(entries), f"number of entry {len(entries)}")
        demand(entry["previous"] == previous.hex(), f"entry {len(entries)} follows another")
        entries.append(entry)
        previous = hash_of(b"lucid trail entry v1\0" + record)
    demand(head == {"entries": len(entries), "head": previous.hex()}, "another head was signed")
    return entries


def read_record(
    data: bytes, at: int, sequence: int, key: bytes, preamble_bytes: int = 64
) -> tuple[bytes, int]:
    """Open the frame at a place; gives its record and where the next frame begins."""
    frame_header = data[at : at + FRAME_HEADER.size]
    demand(len(frame_header) == FRAME_HEADER.size, f"entry {sequence} is torn")
    marker, length, found, kind = FRAME_HEADER.unpack(frame_header)
    demand((marker, found, kind) == (b"LTf1", sequence, 1), f"frame {sequence}")
    demand(length <= 8208, f"length of frame {sequence}")
    begin, end = at + FRAME_HEADER.size, at + FRAME_HEADER.size + length
    nonce = bytes(4) + struct.pack("<Q", sequence)
    try:
        associated = data[:preamble_bytes] + frame_header
        plain = crypto_aead_chacha20poly1305_ietf_decrypt(data[begin:end], associated, nonce, key)
    except (CryptoError, ValueError) as error:
        raise Refused(f"entry {sequence} does not open") from error
    return plain, end


def check_policy(manifest: dict[str, Any]) -> None:
    """Check the device's signature under the policy of a hosted session."""
    policy_hash = hash_of(canonical(manifest["policy"]))
    demand(policy_hash.hex() == manifest["policy_hash"], "policy hash")
    device = VerifyKey(bytes.fromhex(manifest["device_public_key"]))
    signature = bytes.fromhex(manifest["policy_signature"])
    device.verify(b"lucid policy device signature v1\0" + policy_hash, signature)
