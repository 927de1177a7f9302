"""What NodeRegistry refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT256 = abi.uint(256)
UINT48 = abi.uint(48)
ADDRESS = abi.ADDRESS


@dataclass(frozen=True)
class DepartureAlreadyAnnounced(abi.ContractError):
    """``DepartureAlreadyAnnounced(uint256,uint48)``."""

    NAME = "DepartureAlreadyAnnounced"
    SELECTOR = bytes.fromhex("a1dbeef0")
    KINDS = (UINT256, UINT48)

    node_id: int
    departs_at: int


@dataclass(frozen=True)
class ERC721IncorrectOwner(abi.ContractError):
    """``ERC721IncorrectOwner(address,uint256,address)``."""

    NAME = "ERC721IncorrectOwner"
    SELECTOR = bytes.fromhex("64283d7b")
    KINDS = (ADDRESS, UINT256, ADDRESS)

    sender: bytes
    token_id: int
    owner: bytes


@dataclass(frozen=True)
class ERC721InsufficientApproval(abi.ContractError):
    """``ERC721InsufficientApproval(address,uint256)``."""

    NAME = "ERC721InsufficientApproval"
    SELECTOR = bytes.fromhex("177e802f")
    KINDS = (ADDRESS, UINT256)

    operator: bytes
    token_id: int


@dataclass(frozen=True)
class ERC721InvalidApprover(abi.ContractError):
    """``ERC721InvalidApprover(address)``."""

    NAME = "ERC721InvalidApprover"
    SELECTOR = bytes.fromhex("a9fbf51f")
    KINDS = (ADDRESS,)

    approver: bytes


@dataclass(frozen=True)
class ERC721InvalidOperator(abi.ContractError):
    """``ERC721InvalidOperator(address)``."""

    NAME = "ERC721InvalidOperator"
    SELECTOR = bytes.fromhex("5b08ba18")
    KINDS = (ADDRESS,)

    operator: bytes


@dataclass(frozen=True)
class ERC721InvalidOwner(abi.ContractError):
    """``ERC721InvalidOwner(address)``."""

    NAME = "ERC721InvalidOwner"
    SELECTOR = bytes.fromhex("89c62b64")
    KINDS = (ADDRESS,)

    owner: bytes


@dataclass(frozen=True)
class ERC721InvalidReceiver(abi.ContractError):
    """``ERC721InvalidReceiver(address)``."""

    NAME = "ERC721InvalidReceiver"
    SELECTOR = bytes.fromhex("64a0ae92")
    KINDS = (ADDRESS,)

    receiver: bytes


@dataclass(frozen=True)
class ERC721InvalidSender(abi.ContractError):
    """``ERC721InvalidSender(address)``."""

    NAME = "ERC721InvalidSender"
    SELECTOR = bytes.fromhex("73c6ac6e")
    KINDS = (ADDRESS,)

    sender: bytes


@dataclass(frozen=True)
class ERC721NonexistentToken(abi.ContractError):
    """``ERC721NonexistentToken(uint256)``."""

    NAME = "ERC721NonexistentToken"
    SELECTOR = bytes.fromhex("7e273289")
    KINDS = (UINT256,)

    token_id: int


@dataclass(frozen=True)
class KeyAlreadyUsed(abi.ContractError):
    """``KeyAlreadyUsed(address)``."""

    NAME = "KeyAlreadyUsed"
    SELECTOR = bytes.fromhex("000d0aed")
    KINDS = (ADDRESS,)

    key: bytes


@dataclass(frozen=True)
class KeyNotProven(abi.ContractError):
    """``KeyNotProven(address)``."""

    NAME = "KeyNotProven"
    SELECTOR = bytes.fromhex("8f2ea9cc")
    KINDS = (ADDRESS,)

    key: bytes


@dataclass(frozen=True)
class NodeUnknown(abi.ContractError):
    """``NodeUnknown(uint256)``."""

    NAME = "NodeUnknown"
    SELECTOR = bytes.fromhex("d1ec80f2")
    KINDS = (UINT256,)

    node_id: int


@dataclass(frozen=True)
class NotAllowed(abi.ContractError):
    """``NotAllowed(uint256,address)``."""

    NAME = "NotAllowed"
    SELECTOR = bytes.fromhex("4dbadd04")
    KINDS = (UINT256, ADDRESS)

    node_id: int
    caller: bytes


@dataclass(frozen=True)
class NotDepartedYet(abi.ContractError):
    """``NotDepartedYet(uint256,uint48)``."""

    NAME = "NotDepartedYet"
    SELECTOR = bytes.fromhex("3b7f601b")
    KINDS = (UINT256, UINT48)

    node_id: int
    departs_at: int


@dataclass(frozen=True)
class NotInPool(abi.ContractError):
    """``NotInPool(uint256)``."""

    NAME = "NotInPool"
    SELECTOR = bytes.fromhex("71b8bfba")
    KINDS = (UINT256,)

    node_id: int


@dataclass(frozen=True)
class Soulbound(abi.ContractError):
    """``Soulbound()``."""

    NAME = "Soulbound"
    SELECTOR = bytes.fromhex("a4420a95")
    KINDS = ()


@dataclass(frozen=True)
class TimepointNotPast(abi.ContractError):
    """``TimepointNotPast(uint48,uint48)``."""

    NAME = "TimepointNotPast"
    SELECTOR = bytes.fromhex("04751c72")
    KINDS = (UINT48, UINT48)

    timepoint: int
    now: int


@dataclass(frozen=True)
class TooManyNodes(abi.ContractError):
    """``TooManyNodes(address,uint256)``."""

    NAME = "TooManyNodes"
    SELECTOR = bytes.fromhex("90122888")
    KINDS = (ADDRESS, UINT256)

    operator: bytes
    most: int
