"""Everything that an approver can say, for hypothesis to choose from."""

from dataclasses import fields, replace

from hypothesis import strategies as st

from core.payments.sentence import (
    MAX_DAILY_CAP,
    MAX_PAYMENT_CAP,
    MIN_CAP,
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

ACCOUNTS = st.binary(min_size=20, max_size=20)
SOMEBODY = ACCOUNTS.filter(any)
TIMES = st.integers(0, 253_402_300_799 // 60).map(lambda minutes: minutes * 60)
AMOUNTS = st.integers(0, 13).flatmap(
    lambda digits: st.integers(1, min(10**digits, 2**64 - 1)).flatmap(
        lambda units: st.sampled_from([1, 10, 10_000, 1_000_000]).map(lambda unit: units * unit)
    )
)
MONTHS = st.integers(12_000, 119_999)
UINT32 = st.integers(0, 2**32 - 1)
COUNTS = st.integers(1, 2**32 - 1)
REFERENCES = st.one_of(
    st.builds(Reference, st.just(Kind.EPOCH), MONTHS, st.integers(1, 9999)),
    st.builds(Reference, st.just(Kind.SESSION), UINT32, st.just(0)),
    st.builds(Reference, st.just(Kind.REASON), st.integers(1, 99), st.integers(1, 9999)),
)


def has_sentence(meaning: Meaning) -> bool:
    """Tell whether there is a sentence for it: short enough, of accounts that may be named together."""
    try:
        sentence_of(meaning)
    except ValueError:
        return False
    return True


def _ascending(accounts: list[bytes]) -> tuple[bytes, bytes, bytes]:
    first, second, third = sorted(accounts)
    return first, second, third


PAYOUTS = st.builds(Payout, AMOUNTS, SOMEBODY, REFERENCES, TIMES, SOMEBODY).filter(has_sentence)
ROOTS = st.binary(min_size=32, max_size=32).filter(any)
LISTS = st.builds(PayoutList, AMOUNTS, COUNTS, ROOTS, MONTHS, TIMES, SOMEBODY)
CAPS = st.builds(
    Caps,
    st.integers(MIN_CAP, MAX_PAYMENT_CAP),
    st.integers(MIN_CAP, MAX_DAILY_CAP),
    COUNTS,
    TIMES,
    SOMEBODY,
)
RESUMES = st.builds(Resume, COUNTS, TIMES, SOMEBODY)
PAUSERS = st.builds(Pauser, SOMEBODY, COUNTS, TIMES, SOMEBODY)
SETS = st.builds(
    SignerSet,
    st.lists(SOMEBODY, min_size=3, max_size=3, unique=True).map(_ascending),
    SOMEBODY,
    st.integers(2, 2**32 - 1),
    TIMES,
    st.integers(1, 2**64 - 1),
).filter(has_sentence)
KINDS: tuple[st.SearchStrategy[Meaning], ...] = (PAYOUTS, LISTS, CAPS, RESUMES, PAUSERS, SETS)
MEANINGS = st.one_of(*KINDS)


@st.composite
def alike(draw: st.DrawFn) -> tuple[Meaning, Meaning]:
    """Choose two of one kind that share all but some of their parts, or all of them."""
    kind = draw(st.sampled_from(KINDS))
    first, source = draw(kind), draw(kind)
    names = draw(st.sets(st.sampled_from([each.name for each in fields(first)]), max_size=2))
    second = replace(first, **{name: getattr(source, name) for name in names})
    return first, second if has_sentence(second) else source
