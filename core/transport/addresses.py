"""Addresses: an onion service, or something on this machine's loopback; nothing else is one.

Source: Tor's rend-spec-v3, "Encoding onion addresses": base32 of the service's Ed25519 public key (32 bytes), a
checksum (2 bytes) and the version (1 byte, 3).
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from dataclasses import dataclass

from core.errors import AddressRefused

_SUFFIX = ".onion"
_LETTERS = re.compile(r"[a-z2-7]{56}")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_LARGEST_PORT = 0xFFFF
_LONGEST = 100  # characters; the longest that is read has 68
_VERSION = b"\x03"
_KEY_BYTES, _CHECKSUM_BYTES = 32, 2
_CHECKSUM_DOMAIN = b".onion checksum"
_V2_LENGTH = 16
_LOCAL_NAME = "localhost"  # it is never looked up


@dataclass(frozen=True)
class OnionAddress:
    """A port of an onion service of version 3. ``host`` is in small letters and ends in ``.onion``."""

    host: str
    port: int

    @property
    def public_key(self) -> bytes:
        """The service's Ed25519 public key (32 bytes)."""
        return public_key_of(self.host)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class LocalAddress:
    """A port of this machine's loopback."""

    host: ipaddress.IPv4Address | ipaddress.IPv6Address
    port: int

    def __str__(self) -> str:
        is_bracketed = isinstance(self.host, ipaddress.IPv6Address)
        return f"[{self.host}]:{self.port}" if is_bracketed else f"{self.host}:{self.port}"


Address = OnionAddress | LocalAddress


def read_address(text: str) -> Address:
    """Read ``HOST:PORT``; raises AddressRefused for whatever is neither an onion service nor this machine."""
    if len(text) > _LONGEST:
        raise AddressRefused(address=f"{text[:_LONGEST]}…", reason="it is too long for one")
    host, _, port = text.rpartition(":")
    if not _PORT.fullmatch(port) or int(port) > _LARGEST_PORT:
        raise AddressRefused(address=text, reason="it has no port")
    if host.lower().endswith(_SUFFIX):
        return OnionAddress(_read_onion_host(host, text), int(port))
    return LocalAddress(_read_local_host(host, text), int(port))


def read_onion_address(text: str) -> OnionAddress:
    """Read ``ADDRESS.onion:PORT``; raises AddressRefused."""
    address = read_address(text)
    if isinstance(address, LocalAddress):
        raise AddressRefused(address=text, reason="it is no onion address")
    return address


def read_onion_host(text: str) -> str:
    """Read ``ADDRESS.onion`` and give it in small letters; raises AddressRefused."""
    return read_onion_address(f"{text}:1").host


def public_key_of(host: str) -> bytes:
    """Give the Ed25519 public key (32 bytes) of an onion host that was read."""
    return _decoded(host)[:_KEY_BYTES]


def onion_host(public_key: bytes) -> str:
    """Write the onion host of a service's Ed25519 public key."""
    whole = public_key + _checksum(public_key) + _VERSION
    return base64.b32encode(whole).decode("ascii").lower() + _SUFFIX


def is_local(host: str) -> bool:
    """Tell whether a host is a number of this machine's loopback; no name is one, and nothing is looked up."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    # An IPv4 address inside an IPv6 one is called loopback by some versions of Python only.
    return number.is_loopback and getattr(number, "ipv4_mapped", None) is None


def _read_onion_host(host: str, text: str) -> str:
    host = host.lower()
    name = host.removesuffix(_SUFFIX)
    if len(name) == _V2_LENGTH:
        raise AddressRefused(address=text, reason="onion addresses of version 2 are gone")
    if not _LETTERS.fullmatch(name):
        raise AddressRefused(address=text, reason="it is no whole onion address")
    whole = _decoded(host)
    key, checksum, version = (
        whole[:_KEY_BYTES],
        whole[_KEY_BYTES:-1],
        whole[_KEY_BYTES + _CHECKSUM_BYTES :],
    )
    if version != _VERSION:
        raise AddressRefused(address=text, reason="it is no onion address of version 3")
    if checksum != _checksum(key):
        raise AddressRefused(address=text, reason="a letter of it is wrong or missing")
    return host


def _decoded(host: str) -> bytes:
    return base64.b32decode(host.removesuffix(_SUFFIX).upper())


def _checksum(public_key: bytes) -> bytes:
    return hashlib.sha3_256(_CHECKSUM_DOMAIN + public_key + _VERSION).digest()[:_CHECKSUM_BYTES]


def _read_local_host(host: str, text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    number = host
    if host == _LOCAL_NAME:
        number = "127.0.0.1"
    elif host.startswith("[") and host.endswith("]"):
        number = host[1:-1]
    if not is_local(number):
        raise AddressRefused(address=text, reason="it is neither an onion address nor this machine")
    return ipaddress.ip_address(number)
