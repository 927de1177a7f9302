"""What the payout routers are to do, from docs/contracts/PayoutRouter.md: plain state and plain rules."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.payments.sentence import Payout, PayoutList
from tests.contracts.abi import Reverted
from tests.contracts.models.signing import Signature

DAY_S = 86_400
MAX_AHEAD_S = 400 * DAY_S
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
    """A router of either kind; ``funds`` is its balance. Each action raises Refused or changes the state."""

    def __init__(
        self,
        *,
        own: bytes,
        token: bytes,
        approvers: list[bytes],
        compliance: bytes,
        pauser: bytes,
        funds: int,
    ) -> None:
        self.own, self.token, self.pauser, self.funds = own, token, pauser, funds
        self.approvers, self.compliance = approvers, compliance
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

    def pay(
        self, now: int, payout: Payout, signatures: list[Signature], given: Pass | None
    ) -> None:
        """Pay one recipient."""
        self._require_not_paused()
        self._use_pass(now, payout.payee, payout.amount, given)
        self._require_ahead(now, payout.expires_at)
        name = payout.reference.payout_id
        if name in self.paid:
            raise Refused("PayoutAlreadyPaid", name)
        self._require_approved(signatures)
        self._require_funded(payout.amount)
        self._move(now, payout.payee, payout.amount)
        self.paid.add(name)
        self._count_for(now, payout.payee, payout.amount, given)

    def open(self, now: int, batch: PayoutList, signatures: list[Signature]) -> None:
        """Open a list."""
        self._require_not_paused()
        self._require_ahead(now, batch.expires_at)
        if not (any(batch.root) and batch.total and batch.count):
            raise Refused("EmptyBatch")
        if batch.root in self.lists:
            raise Refused("BatchAlreadyKnown", batch.root)
        self._require_approved(signatures)
        self._require_funded(batch.total)
        self.lists[batch.root] = OpenList(batch, batch.total)

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
        self._count_for(now, payee, amount, given)

    def close(self, now: int, root: bytes) -> None:
        """Close a list whose time is over."""
        batch = self._open_list(root)
        if now <= batch.meaning.expires_at:
            raise Refused("BatchStillOpen", root, batch.meaning.expires_at)
        batch.is_open = False

    def pause(self, caller: bytes) -> None:
        """Stop payments."""
        if caller != self.pauser:
            raise Refused("NotPauser", caller)
        self._require_not_paused()
        self.is_paused = True

    def resume(self, now: int, change: int, expires_at: int, signatures: list[Signature]) -> None:
        """Go on."""
        if not self.is_paused:
            raise Refused("PayoutsAreNotPaused")
        self._accept(now, change, expires_at, signatures)
        self.changes, self.is_paused = change, False

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
        self.changes, self.caps = change, caps

    # --- inside ----------------------------------------------------------------------------

    def _accept(self, now: int, change: int, expires_at: int, signatures: list[Signature]) -> None:
        self._require_ahead(now, expires_at)
        if change != self.changes + 1:
            raise Refused("WrongChangeNumber", self.changes + 1, change)
        self._require_approved(signatures)

    def _require_not_paused(self) -> None:
        if self.is_paused:
            raise Refused("PayoutsArePaused")

    def _require_ahead(self, now: int, time: int) -> None:
        if now > time:
            raise Refused("Expired", time)
        if time > now + MAX_AHEAD_S:
            raise Refused("TooFarAhead", time, now + MAX_AHEAD_S)

    def _require_approved(self, signatures: list[Signature]) -> None:
        if len(signatures) != 2:
            raise Refused("WrongSignatureCount", len(signatures))
        for each in signatures:
            if each.signer not in self.approvers:
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
        self._require_ahead(now, given.expires_at)
        expected = self.nonces.get(payee, 0)
        if given.nonce != expected:
            raise Refused("WrongNonce", payee, expected, given.nonce)
        if given.signer != self.compliance:
            raise Refused("NotComplianceSigner", given.signer)
        paid = self.received_on.get((payee, now // DAY_S), 0)
        if paid + amount > given.daily_limit:
            raise Refused("AboveRecipientLimit", payee, paid, amount, given.daily_limit)

    def _count_for(self, now: int, payee: bytes, amount: int, given: Pass | None) -> None:
        if given is not None:
            day = payee, now // DAY_S
            self.received_on[day] = self.received_on.get(day, 0) + amount
            self.nonces[payee] = given.nonce + 1

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
