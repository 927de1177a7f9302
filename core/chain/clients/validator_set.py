"""ValidatorSet, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from core.chain import abi

NAME = "ValidatorSet"

UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS
BOOL = abi.BOOL
UINT32 = abi.uint(32)
ADDRESSS = abi.array(ADDRESS)
BYTES32 = abi.fixed(32)
BYTES = abi.BYTES
BYTESS = abi.array(BYTES)


def max_members() -> abi.Call[int]:
    """``MAX_MEMBERS()``, view."""
    return abi.call(NAME, "MAX_MEMBERS", "ea0e35b1", abi.one(UINT256))


def timelock() -> abi.Call[bytes]:
    """``TIMELOCK()``, view."""
    return abi.call(NAME, "TIMELOCK", "7aadef8b", abi.one(ADDRESS))


def is_member_of(number: int, account: bytes) -> abi.Call[bool]:
    """``isMemberOf(uint32,address)``, view."""
    return abi.call(
        NAME, "isMemberOf", "773fd9b4", abi.one(BOOL), (UINT32, ADDRESS), (number, account)
    )


def members() -> abi.Call[tuple[bytes, ...]]:
    """``members()``, view."""
    return abi.call(NAME, "members", "bdd4d18d", abi.one(ADDRESSS))


def members_of(number: int) -> abi.Call[tuple[bytes, ...]]:
    """``membersOf(uint32)``, view."""
    return abi.call(NAME, "membersOf", "51f5d628", abi.one(ADDRESSS), (UINT32,), (number,))


def quorum() -> abi.Call[int]:
    """``quorum()``, view."""
    return abi.call(NAME, "quorum", "1703a018", abi.one(UINT256))


def require_quorum(digest: bytes, signatures: tuple[bytes, ...]) -> abi.Call[None]:
    """``requireQuorum(bytes32,bytes[])``, view."""
    return abi.call(
        NAME, "requireQuorum", "aec593ed", abi.nothing, (BYTES32, BYTESS), (digest, signatures)
    )


def require_valid(next_: tuple[bytes, ...]) -> abi.Call[None]:
    """``requireValid(address[])``, pure."""
    return abi.call(NAME, "requireValid", "a0b726f7", abi.nothing, (ADDRESSS,), (next_,))


def rotate(next_: tuple[bytes, ...]) -> abi.Call[None]:
    """``rotate(address[])``, nonpayable."""
    return abi.call(NAME, "rotate", "4610044d", abi.nothing, (ADDRESSS,), (next_,))


def version() -> abi.Call[int]:
    """``version()``, view."""
    return abi.call(NAME, "version", "54fd4d50", abi.one(UINT32))
