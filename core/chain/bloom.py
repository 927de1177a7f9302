"""A block's bloom filter: what is surely in none of its logs.

A header that hashes to its block's hash brings its filter along, so a node cannot hide a log by leaving it out. Source:
Ethereum Yellow Paper, section 4.4.3.
"""

from __future__ import annotations

from core.chain.encoding import keccak256

_BITS = 2048
_PAIRS = 3


def bits_of(value: bytes) -> int:
    """Give the bits that an address or a topic sets."""
    digest = keccak256(value)
    bits = 0
    for at in range(0, 2 * _PAIRS, 2):
        bits |= 1 << (int.from_bytes(digest[at : at + 2]) % _BITS)
    return bits


def may_hold(bloom: int, bits: int) -> bool:
    """Tell whether a log with that address or topic may be there; a No is certain."""
    return bloom & bits == bits
