"""The vote of the nodes, from the specification: who voted when decides; the clock tells the state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.param_registry import ParamRegistryModel
from tests.contracts.models.validator_set import ValidatorSetModel, require_valid

DAY_S = 86_400
DELAY_S, PERIOD_S, EXTENSION_S = DAY_S, 7 * DAY_S, 2 * DAY_S
TIMELOCK_DELAY_S, WINDOW_S = 2 * DAY_S, 14 * DAY_S
MOST_CALLS = 16
AGAINST, FOR, ABSTAIN = range(3)


class State(IntEnum):
    """Where a proposal is; the numbers are those of the standard interface."""

    PENDING = 0
    ACTIVE = 1
    CANCELED = 2
    DEFEATED = 3
    SUCCEEDED = 4
    QUEUED = 5
    EXPIRED = 6
    EXECUTED = 7


@dataclass(frozen=True)
class Call:
    """One call of a proposal."""

    target: bytes
    data: bytes
    value: int = 0


@dataclass
class Proposal:
    """A proposal and what became of it; times are in seconds UTC."""

    id: int
    operation: bytes
    calls: tuple[Call, ...]
    description: str
    proposer: bytes = b""
    start: int = 0
    missing: int = 0  # votes that the electorate lost of late: they count as if they were against
    quorum: int = 0
    votes: dict[bytes, int] = field(default_factory=dict)
    quorum_at: int | None = None
    eta: int | None = None
    is_canceled: bool = False
    is_executed: bool = False

    def count(self, kind: int) -> int:
        """Count the votes of a kind."""
        return sum(vote == kind for vote in self.votes.values())

    @property
    def end(self) -> int:
        """The last second in which votes count."""
        end = self.start + PERIOD_S
        return end if self.quorum_at is None else max(end, self.quorum_at + EXTENSION_S)

    def state(self, now: int) -> State:
        """Tell where the proposal is at a time."""
        passed = self.quorum_at is not None and self.count(FOR) > self.count(AGAINST) + self.missing
        since = self.end if self.eta is None else self.eta
        steps = (
            (self.is_executed, State.EXECUTED),
            (self.is_canceled, State.CANCELED),
            (now <= self.start, State.PENDING),
            (now <= self.end, State.ACTIVE),
            (not passed, State.DEFEATED),
            (now > since + WINDOW_S, State.EXPIRED),
            (self.eta is None, State.SUCCEEDED),
        )
        return next((state for holds, state in steps if holds), State.QUEUED)


def members_in(data: bytes) -> list[bytes] | None:
    """Read the members that a rotation asks for, as encoded by the standard; none where they cannot be read."""
    words = [data[place : place + 32] for place in range(4, len(data), 32)]
    if len(words) < 2 or int.from_bytes(words[1], "big") != len(words) - 2:
        return None
    return [word[12:] for word in words[2:]]


@dataclass(frozen=True)
class Governed:
    """The two contracts that proposals call, where they are, and by which function."""

    registry: ParamRegistryModel
    registry_address: bytes
    set_selector: bytes
    validators: ValidatorSetModel
    validators_address: bytes
    rotate_selector: bytes


class LucidGovernorModel:
    """Proposals by their ID. ``events`` are those of the last call, those of what it called among them.

    ``missing`` is how many votes more the largest electorate of late had; ``is_standing`` tells whether voting that
    starts a day from now does so in a month without an electorate of its own.
    """

    def __init__(self, governed: Governed, voters: Sequence[bytes], missing: int) -> None:
        self.governed = governed
        self.voters, self.missing = frozenset(voters), missing
        self.is_standing = False
        self.proposals: dict[int, Proposal] = {}
        self.nonces: dict[bytes, int] = {}
        self.events: list[Emitted] = []

    @property
    def quorum(self) -> int:
        """Count what must vote: a fifth of the largest electorate of late, but more than a third of one that stands."""
        peak = len(self.voters) + self.missing
        return max(3, peak // 3 + 1 if self.is_standing else -(-peak // 5))

    def _emit(self, name: str, values: Mapping[str, object]) -> None:
        self.events.append(Emitted("LucidGovernor", name, dict(values)))

    def _unless(self, one: Proposal, wanted: State, now: int) -> Reverted | None:
        state = one.state(now)
        if state is wanted:
            return None
        bitmap = (1 << wanted).to_bytes(32, "big")
        return Reverted("GovernorUnexpectedProposalState", (one.id, state, bitmap))

    def _judge(self, one: Proposal) -> Reverted | None:
        if len(one.calls) > MOST_CALLS:
            return Reverted("TooManyCalls", (len(one.calls), MOST_CALLS))
        for index, call in enumerate(one.calls):
            selector, governed = call.data[:4], self.governed
            may = (
                (governed.registry_address, governed.set_selector),
                (governed.validators_address, governed.rotate_selector),
            )
            if (call.target, selector) not in may:
                return Reverted("CallNotAllowed", (index, call.target, selector.ljust(4, b"\0")))
            if call.value:
                return Reverted("EtherRefused")
        return None

    def _judge_arguments(self, one: Proposal) -> Reverted | None:
        for index, call in enumerate(one.calls):
            if call.target == self.governed.validators_address:
                members = members_in(call.data)
                if members is None:
                    return Reverted("ArgumentsMalformed", (index,))
                refusal = require_valid(members)
            elif self.is_standing:
                return Reverted("OnlyRotation", (index, call.target, call.data[:4]))
            elif len(call.data) != 4 + 64:
                return Reverted("ArgumentsMalformed", (index,))
            else:
                value = int.from_bytes(call.data[36:], "big")
                refusal = self.governed.registry.judge(call.data[4:36], value)
            if refusal is not None:
                return refusal
        return None

    def _carry_out(self, call: Call) -> list[Emitted]:
        """Do what a call asks; it was judged when it was proposed."""
        validators, registry = self.governed.validators, self.governed.registry
        if call.target == self.governed.validators_address:
            validators.rotate(validators.timelock, members_in(call.data) or [])
            return validators.events
        value = int.from_bytes(call.data[36:], "big")
        registry.set(registry.timelock, call.data[4:36], value)
        return registry.events

    def propose(self, caller: bytes, one: Proposal, now: int) -> Reverted | int:
        """Propose; gives the ID."""
        self.events = []
        if caller not in self.voters:
            return Reverted("GovernorInsufficientProposerVotes", (caller, 0, 1))
        refusal = self._judge(one) or self._judge_arguments(one)
        if refusal is not None:
            return refusal
        if not one.calls:
            return Reverted("GovernorInvalidProposalLength", (0, 0, 0))
        known = self.proposals.get(one.id)
        if known is not None:
            arguments = (one.id, known.state(now), bytes(32))
            return Reverted("GovernorUnexpectedProposalState", arguments)
        one.proposer, one.start = caller, now + DELAY_S
        one.missing, one.quorum = self.missing, self.quorum
        self.proposals[one.id] = one
        values = {
            "proposalId": one.id,
            "proposer": caller,
            "targets": tuple(call.target for call in one.calls),
            "values": tuple(call.value for call in one.calls),
            "signatures": ("",) * len(one.calls),
            "calldatas": tuple(call.data for call in one.calls),
            "voteStart": one.start,
            "voteEnd": one.start + PERIOD_S,
            "description": one.description,
        }
        self._emit("ProposalCreated", values)
        return one.id

    def vote(self, voter: bytes, one: Proposal, kind: int, now: int) -> Reverted | int:
        """Vote; gives the weight."""
        self.events = []
        if one.id not in self.proposals:
            return Reverted("GovernorNonexistentProposal", (one.id,))
        refusal = self._unless(one, State.ACTIVE, now)
        if refusal is not None:
            return refusal
        if voter not in self.voters:
            return Reverted("NotEligible", (voter,))
        if voter in one.votes:
            return Reverted("GovernorAlreadyCastVote", (voter,))
        if kind > ABSTAIN:
            return Reverted("GovernorInvalidVoteType")
        before = one.end
        one.votes[voter] = kind
        values = {"voter": voter, "proposalId": one.id, "support": kind, "weight": 1, "reason": ""}
        self._emit("VoteCast", values)
        if one.quorum_at is None and one.count(FOR) + one.count(ABSTAIN) >= one.quorum:
            one.quorum_at = now
            if one.end > before:
                self._emit("ProposalExtended", {"proposalId": one.id, "extendedDeadline": one.end})
        return 1

    def vote_signed(
        self, voter: bytes, one: Proposal, kind: int, nonce: int, now: int
    ) -> Reverted | int:
        """Vote by the voter's own signature over a nonce."""
        self.events = []
        if nonce != self.nonces.get(voter, 0):
            return Reverted("GovernorInvalidSignature", (voter,))
        answer = self.vote(voter, one, kind, now)
        if not isinstance(answer, Reverted):
            self.nonces[voter] = nonce + 1
        return answer

    def cancel(self, caller: bytes, one: Proposal, now: int) -> Reverted | int:
        """Cancel; gives the ID."""
        self.events = []
        if one.id not in self.proposals:
            return Reverted("GovernorNonexistentProposal", (one.id,))
        if caller != one.proposer or one.state(now) is not State.PENDING:
            return Reverted("GovernorUnableToCancel", (one.id, caller))
        one.is_canceled = True
        self._emit("ProposalCanceled", {"proposalId": one.id})
        return one.id

    def queue(self, one: Proposal, now: int) -> Reverted | int:
        """Queue; gives the ID."""
        self.events = []
        if one.id not in self.proposals:
            return Reverted("GovernorNonexistentProposal", (one.id,))
        refusal = self._unless(one, State.SUCCEEDED, now)
        if refusal is not None:
            return refusal
        one.eta = now + TIMELOCK_DELAY_S
        self._emit("ProposalQueued", {"proposalId": one.id, "etaSeconds": one.eta})
        return one.id

    def execute(self, one: Proposal, now: int, *, on_timelock: bool) -> Reverted | int | None:
        """Execute by the governor, which gives the ID, or on the timelock, which gives nothing."""
        self.events = []
        if not on_timelock:
            refusal = self._judge(one)
            if refusal is None and one.id not in self.proposals:
                refusal = Reverted("GovernorNonexistentProposal", (one.id,))
            refusal = refusal or self._unless(one, State.QUEUED, now)
            if refusal is not None:
                return refusal
        if one.state(now) is not State.QUEUED or one.eta is None or now < one.eta:
            ready = (1 << 2).to_bytes(32, "big")
            return Reverted("TimelockUnexpectedOperationState", (one.operation, ready))
        one.is_executed = True
        events = []
        for call in one.calls:
            events += self._carry_out(call)
        self.events = events
        if on_timelock:
            return None
        self._emit("ProposalExecuted", {"proposalId": one.id})
        return one.id
