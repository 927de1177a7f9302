"""When the support of a Tor series ends, as far as its makers have said it.

Source: Tor's support policy of 2022-05-09 (a series ends three months after the next one is stable, or when Tor
Browser has left it); tickets 40760 (0.4.5), 40896 (0.4.7) and 41234 (0.4.8) of tpo/core/tor for the days. Of 0.4.6 no
day is known to us, only that it ended before 0.4.7. The network's own word, DANGEROUS_VERSION, stands above this table.

0.4.9 has none yet: it is the stable series (since 0.4.9.5 of 2026-02-12, ticket 41234), so its three months have not
begun. Nobody is warned of a series without a day until the network calls it obsolete (core.onion.health); then they
are at once, and every day. The day is added here once the series after it is stable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

WARN_DAYS = 60
_DAY_MS = 86_400_000
_VERSION = re.compile(r"(\d+\.\d+\.\d+)\.\d+")

_ENDS: Mapping[str, date] = {
    "0.4.5": date(2023, 2, 15),
    "0.4.6": date(2023, 11, 16),
    "0.4.7": date(2023, 11, 16),
    "0.4.8": date(2026, 5, 16),
}


def ends_utc_ms(version: str) -> int | None:
    """Say when the support of a version, such as "0.4.9.11", ends; None where that is not known."""
    found = _VERSION.match(version)
    day = _ENDS.get(found[1]) if found else None
    return (
        None
        if day is None
        else int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
    )


def is_ending(ends: int | None, now_utc_ms: int) -> bool:
    """Say whether a person is told: sixty days before that moment, and from then on."""
    return ends is not None and now_utc_ms >= ends - WARN_DAYS * _DAY_MS


def day_of(utc_ms: int) -> str:
    """Write a moment's day, as 2026-05-16."""
    return datetime.fromtimestamp(utc_ms / 1000, UTC).date().isoformat()
