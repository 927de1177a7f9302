"""XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): our HChaCha20 over OpenSSL's ChaCha20-Poly1305.

Byte for byte what libsodium's ``crypto_aead_xchacha20poly1305_ietf`` gives, at OpenSSL's speed; the bulk
work releases the GIL and writes into buffers that the caller reuses.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from core.errors import Bug
from core.sealing.hchacha20 import hchacha20

Bytes = bytes | bytearray | memoryview

KEY_BYTES = 32
NONCE_BYTES = 24
TAG_BYTES = 16

_PREFIX_BYTES = 16


def encrypt(key: bytes, nonce: bytes, plain: Bytes, associated_data: Bytes) -> bytes:
    """Encrypt; the tag is the last 16 bytes. A nonce serves a key once."""
    cipher, short_nonce = _cipher(key, nonce)
    return cipher.encrypt(short_nonce, plain, associated_data)


def encrypt_into(
    key: bytes, nonce: bytes, plain: Bytes, associated_data: Bytes, output: memoryview
) -> None:
    """Encrypt into ``output``, which is 16 bytes longer than ``plain`` and does not overlap it."""
    cipher, short_nonce = _cipher(key, nonce)
    cipher.encrypt_into(short_nonce, plain, associated_data, output)


def decrypt(key: bytes, nonce: bytes, sealed: Bytes, associated_data: Bytes) -> bytes | None:
    """Decrypt and check; None when key, nonce, ciphertext, tag or associated data are not those of ``encrypt``."""
    if len(sealed) < TAG_BYTES:
        return None
    cipher, short_nonce = _cipher(key, nonce)
    try:
        return cipher.decrypt(short_nonce, sealed, associated_data)
    except InvalidTag:
        return None


def seal(key: bytes, plain: Bytes, associated_data: Bytes) -> bytes:
    """Encrypt a short message under a random nonce; gives nonce, ciphertext and tag in one piece."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + encrypt(key, nonce, plain, associated_data)


def open_sealed(key: bytes, sealed: bytes, associated_data: Bytes) -> bytes | None:
    """Open what ``seal`` gave; None when it does not hold."""
    return (
        decrypt(key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated_data)
        if _is_long_enough(sealed)
        else None
    )


def _is_long_enough(sealed: bytes) -> bool:
    return len(sealed) >= NONCE_BYTES + TAG_BYTES


def _cipher(key: bytes, nonce: bytes) -> tuple[ChaCha20Poly1305, bytes]:
    if len(key) != KEY_BYTES or len(nonce) != NONCE_BYTES:
        raise Bug("XChaCha20-Poly1305 takes a key of 32 and a nonce of 24 bytes")
    inner = ChaCha20Poly1305(hchacha20(key, nonce[:_PREFIX_BYTES]))
    return inner, bytes(4) + nonce[_PREFIX_BYTES:]
