"""EligibilityManager, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi
from core.chain.clients.work_credits_oracle import MonthlyRecord

NAME = "EligibilityManager"

UINT256 = abi.uint(256)
BYTES32 = abi.fixed(32)
BYTES32S = abi.array(BYTES32)
BYTES32S_3 = abi.array(BYTES32S, 3)
STRING = abi.STRING
ADDRESS = abi.ADDRESS
UINT32 = abi.uint(32)
UINT48 = abi.uint(48)
UINT8 = abi.uint(8)
BOOL = abi.BOOL


@dataclass(frozen=True)
class Candidate(abi.Record):
    """The struct ``Candidate``."""

    NAME = "Candidate"
    KINDS = (UINT256, abi.array(abi.record(MonthlyRecord), 3), BYTES32S_3)

    node_id: int
    records: tuple[MonthlyRecord, ...]
    proofs: tuple[tuple[bytes, ...], ...]


def clock_mode() -> abi.Call[str]:
    """``CLOCK_MODE()``, pure."""
    return abi.call(NAME, "CLOCK_MODE", "4bf5d7e9", abi.one(STRING))


def min_earned() -> abi.Call[int]:
    """``MIN_EARNED()``, view."""
    return abi.call(NAME, "MIN_EARNED", "30a4f9af", abi.one(UINT256))


def min_uptime_bps() -> abi.Call[int]:
    """``MIN_UPTIME_BPS()``, view."""
    return abi.call(NAME, "MIN_UPTIME_BPS", "b95f0560", abi.one(UINT256))


def nodes() -> abi.Call[bytes]:
    """``NODES()``, view."""
    return abi.call(NAME, "NODES", "863191b8", abi.one(ADDRESS))


def oracle() -> abi.Call[bytes]:
    """``ORACLE()``, view."""
    return abi.call(NAME, "ORACLE", "38013f02", abi.one(ADDRESS))


def peak_months() -> abi.Call[int]:
    """``PEAK_MONTHS()``, view."""
    return abi.call(NAME, "PEAK_MONTHS", "f11b3502", abi.one(UINT32))


def clock() -> abi.Call[int]:
    """``clock()``, view."""
    return abi.call(NAME, "clock", "91ddadf4", abi.one(UINT48))


def count_of(month: int) -> abi.Call[int]:
    """``countOf(uint32)``, view."""
    return abi.call(NAME, "countOf", "62198f8c", abi.one(UINT256), (UINT32,), (month,))


def delegate(argument_0: bytes) -> abi.Call[None]:
    """``delegate(address)``, pure."""
    return abi.call(NAME, "delegate", "5c19a95c", abi.nothing, (ADDRESS,), (argument_0,))


def delegate_by_sig(
    argument_0: bytes,
    argument_1: int,
    argument_2: int,
    argument_3: int,
    argument_4: bytes,
    argument_5: bytes,
) -> abi.Call[None]:
    """``delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)``, pure."""
    return abi.call(
        NAME,
        "delegateBySig",
        "c3cda520",
        abi.nothing,
        (ADDRESS, UINT256, UINT256, UINT8, BYTES32, BYTES32),
        (argument_0, argument_1, argument_2, argument_3, argument_4, argument_5),
    )


def delegates(account: bytes) -> abi.Call[bytes]:
    """``delegates(address)``, pure."""
    return abi.call(NAME, "delegates", "587cde1e", abi.one(ADDRESS), (ADDRESS,), (account,))


def electorate_of(month: int) -> abi.Call[int]:
    """``electorateOf(uint32)``, view."""
    return abi.call(NAME, "electorateOf", "aa438070", abi.one(UINT32), (UINT32,), (month,))


def get_past_peak(timepoint: int) -> abi.Call[int]:
    """``getPastPeak(uint256)``, view."""
    return abi.call(NAME, "getPastPeak", "27e5eb1b", abi.one(UINT256), (UINT256,), (timepoint,))


def get_past_total_supply(timepoint: int) -> abi.Call[int]:
    """``getPastTotalSupply(uint256)``, view."""
    return abi.call(
        NAME, "getPastTotalSupply", "8e539e8c", abi.one(UINT256), (UINT256,), (timepoint,)
    )


def get_past_votes(account: bytes, timepoint: int) -> abi.Call[int]:
    """``getPastVotes(address,uint256)``, view."""
    return abi.call(
        NAME, "getPastVotes", "3a46b1a8", abi.one(UINT256), (ADDRESS, UINT256), (account, timepoint)
    )


def get_votes(account: bytes) -> abi.Call[int]:
    """``getVotes(address)``, view."""
    return abi.call(NAME, "getVotes", "9ab24eb0", abi.one(UINT256), (ADDRESS,), (account,))


def is_qualified(month: int, node_id: int) -> abi.Call[bool]:
    """``isQualified(uint32,uint256)``, view."""
    return abi.call(
        NAME, "isQualified", "f84d1881", abi.one(BOOL), (UINT32, UINT256), (month, node_id)
    )


def is_standing(timepoint: int) -> abi.Call[bool]:
    """``isStanding(uint256)``, view."""
    return abi.call(NAME, "isStanding", "935780aa", abi.one(BOOL), (UINT256,), (timepoint,))


def qualify(
    month: int,
    node_id: int,
    records: tuple[MonthlyRecord, ...],
    proofs: tuple[tuple[bytes, ...], ...],
) -> abi.Call[None]:
    """``qualify(uint32,uint256,MonthlyRecord[3],bytes32[][3])``, nonpayable."""
    return abi.call(
        NAME,
        "qualify",
        "29025c86",
        abi.nothing,
        (UINT32, UINT256, abi.array(abi.record(MonthlyRecord), 3), BYTES32S_3),
        (month, node_id, records, proofs),
    )


def qualify_many(month: int, candidates: tuple[Candidate, ...]) -> abi.Call[int]:
    """``qualifyMany(uint32,Candidate[])``, nonpayable."""
    return abi.call(
        NAME,
        "qualifyMany",
        "60739085",
        abi.one(UINT256),
        (UINT32, abi.array(abi.record(Candidate))),
        (month, candidates),
    )
