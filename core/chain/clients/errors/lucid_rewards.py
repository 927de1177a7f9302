"""What LucidRewards refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT64 = abi.uint(64)
UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS


@dataclass(frozen=True)
class NoSlots(abi.ContractError):
    """``NoSlots()``."""

    NAME = "NoSlots"
    SELECTOR = bytes.fromhex("093fe961")
    KINDS = ()


@dataclass(frozen=True)
class SlotNotOver(abi.ContractError):
    """``SlotNotOver(uint64,uint256)``."""

    NAME = "SlotNotOver"
    SELECTOR = bytes.fromhex("01ee78ec")
    KINDS = (UINT64, UINT256)

    slot: int
    ends_at: int


@dataclass(frozen=True)
class SlotNotRising(abi.ContractError):
    """``SlotNotRising(uint256,uint64)``."""

    NAME = "SlotNotRising"
    SELECTOR = bytes.fromhex("366f2aad")
    KINDS = (UINT256, UINT64)

    next_: int
    given: int


@dataclass(frozen=True)
class TokenOfAnotherMinter(abi.ContractError):
    """``TokenOfAnotherMinter(address)``."""

    NAME = "TokenOfAnotherMinter"
    SELECTOR = bytes.fromhex("67d51871")
    KINDS = (ADDRESS,)

    minter: bytes
