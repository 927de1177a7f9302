"""What NodeRegistry logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
UINT256 = abi.uint(256)
BOOL = abi.BOOL
UINT48 = abi.uint(48)
BYTES32 = abi.fixed(32)


@dataclass(frozen=True)
class Approval(abi.ContractEvent):
    """``Approval(address,address,uint256)``."""

    NAME = "Approval"
    TOPIC = bytes.fromhex("8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925")
    INDEXED = (True, True, True)
    KINDS = (ADDRESS, ADDRESS, UINT256)

    owner: bytes
    approved: bytes
    token_id: int


@dataclass(frozen=True)
class ApprovalForAll(abi.ContractEvent):
    """``ApprovalForAll(address,address,bool)``."""

    NAME = "ApprovalForAll"
    TOPIC = bytes.fromhex("17307eab39ab6107e8899845ad3d59bd9653f200f220920489ca2b5937696c31")
    INDEXED = (True, True, False)
    KINDS = (ADDRESS, ADDRESS, BOOL)

    owner: bytes
    operator: bytes
    approved: bool


@dataclass(frozen=True)
class DepartureAnnounced(abi.ContractEvent):
    """``DepartureAnnounced(uint256,address,uint48)``."""

    NAME = "DepartureAnnounced"
    TOPIC = bytes.fromhex("5ce370d9fb8d0bb418b4b9e2adb946b7d183a3cec7003badc3abe6186361da92")
    INDEXED = (True, True, False)
    KINDS = (UINT256, ADDRESS, UINT48)

    node_id: int
    operator: bytes
    departs_at: int


@dataclass(frozen=True)
class EIP712DomainChanged(abi.ContractEvent):
    """``EIP712DomainChanged()``."""

    NAME = "EIP712DomainChanged"
    TOPIC = bytes.fromhex("0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31")
    INDEXED = ()
    KINDS = ()


@dataclass(frozen=True)
class Locked(abi.ContractEvent):
    """``Locked(uint256)``."""

    NAME = "Locked"
    TOPIC = bytes.fromhex("032bc66be43dbccb7487781d168eb7bda224628a3b2c3388bdf69b532a3a1611")
    INDEXED = (False,)
    KINDS = (UINT256,)

    token_id: int


@dataclass(frozen=True)
class NodeDeparted(abi.ContractEvent):
    """``NodeDeparted(uint256,address)``."""

    NAME = "NodeDeparted"
    TOPIC = bytes.fromhex("62d612a33fa5ad4049c1f08263c0231615293b85ecc892d3f70aaa777b3edeae")
    INDEXED = (True, True)
    KINDS = (UINT256, ADDRESS)

    node_id: int
    operator: bytes


@dataclass(frozen=True)
class NodeKeyRotated(abi.ContractEvent):
    """``NodeKeyRotated(uint256,address,address)``."""

    NAME = "NodeKeyRotated"
    TOPIC = bytes.fromhex("7292fc9ccd71ef72fa9a993409e9a6a78317553942480b142e50c7b5bbf648ea")
    INDEXED = (True, True, True)
    KINDS = (UINT256, ADDRESS, ADDRESS)

    node_id: int
    old_key: bytes
    new_key: bytes


@dataclass(frozen=True)
class NodeRegistered(abi.ContractEvent):
    """``NodeRegistered(uint256,address,address,bytes32,bytes32)``."""

    NAME = "NodeRegistered"
    TOPIC = bytes.fromhex("e95c3caf04dbe551ecca68e85c42ddf6e6c77e4621a3e15928076a5ca57b387a")
    INDEXED = (True, True, True, False, False)
    KINDS = (UINT256, ADDRESS, ADDRESS, BYTES32, BYTES32)

    node_id: int
    operator: bytes
    node_key: bytes
    identity_key: bytes
    onion_statement_hash: bytes


@dataclass(frozen=True)
class OnionStatementChanged(abi.ContractEvent):
    """``OnionStatementChanged(uint256,bytes32)``."""

    NAME = "OnionStatementChanged"
    TOPIC = bytes.fromhex("963e12a8b3b0e6890f43c5549c3719406efd15c17fb98dad35f3cbf29577af2e")
    INDEXED = (True, False)
    KINDS = (UINT256, BYTES32)

    node_id: int
    onion_statement_hash: bytes


@dataclass(frozen=True)
class PoolAsked(abi.ContractEvent):
    """``PoolAsked(uint256,address)``."""

    NAME = "PoolAsked"
    TOPIC = bytes.fromhex("8e4af867c39926bcb11e36e7eaf8c9fe1fdbc0809113c3fda7a29e104b0fce1e")
    INDEXED = (True, True)
    KINDS = (UINT256, ADDRESS)

    node_id: int
    pool: bytes


@dataclass(frozen=True)
class PoolJoined(abi.ContractEvent):
    """``PoolJoined(uint256,address)``."""

    NAME = "PoolJoined"
    TOPIC = bytes.fromhex("8d028106d3591842bc4c0d66d8c158ebdb5328cf938754a104db7bdff99a5d4c")
    INDEXED = (True, True)
    KINDS = (UINT256, ADDRESS)

    node_id: int
    pool: bytes


@dataclass(frozen=True)
class PoolLeft(abi.ContractEvent):
    """``PoolLeft(uint256,address)``."""

    NAME = "PoolLeft"
    TOPIC = bytes.fromhex("e34cc24d9df50431cb204eb82e69f2a958b5459d1d3e16456bbdf405f5be9e97")
    INDEXED = (True, True)
    KINDS = (UINT256, ADDRESS)

    node_id: int
    pool: bytes


@dataclass(frozen=True)
class Transfer(abi.ContractEvent):
    """``Transfer(address,address,uint256)``."""

    NAME = "Transfer"
    TOPIC = bytes.fromhex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
    INDEXED = (True, True, True)
    KINDS = (ADDRESS, ADDRESS, UINT256)

    from_: bytes
    to: bytes
    token_id: int


@dataclass(frozen=True)
class Unlocked(abi.ContractEvent):
    """``Unlocked(uint256)``."""

    NAME = "Unlocked"
    TOPIC = bytes.fromhex("f27b6ce5b2f5e68ddb2fd95a8a909d4ecf1daaac270935fff052feacb24f1842")
    INDEXED = (False,)
    KINDS = (UINT256,)

    token_id: int
