"""How much may be called: token buckets, which fill steadily and hold a burst."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.runtime.clock import Clock

_NS = 1_000_000_000


@dataclass(frozen=True)
class Rate:
    """So many calls a minute in the long run, and at most ``burst`` at once."""

    per_minute: int
    burst: int


PER_ACCESS = Rate(per_minute=120, burst=30)
OF_EVERYBODY = Rate(
    per_minute=600, burst=120
)  # all accesses together: each call is a write to the disk
OF_STRANGERS = Rate(per_minute=30, burst=10)  # all calls of nobody that are refused, together
OF_OPEN_PLACES = Rate(per_minute=1200, burst=240)  # the page and what else needs no token
OF_CONNECTION = Rate(
    per_minute=60, burst=30
)  # of what needs no token, over one connection: nobody's share is everybody's
IN_LOG = Rate(
    per_minute=4, burst=5_000
)  # entries in the log, of one access: it holds those of two months and more
OF_PRESENCE = Rate(
    per_minute=1800, burst=300
)  # a signature each: whoever asks here needs one first


class Bucket:
    """Takes calls at a rate; time is the clock's monotonic one."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._left = float(rate.burst)
        self._seen_ns = clock.now().mono_ns

    def take(self) -> int:
        """Take one call; gives 0, or after how many whole seconds there is room for it."""
        now_ns = self._clock.now().mono_ns
        per_second = self._rate.per_minute / 60
        gained = (now_ns - self._seen_ns) / _NS * per_second
        self._left = min(float(self._rate.burst), self._left + gained)
        self._seen_ns = now_ns
        if self._left >= 1:
            self._left -= 1
            return 0
        return max(1, math.ceil((1 - self._left) / per_second))


class Buckets:
    """One bucket a reader, forgotten when there are too many: an access that ended has none."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._of: dict[str, Bucket] = {}

    def take(self, access_id: str) -> int:
        """Take one call of an access, as ``Bucket.take``."""
        bucket = self._of.get(access_id)
        if bucket is None:
            bucket = self._of[access_id] = Bucket(self._rate, self._clock)
        return bucket.take()

    def forget(self, access_id: str) -> None:
        """Let go of an access that has ended."""
        self._of.pop(access_id, None)
