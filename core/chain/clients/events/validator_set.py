"""What ValidatorSet logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT32 = abi.uint(32)
ADDRESS = abi.ADDRESS
ADDRESSS = abi.array(ADDRESS)


@dataclass(frozen=True)
class ValidatorsRotated(abi.ContractEvent):
    """``ValidatorsRotated(uint32,address[])``."""

    NAME = "ValidatorsRotated"
    TOPIC = bytes.fromhex("685feedac5905fc520e3633c319da70225e65f7c5a0aece5d54426f5c7d1efe7")
    INDEXED = (True, False)
    KINDS = (UINT32, ADDRESSS)

    version: int
    members: tuple[bytes, ...]
