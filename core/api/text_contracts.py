"""Sentences about contracts and the index of the chain: what a contract refused, and what was rebuilt.

``REFUSALS`` tells what a custom error means to a person; a placeholder is one of its arguments, spelled as in
``core.chain.clients.errors``. An error that people hardly meet is told by its name and arguments.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.api.sentence import Sentence

CONTRACT_SENTENCES: Mapping[str, Sentence] = {
    "contract_refused": Sentence(
        "The contract {contract} refused it: {told}.",
        "Nothing was changed on the chain. Put that right and try again; the contract's page in docs/contracts"
        " explains.",
    ),
    "chain_rewritten": Sentence(
        "The chain exchanged blocks as far back as block {block}, which a chain that is final does not do.",
        "The index was made anew from block {checkpoint}. Ask whoever runs the node what happened, and check sessions"
        " that matter once more (lucid session verify).",
    ),
    "chain_different": Sentence(
        "The node is on chain {found}, and this appliance's sessions are on chain {expected}.",
        "Name the node of the right chain, or use another data directory for the other chain.",
    ),
    "chain_not_meant": Sentence(
        "The node is on chain {found}, and chain {expected} was meant.",
        "Nothing was sent. Name a node of the chain that is meant (--network), or the chain's ID (--chain-id).",
    ),
    "chain_is_own": Sentence(
        "This appliance's sessions are on a chain of its own, and ON_SYSTEM_CHAIN_RPC_URL names the node {endpoint}.",
        "Unset ON_SYSTEM_CHAIN_RPC_URL, or use another data directory for sessions on that node's chain.",
    ),
    "node_unnamed": Sentence(
        "This appliance's sessions are on chain {expected}, and no node of that chain is named.",
        "Set ON_SYSTEM_CHAIN_RPC_URL to a node of it on this machine, or use another data directory for a chain of"
        " your own.",
    ),
    "anchors_not_there": Sentence(
        "There is no LucidAnchors at {address} on chain {chain}: its code is another one, or none.",
        "Compare LUCID_ANCHOR_CONTRACT_ADDRESS with the network's deployment file, and ask the doctor: lucid chain"
        " doctor --deployment FILE.",
    ),
    "anchors_different": Sentence(
        "This appliance's sessions are in LucidAnchors {expected}, and LUCID_ANCHOR_CONTRACT_ADDRESS names {found}.",
        "Unset it to go on with the one that is used, or use another data directory for the other one.",
    ),
    "contracts_missing": Sentence(
        "Lucid's contracts are not on chain {chain} yet, so nothing can be anchored there, or read.",
        "Record a session, which deploys what it needs, or deploy a network: lucid chain deploy.",
    ),
    "index_missing": Sentence(
        "There is no index of the chain yet ({path}).",
        "Make it with lucid chain index, which reads the contracts' events from the chain.",
    ),
    "index_damaged": Sentence(
        "The index of the chain cannot be read ({path}): {reason}.",
        "Delete that file and run lucid chain index: all that was in it is on the chain.",
    ),
    "session_not_indexed": Sentence(
        "Session {session_id} is not in the index, which goes up to block {block}.",
        "Bring the index up to the chain with lucid chain index and ask again. A session that was anchored in a batch"
        " is known by its batch alone.",
    ),
    "deployment_elsewhere": Sentence(
        "The deployment file is of chain {expected}, and the node is on chain {found}.",
        "Name the node of that chain with --network, or the deployment file of this one with --deployment.",
    ),
    "terms_different": Sentence(
        "A network was begun on this chain on other terms: {differs}.",
        "Nothing was sent. Say the terms that it began with, and it goes on; or use another data directory for another"
        " network. What was begun is in {path}.",
    ),
    "deployment_malformed": Sentence(
        "The deployment file cannot be trusted; what is wrong in it: {field}.",
        "Get the file anew from whoever deployed the network, or run lucid chain deploy again on that appliance.",
    ),
    "deployment_missing": Sentence(
        "There is no deployment file at {path}.",
        "Name the file with --deployment, or make a deployment first: lucid chain deploy --network URL.",
    ),
    "month_records_missing": Sentence(
        "There is no record file at {path}.",
        "Get the month's records from a validator, or from anyone who has them: what they hold is checked.",
    ),
    "month_records_unreadable": Sentence(
        "The record file {path} cannot be read: {reason}.",
        "Name a file that this user may read, with the records of one month.",
    ),
    "month_records_malformed": Sentence(
        "The record file {path} cannot be read; what is wrong in it: {field}.",
        "Get the file anew; its format is in docs/formats/month-records.md.",
    ),
    "month_records_different": Sentence(
        "The records of {month} are not those that the validators attested, whose root is {root}.",
        "Get that month's records from somebody else: a file with one record too many, too few or changed is refused.",
    ),
    "month_not_final": Sentence(
        "The credits of {month} are not final on this chain yet.",
        "Wait until validators have committed them and a day has passed, then try again before the month ends.",
    ),
    "balance_too_low": Sentence(
        "Account {account} has {balance} ETH on this chain, and up to {needed} ETH are needed.",
        "Send the account what is missing and run the command again.",
    ),
}

_PROPOSAL = "proposal {proposal_id} is in another state"
REFUSALS: Mapping[str, str] = {
    # LucidAnchors, LucidBatches
    "SessionAlreadyKnown": "session {session_id} was opened before, and an ID is good for one session only",
    "SessionNotOpen": "session {session_id} is not open: it was never opened, or it is sealed",
    "NotSessionOwner": "session {session_id} belongs to another account than {caller}",
    "ProgressNotRising": "{last} chunks of session {session_id} are anchored already, so {given} are no progress",
    "SealBelowProgress": "{last} chunks of session {session_id} are anchored, and the seal names only {given}",
    "BatchAlreadyAnchored": "this batch was anchored before, as number {number}",
    "RecordNotAnchored": "the record is in no batch of {owner}",
    "AlreadyVoid": "session {session_id} is void already",
    "NoReuse": "the two records do not show that ID {session_id} was used twice",
    # LucidChunkStore, LucidStorageProofs
    "SessionUnknown": "session {session_id} was never opened",
    "NotContiguous": "the next chunk of session {session_id} is number {expected}, not {given}",
    "WindowOver": "the answer to challenge {id} came too late",
    "WindowRunning": "challenge {id} can be answered still",
    "ChallengedEnough": "{challenger} has challenged {holder} as often as one may for now; try again later",
    "OwnChallenge": "{holder} cannot challenge itself",
    "DeclarationOver": "{holder} has ended this declaration",
    "NotDeclared": "{holder} has declared no such replica of session {session_id}",
    # NodeRegistry, EligibilityManager, WorkCreditsOracle
    "KeyAlreadyUsed": "key {key} was used before, and a key is used once for ever",
    "KeyNotProven": "the signature does not prove that you hold key {key}",
    "NodeUnknown": "there is no node {node_id}",
    "TooManyNodes": "{operator} has {most} nodes, which is as many as one operator may have",
    "NotAllowed": "{caller} may not do this for node {node_id}",
    "NotDepartedYet": "node {node_id} has not waited long enough since its departure was announced",
    "Soulbound": "a node cannot be handed to somebody else",
    "UptimeTooLow": "node {node_id} was seen {seen} times of {expected} in three months, and 80 % are needed",
    "EarnedTooLittle": "node {node_id} has earned less than 1 LUCID",
    "AlreadyQualified": "node {node_id} is eligible in that month already",
    "DelegationRefused": "a node's vote cannot be given to somebody else",
    "NotTheMonthBefore": "nodes are found eligible only in the month before, and that month is another",
    "NotANodeThen": "node {node_id} is none in that month: it leaves before, or was never registered",
    "RecordNotProven": "a record of node {node_id} does not count: it is not the attested one, or breaks a rule",
    "EpochNotFinal": "the credits of that month are not final yet",
    "EpochAlreadyCommitted": "the credits of that month are committed already",
    "MonthNotOver": "that month is not over yet",
    # governance
    "NotTimelock": "only a vote can do this, through the timelock, and {caller} is not it",
    "UnknownParameter": "there is no such parameter",
    "ValueOutOfBounds": "{value} is not between {min_} and {max_}, which no vote can change",
    "NotEligible": "{account} has no eligible node",
    "OnlyRotation": "no electorate was found for the month in which voting would start, so a proposal can only replace"
    " the validators",
    "CallNotAllowed": "a proposal cannot call this function of {target}",
    "GovernorNonexistentProposal": "there is no proposal {proposal_id}",
    "GovernorUnexpectedProposalState": _PROPOSAL + " than this needs",
    "GovernorAlreadyCastVote": "{voter} has voted already",
    "GovernorInvalidSignature": "the signature is not {voter}'s",
    "TimelockInsufficientDelay": "the delay of {delay} s is shorter than {min_delay} s",
    "AccessControlUnauthorizedAccount": "{account} does not have the role that this takes",
    "NotAnApprover": "{signer} is none of the three who approve payouts",
    "StatementAlreadyRecorded": "the statement of set {number} is recorded already",
    # validators and token
    "QuorumNotReached": "{given} validators have signed, and {needed} are needed",
    "SignerNotValidator": "{signer} is no validator",
    "CapExceeded": "only {left} units of LUCID can still be made, fewer than {asked}",
    "NotMinter": "only rewards make LUCID, and {caller} is somebody else",
    "ERC20InsufficientBalance": "{sender} has {balance} units, and {needed} are needed",
    "ERC20InsufficientAllowance": "{spender} may spend {allowance} units, and {needed} are needed",
    "ERC2612ExpiredSignature": "the permit has expired",
    # payouts
    "ZeroValue": "{field} must not be zero",
}
