"""What ParamRegistry logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

BYTES32 = abi.fixed(32)
UINT256 = abi.uint(256)


@dataclass(frozen=True)
class ParameterChanged(abi.ContractEvent):
    """``ParameterChanged(bytes32,uint256,uint256,uint256,uint256)``."""

    NAME = "ParameterChanged"
    TOPIC = bytes.fromhex("d1b6c61498079fe5d660c7d9471e45ad149b83553ab8b0c4d053c899627aca1d")
    INDEXED = (True, False, False, False, False)
    KINDS = (BYTES32, UINT256, UINT256, UINT256, UINT256)

    key: bytes
    old_value: int
    new_value: int
    min_: int
    max_: int
