"""Whatever a crash cuts off: an object whose process ends before a chosen call.

What has happened after one call has happened before the next, so no further moments are needed.
"""

from __future__ import annotations

from tests.fakes.power_cut_disk import PowerCut


class CrashPlan:
    """Counts the calls, and ends the process before one of them."""

    def __init__(self, at: int | None = None) -> None:
        self.passed: list[str] = []
        self._at = at

    def begin(self, at: int | None) -> None:
        """Count from here on, and end the process before that call."""
        self.passed.clear()
        self._at = at

    def moment(self, name: str) -> None:
        """Come to a call; raises PowerCut at the chosen one and at every later one."""
        self.passed.append(name)
        if self._at is not None and len(self.passed) > self._at:
            raise PowerCut(name)


class Crashing:
    """Passes every call on to another object, unless the plan ends the process before it."""

    def __init__(self, inner: object, plan: CrashPlan) -> None:
        self._inner = inner
        self._plan = plan

    def __getattr__(self, name: str) -> object:
        """Give a method that crashes, or any other attribute as it is."""
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def call(*arguments: object, **named: object) -> object:
            self._plan.moment(name)
            return found(*arguments, **named)

        return call
