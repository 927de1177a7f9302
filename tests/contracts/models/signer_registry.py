"""The sets of payout signers, from the specification: named by votes, handed over by two of the three before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.signing import Signature

DAY_S = 86_400
MIN_NOTICE_S = 3 * DAY_S
MAX_NOTICE_S = 60 * DAY_S
MAX_LATE_S = 30 * DAY_S
CARRY_TIME_S = 7 * DAY_S
MAX_STEP = 16
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass
class Signers:
    """One set; ``effective_at`` is in seconds UTC."""

    approvers: tuple[bytes, ...]
    compliance_signer: bytes
    effective_at: int
    has_statement: bool = False
    is_adopted: bool = False

    def as_tuple(self) -> tuple[object, ...]:
        """Give it as the contract returns it."""
        people = self.approvers, self.compliance_signer
        return *people, self.effective_at, self.has_statement, self.is_adopted


def tron_address(address: bytes) -> str:
    """Write 20 bytes as TRON does: Base58Check with the prefix 0x41."""
    payload = b"\x41" + address
    content = payload + sha256(sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return text


def sentence(number: int, signers: Signers, chain_id: int) -> str:
    """Write what the set before signs."""
    first, second, third = map(tron_address, signers.approvers)
    when = datetime.fromtimestamp(signers.effective_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"Make {first}, {second} and {third} payout approvers, "
        f"{tron_address(signers.compliance_signer)} compliance signer, "
        f"as set {number} from {when} on chain {chain_id}"
    )


def _not_whole(signers: Signers) -> Reverted | None:
    """Tell what keeps signers from being a set at any time."""
    approvers = signers.approvers
    if not bytes(20) < approvers[0] < approvers[1] < approvers[2]:
        return Reverted("ApproversNotAscending", (approvers,))
    if signers.compliance_signer == bytes(20):
        return Reverted("NoComplianceSigner")
    if signers.compliance_signer in approvers:
        return Reverted("ComplianceSignerIsApprover", (signers.compliance_signer,))
    return None


def _not_two_of(approvers: tuple[bytes, ...], signatures: Sequence[Signature]) -> Reverted | None:
    """Tell what keeps signatures from being those of two different approvers, in their order."""
    if len(signatures) != 2:
        return Reverted("WrongSignatureCount", (len(signatures),))
    first, second = (each.signer for each in signatures)
    for signer in (first, second):
        if signer not in approvers:
            return Reverted("NotAnApprover", (signer,))
    return None if first < second else Reverted("SignersNotAscending", (first, second))


class SignerRegistryModel:
    """Sets by number, from 1, some of which may be left out. ``events`` are those of the last call."""

    def __init__(self, timelock: bytes, chain_id: int, first: Signers) -> None:
        self.timelock, self.chain_id = timelock, chain_id
        first.is_adopted = True
        self.sets = {1: first}
        self.count = 1
        self.events = [self._scheduled()]

    @property
    def last(self) -> Signers:
        """The set with the highest number."""
        return self.sets[self.count]

    def _scheduled(self) -> Emitted:
        last = self.last
        values = {
            "number": self.count,
            "approvers": last.approvers,
            "complianceSigner": last.compliance_signer,
            "effectiveAt": last.effective_at,
        }
        return Emitted("SignerRegistry", "SetScheduled", values)

    def in_force(self, now_s: int) -> int:
        """Tell the number of the set in force: the newest handed over to, or adopted, whose time has come."""
        return max(
            number
            for number, each in self.sets.items()
            if each.is_adopted or (each.has_statement and each.effective_at <= now_s)
        )

    @property
    def _is_handed_over(self) -> bool:
        """Whether the last set is one that routers follow."""
        return self.last.is_adopted or self.last.has_statement

    def _put(self, number: int, next_: Signers) -> None:
        """Keep a set; one that waits for its statement makes room."""
        if not self._is_handed_over:
            del self.sets[self.count]
        self.count = number
        self.sets[number] = next_

    @property
    def next_number(self) -> int:
        """The number above that of the last set handed over to."""
        return self.count + self._is_handed_over

    def judge(self, next_: Signers, now_s: int) -> Reverted | None:
        """Tell whether a set can be scheduled at a time."""
        refusal = _not_whole(next_)
        if refusal is not None:
            return refusal
        until = self.last.effective_at
        if not self._is_handed_over:
            until += MAX_LATE_S + 1
        if now_s < until:
            return Reverted("SetIsWaiting", (self.count, until))
        earliest, latest = now_s + MIN_NOTICE_S, now_s + MAX_NOTICE_S
        if not earliest <= next_.effective_at <= latest:
            return Reverted("EffectiveTimeOutOfBounds", (next_.effective_at, earliest, latest))
        if next_.effective_at % 60:
            return Reverted("NotWholeMinute", (next_.effective_at,))
        return None

    def schedule(self, caller: bytes, next_: Signers, now_s: int) -> Reverted | None:
        """Schedule a set."""
        self.events = []
        if caller != self.timelock:
            return Reverted("NotTimelock", (caller,))
        refusal = self.judge(next_, now_s)
        if refusal is None:
            self._put(self.next_number, next_)
            self.events = [self._scheduled()]
        return refusal

    def judge_adoption(self, number: int, next_: Signers) -> Reverted | None:
        """Tell whether a set can be adopted now."""
        refusal = _not_whole(next_)
        least = self.next_number
        if refusal is None and not least <= number < least + MAX_STEP:
            return Reverted("SetNumberOutOfBounds", (number, least, least + MAX_STEP - 1))
        return refusal

    def adopt(self, caller: bytes, number: int, next_: Signers) -> Reverted | None:
        """Adopt a set whose ``effective_at`` is now."""
        self.events = []
        if caller != self.timelock:
            return Reverted("NotTimelock", (caller,))
        refusal = self.judge_adoption(number, next_)
        if refusal is None:
            next_.is_adopted = True
            self._put(number, next_)
            values = {
                "number": number,
                "approvers": next_.approvers,
                "complianceSigner": next_.compliance_signer,
            }
            self.events = [Emitted("SignerRegistry", "SetAdopted", values)]
        return refusal

    def record(self, number: int, signatures: Sequence[Signature], now_s: int) -> Reverted | None:
        """Record well-formed signatures over the right sentence."""
        self.events = []
        if number not in self.sets or self.sets[number].is_adopted:
            return Reverted("UnknownSet", (number,))
        if self.sets[number].has_statement:
            return Reverted("StatementAlreadyRecorded", (number,))
        latest = self.sets[number].effective_at + MAX_LATE_S - CARRY_TIME_S
        if now_s > latest:
            return Reverted("StatementTooLate", (number, latest))
        refusal = _not_two_of(self.sets[number - 1].approvers, signatures)
        if refusal is not None:
            return refusal
        self.sets[number].has_statement = True
        values = {
            "number": number,
            "sentence": sentence(number, self.sets[number], self.chain_id),
            "signatures": tuple(each.content for each in signatures),
        }
        self.events = [Emitted("SignerRegistry", "StatementRecorded", values)]
        return None
