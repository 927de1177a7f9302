"""Calendar months in UTC, by Python's own calendar."""

from datetime import UTC, date, datetime, timedelta

from core.chain.encoding import keccak256


def month_of(timestamp: int) -> int:
    """Give a moment's month: ``year * 12 + (month - 1)``."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=timestamp)
    return moment.year * 12 + moment.month - 1


def start_of(month: int) -> int:
    """Give a month's first second."""
    return int(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())


def digest_of_days(first_year: int, last_year: int) -> bytes:
    """Fold the months of every day of some years into 32 bytes, a year at a time, as Months.t.sol does."""
    digest, day = bytes(32), date(first_year, 1, 1)
    for year in range(first_year, last_year + 1):
        months = bytearray()
        while day.year == year:
            months += (day.year * 12 + day.month - 1).to_bytes(4, "big")
            day += timedelta(days=1)
        digest = keccak256(digest + months)
    return digest


def digest_of_starts(first_year: int, last_year: int) -> bytes:
    """Fold the first seconds of every month of some years into 32 bytes, as Months.t.sol does."""
    digest = bytes(32)
    for month in range(first_year * 12, (last_year + 1) * 12):
        digest = keccak256(digest + start_of(month).to_bytes(6, "big"))
    return digest
