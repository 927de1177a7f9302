"""The root of the trie that a block's receipts stand in, under their numbers.

Built from the bottom up and thrown away: nothing is looked up in it, so nothing is stored. Source: Ethereum Yellow
Paper, appendix D (Merkle Patricia tree) and section 4.4.2 (keys are the RLP of the index).
"""

from __future__ import annotations

from collections.abc import Sequence

from eth_hash.auto import keccak

from core.chain.rlp_coding import encode_bytes, encode_list, encode_number

_EMPTY = encode_bytes(b"")
_BRANCHES = 16
_HASH_BYTES = 32

Leaf = tuple[
    str, bytes
]  # the key's hexadecimal digits, which are the trie's nibbles, and the value


def ordered_root(values: Sequence[bytes]) -> bytes:
    """Give the root over values under the keys 0, 1, 2 and so on."""
    if not values:
        return keccak(_EMPTY)
    leaves = sorted((encode_number(at).hex(), value) for at, value in enumerate(values))
    return keccak(_node(leaves, 0))


def _node(leaves: list[Leaf], depth: int) -> bytes:
    """Encode the node over leaves whose keys agree up to ``depth``."""
    first, last = leaves[0][0], leaves[-1][0]
    if len(leaves) == 1:
        return encode_list((_path(first[depth:], is_leaf=True), encode_bytes(leaves[0][1])))
    shared = depth
    while first[shared] == last[shared]:  # no key is another's beginning, so they differ somewhere
        shared += 1
    branch = _branch(leaves, shared)
    if shared == depth:
        return branch
    return encode_list((_path(first[depth:shared], is_leaf=False), _reference(branch)))


def _branch(leaves: list[Leaf], depth: int) -> bytes:
    children = [_EMPTY] * _BRANCHES
    begin = 0
    for at in range(1, len(leaves) + 1):
        digit = leaves[begin][0][depth]
        if at == len(leaves) or leaves[at][0][depth] != digit:
            children[int(digit, 16)] = _reference(_node(leaves[begin:at], depth + 1))
            begin = at
    return encode_list([*children, _EMPTY])


def _reference(node: bytes) -> bytes:
    """Stand for a node in the one above: by its hash, or by itself where that is shorter."""
    return node if len(node) < _HASH_BYTES else encode_bytes(keccak(node))


def _path(digits: str, *, is_leaf: bool) -> bytes:
    """Encode a part of a key: a flag, and what makes the digits even."""
    flag = 2 if is_leaf else 0
    packed = f"{flag + 1}{digits}" if len(digits) % 2 else f"{flag}0{digits}"
    return encode_bytes(bytes.fromhex(packed))
