"""What LucidGovernor refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

ADDRESS = abi.ADDRESS
BYTES4 = abi.fixed(4)
UINT256 = abi.uint(256)
STRING = abi.STRING
UINT8 = abi.uint(8)
BYTES32 = abi.fixed(32)


@dataclass(frozen=True)
class AllowedListMalformed(abi.ContractError):
    """``AllowedListMalformed(address,bytes4)``."""

    NAME = "AllowedListMalformed"
    SELECTOR = bytes.fromhex("ea1668e4")
    KINDS = (ADDRESS, BYTES4)

    target: bytes
    selector: bytes


@dataclass(frozen=True)
class ArgumentsMalformed(abi.ContractError):
    """``ArgumentsMalformed(uint256)``."""

    NAME = "ArgumentsMalformed"
    SELECTOR = bytes.fromhex("33f1844f")
    KINDS = (UINT256,)

    index: int


@dataclass(frozen=True)
class CallNotAllowed(abi.ContractError):
    """``CallNotAllowed(uint256,address,bytes4)``."""

    NAME = "CallNotAllowed"
    SELECTOR = bytes.fromhex("a9e16ce5")
    KINDS = (UINT256, ADDRESS, BYTES4)

    index: int
    target: bytes
    selector: bytes


@dataclass(frozen=True)
class ClockMismatch(abi.ContractError):
    """``ClockMismatch(string)``."""

    NAME = "ClockMismatch"
    SELECTOR = bytes.fromhex("0fc5b7cb")
    KINDS = (STRING,)

    mode: str


@dataclass(frozen=True)
class FixedForEver(abi.ContractError):
    """``FixedForEver()``."""

    NAME = "FixedForEver"
    SELECTOR = bytes.fromhex("9d81a0b1")
    KINDS = ()


@dataclass(frozen=True)
class GovernorAlreadyCastVote(abi.ContractError):
    """``GovernorAlreadyCastVote(address)``."""

    NAME = "GovernorAlreadyCastVote"
    SELECTOR = bytes.fromhex("71c6af49")
    KINDS = (ADDRESS,)

    voter: bytes


@dataclass(frozen=True)
class GovernorAlreadyQueuedProposal(abi.ContractError):
    """``GovernorAlreadyQueuedProposal(uint256)``."""

    NAME = "GovernorAlreadyQueuedProposal"
    SELECTOR = bytes.fromhex("f20e7d37")
    KINDS = (UINT256,)

    proposal_id: int


@dataclass(frozen=True)
class GovernorDisabledDeposit(abi.ContractError):
    """``GovernorDisabledDeposit()``."""

    NAME = "GovernorDisabledDeposit"
    SELECTOR = bytes.fromhex("e90a651e")
    KINDS = ()


@dataclass(frozen=True)
class GovernorInsufficientProposerVotes(abi.ContractError):
    """``GovernorInsufficientProposerVotes(address,uint256,uint256)``."""

    NAME = "GovernorInsufficientProposerVotes"
    SELECTOR = bytes.fromhex("c242ee16")
    KINDS = (ADDRESS, UINT256, UINT256)

    proposer: bytes
    votes: int
    threshold: int


@dataclass(frozen=True)
class GovernorInvalidProposalLength(abi.ContractError):
    """``GovernorInvalidProposalLength(uint256,uint256,uint256)``."""

    NAME = "GovernorInvalidProposalLength"
    SELECTOR = bytes.fromhex("447b05d0")
    KINDS = (UINT256, UINT256, UINT256)

    targets: int
    calldatas: int
    values: int


@dataclass(frozen=True)
class GovernorInvalidSignature(abi.ContractError):
    """``GovernorInvalidSignature(address)``."""

    NAME = "GovernorInvalidSignature"
    SELECTOR = bytes.fromhex("94ab6c07")
    KINDS = (ADDRESS,)

    voter: bytes


@dataclass(frozen=True)
class GovernorInvalidVoteParams(abi.ContractError):
    """``GovernorInvalidVoteParams()``."""

    NAME = "GovernorInvalidVoteParams"
    SELECTOR = bytes.fromhex("867db771")
    KINDS = ()


@dataclass(frozen=True)
class GovernorInvalidVoteType(abi.ContractError):
    """``GovernorInvalidVoteType()``."""

    NAME = "GovernorInvalidVoteType"
    SELECTOR = bytes.fromhex("06b337c2")
    KINDS = ()


@dataclass(frozen=True)
class GovernorInvalidVotingPeriod(abi.ContractError):
    """``GovernorInvalidVotingPeriod(uint256)``."""

    NAME = "GovernorInvalidVotingPeriod"
    SELECTOR = bytes.fromhex("f1cfbf05")
    KINDS = (UINT256,)

    voting_period: int


@dataclass(frozen=True)
class GovernorNonexistentProposal(abi.ContractError):
    """``GovernorNonexistentProposal(uint256)``."""

    NAME = "GovernorNonexistentProposal"
    SELECTOR = bytes.fromhex("6ad06075")
    KINDS = (UINT256,)

    proposal_id: int


@dataclass(frozen=True)
class GovernorOnlyExecutor(abi.ContractError):
    """``GovernorOnlyExecutor(address)``."""

    NAME = "GovernorOnlyExecutor"
    SELECTOR = bytes.fromhex("47096e47")
    KINDS = (ADDRESS,)

    account: bytes


@dataclass(frozen=True)
class GovernorPreventLateQuorumVoteExtensionTooLarge(abi.ContractError):
    """``GovernorPreventLateQuorumVoteExtensionTooLarge(uint256,uint256)``."""

    NAME = "GovernorPreventLateQuorumVoteExtensionTooLarge"
    SELECTOR = bytes.fromhex("64230eda")
    KINDS = (UINT256, UINT256)

    new_vote_extension: int
    max_vote_extension: int


@dataclass(frozen=True)
class GovernorProposalQueueingFailed(abi.ContractError):
    """``GovernorProposalQueueingFailed(uint256)``."""

    NAME = "GovernorProposalQueueingFailed"
    SELECTOR = bytes.fromhex("ab2d0311")
    KINDS = (UINT256,)

    proposal_id: int


@dataclass(frozen=True)
class GovernorProposalQueueingNotRequired(abi.ContractError):
    """``GovernorProposalQueueingNotRequired(uint256)``."""

    NAME = "GovernorProposalQueueingNotRequired"
    SELECTOR = bytes.fromhex("d838bcb7")
    KINDS = (UINT256,)

    proposal_id: int


@dataclass(frozen=True)
class GovernorRestrictedProposer(abi.ContractError):
    """``GovernorRestrictedProposer(address)``."""

    NAME = "GovernorRestrictedProposer"
    SELECTOR = bytes.fromhex("d9b39557")
    KINDS = (ADDRESS,)

    proposer: bytes


@dataclass(frozen=True)
class GovernorUnableToCancel(abi.ContractError):
    """``GovernorUnableToCancel(uint256,address)``."""

    NAME = "GovernorUnableToCancel"
    SELECTOR = bytes.fromhex("8fe5d8a9")
    KINDS = (UINT256, ADDRESS)

    proposal_id: int
    account: bytes


@dataclass(frozen=True)
class GovernorUnexpectedProposalState(abi.ContractError):
    """``GovernorUnexpectedProposalState(uint256,uint8,bytes32)``."""

    NAME = "GovernorUnexpectedProposalState"
    SELECTOR = bytes.fromhex("31b75e4d")
    KINDS = (UINT256, UINT8, BYTES32)

    proposal_id: int
    current: int
    expected_states: bytes


@dataclass(frozen=True)
class NotEligible(abi.ContractError):
    """``NotEligible(address)``."""

    NAME = "NotEligible"
    SELECTOR = bytes.fromhex("3a1c1545")
    KINDS = (ADDRESS,)

    account: bytes


@dataclass(frozen=True)
class OnlyRotation(abi.ContractError):
    """``OnlyRotation(uint256,address,bytes4)``."""

    NAME = "OnlyRotation"
    SELECTOR = bytes.fromhex("49f446e8")
    KINDS = (UINT256, ADDRESS, BYTES4)

    index: int
    target: bytes
    selector: bytes


@dataclass(frozen=True)
class TargetForbidden(abi.ContractError):
    """``TargetForbidden(address)``."""

    NAME = "TargetForbidden"
    SELECTOR = bytes.fromhex("16359a82")
    KINDS = (ADDRESS,)

    target: bytes


@dataclass(frozen=True)
class TooManyCalls(abi.ContractError):
    """``TooManyCalls(uint256,uint256)``."""

    NAME = "TooManyCalls"
    SELECTOR = bytes.fromhex("3999d3be")
    KINDS = (UINT256, UINT256)

    given: int
    limit: int
