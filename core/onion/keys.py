"""The keys of onion services and of those that may open them; they live in our vault, never in tor's directory.

Source: Tor's specification, rend-spec v3: "Encoding onion addresses", "Client authorization"; control-spec: ADD_ONION,
ONION_CLIENT_AUTH_ADD. RFC 8032 for the expanded form of an Ed25519 key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from typing import Final

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from core.errors import Bug
from core.transport.addresses import onion_host

KEY_BYTES: Final = 32
ONION_SUFFIX: Final = ".onion"
_CLIENT_TEXT_LETTERS = 52  # 32 bytes in base32, without the padding


class ServiceKey:
    """The key of one onion service (version 3), kept as its Ed25519 seed of 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != KEY_BYTES:
            raise Bug("a service key is a seed of 32 bytes")
        self.seed = seed
        self._signing = SigningKey(seed)

    @classmethod
    def make(cls) -> ServiceKey:
        """Make a fresh key."""
        return cls(os.urandom(KEY_BYTES))

    @property
    def public_key(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return bytes(self._signing.verify_key)

    @property
    def address(self) -> str:
        """The host that it stands behind, "….onion"."""
        return onion_host(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519 (RFC 8032): 64 bytes. A message begins with a domain of its own."""
        return self._signing.sign(message).signature

    def tor_key(self) -> str:
        """Write it as ADD_ONION takes it: the expanded, clamped secret of 64 bytes. Secret: never log it."""
        expanded = bytearray(hashlib.sha512(self.seed).digest())
        expanded[0] &= 0b1111_1000
        expanded[31] = expanded[31] & 0b0111_1111 | 0b0100_0000
        return f"ED25519-V3:{base64.b64encode(expanded).decode()}"

    def __repr__(self) -> str:
        return "ServiceKey(…)"


class ClientKey:
    """The X25519 key by which one client opens a service that asks for one."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise Bug("a client key has 32 bytes")
        self._private = PrivateKey(secret)

    @classmethod
    def make(cls) -> ClientKey:
        """Make a fresh key."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def read(cls, private_text: str) -> ClientKey:
        """Read what ``private_text`` wrote, in capitals or not. Raises ValueError saying nothing of it."""
        return cls(_from_base32(private_text))

    @property
    def private_text(self) -> str:
        """The private key, 52 letters of base32. Secret: whoever has it, and the address, may connect."""
        return _to_base32(bytes(self._private))

    @property
    def public_text(self) -> str:
        """The public key, 52 letters of base32, as ADD_ONION's ClientAuthV3 takes it."""
        return _to_base32(bytes(self._private.public_key))

    def tor_key(self) -> str:
        """Write the private key as ONION_CLIENT_AUTH_ADD takes it. Secret: never log it."""
        return f"x25519:{base64.b64encode(bytes(self._private)).decode()}"

    def __repr__(self) -> str:
        return "ClientKey(…)"


def is_client_public_text(text: str) -> bool:
    """Say whether this is how a client's public key is written."""
    try:
        return _to_base32(_from_base32(text)) == text
    except ValueError:
        return False


def _to_base32(key: bytes) -> str:
    return base64.b32encode(key).decode().rstrip("=")


def _from_base32(text: str) -> bytes:
    if len(text) != _CLIENT_TEXT_LETTERS or not text.isascii():
        raise ValueError("a client key has 52 letters")
    try:
        key = base64.b32decode(f"{text.upper()}====")
    except binascii.Error:
        raise ValueError("a client key is written in base32") from None
    if _to_base32(key) != text.upper():
        raise ValueError("a client key ends in zeros")  # one key has one text
    return key
