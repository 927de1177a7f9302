"""What LucidRewards logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT64 = abi.uint(64)
UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS


@dataclass(frozen=True)
class EIP712DomainChanged(abi.ContractEvent):
    """``EIP712DomainChanged()``."""

    NAME = "EIP712DomainChanged"
    TOPIC = bytes.fromhex("0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31")
    INDEXED = ()
    KINDS = ()


@dataclass(frozen=True)
class SlotRewarded(abi.ContractEvent):
    """``SlotRewarded(uint64,uint256,address,uint256)``."""

    NAME = "SlotRewarded"
    TOPIC = bytes.fromhex("1f1f6b4fad79c95b2880fc59f44e5b687f171ce4ad4aba29fcb17bf96dc2d96d")
    INDEXED = (True, True, True, False)
    KINDS = (UINT64, UINT256, ADDRESS, UINT256)

    slot: int
    node_id: int
    account: bytes
    amount: int
