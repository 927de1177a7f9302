"""Half a year of a network: nodes join, their months are committed and challenged, they vote, and approvers change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.chain.abi import Call
from core.chain.clients import (
    eligibility_manager,
    lucid_governor,
    lucid_timelock,
    node_registry,
    param_registry,
    signer_registry,
    validator_set,
    work_credits_oracle,
)
from core.chain.clients.eligibility_manager import Candidate
from core.chain.clients.errors import lucid_governor as governor_errors
from core.chain.clients.errors import lucid_timelock as timelock_errors
from core.chain.clients.errors import node_registry as nodes_errors
from core.chain.clients.work_credits_oracle import MonthlyRecord
from core.chain.encoding import keccak256
from core.chain.months import month_of
from tests.contracts.evm import CHAIN_ID, NOBODY, Account, Deployed, accounts, typed_digest
from tests.contracts.models.months import start_of
from tests.contracts.models.work_credits_oracle import Record, Tree
from tests.contracts.node_world import REGISTER, ROTATE
from tests.core.chain.writes.typed import Typed, read_by_a_person

VALIDATORS, OPERATORS, KEYS = (accounts(5, each) for each in ("validator", "operator", "node"))
APPROVERS, NEXT_APPROVERS = accounts(3, "approver"), accounts(3, "next approver")
COMPLIANCE, POOL, FRESH_KEY, ANYBODY = accounts(4, "network")
IDENTITY, ONION, OTHER_ONION = (bytes([each]) * 32 for each in (1, 2, 3))
COOLDOWN = b"cooldownSlots".ljust(32, b"\0")
DAY_S, LUCID = 86_400, 10**18
FOR, SUCCEEDED = 1, 4
BALLOT = [("uint256", "proposalId"), ("uint8", "support"), ("address", "voter")]
NONCE = ("uint256", "nonce")
EXTENDED = [*BALLOT, NONCE, ("string", "reason"), ("bytes", "params")]


@dataclass(frozen=True)
class Network:
    """Where everything is."""

    typed: Typed
    timelock: Deployed
    params: Deployed
    validators: Deployed
    nodes: Deployed
    oracle: Deployed
    electorate: Deployed
    signers: Deployed
    governor: Deployed


def make(typed: Typed) -> Network:
    """Deploy, and give the governor its roles."""
    deployer = typed.evm.sender
    timelock = typed.deploy("LucidTimelock", deployer)
    params = typed.deploy("ParamRegistry", timelock.address)
    first = [each.address for each in VALIDATORS[:4]]
    validators = typed.deploy("ValidatorSet", timelock.address, first)
    nodes = typed.deploy("NodeRegistry", params.address)
    on_nodes = validators.address, nodes.address, params.address
    oracle = typed.deploy("WorkCreditsOracle", *on_nodes)
    electorate = typed.deploy("EligibilityManager", nodes.address, oracle.address)
    people = [each.address for each in APPROVERS]
    signers = typed.deploy("SignerRegistry", timelock.address, people, COMPLIANCE.address, CHAIN_ID)
    allowed = [
        (params.address, param_registry.set_(COOLDOWN, 0).data[:4]),
        (signers.address, signer_registry.schedule((NOBODY,) * 3, NOBODY, 0).data[:4]),
        (signers.address, signer_registry.adopt(0, (NOBODY,) * 3, NOBODY).data[:4]),
        (validators.address, validator_set.rotate(()).data[:4]),
    ]
    governor = typed.deploy("LucidGovernor", electorate.address, timelock.address, allowed)
    for role in (lucid_timelock.proposer_role(), lucid_timelock.canceller_role()):
        name = typed.do(timelock, role)
        typed.do(timelock, lucid_timelock.grant_role(name, governor.address))
    typed.do(timelock, lucid_timelock.renounce_role(bytes(32), deployer))
    return Network(
        typed, timelock, params, validators, nodes, oracle, electorate, signers, governor
    )


# --- nodes -----------------------------------------------------------------------------------


def register(network: Network, operator: Account, key: Account) -> int:
    """Register a node, in no pool, and give its number."""
    message = {
        "operator": operator.address,
        "nodeKey": key.address,
        "identityKey": IDENTITY,
        "pool": NOBODY,
        "onionStatementHash": ONION,
    }
    proof = key.sign(typed_digest(network.nodes, REGISTER, message))
    call = node_registry.register(key.address, IDENTITY, NOBODY, ONION, proof)
    return network.typed.do(network.nodes, call, operator)


def nodes(typed: Typed) -> None:
    """A node joins, asks a pool, is taken, leaves it, changes key and onion statement, is not for sale, departs."""
    network = make(typed)
    where, operator = network.nodes, OPERATORS[0]
    node_id = register(network, operator, KEYS[0])
    typed.do(where, node_registry.ask_pool(node_id, POOL.address), operator)
    typed.do(where, node_registry.join_pool(node_id), POOL)
    assert typed.do(where, node_registry.reward_account_of(node_id)) == POOL.address
    typed.do(where, node_registry.leave_pool(node_id), operator)
    typed.do(where, node_registry.change_onion_statement(node_id, OTHER_ONION), operator)
    message = {"nodeId": node_id, "newKey": FRESH_KEY.address}
    proof = FRESH_KEY.sign(typed_digest(where, ROTATE, message))
    typed.do(where, node_registry.rotate_key(node_id, FRESH_KEY.address, proof), operator)
    found = typed.do(where, node_registry.node_of(node_id))
    assert (found.key, found.pool, found.onion_statement_hash) == (
        FRESH_KEY.address,
        NOBODY,
        OTHER_ONION,
    )
    sale = operator.address, POOL.address, node_id
    for call in (
        node_registry.transfer_from(*sale),
        node_registry.safe_transfer_from(*sale),
        node_registry.safe_transfer_from_with_data(*sale, b""),
    ):
        assert isinstance(typed.refused(where, call, operator), nodes_errors.Soulbound)
    typed.do(where, node_registry.announce_departure(node_id), operator)
    typed.evm.time = typed.do(where, node_registry.node_of(node_id)).departs_at
    typed.do(where, node_registry.depart(node_id), ANYBODY)


# --- months ----------------------------------------------------------------------------------


def record(node_id: int, at: int, **more: int) -> MonthlyRecord:
    """Tell of a month in which a node was up all the time and earned 5 LUCID in all."""
    work = {"relay": 10, "storage_proofs": 0, "validations": 0, "beacons": 0} | more
    return MonthlyRecord(
        node_id,
        OPERATORS[at].address,
        **work,
        uptime_seen=100,
        uptime_expected=100,
        earned=5 * LUCID,
    )


def tree_over(records: Sequence[MonthlyRecord]) -> Tree:
    """Give the tree that validators commit to."""
    return Tree([Record(*(getattr(each, name) for name in FIELDS)) for each in records])


FIELDS = (
    *("node_id", "operator", "relay", "storage_proofs", "validations", "beacons"),
    *("uptime_seen", "uptime_expected", "earned"),
)


def commit(network: Network, month: int, tree: Tree) -> None:
    """Have three of four validators commit a month."""
    typed, oracle = network.typed, network.oracle
    digest = typed.do(oracle, work_credits_oracle.digest_of(month, tree.root, len(tree.records)))
    call = work_credits_oracle.commit(month, tree.root, len(tree.records), _quorum(digest))
    typed.do(oracle, call, ANYBODY)


def _quorum(digest: bytes) -> tuple[bytes, ...]:
    return tuple(each.sign(digest) for each in VALIDATORS[:3])


def _proofs(tree: Tree) -> list[tuple[bytes, ...]]:
    return [tuple(tree.proof(at)) for at in range(len(tree.records))]


def months(typed: Typed) -> None:
    """Each way in which a month falls: taken back, a record over its cap, a node twice, an operator over its cap."""
    network = make(typed)
    for at in (0, 1):
        register(network, OPERATORS[at], KEYS[at])
    second = register(network, OPERATORS[0], FRESH_KEY)
    oracle, month = network.oracle, month_of(typed.evm.time)
    typed.evm.time = start_of(month + 1)
    honest = (record(1, 0), record(2, 1))
    commit(network, month, tree_over(honest))
    digest = typed.do(oracle, work_credits_oracle.retraction_digest_of(month))
    typed.do(oracle, work_credits_oracle.retract(month, _quorum(digest)), ANYBODY)

    over = (record(1, 0, relay=2**63), record(2, 1))
    commit(network, month, tree := tree_over(over))
    shown = over[0], _proofs(tree)[0]
    typed.do(oracle, work_credits_oracle.challenge_record(month, *shown), ANYBODY)

    twice = (record(1, 0), record(1, 0, relay=11))
    commit(network, month, tree := tree_over(twice))
    (first, proof), (again, other) = zip(twice, _proofs(tree), strict=True)
    typed.do(
        oracle, work_credits_oracle.challenge_twice(month, first, proof, again, other), ANYBODY
    )

    all_kinds = dict.fromkeys(("relay", "storage_proofs", "validations", "beacons"), 1_000_000)
    greedy = (record(1, 0, **all_kinds), record(second, 0, **all_kinds))
    commit(network, month, tree := tree_over(greedy))
    call = work_credits_oracle.challenge_operator(month, greedy, tuple(_proofs(tree)))
    typed.do(oracle, call, ANYBODY)

    commit(network, month, tree_over(honest))
    kept = typed.do(oracle, work_credits_oracle.epoch_of(month))
    assert (kept.root, kept.attempt) == (tree_over(honest).root, 4)


# --- votes -----------------------------------------------------------------------------------


def electorate(network: Network, count: int = 5) -> None:
    """Have nodes registered, three months committed, and all of them found eligible; the month begins."""
    typed = network.typed
    for at in range(count):
        register(network, OPERATORS[at], KEYS[at])
    first = month_of(typed.evm.time) + 1
    records = tuple(record(at + 1, at) for at in range(count))
    tree = tree_over(records)
    proofs = _proofs(tree)
    for month in range(first, first + 3):
        typed.evm.time = start_of(month + 1)
        commit(network, month, tree)
    typed.evm.time += 2 * DAY_S
    voted, where = first + 4, network.electorate
    alone = eligibility_manager.qualify(voted, 1, (records[0],) * 3, (proofs[0],) * 3)
    typed.do(where, alone, ANYBODY)
    rest = tuple(Candidate(at + 1, (records[at],) * 3, (proofs[at],) * 3) for at in range(1, count))
    typed.do(where, eligibility_manager.qualify_many(voted, rest), ANYBODY)
    assert typed.do(where, eligibility_manager.count_of(voted)) == count
    typed.evm.time = start_of(voted) + 1


@dataclass(frozen=True)
class Motion:
    """What is proposed, in each of the forms in which the governor asks for it."""

    network: Network
    targets: tuple[bytes, ...]
    calls: tuple[bytes, ...]
    description: str

    @property
    def by_hash(self) -> tuple[Any, ...]:
        """Give what names the proposal later on."""
        values = (0,) * len(self.targets)
        return self.targets, values, self.calls, keccak256(self.description.encode())

    def propose(self) -> int:
        """Have the first node propose it, and let voting begin."""
        network, (targets, values, calls, _) = self.network, self.by_hash
        call = lucid_governor.propose(targets, values, calls, self.description)
        return network.typed.do(network.governor, call, KEYS[0])


def ballots(network: Network, number: int) -> None:
    """Vote in each way that there is."""
    typed, governor = network.typed, network.governor
    typed.do(governor, lucid_governor.cast_vote(number, FOR), KEYS[0])
    typed.do(governor, lucid_governor.cast_vote_with_reason(number, FOR, "It is time."), KEYS[1])
    call = lucid_governor.cast_vote_with_reason_and_params(number, FOR, "It is.", b"")
    typed.do(governor, call, KEYS[2])
    voter = KEYS[3]
    message: dict[str, Any] = {"proposalId": number, "support": FOR, "voter": voter.address}
    signature = _ballot(governor, {"Ballot": [*BALLOT, NONCE]}, message | {"nonce": 0}, voter)
    call = lucid_governor.cast_vote_by_sig(number, FOR, voter.address, signature)
    typed.do(governor, call, ANYBODY)
    voter = KEYS[4]
    message |= {"voter": voter.address, "nonce": 0, "reason": "Yes.", "params": b""}
    signature = _ballot(governor, {"ExtendedBallot": EXTENDED}, message, voter)
    given = number, FOR, voter.address, "Yes.", b"", signature
    typed.do(governor, lucid_governor.cast_vote_with_reason_and_params_by_sig(*given), ANYBODY)
    assert typed.do(governor, lucid_governor.proposal_votes(number)).for_votes == 5


def _ballot(
    governor: Deployed,
    types: dict[str, list[tuple[str, str]]],
    message: dict[str, Any],
    voter: Account,
) -> bytes:
    return voter.sign(typed_digest(governor, types, message, name="LucidGovernor"))


def votes(typed: Typed) -> None:
    """A parameter, other validators and other approvers are voted for, carried out, and handed over to."""
    network = make(typed)
    electorate(network)
    governor = network.governor
    set_at = typed.evm.time // 60 * 60 + 30 * DAY_S
    people = tuple(each.address for each in NEXT_APPROVERS)
    wanted: tuple[tuple[Deployed, Call[None]], ...] = (
        (network.params, param_registry.set_(COOLDOWN, 20)),
        (network.signers, signer_registry.schedule(people, COMPLIANCE.address, set_at)),
    )
    pay = Motion(
        network,
        tuple(where.address for where, _ in wanted),
        tuple(call.data for _, call in wanted),
        "Wait longer, and change hands",
    )
    _withdrawn(network)
    _pass(network, pay)
    rotate = validator_set.rotate(tuple(each.address for each in VALIDATORS))
    _pass(
        network, Motion(network, (network.validators.address,), (rotate.data,), "Five validators")
    )
    for call in (*(call for _, call in wanted), rotate):
        typed.carried_out(call)
    assert typed.do(network.params, param_registry.value_of(COOLDOWN)) == 20
    assert len(typed.do(network.validators, validator_set.members())) == 5
    _hand_over(network)
    adopt = signer_registry.adopt(3, people, COMPLIANCE.address)
    _pass(network, Motion(network, (network.signers.address,), (adopt.data,), "As routers have it"))
    typed.carried_out(adopt)
    assert typed.do(network.signers, signer_registry.current()).number == 3
    _what_a_governor_never_does(typed, governor)


def _withdrawn(network: Network) -> None:
    """A proposal is withdrawn by who made it, before voting begins."""
    call = param_registry.set_(COOLDOWN, 30)
    motion = Motion(network, (network.params.address,), (call.data,), "A mistake")
    motion.propose()
    network.typed.do(network.governor, lucid_governor.cancel(*motion.by_hash), KEYS[0])


def _pass(network: Network, motion: Motion) -> None:
    typed, governor = network.typed, network.governor
    number = motion.propose()
    typed.evm.time = typed.do(governor, lucid_governor.proposal_snapshot(number)) + 1
    ballots(network, number) if motion.description.startswith("Wait") else _all_for(network, number)
    typed.evm.time = typed.do(governor, lucid_governor.proposal_deadline(number)) + 1
    assert typed.do(governor, lucid_governor.state(number)) == SUCCEEDED
    typed.do(governor, lucid_governor.queue(*motion.by_hash), ANYBODY)
    typed.evm.time = typed.do(governor, lucid_governor.proposal_eta(number))
    assert typed.do(governor, lucid_governor.execute(*motion.by_hash), ANYBODY) == number


def _all_for(network: Network, number: int) -> None:
    for key in KEYS:
        network.typed.do(network.governor, lucid_governor.cast_vote(number, FOR), key)


def _hand_over(network: Network) -> None:
    """Two of the approvers in force sign the sentence that names the next ones."""
    typed, signers = network.typed, network.signers
    digest = read_by_a_person(typed.do(signers, signer_registry.sentence_of(2)))
    statement = tuple(each.sign(digest) for each in APPROVERS[:2])
    typed.do(signers, signer_registry.record_statement(2, statement), ANYBODY)
    assert typed.do(signers, signer_registry.set_of(2)).has_statement


def _what_a_governor_never_does(typed: Typed, governor: Deployed) -> None:
    """It takes no token, and calls nothing but by the timelock."""
    someone = ANYBODY.address
    for call in (
        lucid_governor.on_erc721_received(someone, someone, 1, b""),
        lucid_governor.on_erc1155_received(someone, someone, 1, 1, b""),
        lucid_governor.on_erc1155_batch_received(someone, someone, (1,), (1,), b""),
    ):
        refused = typed.refused(governor, call, ANYBODY)
        assert isinstance(refused, governor_errors.GovernorDisabledDeposit)
    refused = typed.refused(governor, lucid_governor.relay(someone, 0, b""), ANYBODY)
    assert isinstance(refused, governor_errors.FixedForEver)


def delays(typed: Typed) -> None:
    """What is proposed waits, alone and with others, and is executed or cancelled; roles come and go with the admin."""
    deployer = typed.evm.sender
    timelock = typed.deploy("LucidTimelock", deployer)
    params = typed.deploy("ParamRegistry", timelock.address)
    roles = (lucid_timelock.proposer_role(), lucid_timelock.canceller_role())
    proposer, canceller = (typed.do(timelock, role) for role in roles)
    for role in (proposer, canceller):
        typed.do(timelock, lucid_timelock.grant_role(role, POOL.address))
    data, wait = param_registry.set_(COOLDOWN, 20).data, 2 * DAY_S
    first, second, none = bytes([1]) * 32, bytes([2]) * 32, bytes(32)
    one = params.address, 0, data, none
    for salt in (first, second):
        typed.do(timelock, lucid_timelock.schedule(*one, salt, wait), POOL)
    withdrawn = typed.do(timelock, lucid_timelock.hash_operation(*one, second))
    typed.do(timelock, lucid_timelock.cancel(withdrawn), POOL)
    many = (params.address,) * 2, (0, 0), (data, param_registry.set_(COOLDOWN, 21).data), none
    typed.do(timelock, lucid_timelock.schedule_batch(*many, first, wait), POOL)
    typed.evm.time += wait
    typed.do(timelock, lucid_timelock.execute(*one, first), ANYBODY)
    assert typed.do(params, param_registry.value_of(COOLDOWN)) == 20
    typed.do(timelock, lucid_timelock.execute_batch(*many, first), ANYBODY)
    assert typed.do(params, param_registry.value_of(COOLDOWN)) == 21
    typed.do(timelock, lucid_timelock.revoke_role(proposer, POOL.address))
    typed.do(timelock, lucid_timelock.renounce_role(none, deployer))
    _what_a_timelock_never_does(typed, timelock, proposer)


def _what_a_timelock_never_does(typed: Typed, timelock: Deployed, proposer: bytes) -> None:
    """Its delay stays, and without an admin nobody gets a role. Tokens that are sent to it are taken, and stay."""
    refused = typed.refused(timelock, lucid_timelock.update_delay(1), ANYBODY)
    assert refused == timelock_errors.TimelockUnauthorizedCaller(ANYBODY.address)
    call = lucid_timelock.grant_role(proposer, ANYBODY.address)
    refused = typed.refused(timelock, call)
    assert refused == timelock_errors.AccessControlUnauthorizedAccount(typed.evm.sender, bytes(32))
    someone = ANYBODY.address
    for given in (
        lucid_timelock.on_erc721_received(someone, someone, 1, b""),
        lucid_timelock.on_erc1155_received(someone, someone, 1, 1, b""),
        lucid_timelock.on_erc1155_batch_received(someone, someone, (1,), (1,), b""),
    ):
        assert typed.do(timelock, given, ANYBODY) == given.data[:4]
