"""What LucidTimelock refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
BYTES32 = abi.fixed(32)
UINT256 = abi.uint(256)


@dataclass(frozen=True)
class AccessControlBadConfirmation(abi.ContractError):
    """``AccessControlBadConfirmation()``."""

    NAME = "AccessControlBadConfirmation"
    SELECTOR = bytes.fromhex("6697b232")
    KINDS = ()


@dataclass(frozen=True)
class AccessControlUnauthorizedAccount(abi.ContractError):
    """``AccessControlUnauthorizedAccount(address,bytes32)``."""

    NAME = "AccessControlUnauthorizedAccount"
    SELECTOR = bytes.fromhex("e2517d3f")
    KINDS = (ADDRESS, BYTES32)

    account: bytes
    needed_role: bytes


@dataclass(frozen=True)
class SelfCallRefused(abi.ContractError):
    """``SelfCallRefused()``."""

    NAME = "SelfCallRefused"
    SELECTOR = bytes.fromhex("d64e23ac")
    KINDS = ()


@dataclass(frozen=True)
class TimelockInsufficientDelay(abi.ContractError):
    """``TimelockInsufficientDelay(uint256,uint256)``."""

    NAME = "TimelockInsufficientDelay"
    SELECTOR = bytes.fromhex("54336609")
    KINDS = (UINT256, UINT256)

    delay: int
    min_delay: int


@dataclass(frozen=True)
class TimelockInvalidOperationLength(abi.ContractError):
    """``TimelockInvalidOperationLength(uint256,uint256,uint256)``."""

    NAME = "TimelockInvalidOperationLength"
    SELECTOR = bytes.fromhex("ffb03211")
    KINDS = (UINT256, UINT256, UINT256)

    targets: int
    payloads: int
    values: int


@dataclass(frozen=True)
class TimelockUnauthorizedCaller(abi.ContractError):
    """``TimelockUnauthorizedCaller(address)``."""

    NAME = "TimelockUnauthorizedCaller"
    SELECTOR = bytes.fromhex("e2850c59")
    KINDS = (ADDRESS,)

    caller: bytes


@dataclass(frozen=True)
class TimelockUnexecutedPredecessor(abi.ContractError):
    """``TimelockUnexecutedPredecessor(bytes32)``."""

    NAME = "TimelockUnexecutedPredecessor"
    SELECTOR = bytes.fromhex("90a9a618")
    KINDS = (BYTES32,)

    predecessor_id: bytes


@dataclass(frozen=True)
class TimelockUnexpectedOperationState(abi.ContractError):
    """``TimelockUnexpectedOperationState(bytes32,bytes32)``."""

    NAME = "TimelockUnexpectedOperationState"
    SELECTOR = bytes.fromhex("5ead8eb5")
    KINDS = (BYTES32, BYTES32)

    operation_id: bytes
    expected_states: bytes
