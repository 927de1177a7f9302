"""WorkCreditsOracle against its model, call by call: honest months and false ones, and whatever challenges them."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.contracts.evm import Account
from tests.contracts.models.months import month_of
from tests.contracts.models.work_credits_oracle import MOST_LUCID, Record, Tree
from tests.contracts.node_world import CAP, FIRST_MONTH, KEYS, OPERATORS, VALIDATORS, NodeWorld

NODE_IDS = st.sampled_from([1, 1, 2, 2, 3, 3, 4, 0])
CREDITS = st.sampled_from([0, 1, CAP // 2, CAP, CAP, CAP + 1])
RECORDS = st.builds(
    Record,
    node_id=NODE_IDS,
    operator=st.just(bytes(20)),
    relay=CREDITS,
    storage_proofs=CREDITS,
    validations=st.integers(0, CAP),
    beacons=st.just(7),
    uptime_seen=st.sampled_from([0, 700, 744, 745]),
    uptime_expected=st.just(744),
    earned=st.sampled_from([0, 10**18, MOST_LUCID, MOST_LUCID + 1]),
)
MONTHS = st.integers(-1, 3).map(lambda offset: FIRST_MONTH + offset)


class WorkCreditsOracleMachine(RuleBasedStateMachine):
    """Commits, challenges, rotates the validators, and lets time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.world = NodeWorld()
        self.shown: list[Record] = [Record(1, OPERATORS[0].address)]

    @initialize()
    def begin(self) -> None:
        """Register two nodes of one operator and one of another, and wait until their first month is over."""
        for operator, key in ((0, 0), (0, 1), (1, 2)):
            self.world.register(OPERATORS[operator], KEYS[key])
        self.world.wait_until_month(FIRST_MONTH + 1)

    def _honest(self, record: Record) -> Record:
        """Give the record its node's own operator."""
        node = self.world.node_model.nodes.get(record.node_id)
        return record if node is None else replace(record, operator=node.operator)

    @rule(
        month=MONTHS,
        records=st.lists(RECORDS, min_size=1, max_size=4),
        is_honest=st.sampled_from([True, True, True, False]),
        count=st.sampled_from([2, 3, 3, 4]),
    )
    def commit(self, month: int, records: list[Record], is_honest: bool, count: int) -> None:
        """A month is committed with records of any kind, or refused."""
        if is_honest:
            records = [self._honest(each) for each in records]
        self.shown = [*records, *self.shown][:8]
        self.world.commit(month, Tree(records), self.world.members()[:count])

    @rule(month=MONTHS, people=st.lists(st.sampled_from(VALIDATORS), max_size=5))
    def commit_with_anyone(self, month: int, people: list[Account]) -> None:
        """Whoever signs, in whatever order, is judged as the model judges."""
        self.world.commit(month, Tree(self.shown[:1]), people)

    @rule(
        month=st.sampled_from([FIRST_MONTH, FIRST_MONTH, FIRST_MONTH + 1]),
        people=st.none() | st.lists(st.sampled_from(VALIDATORS), max_size=5),
    )
    def retract(self, month: int, people: list[Account] | None) -> None:
        """Validators, or anyone, take a month back."""
        signers = self.world.members()[:3] if people is None else people
        self.world.retract(month, signers)

    @rule(month=MONTHS, data=st.data())
    def challenge_record(self, month: int, data: st.DataObject) -> None:
        """One record is shown, of the month or not."""
        record = data.draw(st.sampled_from(self._candidates(month)))
        world = self.world
        answer = world.call(
            world.oracle, "challengeRecord", month, record.fields, world.proof(month, record)
        )
        self._compare(answer, world.oracle_model.challenge_record(world.evm.sender, month, record))

    @rule(month=MONTHS, data=st.data())
    def challenge_twice(self, month: int, data: st.DataObject) -> None:
        """Two records are shown."""
        candidates = st.sampled_from(self._candidates(month))
        first, second = data.draw(candidates), data.draw(candidates)
        world = self.world
        answer = world.call(
            world.oracle,
            "challengeTwice",
            month,
            first.fields,
            world.proof(month, first),
            second.fields,
            world.proof(month, second),
        )
        self._compare(
            answer, world.oracle_model.challenge_twice(world.evm.sender, month, first, second)
        )

    @rule(month=MONTHS, data=st.data(), is_sorted=st.booleans())
    def challenge_operator(self, month: int, data: st.DataObject, is_sorted: bool) -> None:
        """Several records are shown."""
        records = data.draw(st.lists(st.sampled_from(self._candidates(month)), max_size=3))
        if is_sorted:
            records.sort(key=lambda each: each.node_id)
        world = self.world
        answer = world.call(
            world.oracle,
            "challengeOperator",
            month,
            [each.fields for each in records],
            [world.proof(month, each) for each in records],
        )
        self._compare(
            answer, world.oracle_model.challenge_operator(world.evm.sender, month, records)
        )

    @rule(
        seconds=st.one_of(
            st.integers(1, 86_400), st.integers(5, 30).map(lambda each: each * 86_400)
        )
    )
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.world.wait_until(self.world.now + seconds)

    @rule(node_id=st.integers(1, 3))
    def depart(self, node_id: int) -> None:
        """A node announces that it leaves."""
        model = self.world.node_model
        if model.is_present(node_id) and not model.nodes[node_id].departs_at:
            self.world.announce_departure(node_id)

    @rule(people=st.sets(st.sampled_from(VALIDATORS), min_size=3, max_size=5))
    def rotate(self, people: set[Account]) -> None:
        """Other validators are in force."""
        members = sorted(each.address for each in people)
        self.world.call(self.world.validators, "rotate", members)
        assert self.world.set_model.rotate(self.world.evm.sender, members) is None

    @invariant()
    def months_are_the_models(self) -> None:
        """Each month's commitment is the model's, and records are proven of final months alone."""
        world = self.world
        for month in range(FIRST_MONTH, FIRST_MONTH + 3):
            epoch = world.oracle_model.epochs.get(month)
            kept = world.call(world.oracle, "epochOf", month)
            attempt = world.oracle_model.attempts.get(month, 0)
            if epoch is None:
                assert kept == (bytes(32), 0, attempt, *(0,) * 8)
                continue
            assert kept == (
                epoch.tree.root,
                len(epoch.tree.records),
                attempt,
                epoch.version,
                epoch.committed_at,
                epoch.final_at,
                epoch.caps.operator,
                *epoch.caps.kinds,
            )
            assert world.call(world.oracle, "isFinal", month) == world.oracle_model.is_final(month)
            for record in (epoch.tree.records[0], self.shown[-1]):
                answer = world.call(
                    world.oracle, "verify", month, record.fields, world.proof(month, record)
                )
                assert answer == world.oracle_model.verify(month, record)
        assert month_of(world.now) > FIRST_MONTH

    def _candidates(self, month: int) -> list[Record]:
        """Give records worth showing: the month's own, and some others."""
        epoch = self.world.oracle_model.epochs.get(month)
        own = () if epoch is None else epoch.tree.records
        return [*own, *own, *own, *self.shown[-2:]]

    def _compare(self, answer: object, expected: object) -> None:
        assert answer == expected
        assert self.world.evm.events == self.world.oracle_model.events


WorkCreditsOracleMachine.TestCase.settings = settings(
    max_examples=10, stateful_step_count=25, deadline=None
)
TestWorkCreditsOracle = WorkCreditsOracleMachine.TestCase
