"""What is counted, so that a peer that does something often is told of once in a while."""

from __future__ import annotations


class Counted:
    """Counts by name, each with its last detail, to be told once in a period at most."""

    def __init__(self, period_ns: int) -> None:
        self._period_ns, self._next_ns = period_ns, 0
        self._counts: dict[str, tuple[int, str]] = {}

    @property
    def due_ns(self) -> int | None:
        """When they may be told next; None while there are none."""
        return self._next_ns if self._counts else None

    def add(self, name: str, detail: str = "") -> None:
        """Count one more."""
        self._counts[name] = (self._counts.get(name, (0,))[0] + 1, detail[:200])

    def take(self, now_ns: int) -> dict[str, tuple[int, str]]:
        """Give all that is due, and begin anew."""
        if not self._counts or now_ns < self._next_ns:
            return {}
        self._next_ns = now_ns + self._period_ns
        counts, self._counts = self._counts, {}
        return counts
