"""Quantities and data as Ethereum's JSON-RPC writes them.

Source: https://ethereum.org/developers/docs/apis/json-rpc/#conventions. The readers raise RpcError (invalid params).
"""

from __future__ import annotations

import re

from core.chain.node.rpc_errors import invalid

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
ADDRESS_BYTES = 20
HASH_BYTES = 32


def quantity(number: int) -> str:
    """Write a number: 0x-hex without leading zeros."""
    return hex(number)


def data(content: bytes) -> str:
    """Write bytes: 0x-hex, two digits each."""
    return f"0x{content.hex()}"


def read_quantity(given: object, name: str) -> int:
    """Read a number; leading zeros are let pass, as other nodes do."""
    if not isinstance(given, str) or not _QUANTITY.fullmatch(given):
        raise invalid(f"{name} is not a hex quantity")
    return int(given, 16)


def read_data(given: object, name: str, size: int | None = None) -> bytes:
    """Read bytes, of exactly ``size`` when that is given."""
    if not isinstance(given, str) or not _DATA.fullmatch(given):
        raise invalid(f"{name} is not hex data")
    content = bytes.fromhex(given[2:])
    if size is not None and len(content) != size:
        raise invalid(f"{name} has {len(content)} bytes instead of {size}")
    return content


def read_address(given: object, name: str = "address") -> bytes:
    """Read an account's 20 bytes."""
    return read_data(given, name, ADDRESS_BYTES)


def read_hash(given: object, name: str = "hash") -> bytes:
    """Read 32 bytes."""
    return read_data(given, name, HASH_BYTES)
