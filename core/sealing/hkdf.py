"""HKDF with HMAC-BLAKE2b-512 (RFC 5869, RFC 7693)."""

from __future__ import annotations

import hmac

from core.errors import Bug

DIGEST_BYTES = 64
LONGEST_OUTPUT = 255 * DIGEST_BYTES


def hkdf_extract(salt: bytes, input_key: bytes) -> bytes:
    """Concentrate ``input_key`` into a 64-byte pseudo-random key (RFC 5869, 2.2)."""
    return hmac.digest(salt or bytes(DIGEST_BYTES), input_key, "blake2b")


def hkdf_expand(pseudo_random_key: bytes, info: bytes, length: int) -> bytes:
    """Derive ``length`` bytes, at most 16,320, for the purpose ``info`` (RFC 5869, 2.3)."""
    if not 0 < length <= LONGEST_OUTPUT:
        raise Bug(f"HKDF cannot give {length} bytes")
    output = b""
    block = b""
    counter = 1
    while len(output) < length:
        block = hmac.digest(pseudo_random_key, block + info + bytes([counter]), "blake2b")
        output += block
        counter += 1
    return output[:length]


def hkdf_blake2b(input_key: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Extract, then expand."""
    return hkdf_expand(hkdf_extract(salt, input_key), info, length)
