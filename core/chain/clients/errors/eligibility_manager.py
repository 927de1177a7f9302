"""What EligibilityManager refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT32 = abi.uint(32)
UINT256 = abi.uint(256)
UINT48 = abi.uint(48)


@dataclass(frozen=True)
class AlreadyQualified(abi.ContractError):
    """``AlreadyQualified(uint32,uint256)``."""

    NAME = "AlreadyQualified"
    SELECTOR = bytes.fromhex("56359be3")
    KINDS = (UINT32, UINT256)

    month: int
    node_id: int


@dataclass(frozen=True)
class DelegationRefused(abi.ContractError):
    """``DelegationRefused()``."""

    NAME = "DelegationRefused"
    SELECTOR = bytes.fromhex("be111f65")
    KINDS = ()


@dataclass(frozen=True)
class ERC5805FutureLookup(abi.ContractError):
    """``ERC5805FutureLookup(uint256,uint48)``."""

    NAME = "ERC5805FutureLookup"
    SELECTOR = bytes.fromhex("ecd3f81e")
    KINDS = (UINT256, UINT48)

    timepoint: int
    clock: int


@dataclass(frozen=True)
class EarnedTooLittle(abi.ContractError):
    """``EarnedTooLittle(uint256,uint256)``."""

    NAME = "EarnedTooLittle"
    SELECTOR = bytes.fromhex("f3abf366")
    KINDS = (UINT256, UINT256)

    node_id: int
    earned: int


@dataclass(frozen=True)
class EpochNotFinal(abi.ContractError):
    """``EpochNotFinal(uint32)``."""

    NAME = "EpochNotFinal"
    SELECTOR = bytes.fromhex("60451747")
    KINDS = (UINT32,)

    month: int


@dataclass(frozen=True)
class NotANodeThen(abi.ContractError):
    """``NotANodeThen(uint32,uint256)``."""

    NAME = "NotANodeThen"
    SELECTOR = bytes.fromhex("7ce94485")
    KINDS = (UINT32, UINT256)

    month: int
    node_id: int


@dataclass(frozen=True)
class NotTheMonthBefore(abi.ContractError):
    """``NotTheMonthBefore(uint32,uint32)``."""

    NAME = "NotTheMonthBefore"
    SELECTOR = bytes.fromhex("c399722e")
    KINDS = (UINT32, UINT32)

    month: int
    current: int


@dataclass(frozen=True)
class RecordNotProven(abi.ContractError):
    """``RecordNotProven(uint32,uint256)``."""

    NAME = "RecordNotProven"
    SELECTOR = bytes.fromhex("47c9d484")
    KINDS = (UINT32, UINT256)

    month: int
    node_id: int


@dataclass(frozen=True)
class UptimeTooLow(abi.ContractError):
    """``UptimeTooLow(uint256,uint256,uint256)``."""

    NAME = "UptimeTooLow"
    SELECTOR = bytes.fromhex("b6f6602c")
    KINDS = (UINT256, UINT256, UINT256)

    node_id: int
    seen: int
    expected: int


@dataclass(frozen=True)
class VotesExpiredSignature(abi.ContractError):
    """``VotesExpiredSignature(uint256)``."""

    NAME = "VotesExpiredSignature"
    SELECTOR = bytes.fromhex("4683af0e")
    KINDS = (UINT256,)

    expiry: int
