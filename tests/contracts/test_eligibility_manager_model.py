"""EligibilityManager against its model, call by call, over months in which nodes come, work, change keys and leave."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.contracts.abi import Reverted
from tests.contracts.evm import START_UTC_S
from tests.contracts.models.months import month_of, start_of
from tests.contracts.models.work_credits_oracle import Record, Tree
from tests.contracts.node_world import FIRST_MONTH, KEYS, OPERATORS, NodeWorld

DAY = 86_400
UPTIMES = st.sampled_from([744, 744, 744, 596, 595, 0])
EARNED = st.sampled_from([10**18, 10**18, 10**18, 10**18 - 1])
NODE_IDS = st.integers(1, 4)
WORLD = NodeWorld()  # in which nothing happens


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**256 - 1 - START_UTC_S))
def test_nothing_is_told_of_what_has_not_passed(ahead: int) -> None:
    """The votes of this moment, and of any after it, are refused as ERC-5805 says."""
    moment = START_UTC_S + ahead
    refusal = Reverted("ERC5805FutureLookup", (moment, START_UTC_S))
    assert WORLD.call(WORLD.manager, "getPastVotes", KEYS[0].address, moment) == refusal
    assert WORLD.call(WORLD.manager, "getPastTotalSupply", moment) == refusal
    assert WORLD.call(WORLD.manager, "getPastPeak", moment) == refusal


class EligibilityManagerMachine(RuleBasedStateMachine):
    """Lets months pass, commits what the nodes did in them, and finds nodes eligible."""

    def __init__(self) -> None:
        super().__init__()
        self.world = NodeWorld()
        self.used_keys = 0
        self.looked_at: dict[
            int, list[int]
        ] = {}  # a moment, and each key's votes when it had just passed

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Register three nodes and let four months pass, so that they can be found eligible."""
        for operator in (0, 0, 1):
            self.world.register(OPERATORS[operator], KEYS[self.used_keys])
            self.used_keys += 1
        for _ in range(4):
            self._next_month(data)
        self.world.wait_until(self.world.now + 2 * DAY)

    def _next_month(self, data: st.DataObject) -> None:
        """Let the next month begin, and commit the one that ended, with a record of each node that was one in it."""
        world = self.world
        month = month_of(world.now)
        world.wait_until_month(month + 1)
        records = [
            Record(
                node_id,
                node.operator,
                relay=10,
                uptime_seen=data.draw(UPTIMES),
                uptime_expected=744,
                earned=data.draw(EARNED),
            )
            for node_id, node in world.node_model.nodes.items()
            if month_of(node.registered_at) <= month
            and not (node.departs_at and month_of(node.departs_at) <= month)
        ]
        if records:
            assert world.commit(month, Tree(records), world.members()[:3]) is None

    @rule(data=st.data(), days=st.integers(0, 3))
    def next_month(self, data: st.DataObject, days: int) -> None:
        """A month ends and is committed; perhaps its window passes."""
        self._next_month(data)
        self.world.wait_until(self.world.now + days * DAY)

    @rule(seconds=st.integers(1, 10 * DAY))
    def wait(self, seconds: int) -> None:
        """Time passes within the month; the moment before is looked at once it has passed."""
        world = self.world
        until = min(world.now + seconds, start_of(month_of(world.now) + 1) - 1)
        world.wait_until(until)
        moment = world.now - 1
        self.looked_at.setdefault(moment, self._votes(moment))

    @rule(
        node_id=st.sampled_from([1, 2, 3, 3, 4, 9]),
        offset=st.sampled_from([1, 1, 1, 1, 0, 2]),
        swapped=st.sampled_from([0, 0, 0, 1]),
    )
    def qualify(self, node_id: int, offset: int, swapped: int) -> None:
        """A node is found eligible for the month that comes, or refused for the first reason there is."""
        self._qualify(node_id, month_of(self.world.now) + offset, swapped)

    @rule()
    def qualify_everyone(self) -> None:
        """Each node is tried for the month that comes."""
        for node_id in self.world.node_model.nodes:
            self._qualify(node_id, month_of(self.world.now) + 1, 0)

    @rule(
        node_ids=st.lists(st.sampled_from([1, 2, 3, 4, 9]), max_size=4),
        offset=st.sampled_from([1, 1, 1, 0]),
    )
    def qualify_many(self, node_ids: list[int], offset: int) -> None:
        """Several are found eligible together, or none of them."""
        world, month = self.world, month_of(self.world.now) + offset
        found = [[self._find(month - 4 + each, one) for each in range(3)] for one in node_ids]
        candidates = [
            (
                node_id,
                [each.fields for each in records],
                [world.proof(month - 4 + each, record) for each, record in enumerate(records)],
            )
            for node_id, records in zip(node_ids, found, strict=True)
        ]
        answer = world.call(world.manager, "qualifyMany", month, candidates)
        assert answer == world.manager_model.qualify_many(
            month, list(zip(node_ids, found, strict=True))
        )
        assert world.evm.events == world.manager_model.events

    def _qualify(self, node_id: int, month: int, swapped: int) -> None:
        """Try it with the node's records, or one of another node's, and compare."""
        world = self.world
        found = [self._find(month - 4 + each, node_id) for each in range(3)]
        if swapped:
            found[1] = self._find(month - 3, node_id % 3 + 1)
        proofs = [world.proof(month - 4 + each, record) for each, record in enumerate(found)]
        answer = world.call(
            world.manager, "qualify", month, node_id, [each.fields for each in found], proofs
        )
        assert answer == world.manager_model.qualify(month, node_id, found)
        assert world.evm.events == world.manager_model.events

    def _find(self, month: int, node_id: int) -> Record:
        """Give a node's record of a month, or one of the test's own making where there is none."""
        epoch = self.world.oracle_model.epochs.get(month)
        records = () if epoch is None else epoch.tree.records
        made = Record(
            node_id, OPERATORS[0].address, uptime_seen=1, uptime_expected=1, earned=10**18
        )
        return next((each for each in records if each.node_id == node_id), made)

    @rule(operator=st.integers(0, 1))
    def register(self, operator: int) -> None:
        """A fourth node comes."""
        if len(self.world.node_model.nodes) < 4 and self.used_keys < len(KEYS):
            self.world.register(OPERATORS[operator], KEYS[self.used_keys])
            self.used_keys += 1

    @rule(node_id=NODE_IDS)
    def rotate(self, node_id: int) -> None:
        """A node gets another key."""
        if self.world.node_model.is_present(node_id) and self.used_keys < len(KEYS):
            self.world.rotate_key(node_id, KEYS[self.used_keys])
            self.used_keys += 1

    @rule(node_id=NODE_IDS)
    def announce(self, node_id: int) -> None:
        """A node announces that it leaves."""
        model = self.world.node_model
        if model.is_present(node_id) and not model.nodes[node_id].departs_at:
            self.world.announce_departure(node_id)

    @invariant()
    def votes_are_the_models(self) -> None:
        """Now, and at any moment looked at before, votes are the model's, add up, and have not changed."""
        world = self.world
        for key in KEYS[: self.used_keys + 1]:
            votes = world.call(world.manager, "getVotes", key.address)
            assert votes == world.manager_model.votes(key.address, world.now)
        for moment, before in list(self.looked_at.items())[-2:]:
            votes_then = self._votes(moment)
            assert votes_then[: len(before)] == before
            assert votes_then == [
                world.manager_model.votes(key.address, moment) for key in KEYS[: self.used_keys]
            ]
            total: Any = world.call(world.manager, "getPastTotalSupply", moment)
            assert total == world.manager_model.total(moment)
            is_standing = world.call(world.manager, "isStanding", moment)
            assert is_standing == world.manager_model.is_standing(moment)
            assert sum(votes_then) <= total if is_standing else sum(votes_then) == total
            assert world.call(world.manager, "getPastPeak", moment) == world.manager_model.peak(
                moment
            )
        assert month_of(world.now) >= FIRST_MONTH

    def _votes(self, moment: int) -> list[int]:
        """Ask for each used key's votes at a moment that has passed."""
        call, manager = self.world.call, self.world.manager
        return [
            call(manager, "getPastVotes", key.address, moment) for key in KEYS[: self.used_keys]
        ]


EligibilityManagerMachine.TestCase.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None
)
TestEligibilityManager = EligibilityManagerMachine.TestCase
