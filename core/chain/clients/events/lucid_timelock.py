"""What LucidTimelock logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

BYTES32 = abi.fixed(32)
UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS
BYTES = abi.BYTES


@dataclass(frozen=True)
class CallExecuted(abi.ContractEvent):
    """``CallExecuted(bytes32,uint256,address,uint256,bytes)``."""

    NAME = "CallExecuted"
    TOPIC = bytes.fromhex("c2617efa69bab66782fa219543714338489c4e9e178271560a91b82c3f612b58")
    INDEXED = (True, True, False, False, False)
    KINDS = (BYTES32, UINT256, ADDRESS, UINT256, BYTES)

    id: bytes
    index: int
    target: bytes
    value: int
    data: bytes


@dataclass(frozen=True)
class CallSalt(abi.ContractEvent):
    """``CallSalt(bytes32,bytes32)``."""

    NAME = "CallSalt"
    TOPIC = bytes.fromhex("20fda5fd27a1ea7bf5b9567f143ac5470bb059374a27e8f67cb44f946f6d0387")
    INDEXED = (True, False)
    KINDS = (BYTES32, BYTES32)

    id: bytes
    salt: bytes


@dataclass(frozen=True)
class CallScheduled(abi.ContractEvent):
    """``CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)``."""

    NAME = "CallScheduled"
    TOPIC = bytes.fromhex("4cf4410cc57040e44862ef0f45f3dd5a5e02db8eb8add648d4b0e236f1d07dca")
    INDEXED = (True, True, False, False, False, False, False)
    KINDS = (BYTES32, UINT256, ADDRESS, UINT256, BYTES, BYTES32, UINT256)

    id: bytes
    index: int
    target: bytes
    value: int
    data: bytes
    predecessor: bytes
    delay: int


@dataclass(frozen=True)
class Cancelled(abi.ContractEvent):
    """``Cancelled(bytes32)``."""

    NAME = "Cancelled"
    TOPIC = bytes.fromhex("baa1eb22f2a492ba1a5fea61b8df4d27c6c8b5f3971e63bb58fa14ff72eedb70")
    INDEXED = (True,)
    KINDS = (BYTES32,)

    id: bytes


@dataclass(frozen=True)
class MinDelayChange(abi.ContractEvent):
    """``MinDelayChange(uint256,uint256)``."""

    NAME = "MinDelayChange"
    TOPIC = bytes.fromhex("11c24f4ead16507c69ac467fbd5e4eed5fb5c699626d2cc6d66421df253886d5")
    INDEXED = (False, False)
    KINDS = (UINT256, UINT256)

    old_duration: int
    new_duration: int


@dataclass(frozen=True)
class RoleAdminChanged(abi.ContractEvent):
    """``RoleAdminChanged(bytes32,bytes32,bytes32)``."""

    NAME = "RoleAdminChanged"
    TOPIC = bytes.fromhex("bd79b86ffe0ab8e8776151514217cd7cacd52c909f66475c3af44e129f0b00ff")
    INDEXED = (True, True, True)
    KINDS = (BYTES32, BYTES32, BYTES32)

    role: bytes
    previous_admin_role: bytes
    new_admin_role: bytes


@dataclass(frozen=True)
class RoleGranted(abi.ContractEvent):
    """``RoleGranted(bytes32,address,address)``."""

    NAME = "RoleGranted"
    TOPIC = bytes.fromhex("2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d")
    INDEXED = (True, True, True)
    KINDS = (BYTES32, ADDRESS, ADDRESS)

    role: bytes
    account: bytes
    sender: bytes


@dataclass(frozen=True)
class RoleRevoked(abi.ContractEvent):
    """``RoleRevoked(bytes32,address,address)``."""

    NAME = "RoleRevoked"
    TOPIC = bytes.fromhex("f6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b")
    INDEXED = (True, True, True)
    KINDS = (BYTES32, ADDRESS, ADDRESS)

    role: bytes
    account: bytes
    sender: bytes
