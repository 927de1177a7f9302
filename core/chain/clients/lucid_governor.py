"""LucidGovernor, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "LucidGovernor"

ADDRESS = abi.ADDRESS
BYTES4 = abi.fixed(4)
BYTES32 = abi.fixed(32)
STRING = abi.STRING
UINT256 = abi.uint(256)
ADDRESSS = abi.array(ADDRESS)
UINT256S = abi.array(UINT256)
BYTES = abi.BYTES
BYTESS = abi.array(BYTES)
UINT8 = abi.uint(8)
UINT48 = abi.uint(48)
BYTES1 = abi.fixed(1)
BOOL = abi.BOOL


@dataclass(frozen=True)
class Allowed(abi.Record):
    """The struct ``Allowed``."""

    NAME = "Allowed"
    KINDS = (ADDRESS, BYTES4)

    target: bytes
    selector: bytes


@dataclass(frozen=True)
class Eip712DomainAnswer(abi.Record):
    """What ``eip712Domain()`` answers."""

    NAME = "Eip712DomainAnswer"
    KINDS = (BYTES1, STRING, STRING, UINT256, ADDRESS, BYTES32, UINT256S)

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: bytes
    salt: bytes
    extensions: tuple[int, ...]


@dataclass(frozen=True)
class ProposalVotesAnswer(abi.Record):
    """What ``proposalVotes(uint256)`` answers."""

    NAME = "ProposalVotesAnswer"
    KINDS = (UINT256, UINT256, UINT256)

    against_votes: int
    for_votes: int
    abstain_votes: int


def ballot_typehash() -> abi.Call[bytes]:
    """``BALLOT_TYPEHASH()``, view."""
    return abi.call(NAME, "BALLOT_TYPEHASH", "deaaa7cc", abi.one(BYTES32))


def clock_mode() -> abi.Call[str]:
    """``CLOCK_MODE()``, pure."""
    return abi.call(NAME, "CLOCK_MODE", "4bf5d7e9", abi.one(STRING))


def counting_mode() -> abi.Call[str]:
    """``COUNTING_MODE()``, pure."""
    return abi.call(NAME, "COUNTING_MODE", "dd4e2ba5", abi.one(STRING))


def execution_window() -> abi.Call[int]:
    """``EXECUTION_WINDOW()``, view."""
    return abi.call(NAME, "EXECUTION_WINDOW", "3e65164a", abi.one(UINT256))


def extended_ballot_typehash() -> abi.Call[bytes]:
    """``EXTENDED_BALLOT_TYPEHASH()``, view."""
    return abi.call(NAME, "EXTENDED_BALLOT_TYPEHASH", "2fe3e261", abi.one(BYTES32))


def max_calls() -> abi.Call[int]:
    """``MAX_CALLS()``, view."""
    return abi.call(NAME, "MAX_CALLS", "b9add4b7", abi.one(UINT256))


def min_quorum() -> abi.Call[int]:
    """``MIN_QUORUM()``, view."""
    return abi.call(NAME, "MIN_QUORUM", "5f3ad709", abi.one(UINT256))


def queue_window() -> abi.Call[int]:
    """``QUEUE_WINDOW()``, view."""
    return abi.call(NAME, "QUEUE_WINDOW", "4e530131", abi.one(UINT256))


def quorum_percent() -> abi.Call[int]:
    """``QUORUM_PERCENT()``, view."""
    return abi.call(NAME, "QUORUM_PERCENT", "208fb590", abi.one(UINT256))


def standing_quorum_divisor() -> abi.Call[int]:
    """``STANDING_QUORUM_DIVISOR()``, view."""
    return abi.call(NAME, "STANDING_QUORUM_DIVISOR", "25991ded", abi.one(UINT256))


def allowed() -> abi.Call[tuple[Allowed, ...]]:
    """``allowed()``, view."""
    return abi.call(NAME, "allowed", "19e1fca4", abi.one(abi.array(abi.record(Allowed))))


def cancel(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    calldatas: tuple[bytes, ...],
    description_hash: bytes,
) -> abi.Call[int]:
    """``cancel(address[],uint256[],bytes[],bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "cancel",
        "452115d6",
        abi.one(UINT256),
        (ADDRESSS, UINT256S, BYTESS, BYTES32),
        (targets, values, calldatas, description_hash),
    )


def cast_vote(proposal_id: int, support: int) -> abi.Call[int]:
    """``castVote(uint256,uint8)``, nonpayable."""
    return abi.call(
        NAME, "castVote", "56781388", abi.one(UINT256), (UINT256, UINT8), (proposal_id, support)
    )


def cast_vote_by_sig(
    proposal_id: int, support: int, voter: bytes, signature: bytes
) -> abi.Call[int]:
    """``castVoteBySig(uint256,uint8,address,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "castVoteBySig",
        "8ff262e3",
        abi.one(UINT256),
        (UINT256, UINT8, ADDRESS, BYTES),
        (proposal_id, support, voter, signature),
    )


def cast_vote_with_reason(proposal_id: int, support: int, reason: str) -> abi.Call[int]:
    """``castVoteWithReason(uint256,uint8,string)``, nonpayable."""
    return abi.call(
        NAME,
        "castVoteWithReason",
        "7b3c71d3",
        abi.one(UINT256),
        (UINT256, UINT8, STRING),
        (proposal_id, support, reason),
    )


def cast_vote_with_reason_and_params(
    proposal_id: int, support: int, reason: str, params: bytes
) -> abi.Call[int]:
    """``castVoteWithReasonAndParams(uint256,uint8,string,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "castVoteWithReasonAndParams",
        "5f398a14",
        abi.one(UINT256),
        (UINT256, UINT8, STRING, BYTES),
        (proposal_id, support, reason, params),
    )


def cast_vote_with_reason_and_params_by_sig(
    proposal_id: int, support: int, voter: bytes, reason: str, params: bytes, signature: bytes
) -> abi.Call[int]:
    """``castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "castVoteWithReasonAndParamsBySig",
        "5b8d0e0d",
        abi.one(UINT256),
        (UINT256, UINT8, ADDRESS, STRING, BYTES, BYTES),
        (proposal_id, support, voter, reason, params, signature),
    )


def clock() -> abi.Call[int]:
    """``clock()``, view."""
    return abi.call(NAME, "clock", "91ddadf4", abi.one(UINT48))


def eip712_domain() -> abi.Call[Eip712DomainAnswer]:
    """``eip712Domain()``, view."""
    return abi.call(NAME, "eip712Domain", "84b0196e", abi.several(Eip712DomainAnswer))


def execute(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    calldatas: tuple[bytes, ...],
    description_hash: bytes,
) -> abi.Call[int]:
    """``execute(address[],uint256[],bytes[],bytes32)``, payable."""
    return abi.call(
        NAME,
        "execute",
        "2656227d",
        abi.one(UINT256),
        (ADDRESSS, UINT256S, BYTESS, BYTES32),
        (targets, values, calldatas, description_hash),
    )


def get_proposal_id(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    calldatas: tuple[bytes, ...],
    description_hash: bytes,
) -> abi.Call[int]:
    """``getProposalId(address[],uint256[],bytes[],bytes32)``, view."""
    return abi.call(
        NAME,
        "getProposalId",
        "a8f8a668",
        abi.one(UINT256),
        (ADDRESSS, UINT256S, BYTESS, BYTES32),
        (targets, values, calldatas, description_hash),
    )


def get_votes(account: bytes, timepoint: int) -> abi.Call[int]:
    """``getVotes(address,uint256)``, view."""
    return abi.call(
        NAME, "getVotes", "eb9019d4", abi.one(UINT256), (ADDRESS, UINT256), (account, timepoint)
    )


def get_votes_with_params(account: bytes, timepoint: int, params: bytes) -> abi.Call[int]:
    """``getVotesWithParams(address,uint256,bytes)``, view."""
    return abi.call(
        NAME,
        "getVotesWithParams",
        "9a802a6d",
        abi.one(UINT256),
        (ADDRESS, UINT256, BYTES),
        (account, timepoint, params),
    )


def has_voted(proposal_id: int, account: bytes) -> abi.Call[bool]:
    """``hasVoted(uint256,address)``, view."""
    return abi.call(
        NAME, "hasVoted", "43859632", abi.one(BOOL), (UINT256, ADDRESS), (proposal_id, account)
    )


def hash_proposal(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    calldatas: tuple[bytes, ...],
    description_hash: bytes,
) -> abi.Call[int]:
    """``hashProposal(address[],uint256[],bytes[],bytes32)``, pure."""
    return abi.call(
        NAME,
        "hashProposal",
        "c59057e4",
        abi.one(UINT256),
        (ADDRESSS, UINT256S, BYTESS, BYTES32),
        (targets, values, calldatas, description_hash),
    )


def late_quorum_vote_extension() -> abi.Call[int]:
    """``lateQuorumVoteExtension()``, view."""
    return abi.call(NAME, "lateQuorumVoteExtension", "32b8113e", abi.one(UINT48))


def missing(timepoint: int) -> abi.Call[int]:
    """``missing(uint256)``, view."""
    return abi.call(NAME, "missing", "b114daa4", abi.one(UINT256), (UINT256,), (timepoint,))


def name() -> abi.Call[str]:
    """``name()``, view."""
    return abi.call(NAME, "name", "06fdde03", abi.one(STRING))


def nonces(owner: bytes) -> abi.Call[int]:
    """``nonces(address)``, view."""
    return abi.call(NAME, "nonces", "7ecebe00", abi.one(UINT256), (ADDRESS,), (owner,))


def on_erc1155_batch_received(
    argument_0: bytes,
    argument_1: bytes,
    argument_2: tuple[int, ...],
    argument_3: tuple[int, ...],
    argument_4: bytes,
) -> abi.Call[bytes]:
    """``onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "onERC1155BatchReceived",
        "bc197c81",
        abi.one(BYTES4),
        (ADDRESS, ADDRESS, UINT256S, UINT256S, BYTES),
        (argument_0, argument_1, argument_2, argument_3, argument_4),
    )


def on_erc1155_received(
    argument_0: bytes, argument_1: bytes, argument_2: int, argument_3: int, argument_4: bytes
) -> abi.Call[bytes]:
    """``onERC1155Received(address,address,uint256,uint256,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "onERC1155Received",
        "f23a6e61",
        abi.one(BYTES4),
        (ADDRESS, ADDRESS, UINT256, UINT256, BYTES),
        (argument_0, argument_1, argument_2, argument_3, argument_4),
    )


def on_erc721_received(
    argument_0: bytes, argument_1: bytes, argument_2: int, argument_3: bytes
) -> abi.Call[bytes]:
    """``onERC721Received(address,address,uint256,bytes)``, nonpayable."""
    return abi.call(
        NAME,
        "onERC721Received",
        "150b7a02",
        abi.one(BYTES4),
        (ADDRESS, ADDRESS, UINT256, BYTES),
        (argument_0, argument_1, argument_2, argument_3),
    )


def proposal_deadline(proposal_id: int) -> abi.Call[int]:
    """``proposalDeadline(uint256)``, view."""
    return abi.call(
        NAME, "proposalDeadline", "c01f9e37", abi.one(UINT256), (UINT256,), (proposal_id,)
    )


def proposal_eta(proposal_id: int) -> abi.Call[int]:
    """``proposalEta(uint256)``, view."""
    return abi.call(NAME, "proposalEta", "ab58fb8e", abi.one(UINT256), (UINT256,), (proposal_id,))


def proposal_needs_queuing(proposal_id: int) -> abi.Call[bool]:
    """``proposalNeedsQueuing(uint256)``, view."""
    return abi.call(
        NAME, "proposalNeedsQueuing", "a9a95294", abi.one(BOOL), (UINT256,), (proposal_id,)
    )


def proposal_proposer(proposal_id: int) -> abi.Call[bytes]:
    """``proposalProposer(uint256)``, view."""
    return abi.call(
        NAME, "proposalProposer", "143489d0", abi.one(ADDRESS), (UINT256,), (proposal_id,)
    )


def proposal_snapshot(proposal_id: int) -> abi.Call[int]:
    """``proposalSnapshot(uint256)``, view."""
    return abi.call(
        NAME, "proposalSnapshot", "2d63f693", abi.one(UINT256), (UINT256,), (proposal_id,)
    )


def proposal_threshold() -> abi.Call[int]:
    """``proposalThreshold()``, pure."""
    return abi.call(NAME, "proposalThreshold", "b58131b0", abi.one(UINT256))


def proposal_votes(proposal_id: int) -> abi.Call[ProposalVotesAnswer]:
    """``proposalVotes(uint256)``, view."""
    return abi.call(
        NAME,
        "proposalVotes",
        "544ffc9c",
        abi.several(ProposalVotesAnswer),
        (UINT256,),
        (proposal_id,),
    )


def propose(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    calldatas: tuple[bytes, ...],
    description: str,
) -> abi.Call[int]:
    """``propose(address[],uint256[],bytes[],string)``, nonpayable."""
    return abi.call(
        NAME,
        "propose",
        "7d5e81e2",
        abi.one(UINT256),
        (ADDRESSS, UINT256S, BYTESS, STRING),
        (targets, values, calldatas, description),
    )


def queue(
    targets: tuple[bytes, ...],
    values: tuple[int, ...],
    calldatas: tuple[bytes, ...],
    description_hash: bytes,
) -> abi.Call[int]:
    """``queue(address[],uint256[],bytes[],bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "queue",
        "160cbed7",
        abi.one(UINT256),
        (ADDRESSS, UINT256S, BYTESS, BYTES32),
        (targets, values, calldatas, description_hash),
    )


def quorum(timepoint: int) -> abi.Call[int]:
    """``quorum(uint256)``, view."""
    return abi.call(NAME, "quorum", "f8ce560a", abi.one(UINT256), (UINT256,), (timepoint,))


def relay(argument_0: bytes, argument_1: int, argument_2: bytes) -> abi.Call[None]:
    """``relay(address,uint256,bytes)``, payable."""
    return abi.call(
        NAME,
        "relay",
        "c28bc2fa",
        abi.nothing,
        (ADDRESS, UINT256, BYTES),
        (argument_0, argument_1, argument_2),
    )


def set_late_quorum_vote_extension(argument_0: int) -> abi.Call[None]:
    """``setLateQuorumVoteExtension(uint48)``, pure."""
    return abi.call(
        NAME, "setLateQuorumVoteExtension", "330df7ff", abi.nothing, (UINT48,), (argument_0,)
    )


def state(proposal_id: int) -> abi.Call[int]:
    """``state(uint256)``, view."""
    return abi.call(NAME, "state", "3e4f49e6", abi.one(UINT8), (UINT256,), (proposal_id,))


def supports_interface(interface_id: bytes) -> abi.Call[bool]:
    """``supportsInterface(bytes4)``, view."""
    return abi.call(
        NAME, "supportsInterface", "01ffc9a7", abi.one(BOOL), (BYTES4,), (interface_id,)
    )


def timelock() -> abi.Call[bytes]:
    """``timelock()``, view."""
    return abi.call(NAME, "timelock", "d33219b4", abi.one(ADDRESS))


def token() -> abi.Call[bytes]:
    """``token()``, view."""
    return abi.call(NAME, "token", "fc0c546a", abi.one(ADDRESS))


def update_timelock(argument_0: bytes) -> abi.Call[None]:
    """``updateTimelock(address)``, pure."""
    return abi.call(NAME, "updateTimelock", "a890c910", abi.nothing, (ADDRESS,), (argument_0,))


def version() -> abi.Call[str]:
    """``version()``, view."""
    return abi.call(NAME, "version", "54fd4d50", abi.one(STRING))


def voting_delay() -> abi.Call[int]:
    """``votingDelay()``, pure."""
    return abi.call(NAME, "votingDelay", "3932abb1", abi.one(UINT256))


def voting_period() -> abi.Call[int]:
    """``votingPeriod()``, pure."""
    return abi.call(NAME, "votingPeriod", "02a251a3", abi.one(UINT256))
