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
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass
class Signers:
    """One set; ``effective_at`` is in seconds UTC."""

    approvers: tuple[bytes, ...]
    compliance_signer: bytes
    effective_at: int
    has_statement: bool = False

    def as_tuple(self) -> tuple[object, ...]:
        """Give it as the contract returns it."""
        return self.approvers, self.compliance_signer, self.effective_at, self.has_statement


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
    """Sets by number, from 1. ``events`` are those of the last call."""

    def __init__(self, timelock: bytes, chain_id: int, first: Signers) -> None:
        self.timelock, self.chain_id = timelock, chain_id
        self.sets = [first]
        self.events = [self._scheduled()]

    def _scheduled(self) -> Emitted:
        last = self.sets[-1]
        values = {
            "number": len(self.sets),
            "approvers": last.approvers,
            "complianceSigner": last.compliance_signer,
            "effectiveAt": last.effective_at,
        }
        return Emitted("SignerRegistry", "SetScheduled", values)

    def in_force(self, now_s: int) -> int:
        """Tell the number of the set in force: the first, or the newest handed over to whose time has come."""
        return max(
            number
            for number, each in enumerate(self.sets, 1)
            if number == 1 or (each.has_statement and each.effective_at <= now_s)
        )

    @property
    def _is_handed_over(self) -> bool:
        """Whether the last set is one that routers follow."""
        return len(self.sets) == 1 or self.sets[-1].has_statement

    def judge(self, next_: Signers, now_s: int) -> Reverted | None:
        """Tell whether a set can be scheduled at a time."""
        refusal = _not_whole(next_)
        if refusal is not None:
            return refusal
        until = self.sets[-1].effective_at
        if not self._is_handed_over:
            until += MAX_LATE_S + 1
        if now_s < until:
            return Reverted("SetIsWaiting", (len(self.sets), until))
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
            if not self._is_handed_over:
                self.sets.pop()
            self.sets.append(next_)
            self.events = [self._scheduled()]
        return refusal

    def record(self, number: int, signatures: Sequence[Signature], now_s: int) -> Reverted | None:
        """Record well-formed signatures over the right sentence."""
        self.events = []
        if not 2 <= number <= len(self.sets):
            return Reverted("UnknownSet", (number,))
        if self.sets[number - 1].has_statement:
            return Reverted("StatementAlreadyRecorded", (number,))
        latest = self.sets[number - 1].effective_at + MAX_LATE_S
        if now_s > latest:
            return Reverted("StatementTooLate", (number, latest))
        refusal = _not_two_of(self.sets[number - 2].approvers, signatures)
        if refusal is not None:
            return refusal
        self.sets[number - 1].has_statement = True
        values = {
            "number": number,
            "sentence": sentence(number, self.sets[number - 1], self.chain_id),
            "signatures": tuple(each.content for each in signatures),
        }
        self.events = [Emitted("SignerRegistry", "StatementRecorded", values)]
        return None
