"""What LucidToken logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
UINT256 = abi.uint(256)


@dataclass(frozen=True)
class Approval(abi.ContractEvent):
    """``Approval(address,address,uint256)``."""

    NAME = "Approval"
    TOPIC = bytes.fromhex("8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925")
    INDEXED = (True, True, False)
    KINDS = (ADDRESS, ADDRESS, UINT256)

    owner: bytes
    spender: bytes
    value: int


@dataclass(frozen=True)
class EIP712DomainChanged(abi.ContractEvent):
    """``EIP712DomainChanged()``."""

    NAME = "EIP712DomainChanged"
    TOPIC = bytes.fromhex("0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31")
    INDEXED = ()
    KINDS = ()


@dataclass(frozen=True)
class Transfer(abi.ContractEvent):
    """``Transfer(address,address,uint256)``."""

    NAME = "Transfer"
    TOPIC = bytes.fromhex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
    INDEXED = (True, True, False)
    KINDS = (ADDRESS, ADDRESS, UINT256)

    from_: bytes
    to: bytes
    value: int
