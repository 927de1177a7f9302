"""What LucidAnchors logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

BYTES16 = abi.fixed(16)
ADDRESS = abi.ADDRESS
UINT32 = abi.uint(32)
BYTES32 = abi.fixed(32)


@dataclass(frozen=True)
class ChunkAnchored(abi.ContractEvent):
    """``ChunkAnchored(bytes16,address,uint32,bytes32)``."""

    NAME = "ChunkAnchored"
    TOPIC = bytes.fromhex("700c8074c6f21f697cea5f23e85c608097622c68dd4b5be7b859c4e7fd686376")
    INDEXED = (True, True, False, False)
    KINDS = (BYTES16, ADDRESS, UINT32, BYTES32)

    session_id: bytes
    owner: bytes
    index: int
    leaf: bytes


@dataclass(frozen=True)
class ProgressAnchored(abi.ContractEvent):
    """``ProgressAnchored(bytes16,address,bytes32,uint32)``."""

    NAME = "ProgressAnchored"
    TOPIC = bytes.fromhex("316b069265548c1f1955cdc79a116cd61fa6d9dde1974a4981994e3c54bf31a6")
    INDEXED = (True, True, False, False)
    KINDS = (BYTES16, ADDRESS, BYTES32, UINT32)

    session_id: bytes
    owner: bytes
    merkle_root: bytes
    chunk_count: int


@dataclass(frozen=True)
class SessionOpened(abi.ContractEvent):
    """``SessionOpened(bytes16,address,bytes32,bytes32)``."""

    NAME = "SessionOpened"
    TOPIC = bytes.fromhex("80cef5601df5006a373e80eedfc182cd3f44dbac765bcbe8d2bbf6be3280a26b")
    INDEXED = (True, True, False, False)
    KINDS = (BYTES16, ADDRESS, BYTES32, BYTES32)

    session_id: bytes
    owner: bytes
    policy_hash: bytes
    ephemeral_key: bytes


@dataclass(frozen=True)
class SessionSealed(abi.ContractEvent):
    """``SessionSealed(bytes16,address,bytes32,bytes32,uint32,uint32)``."""

    NAME = "SessionSealed"
    TOPIC = bytes.fromhex("525f0056638f196e38555622a23b85d79c97de533c3b048ad1dd0257e0118010")
    INDEXED = (True, True, False, False, False, False)
    KINDS = (BYTES16, ADDRESS, BYTES32, BYTES32, UINT32, UINT32)

    session_id: bytes
    owner: bytes
    manifest_hash: bytes
    merkle_root: bytes
    chunk_count: int
    progress_count: int
