"""What LucidBatches refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

BYTES16 = abi.fixed(16)
ADDRESS = abi.ADDRESS
BYTES32 = abi.fixed(32)
UINT32 = abi.uint(32)


@dataclass(frozen=True)
class AlreadyVoid(abi.ContractError):
    """``AlreadyVoid(bytes16,address)``."""

    NAME = "AlreadyVoid"
    SELECTOR = bytes.fromhex("085a62ed")
    KINDS = (BYTES16, ADDRESS)

    session_id: bytes
    owner: bytes


@dataclass(frozen=True)
class BatchAlreadyAnchored(abi.ContractError):
    """``BatchAlreadyAnchored(address,bytes32,uint32)``."""

    NAME = "BatchAlreadyAnchored"
    SELECTOR = bytes.fromhex("ed123415")
    KINDS = (ADDRESS, BYTES32, UINT32)

    owner: bytes
    root: bytes
    number: int


@dataclass(frozen=True)
class NoReuse(abi.ContractError):
    """``NoReuse(bytes16)``."""

    NAME = "NoReuse"
    SELECTOR = bytes.fromhex("7d14fba9")
    KINDS = (BYTES16,)

    session_id: bytes


@dataclass(frozen=True)
class RecordNotAnchored(abi.ContractError):
    """``RecordNotAnchored(address,bytes32)``."""

    NAME = "RecordNotAnchored"
    SELECTOR = bytes.fromhex("46f98f97")
    KINDS = (ADDRESS, BYTES32)

    owner: bytes
    leaf: bytes
