"""NodeRegistry, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "NodeRegistry"

ADDRESS = abi.ADDRESS
UINT48 = abi.uint(48)
BYTES32 = abi.fixed(32)
UINT256 = abi.uint(256)
BYTES1 = abi.fixed(1)
STRING = abi.STRING
UINT256S = abi.array(UINT256)
BOOL = abi.BOOL
BYTES = abi.BYTES
BYTES4 = abi.fixed(4)


@dataclass(frozen=True)
class Node(abi.Record):
    """The struct ``Node``."""

    NAME = "Node"
    KINDS = (ADDRESS, UINT48, UINT48, ADDRESS, ADDRESS, ADDRESS, BYTES32, BYTES32)

    operator: bytes
    registered_at: int
    departs_at: int
    key: bytes
    pool: bytes
    asked_pool: bytes
    identity_key: bytes
    onion_statement_hash: bytes


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


def params() -> abi.Call[bytes]:
    """``PARAMS()``, view."""
    return abi.call(NAME, "PARAMS", "484bcb47", abi.one(ADDRESS))


def announce_departure(node_id: int) -> abi.Call[None]:
    """``announceDeparture(uint256)``, nonpayable."""
    return abi.call(NAME, "announceDeparture", "b4c0e115", abi.nothing, (UINT256,), (node_id,))


def approve(argument_0: bytes, argument_1: int) -> abi.Call[None]:
    """``approve(address,uint256)``, pure."""
    return abi.call(
        NAME, "approve", "095ea7b3", abi.nothing, (ADDRESS, UINT256), (argument_0, argument_1)
    )


def ask_pool(node_id: int, pool: bytes) -> abi.Call[None]:
    """``askPool(uint256,address)``, nonpayable."""
    return abi.call(NAME, "askPool", "2a5a246f", abi.nothing, (UINT256, ADDRESS), (node_id, pool))


def balance_of(owner: bytes) -> abi.Call[int]:
    """``balanceOf(address)``, view."""
    return abi.call(NAME, "balanceOf", "70a08231", abi.one(UINT256), (ADDRESS,), (owner,))


def change_onion_statement(node_id: int, onion_statement_hash: bytes) -> abi.Call[None]:
    """``changeOnionStatement(uint256,bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "changeOnionStatement",
        "999070c1",
        abi.nothing,
        (UINT256, BYTES32),
        (node_id, onion_statement_hash),
    )


def count_of() -> abi.Call[int]:
    """``countOf()``, view."""
    return abi.call(NAME, "countOf", "357f8733", abi.one(UINT256))


def depart(node_id: int) -> abi.Call[None]:
    """``depart(uint256)``, nonpayable."""
    return abi.call(NAME, "depart", "765f1e86", abi.nothing, (UINT256,), (node_id,))


def eip712_domain() -> abi.Call[Eip712DomainAnswer]:
    """``eip712Domain()``, view."""
    return abi.call(NAME, "eip712Domain", "84b0196e", abi.several(Eip712DomainAnswer))


def get_approved(token_id: int) -> abi.Call[bytes]:
    """``getApproved(uint256)``, view."""
    return abi.call(NAME, "getApproved", "081812fc", abi.one(ADDRESS), (UINT256,), (token_id,))


def is_approved_for_all(owner: bytes, operator: bytes) -> abi.Call[bool]:
    """``isApprovedForAll(address,address)``, view."""
    return abi.call(
        NAME, "isApprovedForAll", "e985e9c5", abi.one(BOOL), (ADDRESS, ADDRESS), (owner, operator)
    )


def join_pool(node_id: int) -> abi.Call[None]:
    """``joinPool(uint256)``, nonpayable."""
    return abi.call(NAME, "joinPool", "34e7a19f", abi.nothing, (UINT256,), (node_id,))


def key_was_of(key: bytes, timepoint: int) -> abi.Call[int]:
    """``keyWasOf(address,uint48)``, view."""
    return abi.call(
        NAME, "keyWasOf", "dda418e3", abi.one(UINT256), (ADDRESS, UINT48), (key, timepoint)
    )


def last_node_id() -> abi.Call[int]:
    """``lastNodeId()``, view."""
    return abi.call(NAME, "lastNodeId", "042da775", abi.one(UINT256))


def leave_pool(node_id: int) -> abi.Call[None]:
    """``leavePool(uint256)``, nonpayable."""
    return abi.call(NAME, "leavePool", "9ca53f82", abi.nothing, (UINT256,), (node_id,))


def locked(token_id: int) -> abi.Call[bool]:
    """``locked(uint256)``, view."""
    return abi.call(NAME, "locked", "b45a3c0e", abi.one(BOOL), (UINT256,), (token_id,))


def name() -> abi.Call[str]:
    """``name()``, view."""
    return abi.call(NAME, "name", "06fdde03", abi.one(STRING))


def node_of(node_id: int) -> abi.Call[Node]:
    """``nodeOf(uint256)``, view."""
    return abi.call(NAME, "nodeOf", "a67aa194", abi.one(abi.record(Node)), (UINT256,), (node_id,))


def node_of_key(key: bytes) -> abi.Call[int]:
    """``nodeOfKey(address)``, view."""
    return abi.call(NAME, "nodeOfKey", "5ea70d50", abi.one(UINT256), (ADDRESS,), (key,))


def operator_of(node_id: int) -> abi.Call[bytes]:
    """``operatorOf(uint256)``, view."""
    return abi.call(NAME, "operatorOf", "f41875e1", abi.one(ADDRESS), (UINT256,), (node_id,))


def owner_of(token_id: int) -> abi.Call[bytes]:
    """``ownerOf(uint256)``, view."""
    return abi.call(NAME, "ownerOf", "6352211e", abi.one(ADDRESS), (UINT256,), (token_id,))


def register(
    node_key: bytes, identity_key: bytes, pool: bytes, onion_statement_hash: bytes, signature: bytes
) -> abi.Call[int]:
    """``register(address,bytes32,address,bytes32,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "register",
        "35181895",
        abi.one(UINT256),
        (ADDRESS, BYTES32, ADDRESS, BYTES32, BYTES),
        (node_key, identity_key, pool, onion_statement_hash, signature),
    )


def reward_account_of(node_id: int) -> abi.Call[bytes]:
    """``rewardAccountOf(uint256)``, view."""
    return abi.call(NAME, "rewardAccountOf", "d4881bf0", abi.one(ADDRESS), (UINT256,), (node_id,))


def rotate_key(node_id: int, new_key: bytes, signature: bytes) -> abi.Call[None]:
    """``rotateKey(uint256,address,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "rotateKey",
        "aa55bf22",
        abi.nothing,
        (UINT256, ADDRESS, BYTES),
        (node_id, new_key, signature),
    )


def safe_transfer_from(from_: bytes, to: bytes, token_id: int) -> abi.Call[None]:
    """``safeTransferFrom(address,address,uint256)``, nonpayable."""
    return abi.call(
        NAME,
        "safeTransferFrom",
        "42842e0e",
        abi.nothing,
        (ADDRESS, ADDRESS, UINT256),
        (from_, to, token_id),
    )


def safe_transfer_from_with_data(
    from_: bytes, to: bytes, token_id: int, data: bytes
) -> abi.Call[None]:
    """``safeTransferFrom(address,address,uint256,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "safeTransferFrom",
        "b88d4fde",
        abi.nothing,
        (ADDRESS, ADDRESS, UINT256, BYTES),
        (from_, to, token_id, data),
    )


def set_approval_for_all(argument_0: bytes, argument_1: bool) -> abi.Call[None]:
    """``setApprovalForAll(address,bool)``, pure."""
    return abi.call(
        NAME,
        "setApprovalForAll",
        "a22cb465",
        abi.nothing,
        (ADDRESS, BOOL),
        (argument_0, argument_1),
    )


def supports_interface(interface_id: bytes) -> abi.Call[bool]:
    """``supportsInterface(bytes4)``, view."""
    return abi.call(
        NAME, "supportsInterface", "01ffc9a7", abi.one(BOOL), (BYTES4,), (interface_id,)
    )


def symbol() -> abi.Call[str]:
    """``symbol()``, view."""
    return abi.call(NAME, "symbol", "95d89b41", abi.one(STRING))


def token_uri(token_id: int) -> abi.Call[str]:
    """``tokenURI(uint256)``, view."""
    return abi.call(NAME, "tokenURI", "c87b56dd", abi.one(STRING), (UINT256,), (token_id,))


def transfer_from(from_: bytes, to: bytes, token_id: int) -> abi.Call[None]:
    """``transferFrom(address,address,uint256)``, nonpayable."""
    return abi.call(
        NAME,
        "transferFrom",
        "23b872dd",
        abi.nothing,
        (ADDRESS, ADDRESS, UINT256),
        (from_, to, token_id),
    )
