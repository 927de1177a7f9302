"""What LucidStorageProofs logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT64 = abi.uint(64)
ADDRESS = abi.ADDRESS
BYTES16 = abi.fixed(16)
UINT32 = abi.uint(32)
BYTES32 = abi.fixed(32)
UINT40 = abi.uint(40)


@dataclass(frozen=True)
class ChallengeAnswered(abi.ContractEvent):
    """``ChallengeAnswered(uint64,address,uint64)``."""

    NAME = "ChallengeAnswered"
    TOPIC = bytes.fromhex("6e7d66f269e17a5b914bb39e5b1cfac54b262e883a933228f3109100becf832a")
    INDEXED = (True, True, False)
    KINDS = (UINT64, ADDRESS, UINT64)

    id: int
    holder: bytes
    segment: int


@dataclass(frozen=True)
class ChallengeLapsed(abi.ContractEvent):
    """``ChallengeLapsed(uint64,address)``."""

    NAME = "ChallengeLapsed"
    TOPIC = bytes.fromhex("fac3deb15db97bf56783455237be6f8b82214f40ea3f74474d05fa3556ed4d5a")
    INDEXED = (True, True)
    KINDS = (UINT64, ADDRESS)

    id: int
    holder: bytes


@dataclass(frozen=True)
class ChallengeMissed(abi.ContractEvent):
    """``ChallengeMissed(uint64,address)``."""

    NAME = "ChallengeMissed"
    TOPIC = bytes.fromhex("da9ce04b0f4f5ea3036ba8d624948e9c10d649b3d3f1e46f32899d1e1de359d3")
    INDEXED = (True, True)
    KINDS = (UINT64, ADDRESS)

    id: int
    holder: bytes


@dataclass(frozen=True)
class ReplicaChallenged(abi.ContractEvent):
    """``ReplicaChallenged(uint64,address,address,bytes16,uint32,uint32,bytes32,uint40)``."""

    NAME = "ReplicaChallenged"
    TOPIC = bytes.fromhex("3a86ea3bd09dc2aa0f20fd7c51b5ac71c10ae0160377a0f2c5a7d9b8a4341214")
    INDEXED = (True, True, True, False, False, False, False, False)
    KINDS = (UINT64, ADDRESS, ADDRESS, BYTES16, UINT32, UINT32, BYTES32, UINT40)

    id: int
    holder: bytes
    challenger: bytes
    session_id: bytes
    first_index: int
    count: int
    replica_root: bytes
    deadline: int


@dataclass(frozen=True)
class SegmentDrawn(abi.ContractEvent):
    """``SegmentDrawn(uint64,bytes32)``."""

    NAME = "SegmentDrawn"
    TOPIC = bytes.fromhex("2698bd21991257a0981a54a315c7cf93631baf268a63eadbf0095c56664dc60b")
    INDEXED = (True, False)
    KINDS = (UINT64, BYTES32)

    id: int
    seed: bytes
