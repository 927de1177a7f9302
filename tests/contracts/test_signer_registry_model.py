"""SignerRegistry against its model, call by call; the sentence is written anew in Python."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.chain.encoding import keccak256
from tests.contracts.abi import Reverted
from tests.contracts.evm import START_UTC_S, Account, Deployed, Evm, accounts
from tests.contracts.models.signer_registry import (
    DAY_S,
    SignerRegistryModel,
    Signers,
    sentence,
    tron_address,
)
from tests.contracts.models.signing import signed

CHAIN_ID = 728_126_428
PEOPLE = accounts(6, "approver")
SERVICES = accounts(2, "compliance")
TIMELOCK, STRANGER = accounts(2, "caller")
SOMEBODY = st.sampled_from(PEOPLE)


def personal_digest(text: str) -> bytes:
    """Hash a text as wallets do (EIP-191, personal message)."""
    return keccak256(f"\x19Ethereum Signed Message:\n{len(text)}{text}".encode("ascii"))


class SignerRegistryMachine(RuleBasedStateMachine):
    """Schedules sets, hands over, and lets time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = Evm()
        first = Signers(
            tuple(each.address for each in PEOPLE[:3]), SERVICES[0].address, START_UTC_S
        )
        registry = self.evm.deploy(
            "SignerRegistry",
            TIMELOCK.address,
            list(first.approvers),
            first.compliance_signer,
            CHAIN_ID,
        )
        assert isinstance(registry, Deployed)
        self.registry = registry
        self.model = SignerRegistryModel(TIMELOCK.address, CHAIN_ID, first)
        assert self.evm.events == self.model.events

    def _schedule(self, caller: Account, next_: Signers) -> None:
        arguments = (list(next_.approvers), next_.compliance_signer, next_.effective_at)
        judged = self.model.judge(next_, self.evm.time)
        call = self.evm.call
        assert call(self.registry, "requireSchedulable", *arguments, self.evm.time) == judged
        expected = self.model.schedule(caller.address, next_, self.evm.time)
        assert call(self.registry, "schedule", *arguments, sender=caller) == expected
        assert self.evm.events == self.model.events

    @rule(
        caller=st.sampled_from([TIMELOCK, TIMELOCK, TIMELOCK, STRANGER]),
        people=st.lists(SOMEBODY, min_size=3, max_size=3, unique=True),
        service=st.sampled_from([*SERVICES, *SERVICES, PEOPLE[0]]),
        notice_s=st.integers(2 * DAY_S, 10 * DAY_S) | st.integers(0, 70 * DAY_S),
        is_whole=st.integers(0, 7),
    )
    def schedule(
        self, caller: Account, people: list[Account], service: Account, notice_s: int, is_whole: int
    ) -> None:
        """A set is scheduled, or refused for its time, its people or its caller."""
        approvers = tuple(sorted(each.address for each in people))
        at_s = (self.evm.time + notice_s) // 60 * 60 + (is_whole == 0)
        self._schedule(caller, Signers(approvers, service.address, at_s))

    @rule(people=st.lists(SOMEBODY | st.none(), min_size=3, max_size=3), has_service=st.booleans())
    def schedule_out_of_order(self, people: list[Account | None], has_service: bool) -> None:
        """Approvers out of order, twice, or nobody are refused, and so is no compliance signer."""
        approvers = tuple(bytes(20) if each is None else each.address for each in people)
        service = SERVICES[0].address if has_service else bytes(20)
        at_s = (self.evm.time + 5 * DAY_S) // 60 * 60
        self._schedule(TIMELOCK, Signers(approvers, service, at_s))

    @rule(
        caller=st.sampled_from([TIMELOCK, TIMELOCK, TIMELOCK, STRANGER]),
        people=st.lists(SOMEBODY, min_size=3, max_size=3, unique=True),
        service=st.sampled_from([*SERVICES, *SERVICES, PEOPLE[0]]),
        step=st.integers(-1, 2) | st.integers(-1, 17),
    )
    def adopt(self, caller: Account, people: list[Account], service: Account, step: int) -> None:
        """What the routers have is adopted, or refused for its number, its people or its caller."""
        number = self.model.next_number + step
        approvers = tuple(sorted(each.address for each in people))
        next_ = Signers(approvers, service.address, self.evm.time)
        arguments = (number, list(approvers), service.address)
        judged = self.model.judge_adoption(number, next_)
        assert self.evm.call(self.registry, "requireAdoptable", *arguments) == judged
        expected = self.model.adopt(caller.address, number, next_)
        assert self.evm.call(self.registry, "adopt", *arguments, sender=caller) == expected
        assert self.evm.events == self.model.events

    @rule(back=st.integers(0, 2), people=st.lists(SOMEBODY, max_size=3))
    def hand_over(self, back: int, people: list[Account]) -> None:
        """A statement is recorded if two of the set before signed it."""
        number = self.model.count + 1 - back
        text = self.model_sentence(number)
        signatures = [signed(each, personal_digest(text)) for each in people]
        expected = self.model.record(number, signatures, self.evm.time)
        contents = [each.content for each in signatures]
        assert self.evm.call(self.registry, "recordStatement", number, contents) == expected
        assert self.evm.events == self.model.events

    @rule(first=st.integers(0, 1), second=st.integers(1, 2))
    def hand_over_in_order(self, first: int, second: int) -> None:
        """Two of the set before sign the newest set's sentence, in order or the same one twice."""
        number = self.model.count
        if self.model.last.is_adopted:
            return
        approvers = self.model.sets[number - 1].approvers
        people = [next(p for p in PEOPLE if p.address == approvers[i]) for i in (first, second)]
        self.hand_over(1, people)

    @rule(seconds=st.integers(1, 20 * DAY_S))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.evm.time += seconds

    def model_sentence(self, number: int) -> str:
        """Write the sentence of a set that there is; of any other, anything."""
        if number not in self.model.sets:
            return "nothing"
        return sentence(number, self.model.sets[number], CHAIN_ID)

    @invariant()
    def sets_are_the_models(self) -> None:
        """Every set, the one in force, and every sentence are the model's."""
        call, sets = self.evm.call, self.model.sets
        assert call(self.registry, "count") == self.model.count
        for number in range(self.model.count + 1):
            unknown = Reverted("UnknownSet", (number,))
            known = sets[number].as_tuple() if number in sets else unknown
            assert call(self.registry, "setOf", number) == known
            is_handed = number in sets and not sets[number].is_adopted
            text = self.model_sentence(number) if is_handed else unknown
            assert call(self.registry, "sentenceOf", number) == text
        current = self.model.in_force(self.evm.time)
        assert call(self.registry, "current") == (current, sets[current].as_tuple())


def test_addresses_are_written_as_tron_does() -> None:
    """USDT's well known address on TRON comes out of its 20 bytes."""
    usdt = bytes.fromhex("a614f803b6fd780986a42c78ec9c7f77e6ded13c")
    assert tron_address(usdt) == "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


SignerRegistryMachine.TestCase.settings = settings(
    max_examples=10, stateful_step_count=15, deadline=None
)
TestSignerRegistry = SignerRegistryMachine.TestCase
