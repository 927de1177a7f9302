"""What ParamRegistry refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

BYTES32 = abi.fixed(32)
UINT256 = abi.uint(256)


@dataclass(frozen=True)
class UnknownParameter(abi.ContractError):
    """``UnknownParameter(bytes32)``."""

    NAME = "UnknownParameter"
    SELECTOR = bytes.fromhex("4c695695")
    KINDS = (BYTES32,)

    key: bytes


@dataclass(frozen=True)
class ValueOutOfBounds(abi.ContractError):
    """``ValueOutOfBounds(bytes32,uint256,uint256,uint256)``."""

    NAME = "ValueOutOfBounds"
    SELECTOR = bytes.fromhex("5fe2513f")
    KINDS = (BYTES32, UINT256, UINT256, UINT256)

    key: bytes
    value: int
    min_: int
    max_: int
