"""What LucidToken refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS


@dataclass(frozen=True)
class CapExceeded(abi.ContractError):
    """``CapExceeded(uint256,uint256)``."""

    NAME = "CapExceeded"
    SELECTOR = bytes.fromhex("f480e285")
    KINDS = (UINT256, UINT256)

    left: int
    asked: int


@dataclass(frozen=True)
class ERC20InsufficientAllowance(abi.ContractError):
    """``ERC20InsufficientAllowance(address,uint256,uint256)``."""

    NAME = "ERC20InsufficientAllowance"
    SELECTOR = bytes.fromhex("fb8f41b2")
    KINDS = (ADDRESS, UINT256, UINT256)

    spender: bytes
    allowance: int
    needed: int


@dataclass(frozen=True)
class ERC20InsufficientBalance(abi.ContractError):
    """``ERC20InsufficientBalance(address,uint256,uint256)``."""

    NAME = "ERC20InsufficientBalance"
    SELECTOR = bytes.fromhex("e450d38c")
    KINDS = (ADDRESS, UINT256, UINT256)

    sender: bytes
    balance: int
    needed: int


@dataclass(frozen=True)
class ERC20InvalidApprover(abi.ContractError):
    """``ERC20InvalidApprover(address)``."""

    NAME = "ERC20InvalidApprover"
    SELECTOR = bytes.fromhex("e602df05")
    KINDS = (ADDRESS,)

    approver: bytes


@dataclass(frozen=True)
class ERC20InvalidReceiver(abi.ContractError):
    """``ERC20InvalidReceiver(address)``."""

    NAME = "ERC20InvalidReceiver"
    SELECTOR = bytes.fromhex("ec442f05")
    KINDS = (ADDRESS,)

    receiver: bytes


@dataclass(frozen=True)
class ERC20InvalidSender(abi.ContractError):
    """``ERC20InvalidSender(address)``."""

    NAME = "ERC20InvalidSender"
    SELECTOR = bytes.fromhex("96c6fd1e")
    KINDS = (ADDRESS,)

    sender: bytes


@dataclass(frozen=True)
class ERC20InvalidSpender(abi.ContractError):
    """``ERC20InvalidSpender(address)``."""

    NAME = "ERC20InvalidSpender"
    SELECTOR = bytes.fromhex("94280d62")
    KINDS = (ADDRESS,)

    spender: bytes


@dataclass(frozen=True)
class ERC2612ExpiredSignature(abi.ContractError):
    """``ERC2612ExpiredSignature(uint256)``."""

    NAME = "ERC2612ExpiredSignature"
    SELECTOR = bytes.fromhex("62791302")
    KINDS = (UINT256,)

    deadline: int


@dataclass(frozen=True)
class ERC2612InvalidSigner(abi.ContractError):
    """``ERC2612InvalidSigner(address,address)``."""

    NAME = "ERC2612InvalidSigner"
    SELECTOR = bytes.fromhex("4b800e46")
    KINDS = (ADDRESS, ADDRESS)

    signer: bytes
    owner: bytes


@dataclass(frozen=True)
class NotMinter(abi.ContractError):
    """``NotMinter(address)``."""

    NAME = "NotMinter"
    SELECTOR = bytes.fromhex("361c31f2")
    KINDS = (ADDRESS,)

    caller: bytes
