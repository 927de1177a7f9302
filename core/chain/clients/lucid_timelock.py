"""LucidTimelock, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from core.chain import abi

NAME = "LucidTimelock"

BYTES32 = abi.fixed(32)
UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS
BYTES = abi.BYTES
ADDRESSS = abi.array(ADDRESS)
UINT256S = abi.array(UINT256)
BYTESS = abi.array(BYTES)
UINT8 = abi.uint(8)
BOOL = abi.BOOL
BYTES4 = abi.fixed(4)


def canceller_role() -> abi.Call[bytes]:
    """``CANCELLER_ROLE()``, view."""
    return abi.call(NAME, "CANCELLER_ROLE", "b08e51c0", abi.one(BYTES32))


def default_admin_role() -> abi.Call[bytes]:
    """``DEFAULT_ADMIN_ROLE()``, view."""
    return abi.call(NAME, "DEFAULT_ADMIN_ROLE", "a217fddf", abi.one(BYTES32))


def delay() -> abi.Call[int]:
    """``DELAY()``, view."""
    return abi.call(NAME, "DELAY", "69b41170", abi.one(UINT256))


def execution_window() -> abi.Call[int]:
    """``EXECUTION_WINDOW()``, view."""
    return abi.call(NAME, "EXECUTION_WINDOW", "3e65164a", abi.one(UINT256))


def executor_role() -> abi.Call[bytes]:
    """``EXECUTOR_ROLE()``, view."""
    return abi.call(NAME, "EXECUTOR_ROLE", "07bd0265", abi.one(BYTES32))


def proposer_role() -> abi.Call[bytes]:
    """``PROPOSER_ROLE()``, view."""
    return abi.call(NAME, "PROPOSER_ROLE", "8f61f4f5", abi.one(BYTES32))


def cancel(id: bytes) -> abi.Call[None]:
    """``cancel(bytes32)``, nonpayable."""
    return abi.call(NAME, "cancel", "c4d252f5", abi.nothing, (BYTES32,), (id,))


def execute(
    target: bytes, value: int, payload: bytes, predecessor: bytes, salt: bytes
) -> abi.Call[None]:
    """``execute(address,uint256,bytes,bytes32,bytes32)``, payable."""
    return abi.call(
        NAME,
        "execute",
        "134008d3",
        abi.nothing,
        (ADDRESS, UINT256, BYTES, BYTES32, BYTES32),
        (target, value, payload, predecessor, salt),
    )


def execute_batch(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    payloads: tuple[bytes, ...],
    predecessor: bytes,
    salt: bytes,
) -> abi.Call[None]:
    """``executeBatch(address[],uint256[],bytes[],bytes32,bytes32)``, payable."""
    return abi.call(
        NAME,
        "executeBatch",
        "e38335e5",
        abi.nothing,
        (ADDRESSS, UINT256S, BYTESS, BYTES32, BYTES32),
        (targets, values, payloads, predecessor, salt),
    )


def get_min_delay() -> abi.Call[int]:
    """``getMinDelay()``, view."""
    return abi.call(NAME, "getMinDelay", "f27a0c92", abi.one(UINT256))


def get_operation_state(id: bytes) -> abi.Call[int]:
    """``getOperationState(bytes32)``, view."""
    return abi.call(NAME, "getOperationState", "7958004c", abi.one(UINT8), (BYTES32,), (id,))


def get_role_admin(role: bytes) -> abi.Call[bytes]:
    """``getRoleAdmin(bytes32)``, view."""
    return abi.call(NAME, "getRoleAdmin", "248a9ca3", abi.one(BYTES32), (BYTES32,), (role,))


def get_timestamp(id: bytes) -> abi.Call[int]:
    """``getTimestamp(bytes32)``, view."""
    return abi.call(NAME, "getTimestamp", "d45c4435", abi.one(UINT256), (BYTES32,), (id,))


def grant_role(role: bytes, account: bytes) -> abi.Call[None]:
    """``grantRole(bytes32,address)``, nonpayable."""
    return abi.call(NAME, "grantRole", "2f2ff15d", abi.nothing, (BYTES32, ADDRESS), (role, account))


def has_role(role: bytes, account: bytes) -> abi.Call[bool]:
    """``hasRole(bytes32,address)``, view."""
    return abi.call(NAME, "hasRole", "91d14854", abi.one(BOOL), (BYTES32, ADDRESS), (role, account))


def hash_operation(
    target: bytes, value: int, data: bytes, predecessor: bytes, salt: bytes
) -> abi.Call[bytes]:
    """``hashOperation(address,uint256,bytes,bytes32,bytes32)``, pure."""
    return abi.call(
        NAME,
        "hashOperation",
        "8065657f",
        abi.one(BYTES32),
        (ADDRESS, UINT256, BYTES, BYTES32, BYTES32),
        (target, value, data, predecessor, salt),
    )


def hash_operation_batch(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    payloads: tuple[bytes, ...],
    predecessor: bytes,
    salt: bytes,
) -> abi.Call[bytes]:
    """``hashOperationBatch(address[],uint256[],bytes[],bytes32,bytes32)``, pure."""
    return abi.call(
        NAME,
        "hashOperationBatch",
        "b1c5f427",
        abi.one(BYTES32),
        (ADDRESSS, UINT256S, BYTESS, BYTES32, BYTES32),
        (targets, values, payloads, predecessor, salt),
    )


def is_operation(id: bytes) -> abi.Call[bool]:
    """``isOperation(bytes32)``, view."""
    return abi.call(NAME, "isOperation", "31d50750", abi.one(BOOL), (BYTES32,), (id,))


def is_operation_done(id: bytes) -> abi.Call[bool]:
    """``isOperationDone(bytes32)``, view."""
    return abi.call(NAME, "isOperationDone", "2ab0f529", abi.one(BOOL), (BYTES32,), (id,))


def is_operation_pending(id: bytes) -> abi.Call[bool]:
    """``isOperationPending(bytes32)``, view."""
    return abi.call(NAME, "isOperationPending", "584b153e", abi.one(BOOL), (BYTES32,), (id,))


def is_operation_ready(id: bytes) -> abi.Call[bool]:
    """``isOperationReady(bytes32)``, view."""
    return abi.call(NAME, "isOperationReady", "13bc9f20", abi.one(BOOL), (BYTES32,), (id,))


def on_erc1155_batch_received(
    argument_0: bytes,
    argument_1: bytes,
    argument_2: tuple[int, ...],
    argument_3: tuple[int, ...],
    argument_4: bytes,
) -> abi.Call[bytes]:
    """``onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "onERC1155BatchReceived",
        "bc197c81",
        abi.one(BYTES4),
        (ADDRESS, ADDRESS, UINT256S, UINT256S, BYTES),
        (argument_0, argument_1, argument_2, argument_3, argument_4),
    )


def on_erc1155_received(
    argument_0: bytes, argument_1: bytes, argument_2: int, argument_3: int, argument_4: bytes
) -> abi.Call[bytes]:
    """``onERC1155Received(address,address,uint256,uint256,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "onERC1155Received",
        "f23a6e61",
        abi.one(BYTES4),
        (ADDRESS, ADDRESS, UINT256, UINT256, BYTES),
        (argument_0, argument_1, argument_2, argument_3, argument_4),
    )


def on_erc721_received(
    argument_0: bytes, argument_1: bytes, argument_2: int, argument_3: bytes
) -> abi.Call[bytes]:
    """``onERC721Received(address,address,uint256,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "onERC721Received",
        "150b7a02",
        abi.one(BYTES4),
        (ADDRESS, ADDRESS, UINT256, BYTES),
        (argument_0, argument_1, argument_2, argument_3),
    )


def renounce_role(role: bytes, caller_confirmation: bytes) -> abi.Call[None]:
    """``renounceRole(bytes32,address)``, nonpayable."""
    return abi.call(
        NAME,
        "renounceRole",
        "36568abe",
        abi.nothing,
        (BYTES32, ADDRESS),
        (role, caller_confirmation),
    )


def revoke_role(role: bytes, account: bytes) -> abi.Call[None]:
    """``revokeRole(bytes32,address)``, nonpayable."""
    return abi.call(
        NAME, "revokeRole", "d547741f", abi.nothing, (BYTES32, ADDRESS), (role, account)
    )


def schedule(
    target: bytes, value: int, data: bytes, predecessor: bytes, salt: bytes, delay: int
) -> abi.Call[None]:
    """``schedule(address,uint256,bytes,bytes32,bytes32,uint256)``, nonpayable."""
    return abi.call(
        NAME,
        "schedule",
        "01d5062a",
        abi.nothing,
        (ADDRESS, UINT256, BYTES, BYTES32, BYTES32, UINT256),
        (target, value, data, predecessor, salt, delay),
    )


def schedule_batch(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    payloads: tuple[bytes, ...],
    predecessor: bytes,
    salt: bytes,
    delay: int,
) -> abi.Call[None]:
    """``scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)``, nonpayable."""
    return abi.call(
        NAME,
        "scheduleBatch",
        "8f2a0bb0",
        abi.nothing,
        (ADDRESSS, UINT256S, BYTESS, BYTES32, BYTES32, UINT256),
        (targets, values, payloads, predecessor, salt, delay),
    )


def supports_interface(interface_id: bytes) -> abi.Call[bool]:
    """``supportsInterface(bytes4)``, view."""
    return abi.call(
        NAME, "supportsInterface", "01ffc9a7", abi.one(BOOL), (BYTES4,), (interface_id,)
    )


def update_delay(new_delay: int) -> abi.Call[None]:
    """``updateDelay(uint256)``, nonpayable."""
    return abi.call(NAME, "updateDelay", "64d62353", abi.nothing, (UINT256,), (new_delay,))
