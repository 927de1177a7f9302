"""Everything that an approver can say, for hypothesis to choose from."""

from hypothesis import strategies as st

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

ACCOUNTS = st.binary(min_size=20, max_size=20)
TIMES = st.integers(0, 253_402_300_799 // 60).map(lambda minutes: minutes * 60)
AMOUNTS = st.integers(0, 13).flatmap(
    lambda digits: st.integers(0, min(10**digits, 2**64 - 1)).flatmap(
        lambda units: st.sampled_from([1, 10, 10_000, 1_000_000]).map(lambda unit: units * unit)
    )
)
MONTHS = st.integers(12_000, 119_999)
UINT32 = st.integers(0, 2**32 - 1)
REFERENCES = st.one_of(
    st.builds(Reference, st.just(Kind.EPOCH), MONTHS, st.integers(1, 9999)),
    st.builds(Reference, st.just(Kind.SESSION), UINT32, st.just(0)),
    st.builds(Reference, st.just(Kind.REASON), st.integers(1, 99), st.integers(1, 9999)),
)


def _is_short(payout: Payout) -> bool:
    try:
        sentence_of(payout)
    except ValueError:
        return False
    return True


def _ascending(accounts: list[bytes]) -> tuple[bytes, bytes, bytes]:
    first, second, third = sorted(accounts)
    return first, second, third


PAYOUTS = st.builds(Payout, AMOUNTS, ACCOUNTS, REFERENCES, TIMES, ACCOUNTS).filter(_is_short)
LISTS = st.builds(
    PayoutList, AMOUNTS, UINT32, st.binary(min_size=32, max_size=32), MONTHS, TIMES, ACCOUNTS
)
SETS = st.builds(
    SignerSet,
    st.lists(ACCOUNTS.filter(any), min_size=3, max_size=3, unique=True).map(_ascending),
    ACCOUNTS,
    UINT32,
    TIMES,
    st.integers(0, 2**64 - 1),
)
MEANINGS: st.SearchStrategy[Meaning] = st.one_of(
    PAYOUTS,
    LISTS,
    st.builds(Caps, AMOUNTS, AMOUNTS, UINT32, TIMES, ACCOUNTS),
    st.builds(Resume, UINT32, TIMES, ACCOUNTS),
    st.builds(Pauser, ACCOUNTS, UINT32, TIMES, ACCOUNTS),
    SETS,
)
