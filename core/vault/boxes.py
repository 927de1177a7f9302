"""Small secrets sealed under a key: XChaCha20-Poly1305, with the place in the associated data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.sealing import aead
from core.sealing.aead import KEY_BYTES, NONCE_BYTES, TAG_BYTES

__all__ = [
    "KEY_BYTES",
    "NONCE_BYTES",
    "TAG_BYTES",
    "DoesNotOpen",
    "Random",
    "SealedBox",
    "seal",
    "unseal",
]

Random = Callable[[int], bytes]


class DoesNotOpen(Exception):
    """The key or the associated data do not fit the box; each caller says what that means."""


@dataclass(frozen=True)
class SealedBox:
    """A nonce of 24 bytes, and ciphertext followed by its tag of 16."""

    nonce: bytes
    sealed: bytes


def seal(key: bytes, plain: bytes, associated: bytes, random: Random) -> SealedBox:
    """Seal ``plain`` under ``key`` with a random nonce."""
    nonce = random(NONCE_BYTES)
    return SealedBox(nonce, aead.encrypt(key, nonce, plain, associated))


def unseal(key: bytes, box: SealedBox, associated: bytes) -> bytes:
    """Open ``box``; DoesNotOpen when anything about it is not as it was sealed."""
    if len(key) != KEY_BYTES or len(box.nonce) != NONCE_BYTES:
        raise DoesNotOpen
    plain = aead.decrypt(key, box.nonce, box.sealed, associated)
    if plain is None:
        raise DoesNotOpen
    return plain
