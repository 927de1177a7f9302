"""What an appliance that has accepted the terms comes in with; there is one at a time, for the newest code."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from core.runtime.clock import Clock

TICKET_NS = 120_000_000_000  # time to come in after the terms were accepted
_USER_BYTES, _CODE_BYTES = 8, 16


@dataclass(frozen=True)
class Ticket:
    """RDP's user name and password for one client, once."""

    user: str  # said in the clear; for it alone others must make way
    code: str = field(repr=False)
    name: str  # by which the terms were accepted
    until_ns: int


class Tickets:
    """The ticket of one door. ``number`` tells how many codes were made: what came of an earlier one is worthless."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ticket: Ticket | None = None
        self._is_shut = False
        self.number = 0

    @property
    def current(self) -> Ticket | None:
        """The ticket that is valid now, if there is one."""
        ticket = self._ticket
        if ticket is not None and self._clock.now().mono_ns >= ticket.until_ns:
            self._ticket = ticket = None
        return ticket

    def renew(self) -> None:
        """Hear of a new code: what came of an earlier one is worthless."""
        self._ticket = None
        self.number += 1

    def give(self, name: str, number: int) -> Ticket | None:
        """Make a ticket for an appliance that has accepted the terms under a name.

        ``number`` is what it was when the code was used up: None when there is another code since, or the door is shut.
        """
        if self._is_shut or number != self.number:
            return None
        until_ns = self._clock.now().mono_ns + TICKET_NS
        user, code = secrets.token_hex(_USER_BYTES), secrets.token_hex(_CODE_BYTES).upper()
        self._ticket = Ticket(user, code, name, until_ns)
        return self._ticket

    def expects(self, user: str) -> bool:
        """Tell whether a user name is the valid ticket's."""
        ticket = self.current
        return ticket is not None and hmac.compare_digest(ticket.user.encode(), user.encode())

    def take(self, typed: str) -> Ticket | None:
        """Use the ticket up, where this is its code; the time it takes does not depend on it."""
        ticket = self.current
        if ticket is None or not hmac.compare_digest(
            ticket.code.encode(), typed.encode("utf-8", "replace")
        ):
            return None
        self._ticket = None
        return ticket

    def shut(self) -> None:
        """Take the ticket back and give none any more."""
        self._ticket, self._is_shut = None, True
