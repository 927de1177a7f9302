"""What PayoutRouterV0 logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

BYTES32 = abi.fixed(32)
UINT64 = abi.uint(64)
UINT32 = abi.uint(32)
ADDRESS = abi.ADDRESS
ADDRESS_3 = abi.array(ADDRESS, 3)


@dataclass(frozen=True)
class BatchClosed(abi.ContractEvent):
    """``BatchClosed(bytes32,uint64)``."""

    NAME = "BatchClosed"
    TOPIC = bytes.fromhex("4f8590fde812c964156e95d44ad7f114e2423ed42016e34748aa5ef29138e97d")
    INDEXED = (True, False)
    KINDS = (BYTES32, UINT64)

    root: bytes
    unpaid: int


@dataclass(frozen=True)
class BatchOpened(abi.ContractEvent):
    """``BatchOpened(bytes32,uint32,uint64,uint32,uint64)``."""

    NAME = "BatchOpened"
    TOPIC = bytes.fromhex("8c4954e31dfab5a5055937f35d3a970f026121b7021b128e992f1fcb8034883c")
    INDEXED = (True, True, False, False, False)
    KINDS = (BYTES32, UINT32, UINT64, UINT32, UINT64)

    root: bytes
    month: int
    total: int
    count: int
    expires_at: int


@dataclass(frozen=True)
class BatchPaid(abi.ContractEvent):
    """``BatchPaid(bytes32,address,uint32,uint64)``."""

    NAME = "BatchPaid"
    TOPIC = bytes.fromhex("cab412a41361f52704c56925930064316994489473f195558e02da1495d850e9")
    INDEXED = (True, True, False, False)
    KINDS = (BYTES32, ADDRESS, UINT32, UINT64)

    root: bytes
    payee: bytes
    index: int
    amount: int


@dataclass(frozen=True)
class CapsChanged(abi.ContractEvent):
    """``CapsChanged(uint32,uint64,uint64,uint64,uint64)``."""

    NAME = "CapsChanged"
    TOPIC = bytes.fromhex("f9292eea3937e4a7de01cc1bbe8c238eec0977720de0c482d6e671b7f0de7ed1")
    INDEXED = (True, False, False, False, False)
    KINDS = (UINT32, UINT64, UINT64, UINT64, UINT64)

    change: int
    old_payment_cap: int
    payment_cap: int
    old_daily_cap: int
    daily_cap: int


@dataclass(frozen=True)
class PauserChanged(abi.ContractEvent):
    """``PauserChanged(uint32,address,address)``."""

    NAME = "PauserChanged"
    TOPIC = bytes.fromhex("b57381d40843ed9498ca9cab4f1ae0885882c2446a98ebb4caa3eb0fa4fdc04b")
    INDEXED = (True, False, False)
    KINDS = (UINT32, ADDRESS, ADDRESS)

    change: int
    old_pauser: bytes
    pauser: bytes


@dataclass(frozen=True)
class PayoutPaid(abi.ContractEvent):
    """``PayoutPaid(bytes32,address,uint64)``."""

    NAME = "PayoutPaid"
    TOPIC = bytes.fromhex("dd6c629195e9ba4ba3fbe1d1cb667a608f3a45a3b28794a9785deb4eb23c2954")
    INDEXED = (True, True, False)
    KINDS = (BYTES32, ADDRESS, UINT64)

    payout_id: bytes
    payee: bytes
    amount: int


@dataclass(frozen=True)
class PayoutsPaused(abi.ContractEvent):
    """``PayoutsPaused(address)``."""

    NAME = "PayoutsPaused"
    TOPIC = bytes.fromhex("70be64eac8b576db3219c772118b2a34ef4ea4fb7835df911728e6fa9b510737")
    INDEXED = (True,)
    KINDS = (ADDRESS,)

    pauser: bytes


@dataclass(frozen=True)
class PayoutsResumed(abi.ContractEvent):
    """``PayoutsResumed(uint32)``."""

    NAME = "PayoutsResumed"
    TOPIC = bytes.fromhex("e41959857e3510c3102bdf1e262dd03ef52bedb0eba9bc5f53d2d9a72cde35bb")
    INDEXED = (True,)
    KINDS = (UINT32,)

    change: int


@dataclass(frozen=True)
class SignersRotated(abi.ContractEvent):
    """``SignersRotated(uint32,address[3],address,uint64)``."""

    NAME = "SignersRotated"
    TOPIC = bytes.fromhex("d2bd65012c8643dd38251add9fd40b8de4a12b94f9651b4919d2cb550a86eb47")
    INDEXED = (True, False, False, False)
    KINDS = (UINT32, ADDRESS_3, ADDRESS, UINT64)

    number: int
    approvers: tuple[bytes, ...]
    compliance_signer: bytes
    effective_at: int
