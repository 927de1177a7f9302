"""LucidRewards against its model, call by call, with the contracts that it asks, all real."""

from functools import cache

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.contracts.abi import Reverted
from tests.contracts.evm import (
    START_UTC_S,
    Account,
    Deployed,
    Evm,
    Snapshot,
    accounts,
    typed_digest,
)
from tests.contracts.models.lucid_rewards import SLOT_S, Attestation, LucidRewardsModel
from tests.contracts.models.lucid_token import CAP
from tests.contracts.models.slot_reward import HALVING, LUCID, SlotRecord, most_after, reward_of

VALIDATORS = accounts(4, "validator")
TIMELOCK, ALICE, BOB, POOL, STRANGER = accounts(5, "person")
FIRST_SLOT_AT = START_UTC_S - 1000 * SLOT_S
RECORD = [
    ("uint64", "slot"),
    ("uint256", "nodeId"),
    ("uint32", "sessions"),
    ("uint64", "compressedBytes"),
    ("uint32", "activeNodes"),
]
BATCH = {
    "SlotBatch": [
        ("uint256", "nextSlot"),
        ("uint256", "baseMbPerSession"),
        ("uint256", "dMinBps"),
        ("SlotRecord[]", "slots"),
    ],
    "SlotRecord": RECORD,
}
REGISTER = {
    "Register": [
        ("address", "operator"),
        ("address", "nodeKey"),
        ("bytes32", "identityKey"),
        ("address", "pool"),
        ("bytes32", "onionStatementHash"),
    ]
}


class Bench:
    """One chain with everything deployed, and a snapshot of it at each supply that tests begin with."""

    def __init__(self) -> None:
        self.evm = Evm()
        members = [each.address for each in VALIDATORS]
        self.params = self._deploy("ParamRegistry", TIMELOCK.address)
        self.validators = self._deploy("ValidatorSet", TIMELOCK.address, members)
        self.nodes = self._deploy("NodeRegistry", self.params.address)
        self.token = self._deploy("LucidToken", self.evm.next_address(after=1))
        others = (self.token, self.validators, self.nodes, self.params)
        self.rewards = self._deploy(
            "LucidRewards", *(each.address for each in others), FIRST_SLOT_AT
        )
        self.accounts = {1: ALICE.address, 2: BOB.address, 3: POOL.address}
        for node_id, operator in ((1, ALICE), (2, BOB), (3, ALICE)):
            self._register(node_id, operator, is_pooled=node_id == 3)
        self._begin = self.evm.snapshot()
        self._snapshots: dict[int, Snapshot] = {}

    def begin(self, supply: int) -> None:
        """Go back to the beginning, with a supply that nobody of these tests has."""
        if supply not in self._snapshots:
            self.evm.restore(self._begin)
            if supply:
                minter = self.rewards.address
                assert (
                    self.evm.call(self.token, "mint", b"\xfe" * 20, supply, sender=minter) is None
                )
            self._snapshots[supply] = self.evm.snapshot()
        self.evm.restore(self._snapshots[supply])

    def digest(self, attested: Attestation) -> bytes:
        """Hash what validators sign."""
        names = [name for _, name in RECORD]
        fields = (
            (each.slot, each.node_id, each.sessions, each.compressed_bytes, each.active_nodes)
            for each in attested.slots
        )
        message = {
            "nextSlot": attested.next_slot,
            "baseMbPerSession": attested.base_mb,
            "dMinBps": attested.d_min_bps,
            "slots": [dict(zip(names, each, strict=True)) for each in fields],
        }
        return typed_digest(self.rewards, BATCH, message)

    def _deploy(self, name: str, *arguments: object) -> Deployed:
        deployed = self.evm.deploy(name, *arguments)
        assert isinstance(deployed, Deployed)
        return deployed

    def _register(self, node_id: int, operator: Account, *, is_pooled: bool) -> None:
        (key,) = accounts(1, f"key of node {node_id}")
        pool = POOL.address if is_pooled else bytes(20)
        message = {
            "operator": f"0x{operator.address.hex()}",
            "nodeKey": f"0x{key.address.hex()}",
            "identityKey": b"i" * 32,
            "pool": f"0x{pool.hex()}",
            "onionStatementHash": b"o" * 32,
        }
        signature = key.sign(typed_digest(self.nodes, REGISTER, message))
        given = (key.address, b"i" * 32, pool, b"o" * 32, signature)
        assert self.evm.call(self.nodes, "register", *given, sender=operator) == node_id
        if is_pooled:
            assert self.evm.call(self.nodes, "joinPool", node_id, sender=POOL) is None


@cache
def _bench() -> Bench:
    return Bench()


SESSIONS = st.one_of(st.integers(0, 12), st.sampled_from([2**32 - 1]), st.integers(0, 2**32 - 1))
SIZES = st.one_of(
    st.integers(0, 300_000_000),
    st.integers(0, 2**64 - 1),
    st.builds(lambda n, off: max(0, n * 5_000_000 + off), st.integers(0, 60), st.integers(-1, 1)),
)
ACTIVE = st.one_of(st.integers(0, 60), st.integers(0, 2**32 - 1))
MINTED = st.one_of(
    st.integers(0, CAP),
    st.builds(
        lambda n, off: max(0, min(CAP, n * HALVING + off)), st.integers(0, 20), st.integers(-1, 1)
    ),
)
RECORDS = st.builds(SlotRecord, st.just(0), st.just(1), SESSIONS, SIZES, ACTIVE)


@settings(max_examples=400, deadline=None)
@given(RECORDS, MINTED, st.integers(1, 100), st.integers(0, 9000))
@example(SlotRecord(0, 1, 10, 0, 50), 0, 5, 2000)
@example(SlotRecord(0, 1, 10, 0, 10), 0, 5, 2000)
@example(SlotRecord(0, 1, 2**32 - 1, 2**64 - 1, 2**32 - 1), CAP, 1, 9000)
@example(SlotRecord(0, 1, 7, 50_000_001, 20), HALVING, 5, 0)
def test_the_formula_in_whole_numbers_is_the_one_in_fractions(
    record: SlotRecord, minted: int, base_mb: int, d_min_bps: int
) -> None:
    """For any record, supply and parameters the compiled contract gives exactly what fractions give."""
    bench = _bench()
    answer = bench.evm.call(bench.rewards, "amountOf", record, minted, base_mb, d_min_bps)
    assert answer == reward_of(record, minted, base_mb, d_min_bps) * LUCID
    most = 2 if record.sessions == 0 else most_after(minted)
    assert LUCID <= answer <= most * LUCID


class LucidRewardsMachine(RuleBasedStateMachine):
    """Brings batches: good ones, ones out of order, too early, changed after they were signed, kept for later."""

    supply = 0

    def __init__(self) -> None:
        super().__init__()
        self.bench = _bench()
        self.bench.begin(self.supply)
        self.evm = self.bench.evm
        self.model = LucidRewardsModel(FIRST_SLOT_AT, self.bench.accounts, self.supply)
        self.kept: list[Attestation] = []

    def _bring(self, slots: tuple[SlotRecord, ...], attested: Attestation) -> None:
        digest = self.bench.digest(attested)
        signatures = [each.sign(digest) for each in VALIDATORS[:3]]
        expected = self.model.reward(slots, attested, self.evm.time)
        answer = self.evm.call(self.bench.rewards, "reward", slots, signatures, sender=STRANGER)
        if expected == Reverted("SignatureVoid"):
            assert isinstance(answer, Reverted)
            assert answer.name in {"SignerNotValidator", "SignersNotAscending"}
        else:
            assert answer == expected
        assert self.evm.events == self.model.events

    def _slots(self, steps: list[int], parts: list[SlotRecord]) -> tuple[SlotRecord, ...]:
        numbers, last = [], self.model.next_slot - 1
        for step in steps[: len(parts)]:
            last = max(0, last + step)
            numbers.append(last)
        return tuple(
            SlotRecord(
                number, *(each.node_id, each.sessions, each.compressed_bytes, each.active_nodes)
            )
            for number, each in zip(numbers, parts, strict=False)
        )

    @rule(
        steps=st.lists(st.integers(1, 3), min_size=3, max_size=3),
        parts=st.lists(
            st.builds(SlotRecord, st.just(0), st.integers(1, 3), SESSIONS, SIZES, ACTIVE),
            max_size=3,
        ),
        is_kept=st.booleans(),
    )
    def bring(self, steps: list[int], parts: list[SlotRecord], is_kept: bool) -> None:
        """Slots in order are paid; what was signed for them is perhaps kept, to be brought once more."""
        slots = self._slots(steps, parts)
        attested = self.model.attest(slots)
        if is_kept:
            self.kept.append(attested)
        self._bring(slots, attested)

    @rule(
        steps=st.lists(st.integers(-2, 500), min_size=2, max_size=2),
        parts=st.lists(
            st.builds(SlotRecord, st.just(0), st.integers(0, 4), SESSIONS, SIZES, ACTIVE),
            min_size=1,
            max_size=2,
        ),
    )
    def bring_anything(self, steps: list[int], parts: list[SlotRecord]) -> None:
        """Slots out of order, not over, of nodes that nobody knows are refused."""
        slots = self._slots(steps, parts)
        self._bring(slots, self.model.attest(slots))

    @rule(place=st.integers(0, 9))
    def bring_what_was_kept(self, place: int) -> None:
        """What was brought before is refused."""
        if self.kept:
            attested = self.kept[place % len(self.kept)]
            self._bring(attested.slots, attested)

    @rule(ahead=st.integers(1, 5))
    def skip(self, ahead: int) -> None:
        """A batch that follows another one is refused before that one."""
        slots = (SlotRecord(self.model.next_slot + ahead, 1, 10, 0, 1),)
        attested = self.model.attest(slots)
        self._bring(
            slots,
            Attestation(slots, attested.next_slot + ahead, attested.base_mb, attested.d_min_bps),
        )

    @rule(base_mb=st.integers(1, 100), d_min_bps=st.integers(0, 9000))
    def vote(self, base_mb: int, d_min_bps: int) -> None:
        """Other parameters are in force; what was signed under the last ones is void."""
        slots = (SlotRecord(self.model.next_slot, 1, 10, 0, 1),)
        attested = self.model.attest(slots)
        for key, value in ((b"baseMbPerSession", base_mb), (b"dMinBps", d_min_bps)):
            name = key.ljust(32, b"\0")
            assert self.evm.call(self.bench.params, "set", name, value, sender=TIMELOCK) is None
        self.model.base_mb, self.model.d_min_bps = base_mb, d_min_bps
        self._bring(slots, attested)

    @rule(seconds=st.integers(0, 40_000))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.evm.time += seconds

    @invariant()
    def everything_is_accounted_for(self) -> None:
        """The supply is what was minted and within the cap; the next slot is the model's."""
        assert self.evm.call(self.bench.token, "totalSupply") == self.model.minted <= CAP
        assert self.evm.call(self.bench.rewards, "nextSlot") == self.model.next_slot

    def teardown(self) -> None:
        """At the end everybody has what their nodes' slots earned."""
        for account in self.bench.accounts.values():
            balance = self.evm.call(self.bench.token, "balanceOf", account)
            assert balance == self.model.balances[account]


class AcrossAHalvingMachine(LucidRewardsMachine):
    """The same from shortly before a halving."""

    supply = 2 * HALVING - 60 * LUCID


class UpToTheCapMachine(LucidRewardsMachine):
    """The same from shortly before the end."""

    supply = CAP - 7 * LUCID // 2


for machine in (LucidRewardsMachine, AcrossAHalvingMachine, UpToTheCapMachine):
    machine.TestCase.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
TestFromTheBeginning = LucidRewardsMachine.TestCase
TestAcrossAHalving = AcrossAHalvingMachine.TestCase
TestUpToTheCap = UpToTheCapMachine.TestCase
