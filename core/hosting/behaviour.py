"""How the peer of a hosted session behaves, counted for the rules about unusual behaviour.

What counts as a denial is the owner's own *no* to what it had refused the same peer before. Programs ask by
themselves, and again, for what a policy denies; an owner who is away answers nothing; and who says no to each thing
once is choosing. None of that makes a peer unusual.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.api.permissions import Capability
from core.permissions.anomalies import (
    Anomaly,
    AnomalyKind,
    AnomalyResponse,
    AnomalyWatch,
    Counters,
)
from core.permissions.desk import Why
from core.runtime.clock import Instant

_QUIET_NS = (
    1_500_000_000  # the gate tells of activity every second; longer without it, there was none
)


class Behaviour:
    """Counts, and tells what became unusual."""

    def __init__(self, responses: Mapping[AnomalyKind, AnomalyResponse]) -> None:
        self._watch = AnomalyWatch(responses)
        self._refused: set[Capability] = set()
        self._denials = self._connections = 0
        self._looked_ns = 0

    def peer_left(self) -> None:
        """The next peer has been refused nothing yet."""
        self._refused.clear()

    def connection_came(self) -> None:
        """Somebody wants to connect; whether or not it is let through."""
        self._connections += 1

    def denied(self, capability: Capability, why: Why) -> None:
        """Something was denied."""
        if why is Why.OWNER:
            self._denials += capability in self._refused
            self._refused.add(capability)

    def active(self, keys: int, clipboard_offers: int, now: Instant) -> tuple[Anomaly, ...]:
        """The gate has told what the peer did since it told the last time."""
        self._looked_ns = now.mono_ns
        counters = Counters(keys, clipboard_offers, self._denials, self._connections)
        self._denials = self._connections = 0
        return self._watch.report(counters, now)

    def look(self, now: Instant) -> tuple[Anomaly, ...]:
        """Look at what has been counted, where the gate has told nothing for a while."""
        if now.mono_ns - self._looked_ns < _QUIET_NS:
            return ()
        return self.active(0, 0, now)
