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
class DeclarationEnded(abi.ContractEvent):
    """``DeclarationEnded(address,address,bytes16,uint32,uint32,bytes32,uint40)``."""

    NAME = "DeclarationEnded"
    TOPIC = bytes.fromhex("a840d21e6811bce9ec63e780f979d5d87703d742ddfa04b780cd35ad46af2627")
    INDEXED = (True, True, True, False, False, False, False)
    KINDS = (ADDRESS, ADDRESS, BYTES16, UINT32, UINT32, BYTES32, UINT40)

    holder: bytes
    owner: bytes
    session_id: bytes
    first_index: int
    count: int
    replica_root: bytes
    ends_at: int


@dataclass(frozen=True)
class ReplicaChallenged(abi.ContractEvent):
    """``ReplicaChallenged(uint64,address,address,address,bytes16,uint32,uint32,bytes32,uint40)``."""

    NAME = "ReplicaChallenged"
    TOPIC = bytes.fromhex("b09b4304b71904fcc7cfb22e972423179f1067a2cbd7974d843342fa1dc96a07")
    INDEXED = (True, True, True, False, False, False, False, False, False)
    KINDS = (UINT64, ADDRESS, ADDRESS, ADDRESS, BYTES16, UINT32, UINT32, BYTES32, UINT40)

    id: int
    holder: bytes
    challenger: bytes
    owner: bytes
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
