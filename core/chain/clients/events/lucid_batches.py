"""What LucidBatches logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
UINT32 = abi.uint(32)
BYTES32 = abi.fixed(32)
BYTES16 = abi.fixed(16)
UINT8 = abi.uint(8)


@dataclass(frozen=True)
class BatchAnchored(abi.ContractEvent):
    """``BatchAnchored(address,uint32,bytes32,uint32)``."""

    NAME = "BatchAnchored"
    TOPIC = bytes.fromhex("cd0fc69c8748f4a0d6d6ab3afc52ff9032d60c1fcb80b4a2df20b2e1d0b866bd")
    INDEXED = (True, True, False, False)
    KINDS = (ADDRESS, UINT32, BYTES32, UINT32)

    owner: bytes
    number: int
    root: bytes
    count: int


@dataclass(frozen=True)
class SessionVoided(abi.ContractEvent):
    """``SessionVoided(bytes16,address,uint8)``."""

    NAME = "SessionVoided"
    TOPIC = bytes.fromhex("6e08d6bb6ff52d246b357416918df33b575032fccf83d381d29ef98a8a8ff7ef")
    INDEXED = (True, True, False)
    KINDS = (BYTES16, ADDRESS, UINT8)

    session_id: bytes
    owner: bytes
    reason: int
