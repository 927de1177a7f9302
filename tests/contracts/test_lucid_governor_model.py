"""LucidGovernor with its timelock and what it governs against their model, call by call.

Who has a vote, and what the electorate was of late, is told by a contract of a few instructions, so that the vote is
tried apart from eligibility.
"""

from typing import Any

from eth_abi.abi import encode
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.chain.encoding import keccak256
from tests.contracts.abi import Artifact, Reverted
from tests.contracts.evm import NOBODY, Account, Deployed, Evm, accounts, typed_digest
from tests.contracts.models.lucid_governor import (
    DAY_S,
    DELAY_S,
    EXTENSION_S,
    PERIOD_S,
    WINDOW_S,
    Call,
    Governed,
    LucidGovernorModel,
    Proposal,
    State,
)
from tests.contracts.models.param_registry import ParamRegistryModel, key
from tests.contracts.models.validator_set import ValidatorSetModel

VOTERS = accounts(6, "voter")
STRANGER, OTHER = accounts(2, "stranger")
ANYBODY = st.sampled_from([*VOTERS, *VOTERS, STRANGER])
SET = keccak256(b"set(bytes32,uint256)")[:4]
ROTATE = keccak256(b"rotate(address[])")[:4]
PEAK = b"\1".rjust(32, b"\0")  # its place in the votes' storage
VALIDATORS = sorted(each.address for each in accounts(5, "validator"))
BALLOT = {
    "Ballot": [
        ("uint256", "proposalId"),
        ("uint8", "support"),
        ("address", "voter"),
        ("uint256", "nonce"),
    ]
}
MODE = b"mode=timestamp"


def _branch(selector_text: bytes, place: int) -> bytes:
    """Assemble: if the call is of this function, go to a place."""
    selector = keccak256(selector_text)[:4]
    return b"\x80\x63" + selector + b"\x14\x61" + place.to_bytes(2, "big") + b"\x57"


def _votes_artifact() -> Artifact:
    """Assemble a source of votes, the same at any time.

    The storage at an account's place is its votes; at 0 are all votes, at 1 is their peak, and at a moment whether
    the electorate stands then.
    """
    head = bytes.fromhex("5f3560e01c")  # the selector
    write = bytes.fromhex("6020355f355500")  # no function: the second word is stored at the first
    votes = bytes.fromhex("5b600435545f5260205ff3")
    total = bytes.fromhex("5b5f545f5260205ff3")
    peak = bytes.fromhex("5b6001545f5260205ff3")
    standing = bytes.fromhex("5b600435545f5260205ff3")
    mode = bytes.fromhex("5b60205f52600e602052") + b"\x7f" + MODE.ljust(32, b"\0")
    mode += bytes.fromhex("60405260605ff3")
    answers = (votes, total, peak, standing, mode)
    first = len(head) + len(answers) * len(_branch(b"", 0)) + len(write)
    places = [first + sum(map(len, answers[:each])) for each in range(len(answers))]
    code = head + b"".join(
        _branch(text, place)
        for text, place in zip(
            (
                b"getPastVotes(address,uint256)",
                b"getPastTotalSupply(uint256)",
                b"getPastPeak(uint256)",
                b"isStanding(uint256)",
                b"CLOCK_MODE()",
            ),
            places,
            strict=True,
        )
    )
    code += write + b"".join(answers)
    maker = b"\x61" + len(code).to_bytes(2, "big") + bytes.fromhex("80600a5f395ff3")
    return Artifact("Votes", {"abi": [], "bytecode": "0x" + (maker + code).hex()})


def _deployed(answer: Deployed | Reverted) -> Deployed:
    assert isinstance(answer, Deployed)
    return answer


class LucidGovernorMachine(RuleBasedStateMachine):
    """Proposes, votes, queues and executes, and lets time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = evm = Evm()
        self.votes = votes = _deployed(evm.deploy(_votes_artifact()))
        for place in (NOBODY, *(each.address for each in VOTERS)):
            count = len(VOTERS) if place == NOBODY else 1
            evm.send(votes, place.rjust(32, b"\0") + count.to_bytes(32, "big"))
        self.timelock = _deployed(evm.deploy("LucidTimelock", evm.sender))
        self.registry = _deployed(evm.deploy("ParamRegistry", self.timelock.address))
        self.validators = _deployed(
            evm.deploy("ValidatorSet", self.timelock.address, VALIDATORS[:4])
        )
        allowed = [(self.registry.address, SET), (self.validators.address, ROTATE)]
        self.governor = _deployed(
            evm.deploy("LucidGovernor", votes.address, self.timelock.address, allowed)
        )
        proposer = evm.call(self.timelock, "PROPOSER_ROLE")
        evm.call(self.timelock, "grantRole", proposer, self.governor.address)
        evm.call(self.timelock, "renounceRole", bytes(32), evm.sender)
        self.model = self._model(0)
        self.made: list[Proposal] = [self._proposal([self._set("cooldownSlots", 9)], "never made")]

    def _model(self, missing: int) -> LucidGovernorModel:
        """Make the model of an electorate that lost so many votes of late, and have the contract's voters say so."""
        self._keep(PEAK, len(VOTERS) + missing)
        timelock = self.timelock.address
        governed = Governed(
            ParamRegistryModel(timelock),
            self.registry.address,
            SET,
            ValidatorSetModel(timelock, VALIDATORS[:4]),
            self.validators.address,
            ROTATE,
        )
        return LucidGovernorModel(governed, [each.address for each in VOTERS], missing)

    def _keep(self, place: bytes, value: int) -> None:
        self.evm.send(self.votes, place + value.to_bytes(32, "big"))

    @initialize(missing=st.sampled_from([0, 0, 1, 3, 11]))
    def begin(self, missing: int) -> None:
        """The electorate is as large as it ever was, or lost votes of late."""
        self.model = self._model(missing)

    # --- making calls ----------------------------------------------------------------------

    def _set(self, name: str, value: int) -> Call:
        return Call(self.registry.address, SET + encode(["bytes32", "uint256"], [key(name), value]))

    def _rotate(self, members: list[bytes]) -> Call:
        return Call(self.validators.address, ROTATE + encode(["address[]"], [members]))

    def _proposal(self, calls: list[Call], description: str) -> Proposal:
        content = encode(
            ["address[]", "uint256[]", "bytes[]", "bytes32"],
            [
                [call.target for call in calls],
                [call.value for call in calls],
                [call.data for call in calls],
                keccak256(description.encode()),
            ],
        )
        number = int.from_bytes(keccak256(content), "big")
        operation = keccak256(
            encode(
                ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"],
                [
                    [call.target for call in calls],
                    [call.value for call in calls],
                    [call.data for call in calls],
                    bytes(32),
                    self._salt(description),
                ],
            )
        )
        return Proposal(number, operation, tuple(calls), description)

    def _salt(self, description: str) -> bytes:
        """Make the salt by which the governor's operations differ from another governor's."""
        governor = int.from_bytes(self.governor.address.ljust(32, b"\0"), "big")
        hashed = int.from_bytes(keccak256(description.encode()), "big")
        return (governor ^ hashed).to_bytes(32, "big")

    def _arguments(self, one: Proposal) -> tuple[Any, ...]:
        calls = one.calls
        return (
            [call.target for call in calls],
            [call.value for call in calls],
            [call.data for call in calls],
        )

    def _hold(self, answer: object, expected: object) -> None:
        """Hold an answer and the events, apart from the timelock's own, against the model's."""
        assert answer == expected
        told = [each for each in self.evm.events if each.contract != "LucidTimelock"]
        assert told == self.model.events

    def _propose(self, caller: Account, one: Proposal) -> None:
        start = self.evm.time + DELAY_S
        self._keep(start.to_bytes(32, "big"), int(self.model.is_standing))
        expected = self.model.propose(caller.address, one, self.evm.time)
        arguments = (*self._arguments(one), one.description)
        self._hold(self.evm.call(self.governor, "propose", *arguments, sender=caller), expected)
        if not isinstance(expected, Reverted):
            self.made.append(one)

    def _pick(self, seed: int) -> Proposal:
        """Pick a proposal: mostly the newest, sometimes an older one or one that was never made."""
        return self.made[seed % len(self.made)] if seed % 3 == 0 else self.made[-1]

    # --- rules -----------------------------------------------------------------------------

    @rule(caller=ANYBODY, value=st.integers(6, 66), count=st.integers(1, 2))
    def propose(self, caller: Account, value: int, count: int) -> None:
        """A proposal is made, or refused for its caller or its value; twice the same is refused."""
        calls = [self._set("cooldownSlots", value), self._set("dMinBps", value * 100)][:count]
        self._propose(caller, self._proposal(calls, f"Set {value}"))

    @rule(is_standing=st.booleans())
    def let_it_stand(self, is_standing: bool) -> None:
        """From now on voting starts in a month without an electorate of its own, or in one that has it."""
        self.evm.time += 1
        self.model.is_standing = is_standing

    @rule(
        members=st.lists(st.sampled_from(VALIDATORS), max_size=5),
        is_sorted=st.sampled_from([True, True, False]),
        cut=st.sampled_from([0, 0, 0, 32]),
        is_joined=st.sampled_from([False, False, True]),
    )
    def propose_rotation(
        self, members: list[bytes], is_sorted: bool, cut: int, is_joined: bool
    ) -> None:
        """Other validators are proposed, alone or with a parameter, as the set would take them or not."""
        if is_sorted:
            members = sorted(set(members))
        whole = self._rotate(members)
        calls = [Call(whole.target, whole.data[: len(whole.data) - cut])]
        if is_joined:
            calls.append(self._set("cooldownSlots", 21))
        self._propose(VOTERS[1], self._proposal(calls, f"Rotate {len(self.made)}"))

    @rule(kind=st.integers(0, 6))
    def propose_what_may_not_be(self, kind: int) -> None:
        """Foreign targets and functions, Ether, wrong lengths and numbers of calls are refused."""
        good = self._set("cooldownSlots", 20)
        calls = [
            [good, Call(self.timelock.address, good.data)],
            [Call(self.registry.address, b"\x01\x02\x03\x04" + good.data[4:])],
            [Call(self.registry.address, good.data[:3])],
            [good, Call(good.target, good.data, value=1)],
            [Call(good.target, good.data + b"\0")],
            [good] * 17,
            [],
        ][kind]
        self._propose(VOTERS[0], self._proposal(calls, f"kind {kind}"))

    @rule(seed=st.integers(0, 99), voter=ANYBODY, kind=st.sampled_from([1, 1, 1, 1, 0, 2, 3]))
    def vote(self, seed: int, voter: Account, kind: int) -> None:
        """A vote counts, or is refused as the model says."""
        one = self._pick(seed)
        expected = self.model.vote(voter.address, one, kind, self.evm.time)
        answer = self.evm.call(self.governor, "castVote", one.id, kind, sender=voter)
        self._hold(answer, expected)

    @rule(seed=st.integers(0, 99), first=st.integers(0, 3), kind=st.sampled_from([0, 1, 1]))
    def vote_together(self, seed: int, first: int, kind: int) -> None:
        """Three vote the same, so that some proposals pass."""
        for voter in VOTERS[first : first + 3]:
            self.vote(seed, voter, kind)

    @rule(
        seed=st.integers(0, 99),
        voter=ANYBODY,
        kind=st.integers(0, 2),
        ahead=st.sampled_from([0, 0, 0, 1]),
    )
    def vote_signed(self, seed: int, voter: Account, kind: int, ahead: int) -> None:
        """A signed vote counts for its signer, whoever brings it, with the nonce that is next."""
        one = self._pick(seed)
        nonce = self.model.nonces.get(voter.address, 0) + ahead
        message = {
            "proposalId": one.id,
            "support": kind,
            "voter": f"0x{voter.address.hex()}",
            "nonce": nonce,
        }
        digest = typed_digest(self.governor, BALLOT, message, name="LucidGovernor")
        arguments = (one.id, kind, voter.address, voter.sign(digest))
        expected = self.model.vote_signed(voter.address, one, kind, nonce, self.evm.time)
        answer = self.evm.call(self.governor, "castVoteBySig", *arguments, sender=OTHER)
        self._hold(answer, expected)

    @rule(seed=st.integers(0, 99), caller=ANYBODY, is_proposer=st.booleans())
    def cancel(self, seed: int, caller: Account, is_proposer: bool) -> None:
        """A proposal is canceled by its proposer before voting starts, and else refused."""
        one = self._pick(seed)
        who = one.proposer if is_proposer and one.proposer else caller.address
        arguments = (*self._arguments(one), keccak256(one.description.encode()))
        expected = self.model.cancel(who, one, self.evm.time)
        answer = self.evm.call(self.governor, "cancel", *arguments, sender=who)
        self._hold(answer, expected)

    @rule(seed=st.integers(0, 99))
    def queue(self, seed: int) -> None:
        """Anyone queues what passed."""
        one = self._pick(seed)
        arguments = (*self._arguments(one), keccak256(one.description.encode()))
        expected = self.model.queue(one, self.evm.time)
        answer = self.evm.call(self.governor, "queue", *arguments, sender=OTHER)
        self._hold(answer, expected)

    @rule(seed=st.integers(0, 99), on_timelock=st.booleans())
    def execute(self, seed: int, on_timelock: bool) -> None:
        """Anyone executes what was queued, by the governor or on the timelock itself."""
        one = self._pick(seed)
        expected = self.model.execute(one, self.evm.time, on_timelock=on_timelock)
        call, where = self.evm.call, self._arguments(one)
        if on_timelock:
            salt = self._salt(one.description)
            answer = call(self.timelock, "executeBatch", *where, bytes(32), salt, sender=OTHER)
        else:
            described = keccak256(one.description.encode())
            answer = call(self.governor, "execute", *where, described, sender=OTHER)
        self._hold(answer, expected)

    @rule(
        value=st.integers(8, 64),
        first=st.integers(0, 3),
        late=st.booleans(),
        is_rotation=st.booleans(),
    )
    def have_one_passed(self, value: int, first: int, late: bool, is_rotation: bool) -> None:
        """Three vote for a new proposal, early or in the last second, and voting ends."""
        members = VALIDATORS[value % 4 :]
        calls = [self._rotate(members) if is_rotation else self._set("cooldownSlots", value)]
        one = self._proposal(calls, f"Pass {len(self.made)}")
        self._propose(VOTERS[first], one)
        if one is not self.made[-1]:
            return  # refused: an electorate stands
        self.evm.time = one.end if late else one.start + 1
        for voter in VOTERS[first : first + 3]:
            self._hold(
                self.evm.call(self.governor, "castVote", one.id, 1, sender=voter),
                self.model.vote(voter.address, one, 1, self.evm.time),
            )
        self.evm.time = one.end + 1

    @rule(seed=st.integers(0, 99), on_timelock=st.booleans())
    def carry_out(self, seed: int, on_timelock: bool) -> None:
        """What passed is queued and executed after the delay."""
        self.queue(seed)
        eta = self._pick(seed).eta
        if eta is not None:
            self.evm.time = max(self.evm.time, eta)
        self.execute(seed, on_timelock)

    @rule(seed=st.integers(0, 99), kind=st.integers(0, 5), after=st.integers(0, 1))
    def go_to_a_border(self, seed: int, kind: int, after: int) -> None:
        """Time goes to where the state is about to change, or the second after."""
        one = self._pick(seed)
        eta = one.eta or one.end
        borders = (
            one.start,
            one.start,
            one.end,
            one.start + PERIOD_S - EXTENSION_S,
            eta + WINDOW_S,
            eta,
        )
        self.evm.time = max(self.evm.time, borders[kind] + after)

    @rule(seconds=st.integers(1, 3 * DAY_S))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.evm.time += seconds

    @invariant()
    def proposals_are_the_models(self) -> None:
        """State, deadline and votes of each proposal, and the parameter, are the model's."""
        call, now = self.evm.call, self.evm.time
        for one in self.made[1:]:
            assert State(call(self.governor, "state", one.id)) is one.state(now)
            assert call(self.governor, "proposalDeadline", one.id) == one.end
            counts = tuple(one.count(kind) for kind in range(3))
            assert call(self.governor, "proposalVotes", one.id) == counts
            assert sum(counts) <= len(VOTERS)
        for name in (key("cooldownSlots"), key("dMinBps")):
            values = self.model.governed.registry.values
            assert call(self.registry, "valueOf", name) == values[name]
        assert call(self.validators, "members") == self.model.governed.validators.sets[-1]


LucidGovernorMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None
)
TestLucidGovernor = LucidGovernorMachine.TestCase
