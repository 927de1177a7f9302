"""The bytes of a sealed log: preamble, frames of ciphertext. See docs/formats/trail.md."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from uuid import UUID

from core.errors import (
    Bug,
    DoesNotHold,
    KeyLogAltered,
    KeyLogMalformed,
    TrailAltered,
    TrailMalformed,
)
from core.sealing.aead import TAG_BYTES
from core.sealing.hkdf import hkdf_blake2b

VERSION = 1
HEADER = struct.Struct("<8sHHI16s32s")
SALT_BYTES = 32
KEY_BYTES = 32
FRAME_HEADER = struct.Struct("<4sIII")
MARKER = b"LTf1"
KIND_RECORD = 1
LARGEST_RECORD = 8192
LARGEST_LOG = 64 << 20
SMALLEST_FRAME = FRAME_HEADER.size + TAG_BYTES


@dataclass(frozen=True)
class LogKind:
    """What a sealed log is for: its magic, the purpose of its key, and how its faults are named.

    ``malformed`` takes a ``field``, ``altered`` the ``sequence`` of the frame; ``largest_wrapped`` is in bytes.
    """

    magic: bytes
    key_purpose: bytes
    largest_wrapped: int
    malformed: type[DoesNotHold]
    altered: type[DoesNotHold]


TRAIL = LogKind(b"LucidTrl", b"lucid trail key v1", 0, TrailMalformed, TrailAltered)
KEYS = LogKind(b"LucidKey", b"lucid key log key v1", 65_536, KeyLogMalformed, KeyLogAltered)


def log_key(kind: LogKind, key: bytes, session_id: UUID, salt: bytes) -> bytes:
    """Derive the key (32 bytes) of one file; its salt is drawn anew for each."""
    if len(key) != KEY_BYTES or len(salt) != SALT_BYTES:
        raise Bug("key and salt of a sealed log have 32 bytes each")
    info = kind.key_purpose + salt
    return hkdf_blake2b(key, salt=session_id.bytes, info=info, length=KEY_BYTES)


def pack_preamble(kind: LogKind, session_id: UUID, salt: bytes, wrapped: bytes = b"") -> bytes:
    """Write what stands before the first frame: 64 bytes of header and the wrapped key, if there is one."""
    if len(wrapped) > kind.largest_wrapped:
        raise Bug("a wrapped key is that large")
    header = HEADER.pack(kind.magic, VERSION, HEADER.size, len(wrapped), session_id.bytes, salt)
    return header + wrapped


def frame_nonce(sequence: int) -> bytes:
    """Make the 12-byte nonce of a frame; sound because each file has a key of its own."""
    return bytes(4) + sequence.to_bytes(8, "little")
