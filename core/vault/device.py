"""How a device is named: by a hash of the public key it signs with."""

from __future__ import annotations

from core.api.devices import fingerprint_of


def fingerprint(device_public_key: bytes) -> str:
    """Name a device by the BLAKE3 hash of its Ed25519 public key, in hex."""
    return fingerprint_of(device_public_key.hex())


def short_fingerprint(full: str) -> str:
    """Shorten a fingerprint for people: its first 16 digits in groups of four."""
    return " ".join(full[start : start + 4] for start in range(0, 16, 4))
