"""ValidatorSet against its model, call by call."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.contracts.evm import Account, Deployed, Evm, accounts
from tests.contracts.models.signing import Signature, signed
from tests.contracts.models.validator_set import ValidatorSetModel, require_valid

PEOPLE = accounts(9, "validator")
TIMELOCK, STRANGER = accounts(2, "caller")
DIGESTS = st.binary(min_size=32, max_size=32)


class ValidatorSetMachine(RuleBasedStateMachine):
    """Rotates and attests."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = Evm()
        first = [each.address for each in PEOPLE[:4]]
        validators = self.evm.deploy("ValidatorSet", TIMELOCK.address, first)
        assert isinstance(validators, Deployed)
        self.validators = validators
        self.model = ValidatorSetModel(TIMELOCK.address, first)

    def _rotate(self, caller: Account, members: list[bytes]) -> None:
        assert self.evm.call(self.validators, "requireValid", members) == require_valid(members)
        expected = self.model.rotate(caller.address, members)
        assert self.evm.call(self.validators, "rotate", members, sender=caller) == expected
        assert self.evm.events == self.model.events

    @rule(
        caller=st.sampled_from([TIMELOCK, TIMELOCK, STRANGER]),
        people=st.sets(st.sampled_from(PEOPLE)),
    )
    def rotate_in_order(self, caller: Account, people: set[Account]) -> None:
        """The timelock replaces the set; anyone else, and no one at all, is refused."""
        self._rotate(caller, sorted(each.address for each in people))

    @rule(people=st.lists(st.sampled_from([*PEOPLE, None]), max_size=4))
    def rotate_out_of_order(self, people: list[Account | None]) -> None:
        """Whoever is out of order, twice, or nobody is refused."""
        self._rotate(TIMELOCK, [bytes(20) if each is None else each.address for each in people])

    @rule(count=st.integers(65, 70))
    def rotate_to_many(self, count: int) -> None:
        """More than 64 are refused."""
        self._rotate(
            TIMELOCK, [bytes(18) + number.to_bytes(2, "big") for number in range(1, count + 1)]
        )

    @rule(
        people=st.lists(st.sampled_from(PEOPLE), max_size=9),
        digest=DIGESTS,
        is_sorted=st.booleans(),
    )
    def attest(self, people: list[Account], digest: bytes, is_sorted: bool) -> None:
        """Any signatures, in any order, are taken or refused as the model says."""
        if is_sorted:
            people = sorted(set(people), key=lambda each: each.address)
        self._attest(digest, [signed(each, digest) for each in people])

    @rule(
        digest=DIGESTS,
        count=st.integers(0, 9),
        spoilt=st.integers(0, 8),
        is_cut=st.booleans(),
        is_spoilt=st.booleans(),
    )
    def attest_as_members(
        self, digest: bytes, count: int, spoilt: int, is_cut: bool, is_spoilt: bool
    ) -> None:
        """Members attest; one of them perhaps with a malleated or cut signature."""
        members = [each for each in PEOPLE if each.address in self.model.sets[-1]][:count]
        signatures = [signed(each, digest) for each in members]
        if is_spoilt and signatures:
            place = spoilt % len(signatures)
            signatures[place] = signatures[place].cut() if is_cut else signatures[place].malleated()
        self._attest(digest, signatures)

    def _attest(self, digest: bytes, signatures: list[Signature]) -> None:
        answer = self.evm.call(
            self.validators, "requireQuorum", digest, [each.content for each in signatures]
        )
        assert answer == self.model.require_quorum(signatures)

    @invariant()
    def sets_stay(self) -> None:
        """The set in force and the one before it are the model's."""
        call = self.evm.call
        assert call(self.validators, "version") == len(self.model.sets)
        assert call(self.validators, "quorum") == self.model.quorum
        assert call(self.validators, "members") == self.model.sets[-1]
        assert call(self.validators, "membersOf", 1) == self.model.sets[0]


ValidatorSetMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None
)
TestValidatorSet = ValidatorSetMachine.TestCase
