"""What LucidStorageProofs refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT64 = abi.uint(64)
ADDRESS = abi.ADDRESS
UINT40 = abi.uint(40)
UINT256 = abi.uint(256)
BYTES16 = abi.fixed(16)
BYTES32 = abi.fixed(32)
UINT48 = abi.uint(48)
UINT32 = abi.uint(32)


@dataclass(frozen=True)
class ChallengeNotOpen(abi.ContractError):
    """``ChallengeNotOpen(uint64)``."""

    NAME = "ChallengeNotOpen"
    SELECTOR = bytes.fromhex("cfc3d8c2")
    KINDS = (UINT64,)

    id: int


@dataclass(frozen=True)
class ChallengedEnough(abi.ContractError):
    """``ChallengedEnough(address,address,uint64)``."""

    NAME = "ChallengedEnough"
    SELECTOR = bytes.fromhex("be910c06")
    KINDS = (ADDRESS, ADDRESS, UINT64)

    holder: bytes
    challenger: bytes
    until: int


@dataclass(frozen=True)
class DeclarationOver(abi.ContractError):
    """``DeclarationOver(address,uint40)``."""

    NAME = "DeclarationOver"
    SELECTOR = bytes.fromhex("0cd70fd0")
    KINDS = (ADDRESS, UINT40)

    holder: bytes
    ends_at: int


@dataclass(frozen=True)
class NotASegment(abi.ContractError):
    """``NotASegment(uint256)``."""

    NAME = "NotASegment"
    SELECTOR = bytes.fromhex("47f4651c")
    KINDS = (UINT256,)

    given: int


@dataclass(frozen=True)
class NotDeclared(abi.ContractError):
    """``NotDeclared(address,bytes16,address,bytes32)``."""

    NAME = "NotDeclared"
    SELECTOR = bytes.fromhex("62d15bc9")
    KINDS = (ADDRESS, BYTES16, ADDRESS, BYTES32)

    owner: bytes
    session_id: bytes
    holder: bytes
    replica_root: bytes


@dataclass(frozen=True)
class NotHolder(abi.ContractError):
    """``NotHolder(uint64,address)``."""

    NAME = "NotHolder"
    SELECTOR = bytes.fromhex("856bcd50")
    KINDS = (UINT64, ADDRESS)

    id: int
    caller: bytes


@dataclass(frozen=True)
class OtherReplica(abi.ContractError):
    """``OtherReplica(bytes32,bytes32)``."""

    NAME = "OtherReplica"
    SELECTOR = bytes.fromhex("a3015b55")
    KINDS = (BYTES32, BYTES32)

    given: bytes
    declared: bytes


@dataclass(frozen=True)
class OwnChallenge(abi.ContractError):
    """``OwnChallenge(address)``."""

    NAME = "OwnChallenge"
    SELECTOR = bytes.fromhex("7d97bbb0")
    KINDS = (ADDRESS,)

    holder: bytes


@dataclass(frozen=True)
class SegmentAlreadyDrawn(abi.ContractError):
    """``SegmentAlreadyDrawn(uint64)``."""

    NAME = "SegmentAlreadyDrawn"
    SELECTOR = bytes.fromhex("371bce42")
    KINDS = (UINT64,)

    id: int


@dataclass(frozen=True)
class SegmentUnknown(abi.ContractError):
    """``SegmentUnknown(uint64,uint48)``."""

    NAME = "SegmentUnknown"
    SELECTOR = bytes.fromhex("37aadc7c")
    KINDS = (UINT64, UINT48)

    id: int
    block_number: int


@dataclass(frozen=True)
class WindowOutOfBounds(abi.ContractError):
    """``WindowOutOfBounds(uint32,uint32,uint32)``."""

    NAME = "WindowOutOfBounds"
    SELECTOR = bytes.fromhex("28ff8fbc")
    KINDS = (UINT32, UINT32, UINT32)

    given: int
    least: int
    most: int


@dataclass(frozen=True)
class WindowOver(abi.ContractError):
    """``WindowOver(uint64,uint40)``."""

    NAME = "WindowOver"
    SELECTOR = bytes.fromhex("aa5d2f60")
    KINDS = (UINT64, UINT40)

    id: int
    deadline: int


@dataclass(frozen=True)
class WindowRunning(abi.ContractError):
    """``WindowRunning(uint64,uint40)``."""

    NAME = "WindowRunning"
    SELECTOR = bytes.fromhex("4d4cd5e1")
    KINDS = (UINT64, UINT40)

    id: int
    deadline: int


@dataclass(frozen=True)
class WrongSegment(abi.ContractError):
    """``WrongSegment(uint64,uint64)``."""

    NAME = "WrongSegment"
    SELECTOR = bytes.fromhex("e144d3a6")
    KINDS = (UINT64, UINT64)

    id: int
    segment: int
