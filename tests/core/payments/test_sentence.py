"""The sentences of payout approvers: one for each thing that can be said, and back."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.payments.sentence import (
    MAX_PAYOUT_LENGTH,
    Caps,
    Kind,
    Meaning,
    Pauser,
    Payout,
    PayoutList,
    Reference,
    Resume,
    SignerSet,
    meaning_of,
    sentence_of,
)
from core.payments.tron_address import account_of, tron_address
from tests.core.payments.sentences import ACCOUNTS, MEANINGS, PAYOUTS, alike
from tests.vectors.generate_payout_sentences import text, vectors_path

USDT = bytes.fromhex("a614f803b6fd780986a42c78ec9c7f77e6ded13c")
USDT_ADDRESS = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
WHEN = 1_795_377_600  # 2026-11-22 20:00 UTC
OCTOBER = 2026 * 12 + 9
ROUTER = bytes(19) + b"\x07"
KNOWN = Payout(312_480_000, USDT, Reference(Kind.EPOCH, OCTOBER, 42), WHEN, ROUTER)
SENTENCE = (
    f"Pay 312.48 USDT to {USDT_ADDRESS} for 2026-10/42 by 2026-11-22 20:00 UTC via "
    + tron_address(ROUTER)
)
LIST = PayoutList(312_480_000, 3, b"\x01" * 32, OCTOBER, WHEN, ROUTER)
CAPS = Caps(10**6, 10**6, 1, WHEN, ROUTER)
APPROVERS = (b"\x01" * 20, b"\x02" * 20, b"\x03" * 20)
SET = SignerSet(APPROVERS, USDT, 2, WHEN, 1)


def test_a_known_address() -> None:
    """USDT's contract is written as TRON's own tools write it, and so is nobody."""
    assert tron_address(USDT) == USDT_ADDRESS
    assert account_of(USDT_ADDRESS) == USDT
    assert tron_address(bytes(20)) == "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"


@given(ACCOUNTS)
def test_an_address_reads_back(account: bytes) -> None:
    """Whatever the account, its address has 34 characters, starts with T and reads back."""
    address = tron_address(account)
    assert len(address) == 34
    assert address.startswith("T")
    assert account_of(address) == account


@given(ACCOUNTS, st.integers(0, 33), st.sampled_from("123456789ABCDEFabcdef0OIl "))
def test_a_mistyped_address_is_refused(account: bytes, place: int, character: str) -> None:
    """One character typed wrong is noticed."""
    address = tron_address(account)
    mistyped = address[:place] + character + address[place + 1 :]
    if mistyped != address:
        with pytest.raises(ValueError, match="address"):
            account_of(mistyped)


@pytest.mark.parametrize(
    "address", ["", USDT_ADDRESS[:-1], USDT_ADDRESS + "1", "z" * 34, "1" * 34, "é" * 34]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    """Other lengths, other prefixes and other characters are refused."""
    with pytest.raises(ValueError, match="address"):
        account_of(address)


def test_an_account_has_20_bytes() -> None:
    """An account of another length has no address."""
    with pytest.raises(ValueError, match="20 bytes"):
        tron_address(bytes(21))


def test_the_known_sentence() -> None:
    """The payout that people were shown on their wallets is written as they saw it."""
    assert sentence_of(KNOWN) == SENTENCE
    assert meaning_of(SENTENCE) == KNOWN


@given(MEANINGS)
def test_each_sentence_reads_back(meaning: Meaning) -> None:
    """What is written reads back as what was meant, so no two things have one sentence; and all of it is ASCII."""
    sentence = sentence_of(meaning)
    assert sentence.isascii()
    assert sentence.isprintable()
    assert meaning_of(sentence) == meaning


@given(alike())
def test_two_things_never_have_one_sentence(pair: tuple[Meaning, Meaning]) -> None:
    """However alike two things of a kind are, their sentences are the same only if they are; and each reads back."""
    first, second = pair
    assert (sentence_of(first) == sentence_of(second)) == (first == second)
    assert meaning_of(sentence_of(second)) == second


@given(MEANINGS, MEANINGS)
def test_kinds_never_share_a_sentence(first: Meaning, second: Meaning) -> None:
    """What is said of different kinds is never the same sentence either."""
    assert (sentence_of(first) == sentence_of(second)) == (first == second)


@given(PAYOUTS)
def test_a_payout_fits_on_a_page(payout: Payout) -> None:
    """A payout to one recipient never takes more than 132 characters."""
    assert len(sentence_of(payout)) <= MAX_PAYOUT_LENGTH


@given(st.sampled_from([SENTENCE, sentence_of(replace(KNOWN, amount=50_000_000))]), st.data())
def test_a_changed_sentence_means_something_else(sentence: str, data: st.DataObject) -> None:
    """With one character changed a sentence is none, or says so when it is read."""
    place = data.draw(st.integers(0, len(sentence) - 1))
    character = data.draw(st.characters(max_codepoint=0x17F))
    changed = sentence[:place] + character + sentence[place + 1 :]
    try:
        meaning = meaning_of(changed)
    except ValueError:
        return
    assert sentence_of(meaning) == changed


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        SENTENCE + " ",
        SENTENCE.replace("312.48", "312.480"),
        SENTENCE.replace("312.48", "0312.48"),
        SENTENCE.replace("312.48", "312.4"),
        SENTENCE.replace("312.48", "312"),
        SENTENCE.replace("312.48", "312.48000001"),
        SENTENCE.replace("2026-10/42", "2026-10/042"),
        SENTENCE.replace("2026-10/42", "2026-13/42"),
        SENTENCE.replace("2026-10/42", "2026-10/0"),
        SENTENCE.replace("2026-10/42", "r00-1"),
        SENTENCE.replace("2026-10/42", "s0102030A"),
        SENTENCE.replace("2026-11-22", "2026-02-30"),
        SENTENCE.replace("2026-11-22", "1969-11-22"),
        SENTENCE.replace("20:00", "24:00"),
        SENTENCE.replace("UTC", "CET"),
        SENTENCE.replace(USDT_ADDRESS, USDT_ADDRESS[:-1] + "u"),
        SENTENCE.replace("312.48", "٣12.48"),
    ],
)
def test_what_is_no_sentence_is_refused(sentence: str) -> None:
    """Another spelling of an amount, a number, a time or an address is no sentence."""
    with pytest.raises(ValueError, match=r"\w"):
        meaning_of(sentence)


@pytest.mark.parametrize(
    "meaning",
    [
        replace(KNOWN, amount=-1),
        replace(KNOWN, amount=2**64),
        replace(KNOWN, amount=10_000_000_000),
        replace(KNOWN, payee=b""),
        replace(KNOWN, expires_at=WHEN + 1),
        replace(KNOWN, expires_at=-60),
        replace(KNOWN, expires_at=253_402_300_800),
        replace(KNOWN, reference=Reference(Kind.EPOCH, 11_999, 1)),
        replace(KNOWN, reference=Reference(Kind.EPOCH, OCTOBER, 10_000)),
        replace(KNOWN, reference=Reference(Kind.EPOCH, OCTOBER)),
        replace(KNOWN, reference=Reference(Kind.SESSION, 1, 1)),
        replace(KNOWN, reference=Reference(Kind.SESSION, 2**32)),
        replace(KNOWN, reference=Reference(Kind.REASON, 0, 1)),
        replace(KNOWN, reference=Reference(Kind.REASON, 100, 1)),
        replace(KNOWN, amount=0),
        replace(KNOWN, payee=bytes(20)),
        replace(KNOWN, payee=ROUTER),
        replace(KNOWN, router=bytes(20)),
        replace(LIST, total=0),
        replace(LIST, count=0),
        replace(LIST, count=2**32),
        replace(LIST, root=bytes(32)),
        replace(LIST, root=b"\x01" * 31),
        replace(LIST, month=120_000),
        replace(LIST, router=bytes(20)),
        replace(CAPS, payment_cap=10**6 - 1),
        replace(CAPS, payment_cap=10**12 + 1),
        replace(CAPS, daily_cap=10**6 - 1),
        replace(CAPS, daily_cap=5 * 10**12 + 1),
        replace(CAPS, change=0),
        Resume(0, WHEN, ROUTER),
        Resume(2**32, WHEN, ROUTER),
        Pauser(bytes(20), 1, WHEN, ROUTER),
        Pauser(USDT, 0, WHEN, ROUTER),
        replace(SET, approvers=(USDT, USDT, USDT)),
        replace(SET, approvers=(bytes(20), *APPROVERS[1:])),
        replace(SET, approvers=APPROVERS[::-1]),
        replace(SET, compliance_signer=bytes(20)),
        *(replace(SET, compliance_signer=each) for each in APPROVERS),
        replace(SET, number=1),
        replace(SET, number=2**32),
        replace(SET, chain_id=0),
        replace(SET, chain_id=2**64),
    ],
)
def test_what_has_no_sentence_is_refused(meaning: Meaning) -> None:
    """What a router would refuse to write is not written here either."""
    with pytest.raises(ValueError, match=r"\w"):
        sentence_of(meaning)


@pytest.mark.parametrize(
    "meaning", [KNOWN, LIST, CAPS, SET, Resume(1, WHEN, ROUTER), Pauser(USDT, 1, WHEN, ROUTER)]
)
def test_each_kind_at_its_least_is_written(meaning: Meaning) -> None:
    """What the refusals above change one part of is written and reads back."""
    assert meaning_of(sentence_of(meaning)) == meaning


def test_an_id_is_the_references_parts() -> None:
    """A payout's ID on the router is its kind, code and number."""
    assert (
        Reference(Kind.REASON, 7, 1234).payout_id.hex()
        == "00" * 23 + "02" + "00000007" + "000004d2"
    )


def test_the_vectors_are_fresh() -> None:
    """The golden vectors are what is written today."""
    assert vectors_path().read_text(encoding="utf-8") == text()


def test_the_vectors_say_what_they_mean() -> None:
    """Each sentence of the vectors reads back."""
    for vector in json.loads(vectors_path().read_text(encoding="utf-8")):
        assert sentence_of(meaning_of(vector["sentence"])) == vector["sentence"]


@pytest.mark.parametrize(
    "given",
    [
        *("2026-10/4_2", "2026-10/0042", "2026-10/ 42", "2026-10/٤٢", "2026-10/-5", "2026-10/"),
        *(
            "2026-13/42",
            "2026-10/10000",
            "r00-1",
            "r07-0",
            "r07-01",
            "s0102030A",
            "s01020304/1",
            "",
        ),
    ],
)
def test_a_reference_has_one_spelling(given: str) -> None:
    """A reference that `written` would not write is refused, however well it might be understood."""
    with pytest.raises(ValueError):  # noqa: PT011 - which part is wrong differs
        Reference.read(given)
