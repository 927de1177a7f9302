"""Merkle-Patricia proofs: made from a block's receipts, and verified against its receipts root.

Source: Ethereum Yellow Paper, appendices C and D. The key of a receipt is the RLP of its
transaction's index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eth_hash.auto import keccak

from core.evidence.rlp_codec import (
    RlpItem,
    RlpRefused,
    as_bytes,
    as_list,
    decode,
    encode,
    encode_whole,
)

_HASH_BYTES = 32
_BRANCH_ITEMS = 17
_PATH_ITEMS = 2
_ODD, _LEAF = 1, 2
_EMPTY_ROOT_OF = encode(b"")

Nibbles = tuple[int, ...]
TakeNode = Callable[[bytes], bytes]


class ProofRefused(ValueError):
    """The nodes do not lead from the root to a value."""


class NothingUnderKey(ProofRefused):
    """The nodes lead to where the key's value would be, and nothing is there."""


def receipts_root(receipts: Sequence[bytes]) -> bytes:
    """Compute the receipts root of a block from its receipts, each as it is put into the trie."""
    return _built(receipts)[0]


def receipts_trie_proof(receipts: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """List the trie's nodes from the root down to receipt ``index``, RLP-encoded.

    ``receipts`` are all of the block's, in order, each as it is put into the trie: RLP, after the
    transaction's type byte where it has one (EIP-2718). ProofRefused when there is no such index.
    """
    root, nodes = _built(receipts)
    proof: list[bytes] = []

    def take(reference: bytes) -> bytes:
        proof.append(nodes[reference])
        return proof[-1]

    if not 0 <= index < len(receipts):
        raise ProofRefused("there is no such receipt")
    _follow(root, _nibbles(encode_whole(index)), take)
    return tuple(proof)


def verify_trie_proof(root: bytes, key: bytes, proof: Sequence[bytes]) -> bytes:
    """Follow ``key`` from ``root`` through ``proof`` and give the value; ProofRefused otherwise.

    Every node is used, once and in order: there is one proof for a key, and no other verifies.
    """
    left = list(reversed(proof))

    def take(reference: bytes) -> bytes:
        if not left or keccak(left[-1]) != reference:
            raise ProofRefused("a node that its parent does not name")
        return left.pop()

    try:
        value = _follow(root, _nibbles(key), take)
    except RlpRefused as refused:
        raise ProofRefused(str(refused)) from refused
    if left:
        raise ProofRefused("more nodes than the path has")
    return value


def look_up(root: bytes, key: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Give what a trie has under ``key``, or None where ``proof`` shows that it has nothing; ProofRefused otherwise.

    As ``verify_trie_proof``, every node is used. The empty trie needs none; some clients give its one empty node.
    """
    if root == keccak(_EMPTY_ROOT_OF):
        if list(proof) not in ([], [_EMPTY_ROOT_OF]):
            raise ProofRefused("nodes of a trie that is empty")
        return None
    used = 0

    def take(reference: bytes) -> bytes:
        nonlocal used
        if used == len(proof) or keccak(proof[used]) != reference:
            raise ProofRefused("a node that its parent does not name")
        used += 1
        return proof[used - 1]

    value: bytes | None = None
    try:
        value = _follow(root, _nibbles(key), take)
    except NothingUnderKey:
        value = None
    except RlpRefused as refused:
        raise ProofRefused(str(refused)) from refused
    if used != len(proof):
        raise ProofRefused("more nodes than the path has")
    return value


def _follow(root: bytes, rest: Nibbles, take: TakeNode) -> bytes:
    """Walk from the root along ``rest``; ``take`` gives the encoded node that has a hash."""
    reference: RlpItem = root
    is_value = False
    while not is_value:
        node = _resolved(reference, take)
        if len(node) == _BRANCH_ITEMS:
            reference, rest, is_value = _through_branch(node, rest)
        elif len(node) == _PATH_ITEMS:
            reference, rest, is_value = _through_path(node, rest)
        else:
            raise ProofRefused("a node with another number of items")
    value = as_bytes(reference)
    if rest or not value:
        raise NothingUnderKey("there is no value under the key")
    return value


def _resolved(reference: RlpItem, take: TakeNode) -> Sequence[RlpItem]:
    """Give a node: one of less than 32 bytes lies inside its parent, others are named by hash."""
    if not isinstance(reference, bytes):
        return reference
    if not reference:
        raise NothingUnderKey("the path ends at an empty branch")
    if len(reference) != _HASH_BYTES:
        raise ProofRefused("the path ends early")
    return as_list(decode(take(reference)))


def _through_branch(node: Sequence[RlpItem], rest: Nibbles) -> tuple[RlpItem, Nibbles, bool]:
    if not rest:
        return node[-1], rest, True
    return node[rest[0]], rest[1:], False


def _through_path(node: Sequence[RlpItem], rest: Nibbles) -> tuple[RlpItem, Nibbles, bool]:
    path, is_leaf = _unpacked(as_bytes(node[0]))
    if rest[: len(path)] != path:
        raise NothingUnderKey("the path leads elsewhere")
    return node[1], rest[len(path) :], is_leaf


def _nibbles(key: bytes) -> Nibbles:
    return tuple(half for octet in key for half in (octet >> 4, octet & 15))


def _packed(path: Nibbles, *, is_leaf: bool) -> bytes:
    flag = (_LEAF if is_leaf else 0) + len(path) % 2
    whole = (flag, *path) if len(path) % 2 else (flag, 0, *path)
    return bytes(high << 4 | low for high, low in zip(whole[::2], whole[1::2], strict=True))


def _unpacked(packed: bytes) -> tuple[Nibbles, bool]:
    whole = _nibbles(packed)
    if not whole or whole[0] > _ODD + _LEAF or (not whole[0] & _ODD and whole[1] != 0):
        raise ProofRefused("a path that is not in its one encoding")
    path, is_leaf = whole[1:] if whole[0] & _ODD else whole[2:], bool(whole[0] & _LEAF)
    if not path and not is_leaf:
        raise ProofRefused("a path that leads nowhere")
    return path, is_leaf


_Entries = Sequence[tuple[Nibbles, bytes]]
_Nodes = dict[bytes, bytes]


def _built(receipts: Sequence[bytes]) -> tuple[bytes, _Nodes]:
    """Build the trie: its root, and its nodes by their hashes."""
    if not receipts:
        return keccak(_EMPTY_ROOT_OF), {}
    nodes: _Nodes = {}
    entries = [(_nibbles(encode_whole(index)), each) for index, each in enumerate(receipts)]
    root = encode(_node(entries, nodes))
    nodes[keccak(root)] = root
    return keccak(root), nodes


def _node(entries: _Entries, nodes: _Nodes) -> Sequence[RlpItem]:
    """Build the node over ``entries``. RLP is prefix-free, so no key ends inside another."""
    first = entries[0][0]
    if len(entries) == 1:
        return (_packed(first, is_leaf=True), entries[0][1])
    shared = _shared_length([path for path, _ in entries])
    if shared:
        below = [(path[shared:], value) for path, value in entries]
        return (_packed(first[:shared], is_leaf=False), _reference(_node(below, nodes), nodes))
    return (*(_child(entries, nibble, nodes) for nibble in range(16)), b"")


def _child(entries: _Entries, nibble: int, nodes: _Nodes) -> RlpItem:
    below = [(path[1:], value) for path, value in entries if path[0] == nibble]
    return _reference(_node(below, nodes), nodes) if below else b""


def _reference(node: Sequence[RlpItem], nodes: _Nodes) -> RlpItem:
    encoded = encode(node)
    if len(encoded) < _HASH_BYTES:
        return node
    nodes[keccak(encoded)] = encoded
    return keccak(encoded)


def _shared_length(paths: Sequence[Nibbles]) -> int:
    first, last = min(paths), max(paths)
    return next((at for at, nibble in enumerate(first) if last[at] != nibble), len(first))
