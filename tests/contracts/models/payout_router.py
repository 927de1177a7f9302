"""What the payout routers are to do, from docs/contracts/PayoutRouter.md: plain state and plain rules."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.payments.sentence import Payout, PayoutList, SignerSet
from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.signing import Signature

DAY_S = 86_400
MAX_AHEAD_S = 400 * DAY_S
MAX_PASS_AHEAD_S = 3 * DAY_S
MAX_LATE_S = 30 * DAY_S
USDT = 10**6
CAP_BOUNDS = ((USDT, 1_000_000 * USDT), (USDT, 5_000_000 * USDT))


@dataclass(frozen=True)
class Pass:
    """A KYC pass, and who signed it."""

    kyc_hash: bytes
    nonce: int
    expires_at: int
    daily_limit: int
    signer: bytes


@dataclass(frozen=True)
class Signers:
    """A set of signers and from when on it is in force, in seconds UTC."""

    number: int
    approvers: tuple[bytes, ...]
    compliance: bytes
    since: int


@dataclass
class OpenList:
    """A list: what is left of it, how it was approved, and whose lines were paid."""

    meaning: PayoutList
    left: int
    is_open: bool = True
    paid: set[int] = field(default_factory=set)


class Refused(Exception):
    """The router refuses, with an error's name and arguments."""

    def __init__(self, name: str, *arguments: object) -> None:
        super().__init__(name)
        self.reverted = Reverted(name, arguments)


class PayoutRouterModel:
    """A router of either kind; ``funds`` is its balance. Each action raises Refused or changes the state.

    ``events`` are those of the last action that was taken, in their order.
    """

    def __init__(
        self,
        *,
        name: str,
        own: bytes,
        token: bytes,
        signers: Signers,
        pauser: bytes,
        funds: int,
    ) -> None:
        self.name, self.events = name, list[Emitted]()
        self.own, self.token, self.pauser, self.funds = own, token, pauser, funds
        self.sets = [signers]  # the one in force, and the one that is to come
        self.caps = (50_000 * USDT, 250_000 * USDT)
        self.is_paused = False
        self.changes = 0
        self.paid: set[bytes] = set()
        self.lists: dict[bytes, OpenList] = {}
        self.spent: dict[int, int] = {}
        self.received: dict[bytes, int] = {}
        self.received_on: dict[tuple[bytes, int], int] = {}
        self.nonces: dict[bytes, int] = {}

    @property
    def reserved(self) -> int:
        """What open lists have left."""
        return sum(each.left for each in self.lists.values() if each.is_open)

    def signers(self, now: int) -> Signers:
        """Tell who signs now."""
        return [each for each in self.sets if each.since <= now][-1]

    def next_signers(self, now: int) -> Signers | None:
        """Tell who is to sign."""
        return self.sets[-1] if self.sets[-1].since > now else None

    def pay(
        self, now: int, payout: Payout, signatures: list[Signature], given: Pass | None
    ) -> None:
        """Pay one recipient."""
        self._require_not_paused()
        self._use_pass(now, payout.payee, payout.amount, given)
        self._require_ahead(now, payout.expires_at, MAX_AHEAD_S)
        name = payout.reference.payout_id
        if name in self.paid:
            raise Refused("PayoutAlreadyPaid", name)
        self._require_approved(now, signatures)
        self._require_funded(payout.amount)
        self._move(now, payout.payee, payout.amount)
        self.paid.add(name)
        self.events = self._count_for(now, payout.payee, payout.amount, given)
        self._emit("PayoutPaid", payoutId=name, payee=payout.payee, amount=payout.amount)

    def open(self, now: int, batch: PayoutList, signatures: list[Signature]) -> None:
        """Open a list."""
        self._require_not_paused()
        self._require_ahead(now, batch.expires_at, MAX_AHEAD_S)
        if not (any(batch.root) and batch.total and batch.count):
            raise Refused("EmptyBatch")
        if batch.root in self.lists:
            raise Refused("BatchAlreadyKnown", batch.root)
        self._require_approved(now, signatures)
        self._require_funded(batch.total)
        self.lists[batch.root] = OpenList(batch, batch.total)
        self.events = []
        self._emit(
            "BatchOpened",
            root=batch.root,
            month=batch.month,
            total=batch.total,
            count=batch.count,
            expiresAt=batch.expires_at,
        )

    def claim(
        self,
        now: int,
        root: bytes,
        line: tuple[int, bytes, int],
        given: Pass | None,
        *,
        is_proved: bool,
    ) -> None:
        """Pay a line of a list."""
        index, payee, amount = line
        self._require_not_paused()
        self._use_pass(now, payee, amount, given)
        batch = self._open_list(root)
        if now > batch.meaning.expires_at:
            raise Refused("Expired", batch.meaning.expires_at)
        if index >= batch.meaning.count or not is_proved:
            raise Refused("NotInBatch", root, index)
        if index in batch.paid:
            raise Refused("AlreadyClaimed", root, index)
        if amount > batch.left:
            raise Refused("BatchOverdrawn", root, batch.left, amount)
        self._move(now, payee, amount)
        batch.paid.add(index)
        batch.left -= amount
        self.events = self._count_for(now, payee, amount, given)
        self._emit("BatchPaid", root=root, payee=payee, index=index, amount=amount)

    def close(self, now: int, root: bytes) -> None:
        """Close a list whose time is over."""
        batch = self._open_list(root)
        if now <= batch.meaning.expires_at:
            raise Refused("BatchStillOpen", root, batch.meaning.expires_at)
        batch.is_open = False
        self.events = []
        self._emit("BatchClosed", root=root, unpaid=batch.left)

    def pause(self, caller: bytes) -> None:
        """Stop payments."""
        if caller != self.pauser:
            raise Refused("NotPauser", caller)
        self._require_not_paused()
        self.is_paused = True
        self.events = []
        self._emit("PayoutsPaused", pauser=caller)

    def resume(self, now: int, change: int, expires_at: int, signatures: list[Signature]) -> None:
        """Go on."""
        if not self.is_paused:
            raise Refused("PayoutsAreNotPaused")
        self._accept(now, change, expires_at, signatures)
        self.changes, self.is_paused = change, False
        self.events = []
        self._emit("PayoutsResumed", change=change)

    def set_pauser(
        self, now: int, next_: bytes, change: int, expires_at: int, signatures: list[Signature]
    ) -> None:
        """Let another account pause."""
        self._accept(now, change, expires_at, signatures)
        if not any(next_):
            raise Refused("ZeroValue", "pauser")
        self.events = []
        self._emit("PauserChanged", change=change, oldPauser=self.pauser, pauser=next_)
        self.changes, self.pauser = change, next_

    def rotate(self, now: int, next_: SignerSet, signatures: list[Signature]) -> None:
        """Hand over to another set, at once or later."""
        if now > next_.effective_at + MAX_LATE_S:
            raise Refused("Expired", next_.effective_at + MAX_LATE_S)
        if next_.effective_at > now + MAX_AHEAD_S:
            raise Refused("TooFarAhead", next_.effective_at, now + MAX_AHEAD_S)
        expected = self.sets[-1].number + 1
        if next_.number != expected:
            raise Refused("WrongSetNumber", expected, next_.number)
        if not bytes(20) < next_.approvers[0] < next_.approvers[1] < next_.approvers[2]:
            raise Refused("ApproversNotAscending", next_.approvers)
        if not any(next_.compliance_signer):
            raise Refused("NoComplianceSigner")
        if next_.compliance_signer in next_.approvers:
            raise Refused("ComplianceSignerIsApprover", next_.compliance_signer)
        self._require_approved(now, signatures)
        since = max(now, next_.effective_at)
        added = Signers(next_.number, next_.approvers, next_.compliance_signer, since)
        self.sets = [self.signers(now), added]
        self.events = []
        self._emit(
            "SignersRotated",
            number=next_.number,
            approvers=next_.approvers,
            complianceSigner=next_.compliance_signer,
            effectiveAt=next_.effective_at,
        )

    def set_caps(
        self,
        now: int,
        caps: tuple[int, int],
        change: int,
        expires_at: int,
        signatures: list[Signature],
    ) -> None:
        """Set both caps."""
        self._accept(now, change, expires_at, signatures)
        for cap, (least, most) in zip(caps, CAP_BOUNDS, strict=True):
            if not least <= cap <= most:
                raise Refused("CapOutOfBounds", cap, least, most)
        self.events = []
        old, new = self.caps, caps
        self._emit(
            "CapsChanged",
            change=change,
            oldPaymentCap=old[0],
            paymentCap=new[0],
            oldDailyCap=old[1],
            dailyCap=new[1],
        )
        self.changes, self.caps = change, caps

    # --- inside ----------------------------------------------------------------------------

    def _accept(self, now: int, change: int, expires_at: int, signatures: list[Signature]) -> None:
        self._require_ahead(now, expires_at, MAX_AHEAD_S)
        if change != self.changes + 1:
            raise Refused("WrongChangeNumber", self.changes + 1, change)
        self._require_approved(now, signatures)

    def _emit(self, event: str, **values: object) -> None:
        self.events.append(Emitted(self.name, event, values))

    def _require_not_paused(self) -> None:
        if self.is_paused:
            raise Refused("PayoutsArePaused")

    def _require_ahead(self, now: int, time: int, most: int) -> None:
        if now > time:
            raise Refused("Expired", time)
        if time > now + most:
            raise Refused("TooFarAhead", time, now + most)

    def _require_approved(self, now: int, signatures: list[Signature]) -> None:
        if len(signatures) != 2:
            raise Refused("WrongSignatureCount", len(signatures))
        for each in signatures:
            if each.signer not in self.signers(now).approvers:
                raise Refused("NotAnApprover", each.signer)
        first, second = (each.signer for each in signatures)
        if first >= second:
            raise Refused("SignersNotAscending", first, second)

    def _require_funded(self, wanted: int) -> None:
        available = max(0, self.funds - self.reserved)
        if available < wanted:
            raise Refused("NotFunded", available, wanted)

    def _open_list(self, root: bytes) -> OpenList:
        batch = self.lists.get(root)
        if batch is None or not batch.is_open:
            raise Refused("BatchNotOpen", root)
        return batch

    def _use_pass(self, now: int, payee: bytes, amount: int, given: Pass | None) -> None:
        if given is None:
            return
        if not any(given.kyc_hash):
            raise Refused("ZeroValue", "kycHash")
        self._require_ahead(now, given.expires_at, MAX_PASS_AHEAD_S)
        expected = self.nonces.get(payee, 0)
        if given.nonce != expected:
            raise Refused("WrongNonce", payee, expected, given.nonce)
        if given.signer != self.signers(now).compliance:
            raise Refused("NotComplianceSigner", given.signer)
        paid = self.received_on.get((payee, now // DAY_S), 0)
        if paid + amount > given.daily_limit:
            raise Refused("AboveRecipientLimit", payee, paid, amount, given.daily_limit)

    def _count_for(self, now: int, payee: bytes, amount: int, given: Pass | None) -> list[Emitted]:
        """Count a payment against its pass, if there is one, and tell which event says so."""
        if given is None:
            return []
        day = payee, now // DAY_S
        self.received_on[day] = self.received_on.get(day, 0) + amount
        self.nonces[payee] = given.nonce + 1
        values = {
            "payee": payee,
            "kycHash": given.kyc_hash,
            "nonce": given.nonce,
            "amount": amount,
            "dailyLimit": given.daily_limit,
        }
        return [Emitted(self.name, "KycPassUsed", values)]

    def _move(self, now: int, payee: bytes, amount: int) -> None:
        if payee in {bytes(20), self.own, self.token}:
            raise Refused("PayeeNotAllowed", payee)
        if not amount:
            raise Refused("ZeroValue", "amount")
        each, daily = self.caps
        if amount > each:
            raise Refused("AbovePaymentCap", amount, each)
        spent = self.spent.get(now // DAY_S, 0)
        if spent + amount > daily:
            raise Refused("AboveDailyCap", spent, amount, daily)
        self.spent[now // DAY_S] = spent + amount
        self.funds -= amount
        self.received[payee] = self.received.get(payee, 0) + amount
