"""What LucidAnchors refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

BYTES16 = abi.fixed(16)
ADDRESS = abi.ADDRESS
UINT32 = abi.uint(32)


@dataclass(frozen=True)
class NotSessionOwner(abi.ContractError):
    """``NotSessionOwner(bytes16,address)``."""

    NAME = "NotSessionOwner"
    SELECTOR = bytes.fromhex("7bcc2444")
    KINDS = (BYTES16, ADDRESS)

    session_id: bytes
    caller: bytes


@dataclass(frozen=True)
class ProgressNotRising(abi.ContractError):
    """``ProgressNotRising(bytes16,uint32,uint32)``."""

    NAME = "ProgressNotRising"
    SELECTOR = bytes.fromhex("d072e029")
    KINDS = (BYTES16, UINT32, UINT32)

    session_id: bytes
    last: int
    given: int


@dataclass(frozen=True)
class SealBelowProgress(abi.ContractError):
    """``SealBelowProgress(bytes16,uint32,uint32)``."""

    NAME = "SealBelowProgress"
    SELECTOR = bytes.fromhex("c3ee3c83")
    KINDS = (BYTES16, UINT32, UINT32)

    session_id: bytes
    last: int
    given: int


@dataclass(frozen=True)
class SessionAlreadyKnown(abi.ContractError):
    """``SessionAlreadyKnown(bytes16)``."""

    NAME = "SessionAlreadyKnown"
    SELECTOR = bytes.fromhex("4e9d6b27")
    KINDS = (BYTES16,)

    session_id: bytes


@dataclass(frozen=True)
class SessionNotOpen(abi.ContractError):
    """``SessionNotOpen(bytes16)``."""

    NAME = "SessionNotOpen"
    SELECTOR = bytes.fromhex("38353322")
    KINDS = (BYTES16,)

    session_id: bytes
