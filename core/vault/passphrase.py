"""From a passphrase to a key (Argon2id, RFC 9106)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import nacl.exceptions
from nacl.pwhash import argon2id

from core.errors import MemoryTooLow, PassphraseTooShort, UsageFailure

MINIMUM_PASSPHRASE = 8
_MAXIMUM_PASSPHRASE = 1024
SALT_BYTES = 16
_MIB = 1 << 20


@dataclass(frozen=True)
class KdfParameters:
    """The cost of trying one passphrase; memory in bytes."""

    operations: int
    memory_bytes: int


APPLIANCE_KDF = KdfParameters(operations=3, memory_bytes=256 * _MIB)
"""libsodium's MODERATE: about half a second on a desktop core, and bearable on a Pi."""

CHEAPEST_KDF = KdfParameters(operations=1, memory_bytes=argon2id.MEMLIMIT_MIN)
"""For tests; accepted when read, never the default."""

DEAREST_KDF = KdfParameters(operations=16, memory_bytes=1024 * _MIB)
"""What a vault file may ask of the machine that opens it."""


@dataclass(frozen=True, repr=False)
class PassphraseKey:
    """What a passphrase yields: ``wrapping`` wraps the master key, ``check`` tells right from wrong."""

    wrapping: bytes
    check: bytes


def require_fit(passphrase: str) -> None:
    """Raise PassphraseTooShort or UsageFailure unless ``passphrase`` may protect a vault."""
    if len(unicodedata.normalize("NFC", passphrase)) < MINIMUM_PASSPHRASE:
        raise PassphraseTooShort(minimum=MINIMUM_PASSPHRASE)
    if len(passphrase) > _MAXIMUM_PASSPHRASE:
        raise UsageFailure(reason=f"a passphrase has at most {_MAXIMUM_PASSPHRASE} characters")


def passphrase_key(passphrase: str, salt: bytes, cost: KdfParameters) -> PassphraseKey:
    """Derive 64 bytes from the passphrase (NFC, UTF-8): 32 to wrap with, 32 to check by.

    Blocks for about a second on a Pi. MemoryTooLow when the machine cannot give the memory.
    """
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", errors="surrogatepass")
    try:
        derived = argon2id.kdf(64, text, salt, opslimit=cost.operations, memlimit=cost.memory_bytes)
    except (nacl.exceptions.RuntimeError, MemoryError) as error:
        raise MemoryTooLow(needed_mib=cost.memory_bytes // _MIB) from error
    return PassphraseKey(wrapping=derived[:32], check=derived[32:])
