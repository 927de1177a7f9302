"""The payout routers against their model, call by call, and their sentences against core's."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.chain.encoding import keccak256
from core.payments.sentence import (
    Caps,
    Kind,
    Meaning,
    Pauser,
    Payout,
    PayoutList,
    Reference,
    Resume,
    SignerSet,
    sentence_of,
)
from tests.contracts.evm import (
    CHAIN_ID,
    START_UTC_S,
    Account,
    Deployed,
    Evm,
    Snapshot,
    accounts,
    typed_digest,
)
from tests.contracts.models.payout_router import (
    DAY_S,
    USDT,
    Pass,
    PayoutRouterModel,
    Refused,
    Signers,
)
from tests.contracts.models.signing import Signature, signed
from tests.core.payments.sentences import MEANINGS
from tests.vectors.generate_payout_sentences import eip191

A, B, C, STRANGER = sorted(accounts(4, "approver"), key=lambda each: each.address)
COMPLIANCE, PAUSER, MINTER, ALICE, BOB = accounts(5, "other")
SOON = START_UTC_S - START_UTC_S % 60 + DAY_S
OCTOBER = 2026 * 12 + 9
FIRST_SET = 4  # the routers are made when three sets have come and gone
FUNDS = 600_000 * USDT
KYC_HASH = keccak256(b"what is known")
PASS = {
    "KycPass": [
        ("address", "payee"),
        ("bytes32", "kycHash"),
        ("uint64", "nonce"),
        ("uint64", "expiresAt"),
        ("uint64", "dailyLimit"),
    ]
}
Pair = tuple[Account, ...]
PAIRS: st.SearchStrategy[Pair] = st.sampled_from(
    [(A, B), (A, C), (B, C), (A, B), (A, C), (B, A), (A, A), (A, STRANGER), (A,)]
)
AMOUNTS = st.sampled_from([0, 1, 100 * USDT, 20_000 * USDT, 50_000 * USDT, 50_001 * USDT])
PAYEES = st.sampled_from([ALICE.address, BOB.address, ALICE.address, bytes(20)])
EXPIRIES = st.sampled_from([SOON, SOON, SOON + DAY_S, SOON + 3 * DAY_S, SOON + 401 * DAY_S])


@cache
def _bench(kind: str) -> tuple[Evm, Deployed, Deployed, Snapshot]:
    """Deploy a funded router once; every example goes back to here."""
    evm = Evm()
    token = evm.deploy("LucidToken", MINTER.address)
    assert isinstance(token, Deployed)
    approvers = (A.address, B.address, C.address)
    caps = (50_000 * USDT, 250_000 * USDT)
    first = FIRST_SET, approvers, COMPLIANCE.address
    setup = (token.address, CHAIN_ID, *first, PAUSER.address, *caps)
    router = evm.deploy(f"PayoutRouter{kind}", setup)
    assert isinstance(router, Deployed), router
    assert [each.name for each in evm.events] == ["SignersRotated", "PauserChanged", "CapsChanged"]
    assert evm.events[0].values["number"] == FIRST_SET
    evm.call(token, "mint", router.address, FUNDS, sender=MINTER)
    return evm, token, router, evm.snapshot()


class RouterMachine(RuleBasedStateMachine):
    """Does all that a router can, by whoever may and may not, and lets time pass, on a router without passes."""

    kind = "V0"

    def __init__(self) -> None:
        super().__init__()
        self.evm, self.token, self.router, snapshot = _bench(self.kind)
        self.evm.restore(snapshot)
        approvers = A.address, B.address, C.address
        self.model = PayoutRouterModel(
            name=f"PayoutRouter{self.kind}",
            own=self.router.address,
            token=self.token.address,
            signers=Signers(FIRST_SET, approvers, COMPLIANCE.address, START_UTC_S),
            pauser=PAUSER.address,
            funds=FUNDS,
        )
        self.lines = [
            (index, (ALICE, BOB, ALICE)[index].address, 100 * USDT + index) for index in range(3)
        ]

    def _same(self, expected: Any, function: str, *arguments: Any, sender: Account = BOB) -> None:  # noqa: ANN401
        try:
            expected()
            wanted = None
        except Refused as refused:
            wanted = refused.reverted
        assert self.evm.call(self.router, function, *arguments, sender=sender) == wanted
        told = [each for each in self.evm.events if each.contract == self.model.name]
        assert told == (self.model.events if wanted is None else [])

    def _approved(self, pair: tuple[Account, ...], meaning: Meaning) -> list[Signature]:
        """Sign core's sentence; where core refuses to write one, as the router will, sign what the router would."""
        try:
            sentence = sentence_of(meaning)
        except ValueError:
            sentence = _written(self.evm, self.router, meaning)
        return [signed(account, eip191(sentence)) for account in pair]

    def _pass(
        self, payee: bytes, limit: int, signer: Account
    ) -> tuple[Pass | None, tuple[Any, ...]]:
        return None, ()

    @rule(
        amount=AMOUNTS,
        payee=PAYEES,
        number=st.integers(1, 6),
        expires_at=EXPIRIES,
        pair=PAIRS,
        limit=st.sampled_from([2**64 - 1, 2**64 - 1, 50_000 * USDT, USDT - 1]),
        signer=st.sampled_from([COMPLIANCE, COMPLIANCE, COMPLIANCE, A]),
    )
    def pay(
        self,
        *,
        amount: int,
        payee: bytes,
        number: int,
        expires_at: int,
        pair: Pair,
        limit: int,
        signer: Account,
    ) -> None:
        """One recipient is paid by a sentence."""
        reference = Reference(Kind.REASON, 7, number)
        payout = Payout(amount, payee, reference, expires_at, self.router.address)
        signatures = self._approved(pair, payout)
        given_, more = self._pass(payee, limit, signer)
        self._same(
            lambda: self.model.pay(self.evm.time, payout, signatures, given_),
            "pay",
            (payee, amount, int(Kind.REASON), 7, number, expires_at),
            [each.content for each in signatures],
            *more,
        )

    @rule(
        month=st.integers(OCTOBER, OCTOBER + 2),
        short=st.booleans(),
        expires_at=EXPIRIES,
        pair=PAIRS,
    )
    def open(self, month: int, short: bool, expires_at: int, pair: Pair) -> None:
        """A list is opened, sometimes for less than its lines."""
        root, _ = self._tree(month)
        total = 250 * USDT if short else sum(amount for _, _, amount in self.lines)
        batch = PayoutList(total, 3, root, month, expires_at, self.router.address)
        signatures = self._approved(pair, batch)
        self._same(
            lambda: self.model.open(self.evm.time, batch, signatures),
            "openBatch",
            (root, total, 3, month, expires_at),
            [each.content for each in signatures],
        )

    @rule(month=st.integers(OCTOBER, OCTOBER + 2), index=st.integers(0, 2), other=st.booleans())
    def claim(self, month: int, index: int, other: bool) -> None:
        """A line of a list is paid, if its proof is its own."""
        root, proofs = self._tree(month)
        line = self.lines[index]
        is_proved = not (other and index == 2)
        proof = proofs[index] if is_proved else proofs[0]
        given_, more = self._pass(line[1], 2**64 - 1, COMPLIANCE)
        self._same(
            lambda: self.model.claim(self.evm.time, root, line, given_, is_proved=is_proved),
            "claim",
            (root, *line),
            proof,
            *more,
        )

    @rule(month=st.integers(OCTOBER, OCTOBER + 2))
    def close(self, month: int) -> None:
        """A list is closed after its time."""
        root, _ = self._tree(month)
        self._same(lambda: self.model.close(self.evm.time, root), "closeBatch", root)

    @rule(caller=st.sampled_from([PAUSER, PAUSER, ALICE, A, COMPLIANCE]))
    def pause(self, caller: Account) -> None:
        """The pauser stops payments."""
        self._same(lambda: self.model.pause(caller.address), "pause", sender=caller)

    @rule(ahead=st.sampled_from([1, 1, 1, 0, 2]), pair=PAIRS)
    def resume(self, ahead: int, pair: Pair) -> None:
        """The approvers resume."""
        change = self.model.changes + ahead
        signatures = self._approved(pair, Resume(change, SOON, self.router.address))
        contents = [each.content for each in signatures]
        now = self.evm.time
        self._same(
            lambda: self.model.resume(now, change, SOON, signatures),
            "resume",
            change,
            SOON,
            contents,
        )

    @rule(
        caps=st.sampled_from(
            [(USDT - 1, USDT), (100_000 * USDT, 120_000 * USDT), (50_000 * USDT, 5_000_001 * USDT)]
        ),
        ahead=st.sampled_from([1, 1, 0]),
        pair=PAIRS,
    )
    def set_caps(self, caps: tuple[int, int], ahead: int, pair: Pair) -> None:
        """The approvers set the caps."""
        change = self.model.changes + ahead
        signatures = self._approved(pair, Caps(*caps, change, SOON, self.router.address))
        contents = [each.content for each in signatures]
        now = self.evm.time
        self._same(
            lambda: self.model.set_caps(now, caps, change, SOON, signatures),
            "setCaps",
            *caps,
            change,
            SOON,
            contents,
        )

    @rule(
        next_=st.sampled_from([PAUSER.address, ALICE.address, bytes(20)]),
        ahead=st.sampled_from([1, 1, 1, 2]),
        pair=PAIRS,
    )
    def set_pauser(self, next_: bytes, ahead: int, pair: Pair) -> None:
        """The approvers name who may pause."""
        change, now = self.model.changes + ahead, self.evm.time
        signatures = self._approved(pair, Pauser(next_, change, SOON, self.router.address))
        self._same(
            lambda: self.model.set_pauser(now, next_, change, SOON, signatures),
            "setPauser",
            next_,
            change,
            SOON,
            [each.content for each in signatures],
        )

    @rule(
        people=st.sampled_from([(A, B, C), (A, B, STRANGER), (A, C, STRANGER), (B, A, C)]),
        compliance=st.sampled_from(
            [COMPLIANCE.address, COMPLIANCE.address, BOB.address, A.address]
        ),
        ahead=st.sampled_from([1, 1, 1, 1, 0, 2]),
        minutes=st.sampled_from([-31 * 1440, -29 * 1440, -1, 0, 1, 60, 1440, 401 * 1440]),
        pair=PAIRS,
    )
    def rotate(self, people: Pair, compliance: bytes, ahead: int, minutes: int, pair: Pair) -> None:
        """The approvers hand over to others, at once, later, by a wrong number, or too late."""
        first, second, third = (each.address for each in people)
        now, number = self.evm.time, self.model.sets[-1].number + ahead
        at = now - now % 60 + 60 * minutes
        next_ = SignerSet((first, second, third), compliance, number, at, CHAIN_ID)
        signatures = self._approved(pair, next_)
        self._same(
            lambda: self.model.rotate(now, next_, signatures),
            "rotateSigners",
            number,
            list(next_.approvers),
            compliance,
            at,
            [each.content for each in signatures],
        )

    @rule(seconds=st.sampled_from([1, 3600, DAY_S]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.evm.time += seconds

    @invariant()
    def money_is_where_the_model_has_it(self) -> None:
        """Funds, reserve and what each payee has are the model's; open lists never exceed the funds."""
        assert self.evm.call(self.token, "balanceOf", self.router.address) == self.model.funds
        assert self.evm.call(self.router, "reserved") == self.model.reserved <= self.model.funds
        assert self.evm.call(self.router, "spentToday") == self.model.spent.get(
            self.evm.time // DAY_S, 0
        )
        assert self.evm.call(self.router, "paused") == self.model.is_paused
        assert self.evm.call(self.router, "pauser") == self.model.pauser
        assert self.evm.call(self.router, "changes") == self.model.changes
        assert self.evm.call(self.router, "caps") == self.model.caps
        for payee in (ALICE.address, BOB.address):
            assert self.evm.call(self.token, "balanceOf", payee) == self.model.received.get(
                payee, 0
            )

    @invariant()
    def signers_are_the_models(self) -> None:
        """Who signs, and who is to sign, are the model's."""
        now, call = self.evm.time, self.evm.call
        here = self.model.signers(now)
        assert call(self.router, "signers") == (here.number, here.approvers, here.compliance)
        next_ = self.model.next_signers(now)
        nobody = 0, (bytes(20),) * 3, bytes(20), 0
        assert call(self.router, "nextSigners") == (
            nobody
            if next_ is None
            else (next_.number, next_.approvers, next_.compliance, next_.since)
        )

    def _tree(self, month: int) -> tuple[bytes, list[list[bytes]]]:
        words = [CHAIN_ID.to_bytes(32), self.router.address.rjust(32, b"\0"), month.to_bytes(32)]
        first, second, third = (
            keccak256(
                keccak256(
                    b"".join(
                        [*words, index.to_bytes(32), payee.rjust(32, b"\0"), amount.to_bytes(32)]
                    )
                )
            )
            for index, payee, amount in self.lines
        )
        pair = keccak256(b"".join(sorted([first, second])))
        root = keccak256(b"".join(sorted([pair, third])))
        return root, [[second, third], [first, third], [pair]]


class KycRouterMachine(RouterMachine):
    """The same on the router that asks for passes."""

    kind = "KYC"

    def _pass(
        self, payee: bytes, limit: int, signer: Account
    ) -> tuple[Pass | None, tuple[Any, ...]]:
        nonce = self.model.nonces.get(payee, 0)
        # Longer than a pass may live where the limit is the least: then both refusals are seen, this one first.
        days = 4 if limit < USDT else 3
        expires_at = self.evm.time + days * DAY_S
        message = {
            "payee": f"0x{payee.hex()}",
            "kycHash": KYC_HASH,
            "nonce": nonce,
            "expiresAt": expires_at,
            "dailyLimit": limit,
        }
        digest = typed_digest(self.router, PASS, message, name="Lucid PayoutRouterKYC")
        given_ = Pass(KYC_HASH, nonce, expires_at, limit, signer.address)
        return given_, ((KYC_HASH, nonce, expires_at, limit), signer.sign(digest))


BUDGET = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestRouterV0 = RouterMachine.TestCase
TestRouterV0.settings = BUDGET
TestRouterKYC = KycRouterMachine.TestCase
TestRouterKYC.settings = BUDGET


@settings(max_examples=25, deadline=None)
@given(MEANINGS)
def test_the_contract_writes_what_core_writes(meaning: Meaning) -> None:
    """Whatever is said, the router's sentence is core's, letter by letter."""
    evm, _, router, snapshot = _bench("V0")
    evm.restore(snapshot)
    assert _written(evm, router, meaning) == _sentence_via(router, meaning)


def _written(evm: Evm, router: Deployed, meaning: Meaning) -> str:
    """Have the router write the sentence."""
    text = evm.call(router, *_asking(meaning))
    assert isinstance(text, str), text
    return text


def _asking(meaning: Meaning) -> tuple[Any, ...]:
    """Name the router's function that writes such a sentence, and its arguments."""
    match meaning:
        case Payout():
            named = meaning.reference
            reference = int(named.kind), named.subject, named.number
            payout = (meaning.payee, meaning.amount, *reference, meaning.expires_at)
            return "payoutSentence", payout
        case PayoutList():
            batch = (meaning.root, meaning.total, meaning.count, meaning.month, meaning.expires_at)
            return "batchSentence", batch
        case Caps():
            return "capsSentence", *(
                meaning.payment_cap,
                meaning.daily_cap,
                meaning.change,
                meaning.expires_at,
            )
        case Resume():
            return "resumeSentence", meaning.change, meaning.expires_at
        case Pauser():
            return "pauserSentence", meaning.pauser, meaning.change, meaning.expires_at
        case SignerSet():
            signers = meaning.approvers, meaning.compliance_signer
            return "signersSentence", meaning.number, *signers, meaning.effective_at


def _sentence_via(router: Deployed, meaning: Meaning) -> str:
    """Write the sentence for this router, or its chain."""
    if isinstance(meaning, SignerSet):
        return sentence_of(replace(meaning, chain_id=CHAIN_ID))
    return sentence_of(replace(meaning, router=router.address))


@pytest.mark.parametrize("kind", ["V0", "KYC"])
def test_the_artifact_is_for_the_oldest_machine(kind: str) -> None:
    """The published routers are compiled for paris: TRON's machine lags behind."""
    artifact = json.loads(
        Path(f"core/chain/artifacts/PayoutRouter{kind}.json").read_text(encoding="utf-8")
    )
    assert artifact["compiler"]["settings"]["evmVersion"] == "paris"
