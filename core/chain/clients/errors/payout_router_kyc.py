"""What PayoutRouterKYC refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
UINT256 = abi.uint(256)
UINT64 = abi.uint(64)


@dataclass(frozen=True)
class AboveRecipientLimit(abi.ContractError):
    """``AboveRecipientLimit(address,uint256,uint256,uint256)``."""

    NAME = "AboveRecipientLimit"
    SELECTOR = bytes.fromhex("32e9fdcf")
    KINDS = (ADDRESS, UINT256, UINT256, UINT256)

    payee: bytes
    paid: int
    amount: int
    limit: int


@dataclass(frozen=True)
class NotComplianceSigner(abi.ContractError):
    """``NotComplianceSigner(address)``."""

    NAME = "NotComplianceSigner"
    SELECTOR = bytes.fromhex("d5be2677")
    KINDS = (ADDRESS,)

    signer: bytes


@dataclass(frozen=True)
class WrongNonce(abi.ContractError):
    """``WrongNonce(address,uint64,uint64)``."""

    NAME = "WrongNonce"
    SELECTOR = bytes.fromhex("bb1c9be0")
    KINDS = (ADDRESS, UINT64, UINT64)

    payee: bytes
    expected: int
    given: int
