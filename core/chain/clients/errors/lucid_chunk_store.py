"""What LucidChunkStore refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT256 = abi.uint(256)
BYTES16 = abi.fixed(16)
UINT32 = abi.uint(32)
ADDRESS = abi.ADDRESS
BYTES32 = abi.fixed(32)


@dataclass(frozen=True)
class BatchSizeOutOfBounds(abi.ContractError):
    """``BatchSizeOutOfBounds(uint256,uint256)``."""

    NAME = "BatchSizeOutOfBounds"
    SELECTOR = bytes.fromhex("84476731")
    KINDS = (UINT256, UINT256)

    given: int
    limit: int


@dataclass(frozen=True)
class NotContiguous(abi.ContractError):
    """``NotContiguous(bytes16,uint32,uint32)``."""

    NAME = "NotContiguous"
    SELECTOR = bytes.fromhex("520860b8")
    KINDS = (BYTES16, UINT32, UINT32)

    session_id: bytes
    expected: int
    given: int


@dataclass(frozen=True)
class ReplicaRangeNotCommitted(abi.ContractError):
    """``ReplicaRangeNotCommitted(bytes16,uint32,uint32,uint32)``."""

    NAME = "ReplicaRangeNotCommitted"
    SELECTOR = bytes.fromhex("8263eba9")
    KINDS = (BYTES16, UINT32, UINT32, UINT32)

    session_id: bytes
    committed: int
    first_index: int
    count: int


@dataclass(frozen=True)
class ReplicasAlreadyDeclared(abi.ContractError):
    """``ReplicasAlreadyDeclared(bytes16,address,bytes32)``."""

    NAME = "ReplicasAlreadyDeclared"
    SELECTOR = bytes.fromhex("83ea661e")
    KINDS = (BYTES16, ADDRESS, BYTES32)

    session_id: bytes
    holder: bytes
    replica_root: bytes


@dataclass(frozen=True)
class SessionUnknown(abi.ContractError):
    """``SessionUnknown(bytes16)``."""

    NAME = "SessionUnknown"
    SELECTOR = bytes.fromhex("5934dea6")
    KINDS = (BYTES16,)

    session_id: bytes
