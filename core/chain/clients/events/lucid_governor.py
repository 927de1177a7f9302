"""What LucidGovernor logs; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT64 = abi.uint(64)
UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS
ADDRESSS = abi.array(ADDRESS)
UINT256S = abi.array(UINT256)
STRING = abi.STRING
STRINGS = abi.array(STRING)
BYTES = abi.BYTES
BYTESS = abi.array(BYTES)
UINT8 = abi.uint(8)


@dataclass(frozen=True)
class EIP712DomainChanged(abi.ContractEvent):
    """``EIP712DomainChanged()``."""

    NAME = "EIP712DomainChanged"
    TOPIC = bytes.fromhex("0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31")
    INDEXED = ()
    KINDS = ()


@dataclass(frozen=True)
class LateQuorumVoteExtensionSet(abi.ContractEvent):
    """``LateQuorumVoteExtensionSet(uint64,uint64)``."""

    NAME = "LateQuorumVoteExtensionSet"
    TOPIC = bytes.fromhex("7ca4ac117ed3cdce75c1161d8207c440389b1a15d69d096831664657c07dafc2")
    INDEXED = (False, False)
    KINDS = (UINT64, UINT64)

    old_vote_extension: int
    new_vote_extension: int


@dataclass(frozen=True)
class ProposalCanceled(abi.ContractEvent):
    """``ProposalCanceled(uint256)``."""

    NAME = "ProposalCanceled"
    TOPIC = bytes.fromhex("789cf55be980739dad1d0699b93b58e806b51c9d96619bfa8fe0a28abaa7b30c")
    INDEXED = (False,)
    KINDS = (UINT256,)

    proposal_id: int


@dataclass(frozen=True)
class ProposalCreated(abi.ContractEvent):
    """``ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)``."""

    NAME = "ProposalCreated"
    TOPIC = bytes.fromhex("7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e0")
    INDEXED = (False, False, False, False, False, False, False, False, False)
    KINDS = (UINT256, ADDRESS, ADDRESSS, UINT256S, STRINGS, BYTESS, UINT256, UINT256, STRING)

    proposal_id: int
    proposer: bytes
    targets: tuple[bytes, ...]
    values: tuple[int, ...]
    signatures: tuple[str, ...]
    calldatas: tuple[bytes, ...]
    vote_start: int
    vote_end: int
    description: str


@dataclass(frozen=True)
class ProposalExecuted(abi.ContractEvent):
    """``ProposalExecuted(uint256)``."""

    NAME = "ProposalExecuted"
    TOPIC = bytes.fromhex("712ae1383f79ac853f8d882153778e0260ef8f03b504e2866e0593e04d2b291f")
    INDEXED = (False,)
    KINDS = (UINT256,)

    proposal_id: int


@dataclass(frozen=True)
class ProposalExtended(abi.ContractEvent):
    """``ProposalExtended(uint256,uint64)``."""

    NAME = "ProposalExtended"
    TOPIC = bytes.fromhex("541f725fb9f7c98a30cc9c0ff32fbb14358cd7159c847a3aa20a2bdc442ba511")
    INDEXED = (True, False)
    KINDS = (UINT256, UINT64)

    proposal_id: int
    extended_deadline: int


@dataclass(frozen=True)
class ProposalQueued(abi.ContractEvent):
    """``ProposalQueued(uint256,uint256)``."""

    NAME = "ProposalQueued"
    TOPIC = bytes.fromhex("9a2e42fd6722813d69113e7d0079d3d940171428df7373df9c7f7617cfda2892")
    INDEXED = (False, False)
    KINDS = (UINT256, UINT256)

    proposal_id: int
    eta_seconds: int


@dataclass(frozen=True)
class TimelockChange(abi.ContractEvent):
    """``TimelockChange(address,address)``."""

    NAME = "TimelockChange"
    TOPIC = bytes.fromhex("08f74ea46ef7894f65eabfb5e6e695de773a000b47c529ab559178069b226401")
    INDEXED = (False, False)
    KINDS = (ADDRESS, ADDRESS)

    old_timelock: bytes
    new_timelock: bytes


@dataclass(frozen=True)
class VoteCast(abi.ContractEvent):
    """``VoteCast(address,uint256,uint8,uint256,string)``."""

    NAME = "VoteCast"
    TOPIC = bytes.fromhex("b8e138887d0aa13bab447e82de9d5c1777041ecd21ca36ba824ff1e6c07ddda4")
    INDEXED = (True, False, False, False, False)
    KINDS = (ADDRESS, UINT256, UINT8, UINT256, STRING)

    voter: bytes
    proposal_id: int
    support: int
    weight: int
    reason: str


@dataclass(frozen=True)
class VoteCastWithParams(abi.ContractEvent):
    """``VoteCastWithParams(address,uint256,uint8,uint256,string,bytes)``."""

    NAME = "VoteCastWithParams"
    TOPIC = bytes.fromhex("e2babfbac5889a709b63bb7f598b324e08bc5a4fb9ec647fb3cbc9ec07eb8712")
    INDEXED = (True, False, False, False, False, False)
    KINDS = (ADDRESS, UINT256, UINT8, UINT256, STRING, BYTES)

    voter: bytes
    proposal_id: int
    support: int
    weight: int
    reason: str
    params: bytes
