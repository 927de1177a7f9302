"""What both payout routers refuse, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT256 = abi.uint(256)
BYTES32 = abi.fixed(32)
UINT32 = abi.uint(32)
UINT8 = abi.uint(8)
ADDRESS = abi.ADDRESS


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
class EmptyBatch(abi.ContractError):
    """``EmptyBatch()``."""

    NAME = "EmptyBatch"
    SELECTOR = bytes.fromhex("c2e5347d")
    KINDS = ()


@dataclass(frozen=True)
class Expired(abi.ContractError):
    """``Expired(uint256)``."""

    NAME = "Expired"
    SELECTOR = bytes.fromhex("f80dbaea")
    KINDS = (UINT256,)

    expires_at: int


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
class SentenceTooLong(abi.ContractError):
    """``SentenceTooLong(uint256)``."""

    NAME = "SentenceTooLong"
    SELECTOR = bytes.fromhex("4cb3864d")
    KINDS = (UINT256,)

    length: int


@dataclass(frozen=True)
class SetNumberTooHigh(abi.ContractError):
    """``SetNumberTooHigh(uint32,uint32)``."""

    NAME = "SetNumberTooHigh"
    SELECTOR = bytes.fromhex("a72f3552")
    KINDS = (UINT32, UINT32)

    given: int
    most: int


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
class WrongSetNumber(abi.ContractError):
    """``WrongSetNumber(uint32,uint32)``."""

    NAME = "WrongSetNumber"
    SELECTOR = bytes.fromhex("3a676da2")
    KINDS = (UINT32, UINT32)

    expected: int
    given: int
