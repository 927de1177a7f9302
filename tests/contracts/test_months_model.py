"""The calendar of the contracts against Python's, for every day of 1970 to 2400 and on the compiled contract."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.evm import Deployed, Evm, accounts
from tests.contracts.models.months import digest_of_days, digest_of_starts, month_of, start_of

FORGE_TEST = Path(__file__).resolve().parents[2] / "contracts/test/work/Months.t.sol"
LAST = start_of(9999 * 12)  # as far as Python's calendar goes


def _constant(name: str) -> bytes:
    """Read a constant of forge's test, which holds the contracts' library to it."""
    found = re.search(rf"{name} = 0x([0-9a-f]{{64}});", FORGE_TEST.read_text(encoding="utf-8"))
    assert found is not None, name
    return bytes.fromhex(found[1])


def _oracle() -> tuple[Evm, Deployed]:
    """Deploy the oracle, which tells months; what it stands on is not asked."""
    evm = Evm()
    someone = accounts(1)[0].address
    oracle = evm.deploy("WorkCreditsOracle", someone, someone, someone)
    assert isinstance(oracle, Deployed)
    return evm, oracle


EVM, ORACLE = _oracle()


@pytest.mark.parametrize(("first", "last"), [(1970, 2112), (2113, 2256), (2257, 2400)])
def test_every_day_until_2400_is_the_one_that_forge_is_held_to(first: int, last: int) -> None:
    """The table that forge's test compares the library with is what Python's datetime makes of the same days."""
    assert digest_of_days(first, last) == _constant(f"DAYS_UNTIL_{last}")


def test_every_month_until_2400_is_the_one_that_forge_is_held_to() -> None:
    """The same for the first second of every month."""
    assert digest_of_starts(1970, 2400) == _constant("EVERY_MONTH")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, LAST))
def test_the_compiled_contract_tells_pythons_month(timestamp: int) -> None:
    """Any moment until the year 9999 has the month that Python's datetime gives."""
    assert EVM.call(ORACLE, "monthOf", timestamp) == month_of(timestamp)


@settings(max_examples=100, deadline=None)
@given(st.integers(1970 * 12 + 1, 9999 * 12 - 1))
def test_months_begin_to_the_second(month: int) -> None:
    """A month's first second is in it, and the second before in the month before."""
    assert EVM.call(ORACLE, "monthOf", start_of(month)) == month
    assert EVM.call(ORACLE, "monthOf", start_of(month) - 1) == month - 1
