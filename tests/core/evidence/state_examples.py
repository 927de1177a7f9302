"""States made with Ethereum's own trie library, and proofs of them as eth_getProof gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import rlp
from eth_hash.auto import keccak
from trie import HexaryTrie

from core.evidence.state_proof import StateProof

_HEADER_FIELDS = 15
_STATE_ROOT, _NUMBER, _TIME = 3, 8, 11
CODE_HASH = keccak(b"code")


def header(state_root: bytes, time_utc_s: int = 1_800_000_000, number: int = 7) -> bytes:
    """Make a block's header with nothing in it but a state root, a number and a time."""
    fields: list[bytes] = [bytes(32)] * _HEADER_FIELDS
    fields[_STATE_ROOT] = state_root
    fields[_NUMBER], fields[_TIME] = (
        each.to_bytes((each.bit_length() + 7) // 8) for each in (number, time_utc_s)
    )
    return rlp.encode(fields)


def nodes_to(trie: HexaryTrie, key: bytes) -> tuple[bytes, ...]:
    """List the nodes on the way to a key, but for those that lie inside their parents."""
    nodes = [rlp.encode(node) for node in trie.get_proof(key)]
    return tuple(node for at, node in enumerate(nodes) if at == 0 or len(node) >= 32)


def storage_trie(values: Mapping[int, int]) -> HexaryTrie:
    """Store values under slots; zero is not stored."""
    trie = HexaryTrie({})
    for slot, value in values.items():
        if value:
            trie[keccak(slot.to_bytes(32))] = rlp.encode(value)
    return trie


def state_proof(
    storages: Mapping[bytes, Mapping[int, int]], contract: bytes, slots: Iterable[int]
) -> StateProof:
    """Make a state of contracts with these storages, and the proof of slots of one of them."""
    tries = {address: storage_trie(values) for address, values in storages.items()}
    state = HexaryTrie({})
    for address, trie in tries.items():
        state[keccak(address)] = rlp.encode([b"\x01", b"", trie.root_hash, CODE_HASH])
    own = tries.get(contract, HexaryTrie({}))
    return StateProof(
        header(state.root_hash),
        nodes_to(state, keccak(contract)),
        {slot: nodes_to(own, keccak(slot.to_bytes(32))) for slot in slots},
    )
