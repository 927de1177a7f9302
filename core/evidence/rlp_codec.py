"""RLP, strictly: every value has one encoding and no other is read.

Source: Ethereum Yellow Paper, appendix B; the strictness is that of the consensus clients.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

RlpItem: TypeAlias = "bytes | Sequence[RlpItem]"

_DEEPEST = 32
_SHORT = 55
_TEXT, _LONG_TEXT, _LIST, _LONG_LIST = 0x80, 0xB7, 0xC0, 0xF7


class RlpRefused(ValueError):
    """The bytes are not the one encoding of anything; each caller names it in its own terms."""


def encode(item: RlpItem) -> bytes:
    """Encode bytes, or a sequence of items."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < _TEXT:
            return item
        return _head(len(item), _TEXT) + item
    body = b"".join(encode(each) for each in item)
    return _head(len(body), _LIST) + body


def encode_whole(number: int) -> bytes:
    """Encode a whole number: big-endian bytes without leading zeros, none for 0."""
    return encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def decode(data: bytes) -> RlpItem:
    """Decode exactly one item; RlpRefused for anything but its one encoding."""
    item, end = _item(data, 0, len(data), _DEEPEST)
    if end != len(data):
        raise RlpRefused("bytes are left over")
    return item


def decode_list(data: bytes) -> Sequence[RlpItem]:
    """Decode exactly one list."""
    return as_list(decode(data))


def as_list(item: RlpItem) -> Sequence[RlpItem]:
    """Give the items of a list, and RlpRefused for bytes."""
    if isinstance(item, bytes):
        raise RlpRefused("bytes where a list belongs")
    return item


def as_bytes(item: RlpItem, length: int | None = None) -> bytes:
    """Give bytes, of that length where one is given, and RlpRefused for a list."""
    if not isinstance(item, bytes) or length not in {None, len(item)}:
        raise RlpRefused("a list or another length where bytes belong")
    return item


def as_whole(item: RlpItem, most_bytes: int = 8) -> int:
    """Give a whole number; RlpRefused for leading zeros and for more than ``most_bytes``."""
    octets = as_bytes(item)
    if len(octets) > most_bytes or octets[:1] == b"\x00":
        raise RlpRefused("not a whole number of that size")
    return int.from_bytes(octets, "big")


def _head(length: int, offset: int) -> bytes:
    if length <= _SHORT:
        return bytes([offset + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([offset + _SHORT + len(size)]) + size


def _item(data: bytes, at: int, until: int, left: int) -> tuple[RlpItem, int]:
    """Read the item at ``at``, which ends at ``until`` at the latest."""
    if left == 0:
        raise RlpRefused("nested too deeply")
    if at >= until:
        raise RlpRefused("cut short")
    first = data[at]
    if first < _TEXT:
        return data[at : at + 1], at + 1
    is_list = first >= _LIST
    start, end = _bounds(data, at, until, _LIST if is_list else _TEXT)
    if is_list:
        return _items(data, start, end, left - 1), end
    if end - start == 1 and data[start] < _TEXT:
        raise RlpRefused("a small byte with a head")
    return data[start:end], end


def _items(data: bytes, start: int, end: int, left: int) -> tuple[RlpItem, ...]:
    items: list[RlpItem] = []
    at = start
    while at < end:
        item, at = _item(data, at, end, left)
        items.append(item)
    return tuple(items)


def _bounds(data: bytes, at: int, until: int, offset: int) -> tuple[int, int]:
    """Find where the body of the item at ``at`` begins and ends."""
    length = data[at] - offset
    start = at + 1
    if length > _SHORT:
        size = data[start : min(start + length - _SHORT, until)]
        start += length - _SHORT
        length = int.from_bytes(size, "big")
        if size[:1] == b"\x00" or length <= _SHORT:
            raise RlpRefused("a length that is not in its shortest form")
    if start + length > until:
        raise RlpRefused("cut short")
    return start, start + length
