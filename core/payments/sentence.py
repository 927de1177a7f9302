"""The sentences that payout approvers read on a hardware wallet and sign (EIP-191), and what they mean.

Each of the six things that approvers can say is a frozen dataclass. `sentence_of` writes it, letter by letter as the
router on TRON does; `meaning_of` reads it back. No two things have one sentence. docs/formats/payout-sentence.md is the
grammar. Amounts are in base units of USDT (6 decimals), times in seconds since 1970 UTC and whole minutes, accounts are
20 bytes, a month is year * 12 + month - 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from core.payments.tron_address import ACCOUNT_BYTES, account_of, tron_address
from core.payments.writing import (
    AMOUNT,
    MONTH,
    TIME,
    read_amount,
    read_month,
    read_time,
    written_amount,
    written_month,
    written_time,
)

MAX_PAYOUT_LENGTH: Final = 132  # what fits on one page of the wallets' screens
MAX_NUMBER: Final = 9999
MAX_REASON: Final = 99
MIN_CAP: Final = 10**6  # base units, as are these
MAX_PAYMENT_CAP: Final = 1_000_000 * 10**6
MAX_DAILY_CAP: Final = 5_000_000 * 10**6
_ROOT_BYTES: Final = 32
_NOBODY: Final = bytes(ACCOUNT_BYTES)
_FIRST_HANDED_OVER: Final = 2  # set 1 is what routers are made with
_UINT32: Final = 2**32 - 1
_UINT64: Final = 2**64 - 1


class Kind(IntEnum):
    """What a payout is for; the numbers are the contract's."""

    EPOCH = 0
    SESSION = 1
    REASON = 2


@dataclass(frozen=True)
class Reference:
    """What one payout is for, which is its name, too: it is paid once.

    ``subject``, the contract's code, is the month (EPOCH), the first 4 bytes of the session's ID (SESSION), or a reason
    from 1 to 99 (REASON). ``number`` is from 1 to 9999, and 0 for a session.
    """

    kind: Kind
    subject: int
    number: int = 0

    def written(self) -> str:
        """Write it: "2026-10/42", "s0102030a" or "r07-1234". Raises ValueError if a part is out of its range."""
        if not 0 <= self.subject <= _UINT32:
            raise ValueError("a subject has four bytes")
        if self.kind is Kind.SESSION:
            if self.number:
                raise ValueError("a session has no number")
            return f"s{self.subject:08x}"
        if not 1 <= self.number <= MAX_NUMBER:
            raise ValueError("a number is from 1 to 9999")
        if self.kind is Kind.EPOCH:
            return f"{written_month(self.subject)}/{self.number}"
        if not 1 <= self.subject <= MAX_REASON:
            raise ValueError("a reason is from 1 to 99")
        return f"r{self.subject:02}-{self.number}"

    @classmethod
    def read(cls, text: str) -> Reference:
        """Read what `written` writes. Raises ValueError for anything else."""
        found = cls._spelt(text)
        if found.written() != text:
            raise ValueError(f"{text!r} is spelt {found.written()!r}")
        return found

    @classmethod
    def _spelt(cls, text: str) -> Reference:
        """Read it whatever the spelling of its numbers."""
        if re.fullmatch(r"s[0-9a-f]{8}", text):
            return cls(Kind.SESSION, int(text[1:], 16))
        if re.fullmatch(r"r\d\d-\d+", text, re.ASCII):
            return cls(Kind.REASON, int(text[1:3]), int(text[4:]))
        month, _, number = text.partition("/")
        return cls(Kind.EPOCH, read_month(month), int(number))

    @property
    def payout_id(self) -> bytes:
        """The payout's ID on the router: 32 bytes."""
        return (self.kind << 64 | self.subject << 32 | self.number).to_bytes(32)


@dataclass(frozen=True)
class Payout:
    """Pay one recipient: somebody, something."""

    amount: int
    payee: bytes
    reference: Reference
    expires_at: int
    router: bytes


@dataclass(frozen=True)
class PayoutList:
    """Pay the recipients of a month's list, each by its line: ``total`` to ``count`` of them, named by ``root``."""

    total: int
    count: int
    root: bytes
    month: int
    expires_at: int
    router: bytes


@dataclass(frozen=True)
class Caps:
    """Set the most that one payment moves, and the most that a day (UTC) moves."""

    payment_cap: int
    daily_cap: int
    change: int
    expires_at: int
    router: bytes


@dataclass(frozen=True)
class Resume:
    """Allow payments again."""

    change: int
    expires_at: int
    router: bytes


@dataclass(frozen=True)
class Pauser:
    """Say who may stop payments."""

    pauser: bytes
    change: int
    expires_at: int
    router: bytes


@dataclass(frozen=True)
class SignerSet:
    """Hand over to the next set of signers, on all routers of a chain.

    ``approvers`` ascend, and the compliance signer is none of them. Routers take a set for 30 days after its time.
    """

    approvers: tuple[bytes, bytes, bytes]
    compliance_signer: bytes
    number: int
    effective_at: int
    chain_id: int


Meaning = Payout | PayoutList | Caps | Resume | Pauser | SignerSet


def sentence_of(meaning: Meaning) -> str:
    """Write the sentence, all ASCII. Raises ValueError for what no router takes, whatever its state.

    Refused are: nothing to pay and nobody to be paid, the router as its own payee, a list without root or recipients,
    caps out of their bounds, nobody as pauser, a set that is not whole, numbers and times out of their ranges, and a
    payout that takes more than one page of a wallet.
    """
    match meaning:
        case Payout():
            return _payout(meaning)
        case PayoutList():
            recipients = (
                f"{_within(meaning.count, _UINT32)} recipients of list {_root(meaning.root)}"
            )
            month = written_month(meaning.month)
            return f"Pay {_usdt(meaning.total)} to {recipients} for {month}{_closing(meaning)}"
        case Caps():
            each = _usdt(_within(meaning.payment_cap, MAX_PAYMENT_CAP, MIN_CAP))
            daily = _usdt(_within(meaning.daily_cap, MAX_DAILY_CAP, MIN_CAP))
            return f"Cap payouts at {each} each and {daily} a day{_changing(meaning)}"
        case Resume():
            return f"Resume payouts{_changing(meaning)}"
        case Pauser():
            return f"Let {_somebody(meaning.pauser)} pause payouts{_changing(meaning)}"
        case SignerSet():
            return _handover(meaning)


def meaning_of(sentence: str) -> Meaning:
    """Read a sentence. Raises ValueError unless it is, letter by letter, what `sentence_of` writes of its meaning."""
    for pattern, read in _GRAMMAR:
        found = re.fullmatch(pattern, sentence, re.ASCII)
        if found is None:
            continue
        meaning = read(found)
        if sentence_of(meaning) != sentence:
            break
        return meaning
    raise ValueError("this is no sentence of a payout approver")


def _payout(meaning: Payout) -> str:
    if meaning.payee == meaning.router:
        raise ValueError("a router does not pay itself")
    start = f"Pay {_usdt(meaning.amount)} to {_somebody(meaning.payee)} for {meaning.reference.written()}"
    sentence = start + _closing(meaning)
    if len(sentence) > MAX_PAYOUT_LENGTH:
        raise ValueError("the sentence is longer than a wallet shows on a page")
    return sentence


def _handover(meaning: SignerSet) -> str:
    first, second, third = map(_somebody, meaning.approvers)
    if not meaning.approvers[0] < meaning.approvers[1] < meaning.approvers[2]:
        raise ValueError("approvers ascend")
    if meaning.compliance_signer in meaning.approvers:
        raise ValueError("the compliance signer is no approver")
    signer = _somebody(meaning.compliance_signer)
    since = written_time(meaning.effective_at)
    return (
        f"Make {first}, {second} and {third} payout approvers, {signer} compliance signer, as set "
        f"{_within(meaning.number, _UINT32, _FIRST_HANDED_OVER)} from {since} on chain "
        f"{_within(meaning.chain_id, _UINT64)}"
    )


def _usdt(units: int) -> str:
    return f"{written_amount(_within(units, _UINT64))} USDT"


def _root(root: bytes) -> str:
    if len(root) != _ROOT_BYTES or not any(root):
        raise ValueError("a root has 32 bytes, not all zero")
    return root.hex()


def _somebody(account: bytes) -> str:
    if account == _NOBODY:
        raise ValueError("an account that is nobody's")
    return tron_address(account)


def _within(number: int, highest: int, lowest: int = 1) -> int:
    if not lowest <= number <= highest:
        raise ValueError(f"a number from {lowest} to {highest}, not {number}")
    return number


def _changing(meaning: Caps | Resume | Pauser) -> str:
    return f", change {_within(meaning.change, _UINT32)}{_closing(meaning)}"


def _closing(meaning: Payout | PayoutList | Caps | Resume | Pauser) -> str:
    return f" by {written_time(meaning.expires_at)} via {_somebody(meaning.router)}"


# --- reading ---------------------------------------------------------------------------------

_ADDRESS: Final = "[1-9A-HJ-NP-Za-km-z]{34}"
_NUMBER: Final = r"\d{1,20}"
_CLOSING: Final = rf" by ({TIME}) via ({_ADDRESS})"
_CHANGING: Final = rf", change ({_NUMBER}){_CLOSING}"
_REFERENCE: Final = rf"{MONTH}/\d{{1,4}}|s[0-9a-f]{{8}}|r\d\d-\d{{1,4}}"
_LIST: Final = rf"({_NUMBER}) recipients of list ([0-9a-f]{{64}}) for ({MONTH})"
_SET: Final = rf"as set ({_NUMBER}) from ({TIME}) on chain ({_NUMBER})"
_Read = Callable[[re.Match[str]], Meaning]


def _ending(found: re.Match[str], at: int) -> tuple[int, bytes]:
    return read_time(found[at]), account_of(found[at + 1])


def _read_payout(found: re.Match[str]) -> Payout:
    reference = Reference.read(found[3])
    return Payout(read_amount(found[1]), account_of(found[2]), reference, *_ending(found, 4))


def _read_list(found: re.Match[str]) -> PayoutList:
    total, count, root = read_amount(found[1]), int(found[2]), bytes.fromhex(found[3])
    return PayoutList(total, count, root, read_month(found[4]), *_ending(found, 5))


def _read_caps(found: re.Match[str]) -> Caps:
    caps = read_amount(found[1]), read_amount(found[2])
    return Caps(*caps, int(found[3]), *_ending(found, 4))


def _read_resume(found: re.Match[str]) -> Resume:
    return Resume(int(found[1]), *_ending(found, 2))


def _read_pauser(found: re.Match[str]) -> Pauser:
    return Pauser(account_of(found[1]), int(found[2]), *_ending(found, 3))


def _read_set(found: re.Match[str]) -> SignerSet:
    first, second, third, signer = (account_of(found[each]) for each in range(1, 5))
    times = int(found[5]), read_time(found[6]), int(found[7])
    return SignerSet((first, second, third), signer, *times)


_GRAMMAR: Final[tuple[tuple[str, _Read], ...]] = (
    (rf"Pay ({AMOUNT}) USDT to ({_ADDRESS}) for ({_REFERENCE}){_CLOSING}", _read_payout),
    (rf"Pay ({AMOUNT}) USDT to {_LIST}{_CLOSING}", _read_list),
    (rf"Cap payouts at ({AMOUNT}) USDT each and ({AMOUNT}) USDT a day{_CHANGING}", _read_caps),
    (rf"Resume payouts{_CHANGING}", _read_resume),
    (rf"Let ({_ADDRESS}) pause payouts{_CHANGING}", _read_pauser),
    (
        rf"Make ({_ADDRESS}), ({_ADDRESS}) and ({_ADDRESS}) payout approvers, ({_ADDRESS}) compliance signer, {_SET}",
        _read_set,
    ),
)
