"""LucidAnchors, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "LucidAnchors"

BYTES16 = abi.fixed(16)
UINT32 = abi.uint(32)
BYTES32 = abi.fixed(32)
ADDRESS = abi.ADDRESS
UINT8 = abi.uint(8)
UINT64 = abi.uint(64)


@dataclass(frozen=True)
class SessionOfAnswer(abi.Record):
    """What ``sessionOf(bytes16)`` answers."""

    NAME = "SessionOfAnswer"
    KINDS = (ADDRESS, UINT8, UINT32, UINT64)

    owner: bytes
    state: int
    progress_count: int
    opened_at: int


def anchor_chunk(session_id: bytes, index: int, leaf: bytes) -> abi.Call[None]:
    """``anchorChunk(bytes16,uint32,bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "anchorChunk",
        "e9deae41",
        abi.nothing,
        (BYTES16, UINT32, BYTES32),
        (session_id, index, leaf),
    )


def anchor_progress(session_id: bytes, merkle_root: bytes, chunk_count: int) -> abi.Call[None]:
    """``anchorProgress(bytes16,bytes32,uint32)``, nonpayable."""
    return abi.call(
        NAME,
        "anchorProgress",
        "75fdf7d5",
        abi.nothing,
        (BYTES16, BYTES32, UINT32),
        (session_id, merkle_root, chunk_count),
    )


def open_session(session_id: bytes, policy_hash: bytes, ephemeral_key: bytes) -> abi.Call[None]:
    """``openSession(bytes16,bytes32,bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "openSession",
        "92457875",
        abi.nothing,
        (BYTES16, BYTES32, BYTES32),
        (session_id, policy_hash, ephemeral_key),
    )


def seal_session(
    session_id: bytes, manifest_hash: bytes, merkle_root: bytes, chunk_count: int
) -> abi.Call[None]:
    """``sealSession(bytes16,bytes32,bytes32,uint32)``, nonpayable."""
    return abi.call(
        NAME,
        "sealSession",
        "456b645b",
        abi.nothing,
        (BYTES16, BYTES32, BYTES32, UINT32),
        (session_id, manifest_hash, merkle_root, chunk_count),
    )


def session_of(session_id: bytes) -> abi.Call[SessionOfAnswer]:
    """``sessionOf(bytes16)``, view."""
    return abi.call(
        NAME, "sessionOf", "d79bae85", abi.several(SessionOfAnswer), (BYTES16,), (session_id,)
    )
