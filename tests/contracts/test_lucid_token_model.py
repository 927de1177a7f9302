"""LucidToken against its model, call by call."""

from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.contracts.abi import Reverted
from tests.contracts.evm import (
    NOBODY,
    START_UTC_S,
    Account,
    Deployed,
    Evm,
    Snapshot,
    accounts,
    typed_digest,
)
from tests.contracts.models.lucid_token import CAP, LUCID, UNLIMITED, LucidTokenModel, Permit
from tests.contracts.models.months import month_of, start_of

ALICE, BOB, CAROL, MINTER = accounts(4, "holder")
HOLDERS = st.sampled_from([ALICE, BOB, CAROL])
SOMEBODY = st.sampled_from([ALICE.address, BOB.address, CAROL.address, NOBODY])
AMOUNTS = st.one_of(st.integers(0, 5), st.integers(0, CAP), st.sampled_from([LUCID, CAP, CAP + 1]))
PERMIT = {
    "Permit": [
        ("address", "owner"),
        ("address", "spender"),
        ("uint256", "value"),
        ("uint256", "nonce"),
        ("uint256", "deadline"),
    ]
}


@cache
def _bench() -> tuple[Evm, Deployed, Snapshot]:
    """Deploy once; every example goes back to here."""
    evm = Evm()
    token = evm.deploy("LucidToken", MINTER.address)
    assert isinstance(token, Deployed)
    return evm, token, evm.snapshot()


class LucidTokenMachine(RuleBasedStateMachine):
    """Mints, moves, approves, permits, and lets months end."""

    def __init__(self) -> None:
        super().__init__()
        self.evm, self.token, snapshot = _bench()
        self.evm.restore(snapshot)
        self.model = LucidTokenModel(MINTER.address, START_UTC_S)

    def _call(self, caller: Account, function: str, *arguments: Any) -> Any:  # noqa: ANN401 - what the ABI says
        return self.evm.call(self.token, function, *arguments, sender=caller)

    @rule(caller=st.sampled_from([MINTER, MINTER, MINTER, ALICE]), account=SOMEBODY, amount=AMOUNTS)
    def mint(self, caller: Account, account: bytes, amount: int) -> None:
        """The minter mints up to the cap; nobody else does."""
        expected = self.model.mint(caller.address, account, amount)
        assert self._call(caller, "mint", account, amount) == expected
        assert self.evm.events == self.model.events

    @rule(caller=HOLDERS, to=SOMEBODY, amount=AMOUNTS, is_all=st.booleans())
    def transfer(self, caller: Account, to: bytes, amount: int, is_all: bool) -> None:
        """A holder moves some or all of it."""
        amount = self.model.balances[caller.address] if is_all else amount
        expected = self.model.transfer(caller.address, to, amount)
        assert self._call(caller, "transfer", to, amount) == expected
        assert self.evm.events == self.model.events

    @rule(caller=HOLDERS, spender=SOMEBODY, amount=st.one_of(AMOUNTS, st.just(UNLIMITED)))
    def approve(self, caller: Account, spender: bytes, amount: int) -> None:
        """A holder allows."""
        expected = self.model.approve(caller.address, spender, amount)
        assert self._call(caller, "approve", spender, amount) == expected
        assert self.evm.events == self.model.events

    @rule(caller=HOLDERS, owner=HOLDERS, to=SOMEBODY, amount=AMOUNTS, is_all=st.booleans())
    def transfer_from(
        self, caller: Account, owner: Account, to: bytes, amount: int, is_all: bool
    ) -> None:
        """Somebody moves what another has, within the allowance or not."""
        allowed = self.model.allowances[owner.address, caller.address]
        amount = min(allowed, self.model.balances[owner.address]) if is_all else amount
        expected = self.model.transfer_from(caller.address, owner.address, to, amount)
        assert self._call(caller, "transferFrom", owner.address, to, amount) == expected
        assert self.evm.events == self.model.events

    @rule(
        owner=HOLDERS,
        signer=st.sampled_from([None, None, None, CAROL]),
        spender=SOMEBODY,
        value=AMOUNTS,
        early_and_past=st.tuples(st.integers(-2, 2), st.sampled_from([0, 0, 0, 1])),
    )
    def permit(
        self,
        owner: Account,
        signer: Account | None,
        spender: bytes,
        value: int,
        early_and_past: tuple[int, int],
    ) -> None:
        """A permit that the owner signed for the next nonce works until its deadline, whoever brings it."""
        early, past = early_and_past
        signer = owner if signer is None else signer
        nonce = max(self.model.nonces[owner.address] - past, 0)
        signed = Permit(owner.address, spender, value, nonce, self.evm.time + early, signer.address)
        message = {
            "owner": f"0x{owner.address.hex()}",
            "spender": f"0x{spender.hex()}",
            "value": value,
            "nonce": nonce,
            "deadline": signed.deadline,
        }
        signature = signer.sign(typed_digest(self.token, PERMIT, message, name="LUCID"))
        r, s, v = signature[:32], signature[32:64], signature[64]
        expected = self.model.permit(signed, self.evm.time)
        answer = self._call(
            MINTER, "permit", owner.address, spender, value, signed.deadline, v, r, s
        )
        if expected == Reverted("ERC2612InvalidSigner"):
            assert isinstance(answer, Reverted)
            assert (answer.name, answer.args[1]) == ("ERC2612InvalidSigner", owner.address)
            assert answer.args[0] != owner.address
        else:
            assert answer == expected
        assert self.evm.events == self.model.events

    @rule(months=st.integers(0, 3), offset=st.integers(-1, 1))
    def wait(self, months: int, offset: int) -> None:
        """Time passes up to around the beginning of a month."""
        now = max(self.evm.time, start_of(month_of(self.evm.time) + months) + offset)
        self.evm.time = now
        self.model.pass_time(now)

    @rule(account=HOLDERS, back=st.integers(-1, 5))
    def ask(self, account: Account, back: int) -> None:
        """Any month is asked of: long past, current, to come."""
        month = month_of(self.evm.time) - back
        expected = self.model.balance_at_month(account.address, month)
        assert self._call(BOB, "balanceAtMonth", account.address, month) == expected
        assert self._call(BOB, "supplyAtMonth", month) == self.model.supply_at_month(month)

    @invariant()
    def nothing_is_lost(self) -> None:
        """The supply is the model's."""
        assert self._call(BOB, "totalSupply") == self.model.supply

    def teardown(self) -> None:
        """At the end everybody has what the model says."""
        for holder in (ALICE, BOB, CAROL):
            balance = self.model.balances[holder.address]
            assert self._call(BOB, "balanceOf", holder.address) == balance
            assert self._call(BOB, "nonces", holder.address) == self.model.nonces[holder.address]


LucidTokenMachine.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None
)
TestLucidToken = LucidTokenMachine.TestCase
