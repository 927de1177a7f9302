"""Every key under a session key, each with a purpose of its own.

A chunk key opens one chunk and says nothing about any other key, so chunk keys can be disclosed one by
one.
"""

from __future__ import annotations

import struct
from uuid import UUID

from core.errors import Bug
from core.sealing.hkdf import hkdf_blake2b

KEY_BYTES = 32
JOURNAL_SALT_BYTES = 32

_CHUNK_INFO = b"lucid chunk key v1"
_JOURNAL_INFO = b"lucid journal key v1"
_INDEX = struct.Struct("<I")


def chunk_key(session_key: bytes, session_id: UUID, index: int) -> bytes:
    """Derive the key (32 bytes) of the chunk at ``index``."""
    _check(session_key)
    info = _CHUNK_INFO + _INDEX.pack(index)
    return hkdf_blake2b(session_key, salt=session_id.bytes, info=info, length=KEY_BYTES)


def journal_key(session_key: bytes, session_id: UUID, index: int, salt: bytes) -> bytes:
    """Derive the key (32 bytes) of one journal file.

    ``salt`` is drawn anew for each file, so that a counter is a sound nonce even when a chunk is
    journaled a second time.
    """
    _check(session_key)
    if len(salt) != JOURNAL_SALT_BYTES:
        raise Bug("a journal salt has 32 bytes")
    info = _JOURNAL_INFO + _INDEX.pack(index) + salt
    return hkdf_blake2b(session_key, salt=session_id.bytes, info=info, length=KEY_BYTES)


def _check(session_key: bytes) -> None:
    if len(session_key) != KEY_BYTES:
        raise Bug("a session key has 32 bytes")
