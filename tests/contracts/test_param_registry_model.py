"""ParamRegistry against its model, call by call."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.contracts.evm import Account, Deployed, Evm, accounts
from tests.contracts.models.param_registry import TABLE, ParamRegistryModel, key

TIMELOCK, STRANGER = accounts(2, "caller")
NAMES = st.sampled_from([*TABLE, *TABLE, "slotTimeout", "SlotTimeoutMs", ""])


@st.composite
def _settings(draw: st.DrawFn) -> tuple[bytes, int]:
    """Draw a name and a value: often at a bound or one beside it, sometimes anything."""
    name = draw(NAMES)
    row = TABLE.get(name)
    if row is None or draw(st.integers(0, 3)) == 0:
        return key(name), draw(st.integers(0, 2**256 - 1))
    beside = draw(st.sampled_from([row.least, row.most])) + draw(st.integers(-1, 1))
    return key(name), draw(st.sampled_from([max(beside, 0), (row.least + row.most) // 2]))


class ParamRegistryMachine(RuleBasedStateMachine):
    """Sets parameters and asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = Evm()
        self.model = ParamRegistryModel(TIMELOCK.address)
        registry = self.evm.deploy("ParamRegistry", TIMELOCK.address)
        assert isinstance(registry, Deployed)
        self.registry = registry
        assert self.evm.events == self.model.events

    @rule(caller=st.sampled_from([TIMELOCK, TIMELOCK, TIMELOCK, STRANGER]), setting=_settings())
    def set_a_parameter(self, caller: Account, setting: tuple[bytes, int]) -> None:
        """A value is set, or refused, as the model says, and so are its events."""
        expected = self.model.set(caller.address, *setting)
        assert self.evm.call(self.registry, "set", *setting, sender=caller) == expected
        assert self.evm.events == self.model.events

    @rule(setting=_settings())
    def judge_a_value(self, setting: tuple[bytes, int]) -> None:
        """A value is judged without being set."""
        expected = self.model.judge(*setting)
        assert self.evm.call(self.registry, "requireAllowed", *setting) == expected

    @invariant()
    def values_are_the_models(self) -> None:
        """Each parameter has the model's value, default and bounds."""
        call = self.evm.call
        assert call(self.registry, "keys") == tuple(self.model.rows)
        for name, row in self.model.rows.items():
            assert call(self.registry, "valueOf", name) == self.model.values[name]
            assert call(self.registry, "defaultOf", name) == row.initial
            assert call(self.registry, "boundsOf", name) == (row.least, row.most)


ParamRegistryMachine.TestCase.settings = settings(
    max_examples=8, stateful_step_count=15, deadline=None
)
TestParamRegistry = ParamRegistryMachine.TestCase
