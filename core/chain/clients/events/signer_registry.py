"""What SignerRegistry logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT32 = abi.uint(32)
ADDRESS = abi.ADDRESS
ADDRESS_3 = abi.array(ADDRESS, 3)
UINT64 = abi.uint(64)
STRING = abi.STRING
BYTES = abi.BYTES
BYTESS = abi.array(BYTES)


@dataclass(frozen=True)
class SetAdopted(abi.ContractEvent):
    """``SetAdopted(uint32,address[3],address)``."""

    NAME = "SetAdopted"
    TOPIC = bytes.fromhex("278d88a5f017b4aeeabcca60ff451c7a367da01e747d41d285563797a109a2da")
    INDEXED = (True, False, False)
    KINDS = (UINT32, ADDRESS_3, ADDRESS)

    number: int
    approvers: tuple[bytes, ...]
    compliance_signer: bytes


@dataclass(frozen=True)
class SetScheduled(abi.ContractEvent):
    """``SetScheduled(uint32,address[3],address,uint64)``."""

    NAME = "SetScheduled"
    TOPIC = bytes.fromhex("20e629fd2c495da4d34c5e001bd9bd206e76602ee016b5e8aebbd88b10c90ff2")
    INDEXED = (True, False, False, False)
    KINDS = (UINT32, ADDRESS_3, ADDRESS, UINT64)

    number: int
    approvers: tuple[bytes, ...]
    compliance_signer: bytes
    effective_at: int


@dataclass(frozen=True)
class StatementRecorded(abi.ContractEvent):
    """``StatementRecorded(uint32,string,bytes[])``."""

    NAME = "StatementRecorded"
    TOPIC = bytes.fromhex("050f8c5a47285068b568662c1b5b8744334d9fcfac4f8512987b8aaada3d1b8a")
    INDEXED = (True, False, False)
    KINDS = (UINT32, STRING, BYTESS)

    number: int
    sentence: str
    signatures: tuple[bytes, ...]
