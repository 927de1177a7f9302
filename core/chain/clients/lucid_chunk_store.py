"""LucidChunkStore, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "LucidChunkStore"

ADDRESS = abi.ADDRESS
UINT256 = abi.uint(256)
BYTES16 = abi.fixed(16)
UINT32 = abi.uint(32)
BYTES32 = abi.fixed(32)
BYTES32S = abi.array(BYTES32)
BYTES28 = abi.fixed(28)
UINT64 = abi.uint(64)


@dataclass(frozen=True)
class CommitmentOfAnswer(abi.Record):
    """What ``commitmentOf(address,bytes16)`` answers."""

    NAME = "CommitmentOfAnswer"
    KINDS = (BYTES28, UINT32)

    commitment: bytes
    count: int


@dataclass(frozen=True)
class OwnersCommitmentOfAnswer(abi.Record):
    """What ``ownersCommitmentOf(bytes16)`` answers."""

    NAME = "OwnersCommitmentOfAnswer"
    KINDS = (ADDRESS, BYTES28, UINT32)

    owner: bytes
    commitment: bytes
    count: int


def anchors() -> abi.Call[bytes]:
    """``ANCHORS()``, view."""
    return abi.call(NAME, "ANCHORS", "51d279ea", abi.one(ADDRESS))


def max_batch() -> abi.Call[int]:
    """``MAX_BATCH()``, view."""
    return abi.call(NAME, "MAX_BATCH", "950bff9f", abi.one(UINT256))


def commit_chunks(session_id: bytes, first_index: int, leaves: tuple[bytes, ...]) -> abi.Call[None]:
    """``commitChunks(bytes16,uint32,bytes32[])``, nonpayable."""
    return abi.call(
        NAME,
        "commitChunks",
        "a720c95e",
        abi.nothing,
        (BYTES16, UINT32, BYTES32S),
        (session_id, first_index, leaves),
    )


def commitment_of(owner: bytes, session_id: bytes) -> abi.Call[CommitmentOfAnswer]:
    """``commitmentOf(address,bytes16)``, view."""
    return abi.call(
        NAME,
        "commitmentOf",
        "1fc08510",
        abi.several(CommitmentOfAnswer),
        (ADDRESS, BYTES16),
        (owner, session_id),
    )


def commitment_over(session_id: bytes, leaves: tuple[bytes, ...]) -> abi.Call[bytes]:
    """``commitmentOver(bytes16,bytes32[])``, pure."""
    return abi.call(
        NAME,
        "commitmentOver",
        "96481ba1",
        abi.one(BYTES28),
        (BYTES16, BYTES32S),
        (session_id, leaves),
    )


def declare_replicas(
    owner: bytes, session_id: bytes, first_index: int, count: int, replica_root: bytes
) -> abi.Call[None]:
    """``declareReplicas(address,bytes16,uint32,uint32,bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "declareReplicas",
        "f355b4d5",
        abi.nothing,
        (ADDRESS, BYTES16, UINT32, UINT32, BYTES32),
        (owner, session_id, first_index, count, replica_root),
    )


def owners_commitment_of(session_id: bytes) -> abi.Call[OwnersCommitmentOfAnswer]:
    """``ownersCommitmentOf(bytes16)``, view."""
    return abi.call(
        NAME,
        "ownersCommitmentOf",
        "2f12a1bd",
        abi.several(OwnersCommitmentOfAnswer),
        (BYTES16,),
        (session_id,),
    )


def replicas_declared_at(
    owner: bytes,
    session_id: bytes,
    holder: bytes,
    first_index: int,
    count: int,
    replica_root: bytes,
) -> abi.Call[int]:
    """``replicasDeclaredAt(address,bytes16,address,uint32,uint32,bytes32)``, view."""
    return abi.call(
        NAME,
        "replicasDeclaredAt",
        "d21b7200",
        abi.one(UINT64),
        (ADDRESS, BYTES16, ADDRESS, UINT32, UINT32, BYTES32),
        (owner, session_id, holder, first_index, count, replica_root),
    )
