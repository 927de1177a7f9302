"""Addresses as TRON writes them: 34 characters that start with T.

Base58Check over 0x41 and the account's 20 bytes; the checksum is the first 4 bytes of the double SHA-256.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

ACCOUNT_BYTES: Final = 20
LENGTH: Final = 34
_PREFIX: Final = b"\x41"
_CHECKSUM_BYTES: Final = 4
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def tron_address(account: bytes) -> str:
    """Write an account of 20 bytes. Raises ValueError for any other length."""
    if len(account) != ACCOUNT_BYTES:
        raise ValueError(f"an account has 20 bytes, not {len(account)}")
    body = _PREFIX + account
    number = int.from_bytes(body + _checksum(body))
    characters = []
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[digit])
    return "".join(reversed(characters))


def account_of(address: str) -> bytes:
    """Read an address: the account's 20 bytes. Raises ValueError unless `tron_address` writes it so."""
    if len(address) != LENGTH or any(character not in _ALPHABET for character in address):
        raise ValueError("an address has 34 characters of the Base58 alphabet")
    number = 0
    for character in address:
        number = number * len(_ALPHABET) + _ALPHABET.index(character)
    size = len(_PREFIX) + ACCOUNT_BYTES + _CHECKSUM_BYTES
    if number >> 8 * size:
        raise ValueError("an address of TRON starts with T")
    body, checksum = _split(number.to_bytes(size))
    if not body.startswith(_PREFIX):
        raise ValueError("an address of TRON starts with T")
    if checksum != _checksum(body):
        raise ValueError("the address is mistyped: its checksum is another one")
    return body[len(_PREFIX) :]


def _split(whole: bytes) -> tuple[bytes, bytes]:
    return whole[:-_CHECKSUM_BYTES], whole[-_CHECKSUM_BYTES:]


def _checksum(body: bytes) -> bytes:
    return sha256(sha256(body).digest()).digest()[:_CHECKSUM_BYTES]
