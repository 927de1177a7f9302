"""PayoutRouterV0, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "PayoutRouterV0"

UINT64 = abi.uint(64)
UINT32 = abi.uint(32)
UINT40 = abi.uint(40)
UINT8 = abi.uint(8)
BYTES32 = abi.fixed(32)
ADDRESS = abi.ADDRESS
UINT256 = abi.uint(256)
STRING = abi.STRING
BYTES32S = abi.array(BYTES32)
BOOL = abi.BOOL
ADDRESS_3 = abi.array(ADDRESS, 3)
BYTES = abi.BYTES
BYTESS = abi.array(BYTES)


@dataclass(frozen=True)
class StoredBatch(abi.Record):
    """The struct ``StoredBatch``."""

    NAME = "StoredBatch"
    KINDS = (UINT64, UINT64, UINT32, UINT32, UINT40, UINT8)

    total: int
    left: int
    count: int
    month: int
    expires_at: int
    state: int


@dataclass(frozen=True)
class Batch(abi.Record):
    """The struct ``Batch``."""

    NAME = "Batch"
    KINDS = (BYTES32, UINT64, UINT32, UINT32, UINT64)

    root: bytes
    total: int
    count: int
    month: int
    expires_at: int


@dataclass(frozen=True)
class Claim(abi.Record):
    """The struct ``Claim``."""

    NAME = "Claim"
    KINDS = (BYTES32, UINT32, ADDRESS, UINT64)

    root: bytes
    index: int
    payee: bytes
    amount: int


@dataclass(frozen=True)
class Payout(abi.Record):
    """The struct ``Payout``."""

    NAME = "Payout"
    KINDS = (ADDRESS, UINT64, UINT8, UINT32, UINT32, UINT64)

    payee: bytes
    amount: int
    kind: int
    code: int
    number: int
    expires_at: int


@dataclass(frozen=True)
class CapsAnswer(abi.Record):
    """What ``caps()`` answers."""

    NAME = "CapsAnswer"
    KINDS = (UINT64, UINT64)

    payment_cap: int
    daily_cap: int


@dataclass(frozen=True)
class NextSignersAnswer(abi.Record):
    """What ``nextSigners()`` answers."""

    NAME = "NextSignersAnswer"
    KINDS = (UINT32, ADDRESS_3, ADDRESS, UINT64)

    number: int
    approvers: tuple[bytes, ...]
    compliance_signer: bytes
    effective_at: int


@dataclass(frozen=True)
class SignersAnswer(abi.Record):
    """What ``signers()`` answers."""

    NAME = "SignersAnswer"
    KINDS = (UINT32, ADDRESS_3, ADDRESS)

    number: int
    approvers: tuple[bytes, ...]
    compliance_signer: bytes


def chain_id() -> abi.Call[int]:
    """``CHAIN_ID()``, view."""
    return abi.call(NAME, "CHAIN_ID", "85e1f4d0", abi.one(UINT64))


def max_ahead() -> abi.Call[int]:
    """``MAX_AHEAD()``, view."""
    return abi.call(NAME, "MAX_AHEAD", "6354b81b", abi.one(UINT256))


def max_daily_cap() -> abi.Call[int]:
    """``MAX_DAILY_CAP()``, view."""
    return abi.call(NAME, "MAX_DAILY_CAP", "54f430e8", abi.one(UINT64))


def max_late() -> abi.Call[int]:
    """``MAX_LATE()``, view."""
    return abi.call(NAME, "MAX_LATE", "a595e7b9", abi.one(UINT256))


def max_payment_cap() -> abi.Call[int]:
    """``MAX_PAYMENT_CAP()``, view."""
    return abi.call(NAME, "MAX_PAYMENT_CAP", "88720ae8", abi.one(UINT64))


def min_daily_cap() -> abi.Call[int]:
    """``MIN_DAILY_CAP()``, view."""
    return abi.call(NAME, "MIN_DAILY_CAP", "f29c1e0f", abi.one(UINT64))


def min_payment_cap() -> abi.Call[int]:
    """``MIN_PAYMENT_CAP()``, view."""
    return abi.call(NAME, "MIN_PAYMENT_CAP", "48a3ff34", abi.one(UINT64))


def token() -> abi.Call[bytes]:
    """``TOKEN()``, view."""
    return abi.call(NAME, "TOKEN", "82bfefc8", abi.one(ADDRESS))


def batch_of(root: bytes) -> abi.Call[StoredBatch]:
    """``batchOf(bytes32)``, view."""
    return abi.call(
        NAME, "batchOf", "aee05732", abi.one(abi.record(StoredBatch)), (BYTES32,), (root,)
    )


def batch_sentence(batch: Batch) -> abi.Call[str]:
    """``batchSentence(Batch)``, view."""
    return abi.call(
        NAME, "batchSentence", "77c2cc53", abi.one(STRING), (abi.record(Batch),), (batch,)
    )


def caps() -> abi.Call[CapsAnswer]:
    """``caps()``, view."""
    return abi.call(NAME, "caps", "18e22d98", abi.several(CapsAnswer))


def caps_sentence(payment_cap: int, daily_cap: int, change: int, expires_at: int) -> abi.Call[str]:
    """``capsSentence(uint64,uint64,uint32,uint64)``, view."""
    return abi.call(
        NAME,
        "capsSentence",
        "dca37071",
        abi.one(STRING),
        (UINT64, UINT64, UINT32, UINT64),
        (payment_cap, daily_cap, change, expires_at),
    )


def changes() -> abi.Call[int]:
    """``changes()``, view."""
    return abi.call(NAME, "changes", "7bbbc35e", abi.one(UINT32))


def claim(claim: Claim, proof: tuple[bytes, ...]) -> abi.Call[None]:
    """``claim(Claim,bytes32[])``, nonpayable."""
    return abi.call(
        NAME, "claim", "e0d5b4dc", abi.nothing, (abi.record(Claim), BYTES32S), (claim, proof)
    )


def close_batch(root: bytes) -> abi.Call[None]:
    """``closeBatch(bytes32)``, nonpayable."""
    return abi.call(NAME, "closeBatch", "c78ff508", abi.nothing, (BYTES32,), (root,))


def is_claim_paid(root: bytes, index: int) -> abi.Call[bool]:
    """``isClaimPaid(bytes32,uint32)``, view."""
    return abi.call(
        NAME, "isClaimPaid", "673cf229", abi.one(BOOL), (BYTES32, UINT32), (root, index)
    )


def is_payout_paid(payout_id: bytes) -> abi.Call[bool]:
    """``isPayoutPaid(bytes32)``, view."""
    return abi.call(NAME, "isPayoutPaid", "1c42f01b", abi.one(BOOL), (BYTES32,), (payout_id,))


def next_signers() -> abi.Call[NextSignersAnswer]:
    """``nextSigners()``, view."""
    return abi.call(NAME, "nextSigners", "cc812090", abi.several(NextSignersAnswer))


def open_batch(batch: Batch, signatures: tuple[bytes, ...]) -> abi.Call[None]:
    """``openBatch(Batch,bytes[])``, nonpayable."""
    return abi.call(
        NAME, "openBatch", "175a9ace", abi.nothing, (abi.record(Batch), BYTESS), (batch, signatures)
    )


def pause() -> abi.Call[None]:
    """``pause()``, nonpayable."""
    return abi.call(NAME, "pause", "8456cb59", abi.nothing)


def paused() -> abi.Call[bool]:
    """``paused()``, view."""
    return abi.call(NAME, "paused", "5c975abb", abi.one(BOOL))


def pauser() -> abi.Call[bytes]:
    """``pauser()``, view."""
    return abi.call(NAME, "pauser", "9fd0506d", abi.one(ADDRESS))


def pauser_sentence(next_: bytes, change: int, expires_at: int) -> abi.Call[str]:
    """``pauserSentence(address,uint32,uint64)``, view."""
    return abi.call(
        NAME,
        "pauserSentence",
        "7abd40c8",
        abi.one(STRING),
        (ADDRESS, UINT32, UINT64),
        (next_, change, expires_at),
    )


def pay(payout: Payout, signatures: tuple[bytes, ...]) -> abi.Call[None]:
    """``pay(Payout,bytes[])``, nonpayable."""
    return abi.call(
        NAME, "pay", "fd6c1414", abi.nothing, (abi.record(Payout), BYTESS), (payout, signatures)
    )


def payout_sentence(payout: Payout) -> abi.Call[str]:
    """``payoutSentence(Payout)``, view."""
    return abi.call(
        NAME, "payoutSentence", "5a567c79", abi.one(STRING), (abi.record(Payout),), (payout,)
    )


def reserved() -> abi.Call[int]:
    """``reserved()``, view."""
    return abi.call(NAME, "reserved", "fe60d12c", abi.one(UINT64))


def resume(change: int, expires_at: int, signatures: tuple[bytes, ...]) -> abi.Call[None]:
    """``resume(uint32,uint64,bytes[])``, nonpayable."""
    return abi.call(
        NAME,
        "resume",
        "98d3e6b5",
        abi.nothing,
        (UINT32, UINT64, BYTESS),
        (change, expires_at, signatures),
    )


def resume_sentence(change: int, expires_at: int) -> abi.Call[str]:
    """``resumeSentence(uint32,uint64)``, view."""
    return abi.call(
        NAME, "resumeSentence", "c61c324c", abi.one(STRING), (UINT32, UINT64), (change, expires_at)
    )


def rotate_signers(
    number: int,
    approvers: tuple[bytes, ...],
    compliance_signer: bytes,
    effective_at: int,
    signatures: tuple[bytes, ...],
) -> abi.Call[None]:
    """``rotateSigners(uint32,address[3],address,uint64,bytes[])``, nonpayable."""
    return abi.call(
        NAME,
        "rotateSigners",
        "487c8448",
        abi.nothing,
        (UINT32, ADDRESS_3, ADDRESS, UINT64, BYTESS),
        (number, approvers, compliance_signer, effective_at, signatures),
    )


def set_caps(
    payment_cap: int, daily_cap: int, change: int, expires_at: int, signatures: tuple[bytes, ...]
) -> abi.Call[None]:
    """``setCaps(uint64,uint64,uint32,uint64,bytes[])``, nonpayable."""
    return abi.call(
        NAME,
        "setCaps",
        "a9cbd2e7",
        abi.nothing,
        (UINT64, UINT64, UINT32, UINT64, BYTESS),
        (payment_cap, daily_cap, change, expires_at, signatures),
    )


def set_pauser(
    next_: bytes, change: int, expires_at: int, signatures: tuple[bytes, ...]
) -> abi.Call[None]:
    """``setPauser(address,uint32,uint64,bytes[])``, nonpayable."""
    return abi.call(
        NAME,
        "setPauser",
        "e0379b25",
        abi.nothing,
        (ADDRESS, UINT32, UINT64, BYTESS),
        (next_, change, expires_at, signatures),
    )


def signers() -> abi.Call[SignersAnswer]:
    """``signers()``, view."""
    return abi.call(NAME, "signers", "46f0975a", abi.several(SignersAnswer))


def signers_sentence(
    number: int, approvers: tuple[bytes, ...], compliance_signer: bytes, effective_at: int
) -> abi.Call[str]:
    """``signersSentence(uint32,address[3],address,uint64)``, view."""
    return abi.call(
        NAME,
        "signersSentence",
        "35763ac7",
        abi.one(STRING),
        (UINT32, ADDRESS_3, ADDRESS, UINT64),
        (number, approvers, compliance_signer, effective_at),
    )


def spent_today() -> abi.Call[int]:
    """``spentToday()``, view."""
    return abi.call(NAME, "spentToday", "f059cf2b", abi.one(UINT64))
