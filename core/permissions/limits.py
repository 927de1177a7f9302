"""Limits: who gets to the door, how often a code may be wrong, and how long a session may last.

Everything counts on the monotonic clock, which comes with each call.
"""

from __future__ import annotations

import hmac
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from core.runtime.clock import Instant

_SECOND_NS = 1_000_000_000
_MINUTE_NS = 60 * _SECOND_NS
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else
CODE_CHARACTERS = 8  # 39 bits, against a few guesses in each lock's time
CODE_LIFETIME_S = 900
OPENING_NS = 30 * _SECOND_NS  # between two locks that a new code opens
_GROUP = 4
_LONGEST_TYPED = 64


class Knock(Enum):
    """What became of a code that somebody typed."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"  # not even looked at
    AGREE = "agree"  # right, but the terms must still be agreed to
    NOTHING = "nothing"  # there was nothing to look at


class WrongCodes:
    """Counts wrong codes and locks the door after too many.

    It belongs to the engine, not to a session. A new code opens a locked door, so that a stranger cannot keep out whom
    the owner invites, but only once in a while: guessing gets five tries each time, and the codes are too long for
    that.
    """

    def __init__(self, most: int = 5, lock_s: int = 300) -> None:
        self._most = most
        self._lock_ns = lock_s * _SECOND_NS
        self._count = 0
        self._locked_until_ns: int | None = None
        self._opened_ns: int | None = None  # when a new code last opened a lock

    def count(self, now: Instant) -> int:
        """Give the number of wrong codes since the last right one, or since the last lock ended."""
        self._unlock(now)
        return self._count

    def locked_until(self, now: Instant) -> int | None:
        """Give the monotonic moment at which the lock ends, in nanoseconds; None when there is none."""
        self._unlock(now)
        return self._locked_until_ns

    def closed_ns(self, now: Instant) -> int:
        """Give the nanoseconds for which not even a new code helps; 0 when one does, or nothing is locked."""
        locked_until_ns = self.locked_until(now)
        if locked_until_ns is None or self._opened_ns is None:
            return 0
        return max(0, min(locked_until_ns, self._opened_ns + OPENING_NS) - now.mono_ns)

    def open_again(self, now: Instant) -> None:
        """Open the door for a new code, where ``closed_ns`` is 0."""
        if self.locked_until(now) is not None and not self.closed_ns(now):
            self._locked_until_ns, self._opened_ns = None, now.mono_ns
            self._count = 0

    def add(self, now: Instant) -> None:
        """Count one more."""
        self._unlock(now)
        self._count += 1
        if self._count >= self._most and self._locked_until_ns is None:
            self._locked_until_ns = now.mono_ns + self._lock_ns

    def forget(self) -> None:
        """Begin anew, after a right code."""
        self._count = 0

    def use(self, most: int, lock_s: int) -> None:
        """Follow the limits of another session's policy; what was counted and locked stays."""
        self._most, self._lock_ns = most, lock_s * _SECOND_NS

    def _unlock(self, now: Instant) -> None:
        if self._locked_until_ns is not None and now.mono_ns >= self._locked_until_ns:
            self._locked_until_ns = None
            self._count = 0


@dataclass(frozen=True)
class Code:
    """A one-time code; it is shown in groups of four."""

    text: str
    until: Instant


class DoorKeeper:
    """Makes one session's codes and looks at what is typed: only the newest code works, and once."""

    def __init__(
        self,
        wrong_codes: WrongCodes,
        *,
        lifetime_s: int = CODE_LIFETIME_S,
        choose: Callable[[str], str] = secrets.choice,
    ) -> None:
        self._wrong_codes = wrong_codes
        self._lifetime_ns = lifetime_s * _SECOND_NS
        self._choose = choose
        self._code: Code | None = None

    def invite(self, now: Instant) -> Code:
        """Make a new code; the one before it is worthless from now on."""
        letters = "".join(self._choose(ALPHABET) for _ in range(CODE_CHARACTERS))
        text = f"{letters[:_GROUP]}-{letters[_GROUP:]}"
        until = Instant(now.mono_ns + self._lifetime_ns, now.utc_ns + self._lifetime_ns)
        self._code = Code(text, until)
        return self._code

    def code(self, now: Instant) -> Code | None:
        """Give the code that works now, if there is one."""
        if self._code is not None and now.mono_ns >= self._code.until.mono_ns:
            self._code = None
        return self._code

    def withdraw(self) -> None:
        """Make the code worthless, when the session ends."""
        self._code = None

    def knock(self, typed: str, now: Instant) -> Knock:
        """Look at a code, however its groups and case were typed; the time it takes does not depend on it.

        A locked door looks at nothing; a code that is used up, replaced or too old is wrong like any other.
        """
        found = self.look(typed, now)
        if found is Knock.RIGHT:
            self._code = None
            self._wrong_codes.forget()
        return found

    def look(self, typed: str, now: Instant) -> Knock:
        """Look at a code as ``knock`` does, but leave a right one as it is: it can still be used."""
        if self._wrong_codes.locked_until(now) is not None:
            return Knock.LOCKED
        code = self.code(now)
        expected = _plain(code.text) if code else bytes(CODE_CHARACTERS)
        if not hmac.compare_digest(_plain(typed), expected) or code is None:
            self._wrong_codes.add(now)
            return Knock.WRONG
        return Knock.RIGHT


class ConnectionLimit:
    """So many connections within a minute; those that are turned away do not count."""

    def __init__(self, a_minute: int = 10) -> None:
        self._a_minute = a_minute
        self._taken: deque[int] = deque()

    def admit(self, now: Instant) -> bool:
        """Tell whether one more connection is taken."""
        while self._taken and self._taken[0] <= now.mono_ns - _MINUTE_NS:
            self._taken.popleft()
        if len(self._taken) >= self._a_minute:
            return False
        self._taken.append(now.mono_ns)
        return True


class LimitMet(Enum):
    """Why a session ends by itself."""

    LONGEST = "longest"
    IDLE = "idle"


class SessionLimits:
    """How long a session lasts at most, and how long without a peer's input."""

    def __init__(self, *, longest_minutes: int, idle_minutes: int, started: Instant) -> None:
        self._ends_ns = started.mono_ns + longest_minutes * _MINUTE_NS
        self._idle_ns = idle_minutes * _MINUTE_NS
        self._last_input_ns = started.mono_ns

    def note_input(self, now: Instant) -> None:
        """Note that a peer did something that reached the session."""
        self._last_input_ns = max(self._last_input_ns, now.mono_ns)

    def met(self, now: Instant) -> LimitMet | None:
        """Tell whether the session must end now, and why."""
        if now.mono_ns >= self._ends_ns:
            return LimitMet.LONGEST
        if now.mono_ns >= self._last_input_ns + self._idle_ns:
            return LimitMet.IDLE
        return None


def _plain(code: str) -> bytes:
    """Reduce what was typed to what counts, in bounded time."""
    kept = code[:_LONGEST_TYPED].upper().replace("-", "").replace(" ", "")
    return kept.encode("utf-8", "replace")
