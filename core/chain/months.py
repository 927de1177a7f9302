"""Calendar months in UTC as the contracts count them: ``year * 12 + (month - 1)``."""

from __future__ import annotations

from datetime import UTC, datetime


def month_of(utc_s: int) -> int:
    """Give the month that a moment lies in."""
    moment = datetime.fromtimestamp(utc_s, UTC)
    return moment.year * 12 + moment.month - 1
