"""SignerRegistry, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "SignerRegistry"

ADDRESS = abi.ADDRESS
ADDRESS_3 = abi.array(ADDRESS, 3)
UINT64 = abi.uint(64)
BOOL = abi.BOOL
UINT256 = abi.uint(256)
UINT32 = abi.uint(32)
BYTES = abi.BYTES
BYTESS = abi.array(BYTES)
STRING = abi.STRING


@dataclass(frozen=True)
class SignerSet(abi.Record):
    """The struct ``SignerSet``."""

    NAME = "SignerSet"
    KINDS = (ADDRESS_3, ADDRESS, UINT64, BOOL, BOOL)

    approvers: tuple[bytes, ...]
    compliance_signer: bytes
    effective_at: int
    has_statement: bool
    is_adopted: bool


@dataclass(frozen=True)
class CurrentAnswer(abi.Record):
    """What ``current()`` answers."""

    NAME = "CurrentAnswer"
    KINDS = (UINT32, abi.record(SignerSet))

    number: int
    set_: SignerSet


def carry_time() -> abi.Call[int]:
    """``CARRY_TIME()``, view."""
    return abi.call(NAME, "CARRY_TIME", "596c1d7e", abi.one(UINT256))


def max_late() -> abi.Call[int]:
    """``MAX_LATE()``, view."""
    return abi.call(NAME, "MAX_LATE", "a595e7b9", abi.one(UINT256))


def max_notice() -> abi.Call[int]:
    """``MAX_NOTICE()``, view."""
    return abi.call(NAME, "MAX_NOTICE", "a2e34278", abi.one(UINT256))


def max_step() -> abi.Call[int]:
    """``MAX_STEP()``, view."""
    return abi.call(NAME, "MAX_STEP", "f45e2180", abi.one(UINT256))


def min_notice() -> abi.Call[int]:
    """``MIN_NOTICE()``, view."""
    return abi.call(NAME, "MIN_NOTICE", "bcebe34b", abi.one(UINT256))


def routers_chain_id() -> abi.Call[int]:
    """``ROUTERS_CHAIN_ID()``, view."""
    return abi.call(NAME, "ROUTERS_CHAIN_ID", "a9f37cf1", abi.one(UINT64))


def timelock() -> abi.Call[bytes]:
    """``TIMELOCK()``, view."""
    return abi.call(NAME, "TIMELOCK", "7aadef8b", abi.one(ADDRESS))


def adopt(number: int, approvers: tuple[bytes, ...], compliance_signer: bytes) -> abi.Call[None]:
    """``adopt(uint32,address[3],address)``, nonpayable."""
    return abi.call(
        NAME,
        "adopt",
        "c7cba6c9",
        abi.nothing,
        (UINT32, ADDRESS_3, ADDRESS),
        (number, approvers, compliance_signer),
    )


def count() -> abi.Call[int]:
    """``count()``, view."""
    return abi.call(NAME, "count", "06661abd", abi.one(UINT32))


def current() -> abi.Call[CurrentAnswer]:
    """``current()``, view."""
    return abi.call(NAME, "current", "9fa6a6e3", abi.several(CurrentAnswer))


def record_statement(number: int, signatures: tuple[bytes, ...]) -> abi.Call[None]:
    """``recordStatement(uint32,bytes[])``, nonpayable."""
    return abi.call(
        NAME, "recordStatement", "e237fe29", abi.nothing, (UINT32, BYTESS), (number, signatures)
    )


def require_adoptable(
    number: int, approvers: tuple[bytes, ...], compliance_signer: bytes
) -> abi.Call[None]:
    """``requireAdoptable(uint32,address[3],address)``, view."""
    return abi.call(
        NAME,
        "requireAdoptable",
        "98fd9700",
        abi.nothing,
        (UINT32, ADDRESS_3, ADDRESS),
        (number, approvers, compliance_signer),
    )


def require_schedulable(
    approvers: tuple[bytes, ...], compliance_signer: bytes, effective_at: int, time: int
) -> abi.Call[None]:
    """``requireSchedulable(address[3],address,uint64,uint256)``, view."""
    return abi.call(
        NAME,
        "requireSchedulable",
        "7a60a9fa",
        abi.nothing,
        (ADDRESS_3, ADDRESS, UINT64, UINT256),
        (approvers, compliance_signer, effective_at, time),
    )


def schedule(
    approvers: tuple[bytes, ...], compliance_signer: bytes, effective_at: int
) -> abi.Call[None]:
    """``schedule(address[3],address,uint64)``, nonpayable."""
    return abi.call(
        NAME,
        "schedule",
        "2974396d",
        abi.nothing,
        (ADDRESS_3, ADDRESS, UINT64),
        (approvers, compliance_signer, effective_at),
    )


def sentence_of(number: int) -> abi.Call[str]:
    """``sentenceOf(uint32)``, view."""
    return abi.call(NAME, "sentenceOf", "b0eb62ce", abi.one(STRING), (UINT32,), (number,))


def set_of(number: int) -> abi.Call[SignerSet]:
    """``setOf(uint32)``, view."""
    return abi.call(NAME, "setOf", "54c2fe01", abi.one(abi.record(SignerSet)), (UINT32,), (number,))
