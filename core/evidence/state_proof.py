"""What a contract's storage holds, proved against the state root of a block's header.

Sources: EIP-1186 (``eth_getProof``) and Ethereum Yellow Paper, section 4.1: the state trie has an account's nonce,
balance, storage root and code hash under Keccak-256 of its address, and that account's storage trie a slot's value, as
RLP without leading zeros, under Keccak-256 of the slot's number. A slot that holds zero is not in the trie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eth_hash.auto import keccak

from core.evidence.anchor_proof import BlockHeader, read_header
from core.evidence.rlp_codec import RlpRefused, as_bytes, as_list, as_whole, decode, decode_list
from core.evidence.trie_proof import ProofRefused, look_up

_STATE_ROOT = 3  # its place among the header's fields
_HASH_BYTES = 32
_ADDRESS_BYTES = 20
_ACCOUNT_ITEMS = 4


@dataclass(frozen=True)
class StateProof:
    """A header (RLP), the state trie's nodes down to an account, and by slot those of its storage trie.

    What a node says the values are is no part of it: the tries say it themselves.
    """

    header_rlp: bytes
    account_nodes: tuple[bytes, ...]
    slots: Mapping[int, tuple[bytes, ...]]


@dataclass(frozen=True)
class ProvedStorage:
    """What some slots of a contract held after a block; a slot that was not proved is not there."""

    header: BlockHeader
    values: Mapping[int, int]


def verify_state_proof(proof: StateProof, contract: bytes) -> ProvedStorage:
    """Verify what slots of ``contract``, 20 bytes, hold after the header's block.

    That the header is one of a chain is for the caller to know, by its hash. Raises ProofRefused, and ProofWrong for
    what is no header.
    """
    header = read_header(proof.header_rlp)
    if len(contract) != _ADDRESS_BYTES:
        raise ValueError("an address has 20 bytes")
    try:
        root = _storage_root(proof, contract)
        values = {slot: _value(root, slot, nodes) for slot, nodes in proof.slots.items()}
    except RlpRefused as refused:
        raise ProofRefused(str(refused)) from refused
    return ProvedStorage(header, values)


def _storage_root(proof: StateProof, contract: bytes) -> bytes:
    state_root = as_bytes(decode_list(proof.header_rlp)[_STATE_ROOT], _HASH_BYTES)
    account = look_up(state_root, keccak(contract), proof.account_nodes)
    if account is None:
        raise ProofRefused("there is no such account")
    items = as_list(decode(account))
    if len(items) != _ACCOUNT_ITEMS:
        raise ProofRefused("an account with another number of items")
    return as_bytes(items[2], _HASH_BYTES)


def _value(root: bytes, slot: int, nodes: tuple[bytes, ...]) -> int:
    found = look_up(root, keccak(slot.to_bytes(_HASH_BYTES)), nodes)
    if found is None:
        return 0
    value = as_whole(decode(found), _HASH_BYTES)
    if value == 0:
        raise ProofRefused("a slot with no value that one can have")
    return value
