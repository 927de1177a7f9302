"""What WorkCreditsOracle logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT32 = abi.uint(32)
BYTES32 = abi.fixed(32)
UINT48 = abi.uint(48)
ADDRESS = abi.ADDRESS
UINT8 = abi.uint(8)
UINT256 = abi.uint(256)


@dataclass(frozen=True)
class EIP712DomainChanged(abi.ContractEvent):
    """``EIP712DomainChanged()``."""

    NAME = "EIP712DomainChanged"
    TOPIC = bytes.fromhex("0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31")
    INDEXED = ()
    KINDS = ()


@dataclass(frozen=True)
class EpochCommitted(abi.ContractEvent):
    """``EpochCommitted(uint32,bytes32,uint32,uint32,uint32,uint48)``."""

    NAME = "EpochCommitted"
    TOPIC = bytes.fromhex("7de1767fec7cfb6be6e4f48570c942b4d3f565d3f04242c58fa7f26a0a7935f1")
    INDEXED = (True, True, False, False, False, False)
    KINDS = (UINT32, BYTES32, UINT32, UINT32, UINT32, UINT48)

    month: int
    root: bytes
    node_count: int
    attempt: int
    validators_version: int
    final_at: int


@dataclass(frozen=True)
class EpochRetracted(abi.ContractEvent):
    """``EpochRetracted(uint32,bytes32,uint32,uint32)``."""

    NAME = "EpochRetracted"
    TOPIC = bytes.fromhex("2075c5b169ddb9df68fe3b8417cb6ba6e9a32ca9c64d3d6ed5ce2189c613a9d8")
    INDEXED = (True, True, False, False)
    KINDS = (UINT32, BYTES32, UINT32, UINT32)

    month: int
    root: bytes
    validators_version: int
    attempt: int


@dataclass(frozen=True)
class EpochVoided(abi.ContractEvent):
    """``EpochVoided(uint32,bytes32,address,uint8,uint256,uint32)``."""

    NAME = "EpochVoided"
    TOPIC = bytes.fromhex("2c3cd6e2586e5bc489ba3b728696d1d3b7796bfc669f9dab42970090e829b3b8")
    INDEXED = (True, True, True, False, False, False)
    KINDS = (UINT32, BYTES32, ADDRESS, UINT8, UINT256, UINT32)

    month: int
    root: bytes
    challenger: bytes
    fraud: int
    node_id: int
    attempt: int
