"""RLP for what is made by the million: receipts and the nodes of their trie.

The same as ``core.chain.encoding.rlp_encode``, which a test holds it to, at a tenth of its time. Source: Ethereum
Yellow Paper, appendix B.
"""

from __future__ import annotations

from collections.abc import Iterable

_SHORT = 0x80
_LIST = 0xC0
_LONGEST_SHORT = 55


def encode_bytes(content: bytes) -> bytes:
    """Encode a string of bytes."""
    length = len(content)
    if length == 1 and content[0] < _SHORT:
        return content
    if length <= _LONGEST_SHORT:
        return bytes((_SHORT + length,)) + content
    return _long(_SHORT, length) + content


def encode_number(value: int) -> bytes:
    """Encode a whole number, which has no leading zero."""
    return encode_bytes(value.to_bytes((value.bit_length() + 7) // 8))


def encode_list(encoded: Iterable[bytes]) -> bytes:
    """Encode a list of things that are encoded already."""
    content = b"".join(encoded)
    length = len(content)
    if length <= _LONGEST_SHORT:
        return bytes((_LIST + length,)) + content
    return _long(_LIST, length) + content


def _long(kind: int, length: int) -> bytes:
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((kind + _LONGEST_SHORT + len(size),)) + size
