"""WorkCreditsOracle, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "WorkCreditsOracle"

UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS
UINT64 = abi.uint(64)
UINT32 = abi.uint(32)
UINT128 = abi.uint(128)
BYTES32 = abi.fixed(32)
UINT48 = abi.uint(48)
BYTES32S = abi.array(BYTES32)
BYTES32SS = abi.array(BYTES32S)
BYTES = abi.BYTES
BYTESS = abi.array(BYTES)
BYTES1 = abi.fixed(1)
STRING = abi.STRING
UINT256S = abi.array(UINT256)
BOOL = abi.BOOL


@dataclass(frozen=True)
class MonthlyRecord(abi.Record):
    """The struct ``MonthlyRecord``."""

    NAME = "MonthlyRecord"
    KINDS = (UINT256, ADDRESS, UINT64, UINT64, UINT64, UINT64, UINT32, UINT32, UINT128)

    node_id: int
    operator: bytes
    relay: int
    storage_proofs: int
    validations: int
    beacons: int
    uptime_seen: int
    uptime_expected: int
    earned: int


@dataclass(frozen=True)
class Epoch(abi.Record):
    """The struct ``Epoch``."""

    NAME = "Epoch"
    KINDS = (
        BYTES32,
        UINT32,
        UINT32,
        UINT32,
        UINT48,
        UINT48,
        UINT64,
        UINT64,
        UINT64,
        UINT64,
        UINT64,
    )

    root: bytes
    node_count: int
    attempt: int
    validators_version: int
    committed_at: int
    final_at: int
    operator_cap: int
    relay_cap: int
    storage_cap: int
    validations_cap: int
    beacons_cap: int


@dataclass(frozen=True)
class Eip712DomainAnswer(abi.Record):
    """What ``eip712Domain()`` answers."""

    NAME = "Eip712DomainAnswer"
    KINDS = (BYTES1, STRING, STRING, UINT256, ADDRESS, BYTES32, UINT256S)

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: bytes
    salt: bytes
    extensions: tuple[int, ...]


def max_earned() -> abi.Call[int]:
    """``MAX_EARNED()``, view."""
    return abi.call(NAME, "MAX_EARNED", "57e8b09f", abi.one(UINT256))


def nodes() -> abi.Call[bytes]:
    """``NODES()``, view."""
    return abi.call(NAME, "NODES", "863191b8", abi.one(ADDRESS))


def params() -> abi.Call[bytes]:
    """``PARAMS()``, view."""
    return abi.call(NAME, "PARAMS", "484bcb47", abi.one(ADDRESS))


def validators() -> abi.Call[bytes]:
    """``VALIDATORS()``, view."""
    return abi.call(NAME, "VALIDATORS", "efc00803", abi.one(ADDRESS))


def challenge_operator(
    month: int, records: tuple[MonthlyRecord, ...], proofs: tuple[tuple[bytes, ...], ...]
) -> abi.Call[None]:
    """``challengeOperator(uint32,MonthlyRecord[],bytes32[][])``, nonpayable."""
    return abi.call(
        NAME,
        "challengeOperator",
        "703babd4",
        abi.nothing,
        (UINT32, abi.array(abi.record(MonthlyRecord)), BYTES32SS),
        (month, records, proofs),
    )


def challenge_record(month: int, record: MonthlyRecord, proof: tuple[bytes, ...]) -> abi.Call[None]:
    """``challengeRecord(uint32,MonthlyRecord,bytes32[])``, nonpayable."""
    return abi.call(
        NAME,
        "challengeRecord",
        "4e707c12",
        abi.nothing,
        (UINT32, abi.record(MonthlyRecord), BYTES32S),
        (month, record, proof),
    )


def challenge_twice(
    month: int,
    first: MonthlyRecord,
    first_proof: tuple[bytes, ...],
    second: MonthlyRecord,
    second_proof: tuple[bytes, ...],
) -> abi.Call[None]:
    """``challengeTwice(uint32,MonthlyRecord,bytes32[],MonthlyRecord,bytes32[])``, nonpayable."""
    return abi.call(
        NAME,
        "challengeTwice",
        "073a9419",
        abi.nothing,
        (UINT32, abi.record(MonthlyRecord), BYTES32S, abi.record(MonthlyRecord), BYTES32S),
        (month, first, first_proof, second, second_proof),
    )


def commit(
    month: int, root: bytes, node_count: int, signatures: tuple[bytes, ...]
) -> abi.Call[None]:
    """``commit(uint32,bytes32,uint32,bytes[])``, nonpayable."""
    return abi.call(
        NAME,
        "commit",
        "ee1033a9",
        abi.nothing,
        (UINT32, BYTES32, UINT32, BYTESS),
        (month, root, node_count, signatures),
    )


def credits_of(record: MonthlyRecord) -> abi.Call[int]:
    """``creditsOf(MonthlyRecord)``, pure."""
    return abi.call(
        NAME, "creditsOf", "0e43cc70", abi.one(UINT256), (abi.record(MonthlyRecord),), (record,)
    )


def digest_of(month: int, root: bytes, node_count: int) -> abi.Call[bytes]:
    """``digestOf(uint32,bytes32,uint32)``, view."""
    return abi.call(
        NAME,
        "digestOf",
        "86aa5186",
        abi.one(BYTES32),
        (UINT32, BYTES32, UINT32),
        (month, root, node_count),
    )


def eip712_domain() -> abi.Call[Eip712DomainAnswer]:
    """``eip712Domain()``, view."""
    return abi.call(NAME, "eip712Domain", "84b0196e", abi.several(Eip712DomainAnswer))


def epoch_of(month: int) -> abi.Call[Epoch]:
    """``epochOf(uint32)``, view."""
    return abi.call(NAME, "epochOf", "9cdf866d", abi.one(abi.record(Epoch)), (UINT32,), (month,))


def is_final(month: int) -> abi.Call[bool]:
    """``isFinal(uint32)``, view."""
    return abi.call(NAME, "isFinal", "bf6e2c03", abi.one(BOOL), (UINT32,), (month,))


def leaf_of(record: MonthlyRecord) -> abi.Call[bytes]:
    """``leafOf(MonthlyRecord)``, pure."""
    return abi.call(
        NAME, "leafOf", "ddc4c4e0", abi.one(BYTES32), (abi.record(MonthlyRecord),), (record,)
    )


def month_of(timestamp: int) -> abi.Call[int]:
    """``monthOf(uint48)``, pure."""
    return abi.call(NAME, "monthOf", "8a2fbada", abi.one(UINT32), (UINT48,), (timestamp,))


def retract(month: int, signatures: tuple[bytes, ...]) -> abi.Call[None]:
    """``retract(uint32,bytes[])``, nonpayable."""
    return abi.call(NAME, "retract", "aba67921", abi.nothing, (UINT32, BYTESS), (month, signatures))


def retraction_digest_of(month: int) -> abi.Call[bytes]:
    """``retractionDigestOf(uint32)``, view."""
    return abi.call(NAME, "retractionDigestOf", "528045c5", abi.one(BYTES32), (UINT32,), (month,))


def verify(month: int, record: MonthlyRecord, proof: tuple[bytes, ...]) -> abi.Call[bool]:
    """``verify(uint32,MonthlyRecord,bytes32[])``, view."""
    return abi.call(
        NAME,
        "verify",
        "a0b31a5f",
        abi.one(BOOL),
        (UINT32, abi.record(MonthlyRecord), BYTES32S),
        (month, record, proof),
    )
