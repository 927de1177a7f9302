"""What LucidChunkStore logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

BYTES16 = abi.fixed(16)
ADDRESS = abi.ADDRESS
UINT32 = abi.uint(32)
BYTES32 = abi.fixed(32)
BYTES32S = abi.array(BYTES32)
BYTES28 = abi.fixed(28)


@dataclass(frozen=True)
class ChunksCommitted(abi.ContractEvent):
    """``ChunksCommitted(bytes16,address,uint32,bytes32[],bytes28)``."""

    NAME = "ChunksCommitted"
    TOPIC = bytes.fromhex("f76f1ba77a061f27f2f6b271c68c337e98933d7fbc44616e8a973b0c3e76defe")
    INDEXED = (True, True, False, False, False)
    KINDS = (BYTES16, ADDRESS, UINT32, BYTES32S, BYTES28)

    session_id: bytes
    owner: bytes
    first_index: int
    leaves: tuple[bytes, ...]
    commitment: bytes


@dataclass(frozen=True)
class ReplicasDeclared(abi.ContractEvent):
    """``ReplicasDeclared(bytes16,address,address,uint32,uint32,bytes32)``."""

    NAME = "ReplicasDeclared"
    TOPIC = bytes.fromhex("87aca2980cb0652f67cf3ad4632911d7d36609f0f1cfadbdff63126e7511e05a")
    INDEXED = (True, True, True, False, False, False)
    KINDS = (BYTES16, ADDRESS, ADDRESS, UINT32, UINT32, BYTES32)

    session_id: bytes
    owner: bytes
    holder: bytes
    first_index: int
    count: int
    replica_root: bytes
