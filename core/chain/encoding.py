"""Keccak, RLP and contract addresses, over the libraries that bring them.

Sources: Ethereum Yellow Paper, appendix B (RLP) and section 7 (contract addresses).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

RlpItem: TypeAlias = "bytes | int | Sequence[RlpItem]"


def keccak256(content: bytes) -> bytes:
    """Hash as Ethereum does."""
    from eth_utils.crypto import keccak

    return keccak(content)


def rlp_encode(item: RlpItem) -> bytes:
    """Encode nested sequences of bytes and whole numbers."""
    import rlp  # type: ignore[import-untyped]  # it ships no types

    encoded: bytes = rlp.encode(item)
    return encoded


def created_address(sender: bytes, nonce: int) -> bytes:
    """Give the address of the contract that the transaction ``nonce`` of ``sender`` creates."""
    return keccak256(rlp_encode([sender, nonce]))[12:]
