"""LucidTimelock against its model, call by call, with a ParamRegistry that it alone may change."""

from __future__ import annotations

from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.contracts.abi import Reverted
from tests.contracts.evm import Account, Deployed, Evm, accounts
from tests.contracts.models.lucid_timelock import (
    ADMIN,
    CANCELLER,
    DELAY,
    EXECUTION_WINDOW,
    EXECUTOR,
    PROPOSER,
    Call,
    LucidTimelockModel,
    Operation,
    State,
)

DEPLOYER, GOVERNOR, STRANGER = PEOPLE = accounts(3, "timelock")
COOLDOWN = b"cooldownSlots".ljust(32, b"\0")
ROLES = (ADMIN, PROPOSER, CANCELLER, EXECUTOR)
LEAST, MOST, FIRST = 8, 64, 16


class LucidTimelockMachine(RuleBasedStateMachine):
    """Schedules, cancels and executes, grabs at roles, and lets days pass."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = Evm()
        self.timelock = cast("Deployed", self.evm.deploy("LucidTimelock", DEPLOYER.address))
        address = self.timelock.address
        self.registry = cast("Deployed", self.evm.deploy("ParamRegistry", address))
        self.model = LucidTimelockModel(address, DEPLOYER.address)
        self.value = FIRST
        self.operations = self._operations()

    def _operations(self) -> list[Operation]:
        call, own = self._setting, self._own_call
        one = Operation((call(32),))
        return [
            one,
            Operation((call(40),), predecessor=one.id, salt=bytes([1]) * 32),
            Operation((call(10), call(11)), is_batch=True),
            Operation((call(MOST + 1),)),
            Operation((own(),)),
            Operation((call(12), own()), is_batch=True, salt=bytes([2]) * 32),
            Operation((Call(STRANGER.address, 1, b""),)),
        ]

    def _setting(self, value: int) -> Call:
        artifact = self.registry.artifact
        data = artifact.encode_call(artifact.function("set"), (COOLDOWN, value))
        return Call(self.registry.address, 0, data)

    def _own_call(self) -> Call:
        artifact = self.timelock.artifact
        return Call(
            self.timelock.address, 0, artifact.encode_call(artifact.function("updateDelay"), (0,))
        )

    @initialize(is_renounced=st.booleans())
    def set_up(self, is_renounced: bool) -> None:
        """The deployer makes the governor proposer and canceller, and mostly renounces at once."""
        for role in (PROPOSER, CANCELLER):
            self._change(DEPLOYER, role, GOVERNOR, is_grant=True)
        if is_renounced:
            self._renounce(DEPLOYER, ADMIN, DEPLOYER)

    def _same(self, found: object, expected: object) -> None:
        assert found == expected
        assert self.evm.events == self.model.events

    @rule(
        caller=st.sampled_from([GOVERNOR, GOVERNOR, GOVERNOR, DEPLOYER, STRANGER]),
        which=st.integers(0, 6),
        delay=st.sampled_from([DELAY, DELAY, DELAY - 1, DELAY + 5, 0]),
    )
    def schedule(self, caller: Account, which: int, delay: int) -> None:
        """An operation is scheduled by who proposes, with two days at least, if it is not under way."""
        operation = self.operations[which]
        expected = self.model.schedule(caller.address, operation, delay, self.evm.time)
        name = "scheduleBatch" if operation.is_batch else "schedule"
        told = (*operation.arguments, delay)
        self._same(self.evm.call(self.timelock, name, *told, sender=caller), expected)

    @rule(caller=st.sampled_from([GOVERNOR, STRANGER]), which=st.integers(0, 6))
    def cancel(self, caller: Account, which: int) -> None:
        """What waits or is ready is cancelled by who may."""
        operation = self.operations[which].id
        expected = self.model.cancel(caller.address, operation, self.evm.time)
        self._same(self.evm.call(self.timelock, "cancel", operation, sender=caller), expected)

    @rule(
        caller=st.sampled_from(PEOPLE), which=st.integers(0, 6), value=st.sampled_from([0, 0, 0, 1])
    )
    def execute(self, caller: Account, which: int, value: int) -> None:
        """Anyone executes within the window; what a target refuses is not done, and nothing of its batch is."""
        operation = self.operations[which]
        expected = self.model.judge_execution(operation, self.evm.time, value)
        if expected is None and which == 3:
            expected = Reverted("ValueOutOfBounds", (COOLDOWN, MOST + 1, LEAST, MOST))
        name = "executeBatch" if operation.is_batch else "execute"
        self.evm.give(caller.address, value)
        told = operation.arguments
        found = self.evm.call(self.timelock, name, *told, sender=caller, value=value)
        assert found == expected
        self.model.events = []
        if expected is None:
            self.model.executed(operation)
            self.value = {0: 32, 1: 40, 2: 11}[which]
        own = [each for each in self.evm.events if each.contract == "LucidTimelock"]
        assert own == self.model.events

    @rule(
        which=st.integers(0, 6), late=st.sampled_from([0, EXECUTION_WINDOW, EXECUTION_WINDOW + 1])
    )
    def carry_through(self, which: int, late: int) -> None:
        """An operation waits its two days and is executed by a stranger, up to the last second of its window."""
        self.schedule(GOVERNOR, which, DELAY)
        self.evm.time += DELAY + late
        self.execute(STRANGER, which, 0)

    @rule(
        caller=st.sampled_from(PEOPLE),
        role=st.sampled_from(ROLES),
        account=st.sampled_from([STRANGER, STRANGER, DEPLOYER]),
        is_grant=st.booleans(),
    )
    def change_a_role(self, caller: Account, role: bytes, account: Account, is_grant: bool) -> None:
        """Roles change while there is an admin, and after it renounced never."""
        self._change(caller, role, account, is_grant=is_grant)

    @rule(
        caller=st.sampled_from([DEPLOYER, STRANGER]),
        role=st.sampled_from(ROLES),
        account=st.sampled_from([DEPLOYER, STRANGER]),
    )
    def renounce(self, caller: Account, role: bytes, account: Account) -> None:
        """An account gives up its own role and nobody else's."""
        self._renounce(caller, role, account)

    @rule(caller=st.sampled_from(PEOPLE))
    def shorten_the_delay(self, caller: Account) -> None:
        """Nobody shortens the delay."""
        expected = self.model.update_delay(caller.address)
        self._same(self.evm.call(self.timelock, "updateDelay", 0, sender=caller), expected)

    @rule(
        seconds=st.sampled_from([1, 3600, DELAY - 1, DELAY, EXECUTION_WINDOW, EXECUTION_WINDOW + 1])
    )
    def wait(self, seconds: int) -> None:
        """Time passes, often just to an end of a window."""
        self.evm.time += seconds

    def _change(self, caller: Account, role: bytes, account: Account, *, is_grant: bool) -> None:
        expected = self.model.change_role(caller.address, role, account.address, is_grant=is_grant)
        name = "grantRole" if is_grant else "revokeRole"
        found = self.evm.call(self.timelock, name, role, account.address, sender=caller)
        self._same(found, expected)

    def _renounce(self, caller: Account, role: bytes, account: Account) -> None:
        expected = self.model.renounce(caller.address, role, account.address)
        found = self.evm.call(self.timelock, "renounceRole", role, account.address, sender=caller)
        self._same(found, expected)

    @invariant()
    def what_is_stored_is_the_models(self) -> None:
        """States, roles, the delay and the one value that executions change are the model's."""
        call = self.evm.call
        for each in self.operations:
            state = self.model.state(each.id, self.evm.time)
            assert call(self.timelock, "getOperationState", each.id) == state
            assert call(self.timelock, "isOperationDone", each.id) == (state is State.DONE)
        for role in ROLES:
            for person in PEOPLE:
                expected = (role, person.address) in self.model.roles
                assert call(self.timelock, "hasRole", role, person.address) == expected
        assert call(self.timelock, "getMinDelay") == DELAY
        assert call(self.registry, "valueOf", COOLDOWN) == self.value


LucidTimelockMachine.TestCase.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None
)
TestLucidTimelock = LucidTimelockMachine.TestCase
