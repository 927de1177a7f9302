"""What SignerRegistry refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
ADDRESS_3 = abi.array(ADDRESS, 3)
UINT64 = abi.uint(64)
UINT256 = abi.uint(256)
UINT32 = abi.uint(32)


@dataclass(frozen=True)
class ApproversNotAscending(abi.ContractError):
    """``ApproversNotAscending(address[3])``."""

    NAME = "ApproversNotAscending"
    SELECTOR = bytes.fromhex("61db82f2")
    KINDS = (ADDRESS_3,)

    approvers: tuple[bytes, ...]


@dataclass(frozen=True)
class ComplianceSignerIsApprover(abi.ContractError):
    """``ComplianceSignerIsApprover(address)``."""

    NAME = "ComplianceSignerIsApprover"
    SELECTOR = bytes.fromhex("1e3441a5")
    KINDS = (ADDRESS,)

    account: bytes


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
class NoComplianceSigner(abi.ContractError):
    """``NoComplianceSigner()``."""

    NAME = "NoComplianceSigner"
    SELECTOR = bytes.fromhex("452b00e7")
    KINDS = ()


@dataclass(frozen=True)
class NotAnApprover(abi.ContractError):
    """``NotAnApprover(address)``."""

    NAME = "NotAnApprover"
    SELECTOR = bytes.fromhex("c9694242")
    KINDS = (ADDRESS,)

    signer: bytes


@dataclass(frozen=True)
class NotWholeMinute(abi.ContractError):
    """``NotWholeMinute(uint256)``."""

    NAME = "NotWholeMinute"
    SELECTOR = bytes.fromhex("9937111a")
    KINDS = (UINT256,)

    time: int


@dataclass(frozen=True)
class SignersNotAscending(abi.ContractError):
    """``SignersNotAscending(address,address)``."""

    NAME = "SignersNotAscending"
    SELECTOR = bytes.fromhex("45907fac")
    KINDS = (ADDRESS, ADDRESS)

    first: bytes
    second: bytes


@dataclass(frozen=True)
class StatementAlreadyRecorded(abi.ContractError):
    """``StatementAlreadyRecorded(uint32)``."""

    NAME = "StatementAlreadyRecorded"
    SELECTOR = bytes.fromhex("9adb4324")
    KINDS = (UINT32,)

    number: int


@dataclass(frozen=True)
class TimeBeyondYear9999(abi.ContractError):
    """``TimeBeyondYear9999(uint256)``."""

    NAME = "TimeBeyondYear9999"
    SELECTOR = bytes.fromhex("14ff801f")
    KINDS = (UINT256,)

    time: int


@dataclass(frozen=True)
class UnknownSet(abi.ContractError):
    """``UnknownSet(uint32)``."""

    NAME = "UnknownSet"
    SELECTOR = bytes.fromhex("a4bd93d9")
    KINDS = (UINT32,)

    number: int


@dataclass(frozen=True)
class WrongSignatureCount(abi.ContractError):
    """``WrongSignatureCount(uint256)``."""

    NAME = "WrongSignatureCount"
    SELECTOR = bytes.fromhex("9df3ad24")
    KINDS = (UINT256,)

    given: int
