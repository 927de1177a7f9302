"""LucidStorageProofs, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "LucidStorageProofs"

UINT8 = abi.uint(8)
UINT32 = abi.uint(32)
UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS
UINT64 = abi.uint(64)
BYTES32 = abi.fixed(32)
BYTES = abi.BYTES
BYTES32S = abi.array(BYTES32)
BYTES16 = abi.fixed(16)


@dataclass(frozen=True)
class ChallengeOfAnswer(abi.Record):
    """What ``challengeOf(uint64)`` answers."""

    NAME = "ChallengeOfAnswer"
    KINDS = (ADDRESS, UINT8, UINT64, UINT64, BYTES32, BYTES32)

    holder: bytes
    state: int
    deadline: int
    block_number: int
    replica_root: bytes
    seed: bytes


@dataclass(frozen=True)
class TallyByAnswer(abi.Record):
    """What ``tallyBy(address,address)`` answers."""

    NAME = "TallyByAnswer"
    KINDS = (UINT64, UINT64, UINT64, UINT64)

    challenged: int
    answered: int
    missed: int
    lapsed: int


@dataclass(frozen=True)
class TallyOfAnswer(abi.Record):
    """What ``tallyOf(address)`` answers."""

    NAME = "TallyOfAnswer"
    KINDS = (UINT64, UINT64, UINT64, UINT64)

    challenged: int
    answered: int
    missed: int
    lapsed: int


def max_challenges() -> abi.Call[int]:
    """``MAX_CHALLENGES()``, view."""
    return abi.call(NAME, "MAX_CHALLENGES", "426457de", abi.one(UINT8))


def max_window() -> abi.Call[int]:
    """``MAX_WINDOW()``, view."""
    return abi.call(NAME, "MAX_WINDOW", "deb96634", abi.one(UINT32))


def min_window() -> abi.Call[int]:
    """``MIN_WINDOW()``, view."""
    return abi.call(NAME, "MIN_WINDOW", "52b65c4b", abi.one(UINT32))


def segment_bytes() -> abi.Call[int]:
    """``SEGMENT_BYTES()``, view."""
    return abi.call(NAME, "SEGMENT_BYTES", "bf5b4f4e", abi.one(UINT256))


def store() -> abi.Call[bytes]:
    """``STORE()``, view."""
    return abi.call(NAME, "STORE", "507f1465", abi.one(ADDRESS))


def window() -> abi.Call[int]:
    """``WINDOW()``, view."""
    return abi.call(NAME, "WINDOW", "a53e5412", abi.one(UINT32))


def answer(
    id: int, tree_root: bytes, segment_count: int, segment: bytes, path: tuple[bytes, ...]
) -> abi.Call[None]:
    """``answer(uint64,bytes32,uint64,bytes,bytes32[])``, nonpayable."""
    return abi.call(
        NAME,
        "answer",
        "2930a17c",
        abi.nothing,
        (UINT64, BYTES32, UINT64, BYTES, BYTES32S),
        (id, tree_root, segment_count, segment, path),
    )


def challenge(
    owner: bytes,
    session_id: bytes,
    holder: bytes,
    first_index: int,
    count: int,
    replica_root: bytes,
) -> abi.Call[int]:
    """``challenge(address,bytes16,address,uint32,uint32,bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "challenge",
        "b19df6e2",
        abi.one(UINT64),
        (ADDRESS, BYTES16, ADDRESS, UINT32, UINT32, BYTES32),
        (owner, session_id, holder, first_index, count, replica_root),
    )


def challenge_count() -> abi.Call[int]:
    """``challengeCount()``, view."""
    return abi.call(NAME, "challengeCount", "a2f05725", abi.one(UINT64))


def challenge_of(id: int) -> abi.Call[ChallengeOfAnswer]:
    """``challengeOf(uint64)``, view."""
    return abi.call(
        NAME, "challengeOf", "6b51c6e5", abi.several(ChallengeOfAnswer), (UINT64,), (id,)
    )


def draw(id: int) -> abi.Call[None]:
    """``draw(uint64)``, nonpayable."""
    return abi.call(NAME, "draw", "1315b62d", abi.nothing, (UINT64,), (id,))


def end_declaration(
    owner: bytes, session_id: bytes, first_index: int, count: int, replica_root: bytes
) -> abi.Call[None]:
    """``endDeclaration(address,bytes16,uint32,uint32,bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "endDeclaration",
        "c727651e",
        abi.nothing,
        (ADDRESS, BYTES16, UINT32, UINT32, BYTES32),
        (owner, session_id, first_index, count, replica_root),
    )


def ends_at_of(
    owner: bytes,
    session_id: bytes,
    holder: bytes,
    first_index: int,
    count: int,
    replica_root: bytes,
) -> abi.Call[int]:
    """``endsAtOf(address,bytes16,address,uint32,uint32,bytes32)``, view."""
    return abi.call(
        NAME,
        "endsAtOf",
        "802edbb8",
        abi.one(UINT64),
        (ADDRESS, BYTES16, ADDRESS, UINT32, UINT32, BYTES32),
        (owner, session_id, holder, first_index, count, replica_root),
    )


def record_unanswered(id: int) -> abi.Call[None]:
    """``recordUnanswered(uint64)``, nonpayable."""
    return abi.call(NAME, "recordUnanswered", "3486d380", abi.nothing, (UINT64,), (id,))


def replica_root_of(tree_root: bytes, segment_count: int) -> abi.Call[bytes]:
    """``replicaRootOf(bytes32,uint64)``, pure."""
    return abi.call(
        NAME,
        "replicaRootOf",
        "042583c2",
        abi.one(BYTES32),
        (BYTES32, UINT64),
        (tree_root, segment_count),
    )


def segment_of(id: int, segment_count: int) -> abi.Call[int]:
    """``segmentOf(uint64,uint64)``, view."""
    return abi.call(
        NAME, "segmentOf", "f8a1987b", abi.one(UINT64), (UINT64, UINT64), (id, segment_count)
    )


def tally_by(holder: bytes, challenger: bytes) -> abi.Call[TallyByAnswer]:
    """``tallyBy(address,address)``, view."""
    return abi.call(
        NAME,
        "tallyBy",
        "1f5ea7b7",
        abi.several(TallyByAnswer),
        (ADDRESS, ADDRESS),
        (holder, challenger),
    )


def tally_of(holder: bytes) -> abi.Call[TallyOfAnswer]:
    """``tallyOf(address)``, view."""
    return abi.call(NAME, "tallyOf", "444275eb", abi.several(TallyOfAnswer), (ADDRESS,), (holder,))
