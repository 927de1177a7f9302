"""What SignerRegistry refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT64 = abi.uint(64)
UINT256 = abi.uint(256)
UINT32 = abi.uint(32)


@dataclass(frozen=True)
class EffectiveTimeOutOfBounds(abi.ContractError):
    """``EffectiveTimeOutOfBounds(uint64,uint256,uint256)``."""

    NAME = "EffectiveTimeOutOfBounds"
    SELECTOR = bytes.fromhex("a649f37f")
    KINDS = (UINT64, UINT256, UINT256)

    effective_at: int
    earliest: int
    latest: int


@dataclass(frozen=True)
class SetIsWaiting(abi.ContractError):
    """``SetIsWaiting(uint32,uint256)``."""

    NAME = "SetIsWaiting"
    SELECTOR = bytes.fromhex("3f8decea")
    KINDS = (UINT32, UINT256)

    number: int
    until: int


@dataclass(frozen=True)
class SetNumberOutOfBounds(abi.ContractError):
    """``SetNumberOutOfBounds(uint32,uint256,uint256)``."""

    NAME = "SetNumberOutOfBounds"
    SELECTOR = bytes.fromhex("e7e0f9cf")
    KINDS = (UINT32, UINT256, UINT256)

    number: int
    least: int
    most: int


@dataclass(frozen=True)
class StatementAlreadyRecorded(abi.ContractError):
    """``StatementAlreadyRecorded(uint32)``."""

    NAME = "StatementAlreadyRecorded"
    SELECTOR = bytes.fromhex("9adb4324")
    KINDS = (UINT32,)

    number: int


@dataclass(frozen=True)
class StatementTooLate(abi.ContractError):
    """``StatementTooLate(uint32,uint256)``."""

    NAME = "StatementTooLate"
    SELECTOR = bytes.fromhex("073e5fba")
    KINDS = (UINT32, UINT256)

    number: int
    latest: int


@dataclass(frozen=True)
class UnknownSet(abi.ContractError):
    """``UnknownSet(uint32)``."""

    NAME = "UnknownSet"
    SELECTOR = bytes.fromhex("a4bd93d9")
    KINDS = (UINT32,)

    number: int
