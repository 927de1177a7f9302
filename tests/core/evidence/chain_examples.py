"""Blocks to test with: headers and receipts as an Ethereum chain would make them, by its own libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import rlp
from eth_abi.abi import encode as abi_encode
from eth_hash.auto import keccak
from trie import HexaryTrie

from core.chain.protocol import ReceiptMaterial

CONTRACT = bytes.fromhex("5fbdb2315678afecb367f032d93f642f64180aa3")
OWNER = bytes.fromhex("f39fd6e51aad88f6f4ce6ab8827279cff92a2266")
CHAIN_ID = 7_777
_SIGNATURES = {
    "SessionOpened": "SessionOpened(bytes16,address,bytes32,bytes32)",
    "SessionSealed": "SessionSealed(bytes16,address,bytes32,bytes32,uint32,uint32)",
    "ProgressAnchored": "ProgressAnchored(bytes16,address,bytes32,uint32)",
}
_TYPES = {
    "SessionOpened": ["bytes32", "bytes32"],
    "SessionSealed": ["bytes32", "bytes32", "uint32", "uint32"],
    "ProgressAnchored": ["bytes32", "uint32"],
}


def event_log(
    name: str,
    session_id: UUID,
    *values: bytes | int,
    owner: bytes = OWNER,
    contract: bytes = CONTRACT,
) -> list[object]:
    """Write a log as the contract emits it."""
    topics = [
        keccak(_SIGNATURES[name].encode()),
        session_id.bytes + bytes(16),
        bytes(12) + owner,
    ]
    return [contract, topics, abi_encode(_TYPES[name], values)]


def batch_log(
    root: bytes,
    count: int,
    *,
    number: int = 1,
    owner: bytes = OWNER,
    contract: bytes = CONTRACT,
) -> list[object]:
    """Write the log of a batch as the contract emits it."""
    signature = b"BatchAnchored(address,uint32,bytes32,uint32)"
    topics = [keccak(signature), bytes(12) + owner, number.to_bytes(32, "big")]
    return [contract, topics, abi_encode(["bytes32", "uint32"], [root, count])]


def receipt(logs: Sequence[object], *, type_byte: bytes = b"\x02", status: int = 1) -> bytes:
    """Write a receipt as it is put into the trie; an empty ``type_byte`` makes a legacy one."""
    return type_byte + rlp.encode([status, 21_000, bytes(256), list(logs)])


def library_root(receipts: Sequence[bytes]) -> bytes:
    """Compute a receipts root with the ethereum library."""
    trie = HexaryTrie({})
    for index, each in enumerate(receipts):
        trie[rlp.encode(index)] = each
    return bytes(trie.root_hash)


def header(
    receipts_root: bytes, *, number: int, time_utc_s: int, parent_hash: bytes = bytes(32)
) -> bytes:
    """Write a post-merge header."""
    return rlp.encode(
        [
            parent_hash,
            keccak(rlp.encode([])),
            OWNER,
            bytes(32),
            bytes(32),
            receipts_root,
            bytes(256),
            0,
            number,
            30_000_000,
            21_000,
            time_utc_s,
            b"lucid",
            bytes(32),
            bytes(8),
            1_000_000_000,
        ]
    )


@dataclass
class ExampleChain:
    """A chain of blocks, each with the receipts it was given."""

    time_utc_s: int

    def __post_init__(self) -> None:
        self.headers: list[bytes] = []

    def block(self, receipts: Sequence[bytes], index: int, *, after_s: int = 1) -> ReceiptMaterial:
        """Append a block and give what a proof of the receipt at ``index`` is made of."""
        self.time_utc_s += after_s
        parent = keccak(self.headers[-1]) if self.headers else bytes(32)
        root = library_root(receipts)
        number = len(self.headers) + 1
        self.headers.append(
            header(root, number=number, time_utc_s=self.time_utc_s, parent_hash=parent)
        )
        return ReceiptMaterial(
            chain_id=CHAIN_ID,
            contract_address=CONTRACT,
            block_number=number,
            block_hash=keccak(self.headers[-1]),
            block_time_utc_s=self.time_utc_s,
            header_rlp=self.headers[-1],
            receipts_root=root,
            transaction_hash=bytes(32),
            transaction_index=index,
            receipts=tuple(receipts),
        )
