"""What several contracts refuse in the same words; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
ADDRESS_3 = abi.array(ADDRESS, 3)
UINT256 = abi.uint(256)
BYTES32 = abi.fixed(32)
UINT32 = abi.uint(32)
UINT8 = abi.uint(8)
STRING = abi.STRING


@dataclass(frozen=True)
class ApproversNotAscending(abi.ContractError):
    """``ApproversNotAscending(address[3])``."""

    NAME = "ApproversNotAscending"
    SELECTOR = bytes.fromhex("61db82f2")
    KINDS = (ADDRESS_3,)

    approvers: tuple[bytes, ...]


@dataclass(frozen=True)
class CheckpointUnorderedInsertion(abi.ContractError):
    """``CheckpointUnorderedInsertion()``."""

    NAME = "CheckpointUnorderedInsertion"
    SELECTOR = bytes.fromhex("2520601d")
    KINDS = ()


@dataclass(frozen=True)
class ComplianceSignerIsApprover(abi.ContractError):
    """``ComplianceSignerIsApprover(address)``."""

    NAME = "ComplianceSignerIsApprover"
    SELECTOR = bytes.fromhex("1e3441a5")
    KINDS = (ADDRESS,)

    account: bytes


@dataclass(frozen=True)
class ECDSAInvalidSignature(abi.ContractError):
    """``ECDSAInvalidSignature()``."""

    NAME = "ECDSAInvalidSignature"
    SELECTOR = bytes.fromhex("f645eedf")
    KINDS = ()


@dataclass(frozen=True)
class ECDSAInvalidSignatureLength(abi.ContractError):
    """``ECDSAInvalidSignatureLength(uint256)``."""

    NAME = "ECDSAInvalidSignatureLength"
    SELECTOR = bytes.fromhex("fce698f7")
    KINDS = (UINT256,)

    length: int


@dataclass(frozen=True)
class ECDSAInvalidSignatureS(abi.ContractError):
    """``ECDSAInvalidSignatureS(bytes32)``."""

    NAME = "ECDSAInvalidSignatureS"
    SELECTOR = bytes.fromhex("d78bce0c")
    KINDS = (BYTES32,)

    s: bytes


@dataclass(frozen=True)
class EtherRefused(abi.ContractError):
    """``EtherRefused()``."""

    NAME = "EtherRefused"
    SELECTOR = bytes.fromhex("f5f2dda5")
    KINDS = ()


@dataclass(frozen=True)
class FailedCall(abi.ContractError):
    """``FailedCall()``."""

    NAME = "FailedCall"
    SELECTOR = bytes.fromhex("d6bda275")
    KINDS = ()


@dataclass(frozen=True)
class InvalidAccountNonce(abi.ContractError):
    """``InvalidAccountNonce(address,uint256)``."""

    NAME = "InvalidAccountNonce"
    SELECTOR = bytes.fromhex("752d88c0")
    KINDS = (ADDRESS, UINT256)

    account: bytes
    current_nonce: int


@dataclass(frozen=True)
class InvalidShortString(abi.ContractError):
    """``InvalidShortString()``."""

    NAME = "InvalidShortString"
    SELECTOR = bytes.fromhex("b3512b0c")
    KINDS = ()


@dataclass(frozen=True)
class MonthNotOver(abi.ContractError):
    """``MonthNotOver(uint32,uint32)``."""

    NAME = "MonthNotOver"
    SELECTOR = bytes.fromhex("af9d5b2d")
    KINDS = (UINT32, UINT32)

    month: int
    current: int


@dataclass(frozen=True)
class NoComplianceSigner(abi.ContractError):
    """``NoComplianceSigner()``."""

    NAME = "NoComplianceSigner"
    SELECTOR = bytes.fromhex("452b00e7")
    KINDS = ()


@dataclass(frozen=True)
class NotAContract(abi.ContractError):
    """``NotAContract(address)``."""

    NAME = "NotAContract"
    SELECTOR = bytes.fromhex("8a8b41ec")
    KINDS = (ADDRESS,)

    account: bytes


@dataclass(frozen=True)
class NotAnApprover(abi.ContractError):
    """``NotAnApprover(address)``."""

    NAME = "NotAnApprover"
    SELECTOR = bytes.fromhex("c9694242")
    KINDS = (ADDRESS,)

    signer: bytes


@dataclass(frozen=True)
class NotTimelock(abi.ContractError):
    """``NotTimelock(address)``."""

    NAME = "NotTimelock"
    SELECTOR = bytes.fromhex("59f357cc")
    KINDS = (ADDRESS,)

    caller: bytes


@dataclass(frozen=True)
class NotWholeMinute(abi.ContractError):
    """``NotWholeMinute(uint256)``."""

    NAME = "NotWholeMinute"
    SELECTOR = bytes.fromhex("9937111a")
    KINDS = (UINT256,)

    time: int


@dataclass(frozen=True)
class SafeCastOverflowedUintDowncast(abi.ContractError):
    """``SafeCastOverflowedUintDowncast(uint8,uint256)``."""

    NAME = "SafeCastOverflowedUintDowncast"
    SELECTOR = bytes.fromhex("6dfcc650")
    KINDS = (UINT8, UINT256)

    bits: int
    value: int


@dataclass(frozen=True)
class SignersNotAscending(abi.ContractError):
    """``SignersNotAscending(address,address)``."""

    NAME = "SignersNotAscending"
    SELECTOR = bytes.fromhex("45907fac")
    KINDS = (ADDRESS, ADDRESS)

    first: bytes
    second: bytes


@dataclass(frozen=True)
class StringTooLong(abi.ContractError):
    """``StringTooLong(string)``."""

    NAME = "StringTooLong"
    SELECTOR = bytes.fromhex("305a27a9")
    KINDS = (STRING,)

    str_: str


@dataclass(frozen=True)
class TimeBeyondYear9999(abi.ContractError):
    """``TimeBeyondYear9999(uint256)``."""

    NAME = "TimeBeyondYear9999"
    SELECTOR = bytes.fromhex("14ff801f")
    KINDS = (UINT256,)

    time: int


@dataclass(frozen=True)
class WrongSignatureCount(abi.ContractError):
    """``WrongSignatureCount(uint256)``."""

    NAME = "WrongSignatureCount"
    SELECTOR = bytes.fromhex("9df3ad24")
    KINDS = (UINT256,)

    given: int


@dataclass(frozen=True)
class ZeroValue(abi.ContractError):
    """``ZeroValue(string)``."""

    NAME = "ZeroValue"
    SELECTOR = bytes.fromhex("46c82ad0")
    KINDS = (STRING,)

    field: str
