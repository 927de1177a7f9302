"""What EligibilityManager logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
UINT256 = abi.uint(256)
UINT32 = abi.uint(32)


@dataclass(frozen=True)
class DelegateChanged(abi.ContractEvent):
    """``DelegateChanged(address,address,address)``."""

    NAME = "DelegateChanged"
    TOPIC = bytes.fromhex("3134e8a2e6d97e929a7e54011ea5485d7d196dd5f0ba4d4ef95803e8e3fc257f")
    INDEXED = (True, True, True)
    KINDS = (ADDRESS, ADDRESS, ADDRESS)

    delegator: bytes
    from_delegate: bytes
    to_delegate: bytes


@dataclass(frozen=True)
class DelegateVotesChanged(abi.ContractEvent):
    """``DelegateVotesChanged(address,uint256,uint256)``."""

    NAME = "DelegateVotesChanged"
    TOPIC = bytes.fromhex("dec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a724")
    INDEXED = (True, False, False)
    KINDS = (ADDRESS, UINT256, UINT256)

    delegate: bytes
    previous_votes: int
    new_votes: int


@dataclass(frozen=True)
class NodeQualified(abi.ContractEvent):
    """``NodeQualified(uint32,uint256)``."""

    NAME = "NodeQualified"
    TOPIC = bytes.fromhex("eb78923cf6dc11477e3c507be1ea76de56d7d9319fbda295955214a39f7cb595")
    INDEXED = (True, True)
    KINDS = (UINT32, UINT256)

    month: int
    node_id: int
