"""What the formats are made of, from the standards they name. Nothing here or beside it knows core."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import rfc8785
from blake3 import blake3
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt


class Refused(Exception):
    """Something is not as the formats say."""


def demand(is_so: bool, what: str) -> None:
    """Refuse unless ``is_so``."""
    if not is_so:
        raise Refused(what)


def hash_of(data: bytes) -> bytes:
    """BLAKE3, 32 bytes."""
    return blake3(data).digest()


def hkdf_blake2b(input_key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF (RFC 5869) with HMAC-BLAKE2b-512."""
    key = hmac.new(salt, input_key, hashlib.blake2b).digest()
    output = block = b""
    while len(output) < length:
        counter = bytes([len(output) // 64 + 1])
        block = hmac.new(key, block + info + counter, hashlib.blake2b).digest()
        output += block
    return output[:length]


def xchacha_open(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """XChaCha20-Poly1305, by libsodium; raises when it does not open."""
    return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, associated, nonce, key)


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """RFC 8785."""
    return rfc8785.dumps(value)


def read_canonical(data: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON that is its own canonical form."""
    value = json.loads(data)
    demand(canonical(value) == data, "not canonical")
    return value
