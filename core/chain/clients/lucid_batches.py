"""LucidBatches, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "LucidBatches"

ADDRESS = abi.ADDRESS
BYTES32 = abi.fixed(32)
BYTES32S = abi.array(BYTES32)
UINT32 = abi.uint(32)
UINT64 = abi.uint(64)
BYTES16 = abi.fixed(16)
BOOL = abi.BOOL


@dataclass(frozen=True)
class OpenedUse(abi.Record):
    """The struct ``OpenedUse``."""

    NAME = "OpenedUse"
    KINDS = (ADDRESS, BYTES32, BYTES32, BYTES32S)

    owner: bytes
    policy_hash: bytes
    ephemeral_key: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class SealedUse(abi.Record):
    """The struct ``SealedUse``."""

    NAME = "SealedUse"
    KINDS = (ADDRESS, UINT32, BYTES32, BYTES32, BYTES32S)

    owner: bytes
    chunk_count: int
    manifest_hash: bytes
    merkle_root: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class BatchOfAnswer(abi.Record):
    """What ``batchOf(address,bytes32)`` answers."""

    NAME = "BatchOfAnswer"
    KINDS = (UINT32, UINT32, UINT64, UINT64)

    number: int
    count: int
    anchored_at: int
    place: int


@dataclass(frozen=True)
class FlagOfAnswer(abi.Record):
    """What ``flagOf(address,bytes16)`` answers."""

    NAME = "FlagOfAnswer"
    KINDS = (UINT64, UINT64)

    voided_at: int
    from_place: int


def anchors() -> abi.Call[bytes]:
    """``ANCHORS()``, view."""
    return abi.call(NAME, "ANCHORS", "51d279ea", abi.one(ADDRESS))


def anchor_batch(root: bytes, count: int) -> abi.Call[int]:
    """``anchorBatch(bytes32,uint32)``, nonpayable."""
    return abi.call(
        NAME, "anchorBatch", "97077da9", abi.one(UINT32), (BYTES32, UINT32), (root, count)
    )


def batch_count_of(owner: bytes) -> abi.Call[int]:
    """``batchCountOf(address)``, view."""
    return abi.call(NAME, "batchCountOf", "de2e6404", abi.one(UINT32), (ADDRESS,), (owner,))


def batch_of(owner: bytes, root: bytes) -> abi.Call[BatchOfAnswer]:
    """``batchOf(address,bytes32)``, view."""
    return abi.call(
        NAME, "batchOf", "e0866f76", abi.several(BatchOfAnswer), (ADDRESS, BYTES32), (owner, root)
    )


def flag_of(owner: bytes, session_id: bytes) -> abi.Call[FlagOfAnswer]:
    """``flagOf(address,bytes16)``, view."""
    return abi.call(
        NAME,
        "flagOf",
        "7d470638",
        abi.several(FlagOfAnswer),
        (ADDRESS, BYTES16),
        (owner, session_id),
    )


def is_anchored(owner: bytes, number: int, leaf: bytes, proof: tuple[bytes, ...]) -> abi.Call[bool]:
    """``isAnchored(address,uint32,bytes32,bytes32[])``, view."""
    return abi.call(
        NAME,
        "isAnchored",
        "c19ad6b0",
        abi.one(BOOL),
        (ADDRESS, UINT32, BYTES32, BYTES32S),
        (owner, number, leaf, proof),
    )


def is_void(owner: bytes, root: bytes, session_id: bytes) -> abi.Call[bool]:
    """``isVoid(address,bytes32,bytes16)``, view."""
    return abi.call(
        NAME,
        "isVoid",
        "65917eb9",
        abi.one(BOOL),
        (ADDRESS, BYTES32, BYTES16),
        (owner, root, session_id),
    )


def opened_leaf(
    owner: bytes, session_id: bytes, policy_hash: bytes, ephemeral_key: bytes
) -> abi.Call[bytes]:
    """``openedLeaf(address,bytes16,bytes32,bytes32)``, pure."""
    return abi.call(
        NAME,
        "openedLeaf",
        "bec20277",
        abi.one(BYTES32),
        (ADDRESS, BYTES16, BYTES32, BYTES32),
        (owner, session_id, policy_hash, ephemeral_key),
    )


def report_opened_elsewhere(session_id: bytes, use: OpenedUse) -> abi.Call[None]:
    """``reportOpenedElsewhere(bytes16,OpenedUse)``, nonpayable."""
    return abi.call(
        NAME,
        "reportOpenedElsewhere",
        "5a103daa",
        abi.nothing,
        (BYTES16, abi.record(OpenedUse)),
        (session_id, use),
    )


def report_reuse(session_id: bytes, first: OpenedUse, second: OpenedUse) -> abi.Call[None]:
    """``reportReuse(bytes16,OpenedUse,OpenedUse)``, nonpayable."""
    return abi.call(
        NAME,
        "reportReuse",
        "f5e3f199",
        abi.nothing,
        (BYTES16, abi.record(OpenedUse), abi.record(OpenedUse)),
        (session_id, first, second),
    )


def report_second_seal(session_id: bytes, first: SealedUse, second: SealedUse) -> abi.Call[None]:
    """``reportSecondSeal(bytes16,SealedUse,SealedUse)``, nonpayable."""
    return abi.call(
        NAME,
        "reportSecondSeal",
        "2fc5e2ef",
        abi.nothing,
        (BYTES16, abi.record(SealedUse), abi.record(SealedUse)),
        (session_id, first, second),
    )


def sealed_leaf(
    owner: bytes, session_id: bytes, manifest_hash: bytes, merkle_root: bytes, chunk_count: int
) -> abi.Call[bytes]:
    """``sealedLeaf(address,bytes16,bytes32,bytes32,uint32)``, pure."""
    return abi.call(
        NAME,
        "sealedLeaf",
        "f32edf64",
        abi.one(BYTES32),
        (ADDRESS, BYTES16, BYTES32, BYTES32, UINT32),
        (owner, session_id, manifest_hash, merkle_root, chunk_count),
    )


def sequence() -> abi.Call[int]:
    """``sequence()``, view."""
    return abi.call(NAME, "sequence", "529d15cc", abi.one(UINT64))
