"""Asks a node for proofs of a contract's storage, and where LucidToken keeps what accounts had at a month's end.

Sources: EIP-1186 (``eth_getProof``), Solidity's storage layout, docs/contracts/LucidToken.md (*Storage layout*).
Nothing is believed here: ``core.evidence.state_proof`` verifies what comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.chain.connection import NodeConnection
from core.chain.encoding import keccak256
from core.chain.receipts import Document, header_rlp
from core.errors import AnchorMismatch, ChainUnreachable

_BALANCES_SLOT, _SUPPLY_SLOT = 8, 9
_MALFORMED = (KeyError, ValueError, TypeError, AttributeError, IndexError)
_WORD = 32
_SLOTS = 1 << 256
_MONTH_BITS = 48


@dataclass(frozen=True)
class StorageMaterial:
    """What a node gave: the block's header, nodes down to the account, and by slot nodes of its storage."""

    header_rlp: bytes
    account_nodes: tuple[bytes, ...]
    slots: dict[int, tuple[bytes, ...]]


def month_list(account: bytes | None) -> int:
    """Give the slot of an account's amounts by month, or of the supply's for None: it holds their number."""
    if account is None:
        return _SUPPLY_SLOT
    key = account.rjust(_WORD, b"\0") + _BALANCES_SLOT.to_bytes(_WORD)
    return int.from_bytes(keccak256(key))


def month_entry(listed: int, index: int) -> int:
    """Give the slot of an entry of a list, from 0."""
    return (int.from_bytes(keccak256(listed.to_bytes(_WORD))) + index) % _SLOTS


def split_entry(entry: int) -> tuple[int, int]:
    """Split an entry into its month and its amount."""
    return entry & ((1 << _MONTH_BITS) - 1), entry >> _MONTH_BITS


def collect_storage(
    connection: NodeConnection, block: Document, contract: bytes, slots: Sequence[int]
) -> StorageMaterial:
    """Ask for the proofs of slots after a block, given as the node's JSON. Raises ChainUnreachable, AnchorMismatch."""
    try:
        header, hash = header_rlp(block), _bytes(block["hash"])
    except _MALFORMED as error:
        raise AnchorMismatch(field="header") from error
    if keccak256(header) != hash:
        raise AnchorMismatch(field="block_hash")
    asked = [f"0x{slot:064x}" for slot in slots]
    found = connection.read("eth_getProof", f"0x{contract.hex()}", asked, block["number"])
    try:
        storage = found["storageProof"]
        if len(storage) != len(slots):
            raise ChainUnreachable(reason="eth_getProof: not all slots were proved")
        proved = {slot: _nodes(each["proof"]) for slot, each in zip(slots, storage, strict=True)}
        return StorageMaterial(header, _nodes(found["accountProof"]), proved)
    except _MALFORMED as error:
        raise ChainUnreachable(reason="eth_getProof: the answer is no proof") from error


def collect_month(
    connection: NodeConnection, token: bytes, account: bytes | None, month: int, block_number: int
) -> StorageMaterial:
    """Ask for what shows what an account, or all for None, had at a month's end, after a block of a later month.

    The node's word finds the entries; the proofs of them show it. Raises ChainUnreachable, AnchorMismatch.
    """
    block = connection.read("eth_getBlockByNumber", hex(block_number), False)  # noqa: FBT003 - positional in JSON-RPC
    if block is None:
        raise ChainUnreachable(reason=f"block {block_number} is not there")
    if not isinstance(block, dict) or "number" not in block:
        raise AnchorMismatch(field="header")
    listed = month_list(account)

    def read(slot: int) -> int:
        asked = f"0x{token.hex()}", f"0x{slot:064x}", block["number"]
        try:
            return int(connection.read("eth_getStorageAt", *asked), 16)
        except _MALFORMED as error:
            raise ChainUnreachable(reason="eth_getStorageAt: the answer is no word") from error

    count = read(listed)
    low, high = (
        0,
        count,
    )  # entries below ``low`` are not after the month, those from ``high`` on are
    while low < high:
        middle = (low + high) // 2
        if split_entry(read(month_entry(listed, middle)))[0] <= month:
            low = middle + 1
        else:
            high = middle
    entries = [month_entry(listed, at) for at in (low - 1, low) if 0 <= at < count]
    return collect_storage(connection, block, token, [listed, *entries])


def _nodes(texts: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(_bytes(each) for each in texts)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
