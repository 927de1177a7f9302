"""Anomaly: behaviour of a peer that a person would want to hear of, told from counters alone.

The gate counts and reports about once a second; nothing of what was typed is looked at. An anomaly is told once
and again only after its cause was gone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from core.runtime.clock import Instant

_SECOND_NS = 1_000_000_000
_BURST_KEYS_A_SECOND = 60
_BURST_NS = 3 * _SECOND_NS
_DENIALS, _DENIALS_NS = 5, 60 * _SECOND_NS
_OFFERS, _OFFERS_NS = 11, 10 * _SECOND_NS
_CONNECTIONS, _CONNECTIONS_NS = 20, 60 * _SECOND_NS


class AnomalyKind(Enum):
    """What is unusual."""

    INPUT_BURST = "input_burst"  # more than 60 keys a second for 3 s
    REPEATED_DENIALS = "repeated_denials"  # 5 or more within 60 s
    CLIPBOARD_FLOOD = "clipboard_flood"  # more than 10 offers within 10 s
    CONNECTION_FLOOD = "connection_flood"  # 20 or more connections within 60 s


class AnomalyResponse(Enum):
    """What a policy says is to be done; each is also written into the trail as an incident."""

    NOTE = "note"  # nothing further
    SHIELD = "shield"  # the shield goes up until the owner takes it down
    END = "end"  # the session ends


DEFAULT_RESPONSES: Mapping[AnomalyKind, AnomalyResponse] = MappingProxyType(
    {
        AnomalyKind.INPUT_BURST: AnomalyResponse.SHIELD,
        AnomalyKind.REPEATED_DENIALS: AnomalyResponse.END,
        AnomalyKind.CLIPBOARD_FLOOD: AnomalyResponse.SHIELD,
        AnomalyKind.CONNECTION_FLOOD: AnomalyResponse.NOTE,
    }
)


@dataclass(frozen=True)
class Counters:
    """What happened since the report before; none is negative."""

    keys: int = 0
    clipboard_offers: int = 0
    denials: int = 0
    connections: int = 0


@dataclass(frozen=True)
class Anomaly:
    """One anomaly, and what the policy says about it."""

    kind: AnomalyKind
    response: AnomalyResponse


class AnomalyWatch:
    """Reads the counters of one session; what a policy does not name ends the session."""

    def __init__(
        self, responses: Mapping[AnomalyKind, AnomalyResponse] = DEFAULT_RESPONSES
    ) -> None:
        self._responses = responses
        self._told: set[AnomalyKind] = set()
        self._burst = _Burst()
        self._windows: dict[AnomalyKind, tuple[_Window, Callable[[Counters], int]]] = {
            AnomalyKind.REPEATED_DENIALS: (
                _Window(_DENIALS, _DENIALS_NS),
                lambda counters: counters.denials,
            ),
            AnomalyKind.CLIPBOARD_FLOOD: (
                _Window(_OFFERS, _OFFERS_NS),
                lambda counters: counters.clipboard_offers,
            ),
            AnomalyKind.CONNECTION_FLOOD: (
                _Window(_CONNECTIONS, _CONNECTIONS_NS),
                lambda counters: counters.connections,
            ),
        }

    def report(self, counters: Counters, now: Instant) -> tuple[Anomaly, ...]:
        """Take one report; gives what became unusual with it."""
        unusual = set()
        if self._burst.add(counters.keys, now.mono_ns):
            unusual.add(AnomalyKind.INPUT_BURST)
        for kind, (window, count) in self._windows.items():
            if window.add(count(counters), now.mono_ns):
                unusual.add(kind)
        new = [kind for kind in AnomalyKind if kind in unusual - self._told]
        self._told = unusual
        return tuple(Anomaly(kind, self._response(kind)) for kind in new)

    def _response(self, kind: AnomalyKind) -> AnomalyResponse:
        return self._responses.get(kind, AnomalyResponse.END)


class _Burst:
    """For how long keys have come faster than anybody types."""

    def __init__(self) -> None:
        self._last_ns: int | None = None
        self._lasting_ns = 0

    def add(self, keys: int, now_ns: int) -> bool:
        passed = _SECOND_NS if self._last_ns is None else max(1, now_ns - self._last_ns)
        self._last_ns = now_ns
        is_fast = keys * _SECOND_NS > _BURST_KEYS_A_SECOND * passed
        self._lasting_ns = self._lasting_ns + passed if is_fast else 0
        return self._lasting_ns >= _BURST_NS


class _Window:
    """A count over the last so many nanoseconds."""

    def __init__(self, limit: int, length_ns: int) -> None:
        self._limit = limit
        self._length_ns = length_ns
        self._counts: deque[tuple[int, int]] = deque()
        self._sum = 0

    def add(self, count: int, now_ns: int) -> bool:
        if count:
            self._counts.append((now_ns, count))
            self._sum += count
        while self._counts and self._counts[0][0] <= now_ns - self._length_ns:
            self._sum -= self._counts.popleft()[1]
        return self._sum >= self._limit
