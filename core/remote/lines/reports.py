"""What is tried and done, told to the engine once in a while however often it happens."""

from __future__ import annotations

from core.remote.lines.link import Link

_ATTEMPTS_NS, _ACTIVITY_NS = 200_000_000, 1_000_000_000


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
        return self.clear()

    def clear(self) -> dict[str, tuple[int, str]]:
        """Give all, due or not, and begin anew."""
        counts, self._counts = self._counts, {}
        return counts


class Reports:
    """Counts attempts of what is not granted, and activity, and tells the engine."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.attempts, self.activity = Counted(_ATTEMPTS_NS), Counted(_ACTIVITY_NS)
        self.keeps_attempts = False  # until somebody can ask for what was tried

    @property
    def due_ns(self) -> list[int]:
        """When there will be something to tell."""
        due = (None if self.keeps_attempts else self.attempts.due_ns, self.activity.due_ns)
        return [each for each in due if each is not None]

    def tell(self, now_ns: int) -> None:
        """Tell what is due; raises Closed or Violation."""
        attempts = {} if self.keeps_attempts else self.attempts.take(now_ns)
        for capability, (count, detail) in attempts.items():
            self._link.tell("attempt", capability=capability, count=count, detail=detail)
        counts = self.activity.take(now_ns)
        if counts:
            self._link.tell("activity", **{name: count for name, (count, _) in counts.items()})
