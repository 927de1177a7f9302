"""What a device is called: people compare one name of it, wherever it is shown."""

from __future__ import annotations

from blake3 import blake3


def fingerprint_of(device: str) -> str:
    """Give the fingerprint of a device: the BLAKE3 hash of its Ed25519 public key, both in hex.

    Raises ValueError when ``device`` is not hex.
    """
    return blake3(bytes.fromhex(device)).hexdigest()
