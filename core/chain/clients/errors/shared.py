"""What several contracts refuse in the same words; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT256 = abi.uint(256)
BYTES32 = abi.fixed(32)
UINT32 = abi.uint(32)
ADDRESS = abi.ADDRESS
ADDRESS_3 = abi.array(ADDRESS, 3)
UINT8 = abi.uint(8)
BYTES16 = abi.fixed(16)
STRING = abi.STRING


@dataclass(frozen=True)
class AboveDailyCap(abi.ContractError):
    """``AboveDailyCap(uint256,uint256,uint256)``."""

    NAME = "AboveDailyCap"
    SELECTOR = bytes.fromhex("5cfb5e52")
    KINDS = (UINT256, UINT256, UINT256)

    spent: int
    amount: int
    cap: int


@dataclass(frozen=True)
class AbovePaymentCap(abi.ContractError):
    """``AbovePaymentCap(uint256,uint256)``."""

    NAME = "AbovePaymentCap"
    SELECTOR = bytes.fromhex("34ee7730")
    KINDS = (UINT256, UINT256)

    amount: int
    cap: int


@dataclass(frozen=True)
class AlreadyClaimed(abi.ContractError):
    """``AlreadyClaimed(bytes32,uint32)``."""

    NAME = "AlreadyClaimed"
    SELECTOR = bytes.fromhex("9df93b6f")
    KINDS = (BYTES32, UINT32)

    root: bytes
    index: int


@dataclass(frozen=True)
class ApproversNotAscending(abi.ContractError):
    """``ApproversNotAscending(address[3])``."""

    NAME = "ApproversNotAscending"
    SELECTOR = bytes.fromhex("61db82f2")
    KINDS = (ADDRESS_3,)

    approvers: tuple[bytes, ...]


@dataclass(frozen=True)
class BatchAlreadyKnown(abi.ContractError):
    """``BatchAlreadyKnown(bytes32)``."""

    NAME = "BatchAlreadyKnown"
    SELECTOR = bytes.fromhex("6789968b")
    KINDS = (BYTES32,)

    root: bytes


@dataclass(frozen=True)
class BatchNotOpen(abi.ContractError):
    """``BatchNotOpen(bytes32)``."""

    NAME = "BatchNotOpen"
    SELECTOR = bytes.fromhex("6d843e1f")
    KINDS = (BYTES32,)

    root: bytes


@dataclass(frozen=True)
class BatchOverdrawn(abi.ContractError):
    """``BatchOverdrawn(bytes32,uint256,uint256)``."""

    NAME = "BatchOverdrawn"
    SELECTOR = bytes.fromhex("e9025b4a")
    KINDS = (BYTES32, UINT256, UINT256)

    root: bytes
    left: int
    amount: int


@dataclass(frozen=True)
class BatchStillOpen(abi.ContractError):
    """``BatchStillOpen(bytes32,uint256)``."""

    NAME = "BatchStillOpen"
    SELECTOR = bytes.fromhex("16516265")
    KINDS = (BYTES32, UINT256)

    root: bytes
    expires_at: int


@dataclass(frozen=True)
class CapOutOfBounds(abi.ContractError):
    """``CapOutOfBounds(uint256,uint256,uint256)``."""

    NAME = "CapOutOfBounds"
    SELECTOR = bytes.fromhex("fbeceaa8")
    KINDS = (UINT256, UINT256, UINT256)

    given: int
    min_: int
    max_: int


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
class EmptyBatch(abi.ContractError):
    """``EmptyBatch()``."""

    NAME = "EmptyBatch"
    SELECTOR = bytes.fromhex("c2e5347d")
    KINDS = ()


@dataclass(frozen=True)
class EtherRefused(abi.ContractError):
    """``EtherRefused()``."""

    NAME = "EtherRefused"
    SELECTOR = bytes.fromhex("f5f2dda5")
    KINDS = ()


@dataclass(frozen=True)
class Expired(abi.ContractError):
    """``Expired(uint256)``."""

    NAME = "Expired"
    SELECTOR = bytes.fromhex("f80dbaea")
    KINDS = (UINT256,)

    expires_at: int


@dataclass(frozen=True)
class InvalidAccountNonce(abi.ContractError):
    """``InvalidAccountNonce(address,uint256)``."""

    NAME = "InvalidAccountNonce"
    SELECTOR = bytes.fromhex("752d88c0")
    KINDS = (ADDRESS, UINT256)

    account: bytes
    current_nonce: int


@dataclass(frozen=True)
class InvalidMonth(abi.ContractError):
    """``InvalidMonth(uint32)``."""

    NAME = "InvalidMonth"
    SELECTOR = bytes.fromhex("e625dc27")
    KINDS = (UINT32,)

    month: int


@dataclass(frozen=True)
class InvalidReference(abi.ContractError):
    """``InvalidReference(uint8,uint32,uint32)``."""

    NAME = "InvalidReference"
    SELECTOR = bytes.fromhex("98ffb0de")
    KINDS = (UINT8, UINT32, UINT32)

    kind: int
    code: int
    number: int


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
class NotFunded(abi.ContractError):
    """``NotFunded(uint256,uint256)``."""

    NAME = "NotFunded"
    SELECTOR = bytes.fromhex("67fd92ae")
    KINDS = (UINT256, UINT256)

    available: int
    wanted: int


@dataclass(frozen=True)
class NotInBatch(abi.ContractError):
    """``NotInBatch(bytes32,uint32)``."""

    NAME = "NotInBatch"
    SELECTOR = bytes.fromhex("cce0966e")
    KINDS = (BYTES32, UINT32)

    root: bytes
    index: int


@dataclass(frozen=True)
class NotPauser(abi.ContractError):
    """``NotPauser(address)``."""

    NAME = "NotPauser"
    SELECTOR = bytes.fromhex("206a346e")
    KINDS = (ADDRESS,)

    caller: bytes


@dataclass(frozen=True)
class NotSessionOwner(abi.ContractError):
    """``NotSessionOwner(bytes16,address)``."""

    NAME = "NotSessionOwner"
    SELECTOR = bytes.fromhex("7bcc2444")
    KINDS = (BYTES16, ADDRESS)

    session_id: bytes
    caller: bytes


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
class PayeeNotAllowed(abi.ContractError):
    """``PayeeNotAllowed(address)``."""

    NAME = "PayeeNotAllowed"
    SELECTOR = bytes.fromhex("bc2f3a3f")
    KINDS = (ADDRESS,)

    payee: bytes


@dataclass(frozen=True)
class PayoutAlreadyPaid(abi.ContractError):
    """``PayoutAlreadyPaid(bytes32)``."""

    NAME = "PayoutAlreadyPaid"
    SELECTOR = bytes.fromhex("afbbbf95")
    KINDS = (BYTES32,)

    payout_id: bytes


@dataclass(frozen=True)
class PayoutsAreNotPaused(abi.ContractError):
    """``PayoutsAreNotPaused()``."""

    NAME = "PayoutsAreNotPaused"
    SELECTOR = bytes.fromhex("08347e1d")
    KINDS = ()


@dataclass(frozen=True)
class PayoutsArePaused(abi.ContractError):
    """``PayoutsArePaused()``."""

    NAME = "PayoutsArePaused"
    SELECTOR = bytes.fromhex("2d441d49")
    KINDS = ()


@dataclass(frozen=True)
class ReentrancyGuardReentrantCall(abi.ContractError):
    """``ReentrancyGuardReentrantCall()``."""

    NAME = "ReentrancyGuardReentrantCall"
    SELECTOR = bytes.fromhex("3ee5aeb5")
    KINDS = ()


@dataclass(frozen=True)
class SafeCastOverflowedUintDowncast(abi.ContractError):
    """``SafeCastOverflowedUintDowncast(uint8,uint256)``."""

    NAME = "SafeCastOverflowedUintDowncast"
    SELECTOR = bytes.fromhex("6dfcc650")
    KINDS = (UINT8, UINT256)

    bits: int
    value: int


@dataclass(frozen=True)
class SentenceTooLong(abi.ContractError):
    """``SentenceTooLong(uint256)``."""

    NAME = "SentenceTooLong"
    SELECTOR = bytes.fromhex("4cb3864d")
    KINDS = (UINT256,)

    length: int


@dataclass(frozen=True)
class SetNumberNotRising(abi.ContractError):
    """``SetNumberNotRising(uint32,uint32)``."""

    NAME = "SetNumberNotRising"
    SELECTOR = bytes.fromhex("72a48143")
    KINDS = (UINT32, UINT32)

    newest: int
    given: int


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
class TooFarAhead(abi.ContractError):
    """``TooFarAhead(uint256,uint256)``."""

    NAME = "TooFarAhead"
    SELECTOR = bytes.fromhex("453489ad")
    KINDS = (UINT256, UINT256)

    time: int
    latest: int


@dataclass(frozen=True)
class TransferNotExact(abi.ContractError):
    """``TransferNotExact(address,uint256)``."""

    NAME = "TransferNotExact"
    SELECTOR = bytes.fromhex("7773ae48")
    KINDS = (ADDRESS, UINT256)

    payee: bytes
    amount: int


@dataclass(frozen=True)
class TransferRefused(abi.ContractError):
    """``TransferRefused(address,uint256)``."""

    NAME = "TransferRefused"
    SELECTOR = bytes.fromhex("e1851f40")
    KINDS = (ADDRESS, UINT256)

    payee: bytes
    amount: int


@dataclass(frozen=True)
class WrongChain(abi.ContractError):
    """``WrongChain(uint256,uint256)``."""

    NAME = "WrongChain"
    SELECTOR = bytes.fromhex("24497bc3")
    KINDS = (UINT256, UINT256)

    expected: int
    actual: int


@dataclass(frozen=True)
class WrongChangeNumber(abi.ContractError):
    """``WrongChangeNumber(uint32,uint32)``."""

    NAME = "WrongChangeNumber"
    SELECTOR = bytes.fromhex("cf0ac288")
    KINDS = (UINT32, UINT32)

    expected: int
    given: int


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
