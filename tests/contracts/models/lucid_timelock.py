"""The delay between a vote and what comes of it, from docs/contracts/LucidTimelock.md.

Operations are named by what they are made of, as in OpenZeppelin's TimelockController 5: keccak256 of the ABI's coding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from eth_abi.abi import encode

from core.chain.encoding import keccak256
from tests.contracts.abi import Emitted, Reverted

DELAY = 2 * 86_400
EXECUTION_WINDOW = 14 * 86_400
ADMIN = bytes(32)
PROPOSER = keccak256(b"PROPOSER_ROLE")
CANCELLER = keccak256(b"CANCELLER_ROLE")
EXECUTOR = keccak256(b"EXECUTOR_ROLE")
NOBODY = bytes(20)
_NAME = "LucidTimelock"
_CALL = ("address", "uint256", "bytes")


class State(IntEnum):
    """Where an operation is."""

    UNSET = 0
    WAITING = 1
    READY = 2
    DONE = 3


@dataclass(frozen=True)
class Call:
    """One call of an operation: whom, with how many wei, and with what."""

    target: bytes
    value: int
    data: bytes


@dataclass(frozen=True)
class Operation:
    """What is scheduled and executed as one; a batch is named otherwise than a single call."""

    calls: tuple[Call, ...]
    is_batch: bool = False
    predecessor: bytes = bytes(32)
    salt: bytes = bytes(32)

    @property
    def arguments(self) -> tuple[object, ...]:
        """Give what the timelock's functions take."""
        columns = tuple(
            tuple(getattr(each, name) for each in self.calls)
            for name in ("target", "value", "data")
        )
        what = columns if self.is_batch else tuple(column[0] for column in columns)
        return (*what, self.predecessor, self.salt)

    @property
    def id(self) -> bytes:
        """Name the operation."""
        kinds = [f"{kind}[]" if self.is_batch else kind for kind in _CALL]
        return keccak256(encode([*kinds, "bytes32", "bytes32"], self.arguments))


@dataclass
class LucidTimelockModel:
    """What is scheduled, and who has which role. ``events`` are those of the last call, less the targets' own."""

    address: bytes
    deployer: bytes
    ready_at: dict[bytes, int] = field(default_factory=dict)
    done: set[bytes] = field(default_factory=set)
    roles: set[tuple[bytes, bytes]] = field(default_factory=set)
    events: list[Emitted] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start as the constructor leaves it."""
        self.roles = {(ADMIN, self.address), (ADMIN, self.deployer), (EXECUTOR, NOBODY)}

    def state(self, operation: bytes, time: int) -> State:
        """Tell where an operation is."""
        if operation in self.done:
            return State.DONE
        ready_at = self.ready_at.get(operation)
        if ready_at is None or time > ready_at + EXECUTION_WINDOW:
            return State.UNSET
        return State.WAITING if time < ready_at else State.READY

    def schedule(
        self, caller: bytes, operation: Operation, delay: int, time: int
    ) -> Reverted | None:
        """Schedule an operation."""
        self.events = []
        if (PROPOSER, caller) not in self.roles:
            return _unauthorized(caller, PROPOSER)
        if self.state(operation.id, time) is not State.UNSET:
            return _unexpected(operation.id, State.UNSET)
        if delay < DELAY:
            return Reverted("TimelockInsufficientDelay", (delay, DELAY))
        self.ready_at[operation.id] = time + delay
        for index, each in enumerate(operation.calls):
            more = {"predecessor": operation.predecessor, "delay": delay}
            self._emit("CallScheduled", id=operation.id, index=index, **vars(each), **more)
        if any(operation.salt):
            self._emit("CallSalt", id=operation.id, salt=operation.salt)
        return None

    def cancel(self, caller: bytes, operation: bytes, time: int) -> Reverted | None:
        """Cancel an operation."""
        self.events = []
        if (CANCELLER, caller) not in self.roles:
            return _unauthorized(caller, CANCELLER)
        if self.state(operation, time) not in {State.WAITING, State.READY}:
            return _unexpected(operation, State.WAITING, State.READY)
        del self.ready_at[operation]
        self._emit("Cancelled", id=operation)
        return None

    def judge_execution(self, operation: Operation, time: int, value: int) -> Reverted | None:
        """Tell why the timelock itself would not execute an operation now, whoever asks; the targets may refuse too."""
        if self.state(operation.id, time) is not State.READY:
            return _unexpected(operation.id, State.READY)
        if any(operation.predecessor) and operation.predecessor not in self.done:
            return Reverted("TimelockUnexecutedPredecessor", (operation.predecessor,))
        for each in operation.calls:
            if each.target == self.address:
                return Reverted("SelfCallRefused", ())
            if each.value or value:
                return Reverted("EtherRefused", ())
        return None

    def executed(self, operation: Operation) -> None:
        """Take down that an operation was executed."""
        self.done.add(operation.id)
        self.events = []
        for index, each in enumerate(operation.calls):
            self._emit("CallExecuted", id=operation.id, index=index, **vars(each))

    def change_role(
        self, caller: bytes, role: bytes, account: bytes, *, is_grant: bool
    ) -> Reverted | None:
        """Give an account a role, or take it."""
        self.events = []
        if (ADMIN, caller) not in self.roles:
            return _unauthorized(caller, ADMIN)
        self._set_role(caller, role, account, is_grant=is_grant)
        return None

    def renounce(self, caller: bytes, role: bytes, account: bytes) -> Reverted | None:
        """Give up one's own role."""
        self.events = []
        if caller != account:
            return Reverted("AccessControlBadConfirmation", ())
        self._set_role(caller, role, account, is_grant=False)
        return None

    def update_delay(self, caller: bytes) -> Reverted:
        """Ask for another delay, which only the timelock itself could, on which nothing is executed."""
        self.events = []
        return Reverted("TimelockUnauthorizedCaller", (caller,))

    def _set_role(self, caller: bytes, role: bytes, account: bytes, *, is_grant: bool) -> None:
        if ((role, account) in self.roles) == is_grant:
            return
        change = self.roles.add if is_grant else self.roles.remove
        change((role, account))
        name = "RoleGranted" if is_grant else "RoleRevoked"
        self._emit(name, role=role, account=account, sender=caller)

    def _emit(self, event: str, **values: object) -> None:
        self.events.append(Emitted(_NAME, event, values))


def _unauthorized(caller: bytes, role: bytes) -> Reverted:
    return Reverted("AccessControlUnauthorizedAccount", (caller, role))


def _unexpected(operation: bytes, *wanted: State) -> Reverted:
    bits = sum(1 << state for state in wanted)
    return Reverted("TimelockUnexpectedOperationState", (operation, bits.to_bytes(32, "big")))
