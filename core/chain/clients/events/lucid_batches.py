"""What LucidBatches logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
UINT32 = abi.uint(32)
BYTES32 = abi.fixed(32)
BYTES16 = abi.fixed(16)
UINT8 = abi.uint(8)
UINT64 = abi.uint(64)


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
    """``SessionVoided(bytes16,address,uint8,uint64)``."""

    NAME = "SessionVoided"
    TOPIC = bytes.fromhex("c891ed65a3bbdb117499ae167fd669ec3a30a5cb9a45441e1f377c79d525cf5a")
    INDEXED = (True, True, False, False)
    KINDS = (BYTES16, ADDRESS, UINT8, UINT64)

    session_id: bytes
    owner: bytes
    reason: int
    from_place: int
