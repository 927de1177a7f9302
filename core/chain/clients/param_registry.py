"""ParamRegistry, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "ParamRegistry"

ADDRESS = abi.ADDRESS
UINT256 = abi.uint(256)
BYTES32 = abi.fixed(32)
BYTES32S = abi.array(BYTES32)


@dataclass(frozen=True)
class BoundsOfAnswer(abi.Record):
    """What ``boundsOf(bytes32)`` answers."""

    NAME = "BoundsOfAnswer"
    KINDS = (UINT256, UINT256)

    min_: int
    max_: int


def timelock() -> abi.Call[bytes]:
    """``TIMELOCK()``, view."""
    return abi.call(NAME, "TIMELOCK", "7aadef8b", abi.one(ADDRESS))


def bounds_of(key: bytes) -> abi.Call[BoundsOfAnswer]:
    """``boundsOf(bytes32)``, pure."""
    return abi.call(NAME, "boundsOf", "7d81f894", abi.several(BoundsOfAnswer), (BYTES32,), (key,))


def default_of(key: bytes) -> abi.Call[int]:
    """``defaultOf(bytes32)``, pure."""
    return abi.call(NAME, "defaultOf", "677ea8c9", abi.one(UINT256), (BYTES32,), (key,))


def keys() -> abi.Call[tuple[bytes, ...]]:
    """``keys()``, pure."""
    return abi.call(NAME, "keys", "307540f6", abi.one(BYTES32S))


def require_allowed(key: bytes, value: int) -> abi.Call[None]:
    """``requireAllowed(bytes32,uint256)``, pure."""
    return abi.call(
        NAME, "requireAllowed", "c04c4e17", abi.nothing, (BYTES32, UINT256), (key, value)
    )


def set_(key: bytes, value: int) -> abi.Call[None]:
    """``set(bytes32,uint256)``, nonpayable."""
    return abi.call(NAME, "set", "273f4940", abi.nothing, (BYTES32, UINT256), (key, value))


def value_of(key: bytes) -> abi.Call[int]:
    """``valueOf(bytes32)``, view."""
    return abi.call(NAME, "valueOf", "d6c30098", abi.one(UINT256), (BYTES32,), (key,))
