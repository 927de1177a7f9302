"""LucidRewards, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "LucidRewards"

UINT64 = abi.uint(64)
UINT256 = abi.uint(256)
UINT32 = abi.uint(32)
ADDRESS = abi.ADDRESS
BYTES32 = abi.fixed(32)
BYTES1 = abi.fixed(1)
STRING = abi.STRING
UINT256S = abi.array(UINT256)
BYTES = abi.BYTES
BYTESS = abi.array(BYTES)


@dataclass(frozen=True)
class SlotRecord(abi.Record):
    """The struct ``SlotRecord``."""

    NAME = "SlotRecord"
    KINDS = (UINT64, UINT256, UINT32, UINT64, UINT32)

    slot: int
    node_id: int
    sessions: int
    compressed_bytes: int
    active_nodes: int


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


def first_slot_at() -> abi.Call[int]:
    """``FIRST_SLOT_AT()``, view."""
    return abi.call(NAME, "FIRST_SLOT_AT", "34e8db01", abi.one(UINT64))


def nodes() -> abi.Call[bytes]:
    """``NODES()``, view."""
    return abi.call(NAME, "NODES", "863191b8", abi.one(ADDRESS))


def params() -> abi.Call[bytes]:
    """``PARAMS()``, view."""
    return abi.call(NAME, "PARAMS", "484bcb47", abi.one(ADDRESS))


def slot_duration_sec() -> abi.Call[int]:
    """``SLOT_DURATION_SEC()``, view."""
    return abi.call(NAME, "SLOT_DURATION_SEC", "358e3c65", abi.one(UINT256))


def token() -> abi.Call[bytes]:
    """``TOKEN()``, view."""
    return abi.call(NAME, "TOKEN", "82bfefc8", abi.one(ADDRESS))


def validators() -> abi.Call[bytes]:
    """``VALIDATORS()``, view."""
    return abi.call(NAME, "VALIDATORS", "efc00803", abi.one(ADDRESS))


def amount_of(
    record: SlotRecord, minted: int, base_mb_per_session: int, d_min_bps: int
) -> abi.Call[int]:
    """``amountOf(SlotRecord,uint256,uint256,uint256)``, pure."""
    return abi.call(
        NAME,
        "amountOf",
        "c67c39c1",
        abi.one(UINT256),
        (abi.record(SlotRecord), UINT256, UINT256, UINT256),
        (record, minted, base_mb_per_session, d_min_bps),
    )


def digest_of(slots: tuple[SlotRecord, ...]) -> abi.Call[bytes]:
    """``digestOf(SlotRecord[])``, view."""
    return abi.call(
        NAME,
        "digestOf",
        "d1907d1d",
        abi.one(BYTES32),
        (abi.array(abi.record(SlotRecord)),),
        (slots,),
    )


def eip712_domain() -> abi.Call[Eip712DomainAnswer]:
    """``eip712Domain()``, view."""
    return abi.call(NAME, "eip712Domain", "84b0196e", abi.several(Eip712DomainAnswer))


def next_slot() -> abi.Call[int]:
    """``nextSlot()``, view."""
    return abi.call(NAME, "nextSlot", "448bdfd7", abi.one(UINT256))


def reward(slots: tuple[SlotRecord, ...], signatures: tuple[bytes, ...]) -> abi.Call[None]:
    """``reward(SlotRecord[],bytes[])``, nonpayable."""
    return abi.call(
        NAME,
        "reward",
        "c5ec2787",
        abi.nothing,
        (abi.array(abi.record(SlotRecord)), BYTESS),
        (slots, signatures),
    )
