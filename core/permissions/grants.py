"""Grant: that a peer may do one thing, until a moment that is never moved.

Whatever is not granted is denied: an unknown capability, one past its deadline, and everything once the session
has ended. Deadlines are on the monotonic clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.api.hosting import Grant
from core.api.permissions import Capability, GrantLength, Rule
from core.errors import Bug
from core.runtime.clock import Instant

_MINUTE_NS = 60 * 1_000_000_000
LENGTHS_NS = {
    GrantLength.FIVE_MINUTES: 5 * _MINUTE_NS,
    GrantLength.QUARTER_HOUR: 15 * _MINUTE_NS,
    GrantLength.UNTIL_END: None,
}


@dataclass(frozen=True)
class InForce:
    """A capability that is granted, and the monotonic moment at which it no longer is; None: the session's end."""

    capability: Capability
    until_mono_ns: int | None = None


class GrantTable:
    """What the peer of one session may do; time comes with each call, from one clock."""

    def __init__(self, rules: Iterable[tuple[Capability, Rule]]) -> None:
        self._rules = dict.fromkeys(Capability, Rule.DENY) | dict(rules)
        for capability, rule in self._rules.items():
            if rule is Rule.ALLOW and capability is not Capability.VIEW:
                raise Bug(f"{capability.value} cannot be allowed without asking")
        self._attempts = dict.fromkeys(Capability, 0)
        self._by_policy = {each for each in Capability if self._rules[each] is Rule.ALLOW}
        self._until: dict[Capability, int | None] = dict.fromkeys(self._by_policy)
        self._has_ended = False

    @property
    def has_ended(self) -> bool:
        """Tell whether the session is over, and with it every grant for good."""
        return self._has_ended

    def rule_of(self, capability: Capability) -> Rule:
        """Give the policy's rule."""
        return self._rules[capability]

    def is_granted(self, capability: Capability, now: Instant) -> bool:
        """Tell whether the peer may do it at this moment."""
        if capability not in self._until:
            return False
        until = self._until[capability]
        return until is None or now.mono_ns < until

    def grant(self, capability: Capability, length: GrantLength, now: Instant) -> None:
        """Grant what the owner allowed in answer to a question.

        Raises Bug for what the policy denies, for what is granted already (a grant is never extended: it is revoked or
        runs out, and then the owner is asked anew), and after the session's end.
        """
        if self._has_ended:
            raise Bug("the session has ended")
        if self._rules[capability] is Rule.DENY:
            raise Bug(f"the policy denies {capability.value}")
        if self.is_granted(capability, now):
            raise Bug(f"{capability.value} is granted already")
        length_ns = LENGTHS_NS[length]
        self._until[capability] = None if length_ns is None else now.mono_ns + length_ns
        self._attempts[capability] = 0  # answered

    def revoke(self, capability: Capability, now: Instant) -> bool:
        """Take a grant back, the policy's own too; True when there was one."""
        was_granted = self.is_granted(capability, now)
        self._until.pop(capability, None)
        self._by_policy.discard(capability)
        return was_granted

    def expire(self, now: Instant) -> list[Capability]:
        """Remove the grants whose time is over, and list them; each is listed once."""
        over = [each for each in self._until if not self.is_granted(each, now)]
        for capability in over:
            del self._until[capability]
        return over

    def next_deadline(self) -> int | None:
        """Give the monotonic moment at which the next grant runs out, in nanoseconds; None when none will."""
        return min((until for until in self._until.values() if until is not None), default=None)

    def peer_left(self, now: Instant) -> list[Capability]:
        """Take back what the owner granted to the peer that is gone, and list it.

        What the policy allows stays as it was: the next peer has it unless the owner revoked it. What it tried
        is not said of the next one.
        """
        granted = [each for each in self._until if self.is_granted(each, now)]
        self._until = dict.fromkeys(self._by_policy)
        self._attempts = dict.fromkeys(Capability, 0)
        return [each for each in granted if each not in self._until]

    def end(self) -> None:
        """End everything for good."""
        self._has_ended = True
        self._until.clear()
        self._by_policy.clear()

    def count_attempts(self, capability: Capability, count: int) -> None:
        """Count what was tried while it was not granted; a grant, and the next peer, begin anew."""
        self._attempts[capability] += count

    def in_force(self, now: Instant) -> tuple[InForce, ...]:
        """List what is granted with its deadlines, in the order of Capability: what the enforcer is told."""
        return tuple(
            InForce(each, self._until[each]) for each in Capability if self.is_granted(each, now)
        )

    def snapshot(self, now: Instant) -> tuple[Grant, ...]:
        """Describe each capability as it stands, in the order of Capability."""
        return tuple(self._describe(each, now) for each in Capability)

    def _describe(self, capability: Capability, now: Instant) -> Grant:
        is_granted = self.is_granted(capability, now)
        until = self._until.get(capability) if is_granted else None
        return Grant(
            capability=capability,
            rule=self._rules[capability],
            is_granted=is_granted,
            until_utc_ms=None if until is None else (now.utc_ns + until - now.mono_ns) // 1_000_000,
            attempts=self._attempts[capability],
        )
