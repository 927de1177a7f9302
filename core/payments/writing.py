"""How amounts, times and months stand in a sentence: one spelling for each value, and back.

docs/formats/payout-sentence.md is the grammar. Everything raises ValueError for what has no spelling, or is none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

UNITS_PER_USDT: Final = 1_000_000
_CENT: Final = 10_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME: Final = "%Y-%m-%d %H:%M UTC"
_FIRST_MONTH: Final = 1000 * 12
_LAST_MONTH: Final = 9999 * 12 + 11

AMOUNT: Final = r"(?:0|[1-9]\d*)\.\d\d(?:\d{0,3}[1-9])?"
TIME: Final = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
MONTH: Final = r"[1-9]\d{3}-(?:0[1-9]|1[0-2])"


def written_amount(units: int) -> str:
    """Write an amount given in base units (6 decimals): the shortest exact decimal with at least two places."""
    whole, fraction = divmod(units, UNITS_PER_USDT)
    if units < 0:
        raise ValueError("an amount is not below zero")
    if fraction % _CENT == 0:
        return f"{whole}.{fraction // _CENT:02}"
    return f"{whole}.{fraction:06}".rstrip("0")


def read_amount(text: str) -> int:
    """Read an amount, in base units."""
    _require(AMOUNT, text)
    whole, fraction = text.split(".")
    return int(whole) * UNITS_PER_USDT + int(fraction.ljust(6, "0"))


def written_time(seconds: int) -> str:
    """Write a time given in seconds since 1970 UTC: a whole minute before the year 10000."""
    if seconds < 0 or seconds % 60:
        raise ValueError("a time is a whole minute")
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError("a time has a year of four digits") from None
    return moment.strftime(_TIME)


def read_time(text: str) -> int:
    """Read a time, in seconds since 1970 UTC."""
    _require(TIME, text)
    moment = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    if moment < _EPOCH:
        raise ValueError("a time is not before 1970")
    return (moment - _EPOCH) // timedelta(seconds=1)


def written_month(month: int) -> str:
    """Write a month given as year * 12 + month - 1, of the years 1000 to 9999."""
    if not _FIRST_MONTH <= month <= _LAST_MONTH:
        raise ValueError("a month has a year of four digits")
    return f"{month // 12}-{month % 12 + 1:02}"


def read_month(text: str) -> int:
    """Read a month: year * 12 + month - 1."""
    _require(MONTH, text)
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


def _require(pattern: str, text: str) -> None:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError(f"{text!r} is not written as a sentence has it")
