"""What WorkCreditsOracle refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT32 = abi.uint(32)
UINT48 = abi.uint(48)
UINT256 = abi.uint(256)


@dataclass(frozen=True)
class EpochAlreadyCommitted(abi.ContractError):
    """``EpochAlreadyCommitted(uint32)``."""

    NAME = "EpochAlreadyCommitted"
    SELECTOR = bytes.fromhex("52bb3b2c")
    KINDS = (UINT32,)

    month: int


@dataclass(frozen=True)
class EpochIsFinal(abi.ContractError):
    """``EpochIsFinal(uint32,uint48)``."""

    NAME = "EpochIsFinal"
    SELECTOR = bytes.fromhex("a2926271")
    KINDS = (UINT32, UINT48)

    month: int
    final_at: int


@dataclass(frozen=True)
class EpochNotCommitted(abi.ContractError):
    """``EpochNotCommitted(uint32)``."""

    NAME = "EpochNotCommitted"
    SELECTOR = bytes.fromhex("c9c81ac3")
    KINDS = (UINT32,)

    month: int


@dataclass(frozen=True)
class MoreRecordsThanNodes(abi.ContractError):
    """``MoreRecordsThanNodes(uint32,uint256)``."""

    NAME = "MoreRecordsThanNodes"
    SELECTOR = bytes.fromhex("a1f5630c")
    KINDS = (UINT32, UINT256)

    node_count: int
    registered: int


@dataclass(frozen=True)
class NoFraudShown(abi.ContractError):
    """``NoFraudShown(uint32)``."""

    NAME = "NoFraudShown"
    SELECTOR = bytes.fromhex("d2a8baf5")
    KINDS = (UINT32,)

    month: int


@dataclass(frozen=True)
class NodesNotAscending(abi.ContractError):
    """``NodesNotAscending(uint256)``."""

    NAME = "NodesNotAscending"
    SELECTOR = bytes.fromhex("1ccaa1f9")
    KINDS = (UINT256,)

    index: int


@dataclass(frozen=True)
class OperatorsDiffer(abi.ContractError):
    """``OperatorsDiffer(uint256)``."""

    NAME = "OperatorsDiffer"
    SELECTOR = bytes.fromhex("a2d18645")
    KINDS = (UINT256,)

    index: int


@dataclass(frozen=True)
class ProofCountMismatch(abi.ContractError):
    """``ProofCountMismatch(uint256,uint256)``."""

    NAME = "ProofCountMismatch"
    SELECTOR = bytes.fromhex("c38e852a")
    KINDS = (UINT256, UINT256)

    records: int
    proofs: int


@dataclass(frozen=True)
class RecordNotInEpoch(abi.ContractError):
    """``RecordNotInEpoch(uint32,uint256)``."""

    NAME = "RecordNotInEpoch"
    SELECTOR = bytes.fromhex("935a3f60")
    KINDS = (UINT32, UINT256)

    month: int
    node_id: int
