"""The door of a hosted session: who is in front of it, with which code, and for how long it stays shut."""

from __future__ import annotations

from core.api.hosting import Invitation, Peer, PeerState
from core.canonical.plain_text import plain_text
from core.errors import DoorLocked, PeerPresent
from core.evidence.consent import LONGEST_NAME, Means
from core.hosting.invitation import make_invitation
from core.hosting.notices import AtDoor, door_notice
from core.hosting.tickets import Tickets
from core.permissions.limits import Code, ConnectionLimit, DoorKeeper, Knock, WrongCodes
from core.runtime.clock import Clock, Instant

_MS_IN_NS = 1_000_000
_SECOND_NS = 1_000_000_000
SILENT_NS = 10 * _SECOND_NS  # every RDP client speaks first, and at once
ARRIVING_NS = 120 * _SECOND_NS  # time to compare the certificate's fingerprint
AT_DOOR_NS = 120 * _SECOND_NS  # time to type a code, or to agree
# How long whoever is there may stay while somebody else wants to come in.
BEGUN_NS = 5 * _SECOND_NS  # it has said one thing
ON_WAY_NS = 30 * _SECOND_NS  # it compares the fingerprint, perhaps
UNTOUCHED_NS = 20 * _SECOND_NS  # it is at the door, and types nothing
TYPING_NS = 60 * _SECOND_NS  # it types there, or reads the terms behind a right code


def refuse_locked(wrong_codes: WrongCodes, now: Instant) -> None:
    """Raise DoorLocked, with the seconds that are left, while not even a new code opens the door."""
    closed_ns = wrong_codes.closed_ns(now)
    if closed_ns:
        raise DoorLocked(seconds=-(-closed_ns // _SECOND_NS))


class Door:
    """One session's door; the wrong codes are the engine's, and outlive the session."""

    def __init__(
        self, clock: Clock, wrong_codes: WrongCodes, connections: ConnectionLimit, session_id: str
    ) -> None:
        self._clock = clock
        self._wrong_codes = wrong_codes
        self._keeper = DoorKeeper(wrong_codes)
        self._connections = connections
        self._session_id = session_id
        self._fingerprint = self._terms = ""
        self.address = self.client_key = ""  # where it is just now, and what opens that
        self._since_ns = 0  # since when somebody is on the way, or at the door
        self._is_shut = False
        self._is_touched = False  # whoever is at the door has typed something, or sent a right code
        self._offered = ""  # a right code that was sent, and must be agreed to
        self.tickets = Tickets(clock)
        self.peer = Peer()
        self.is_let_in = False  # whoever has come in has its consent in the trail
        self.has_failed = False  # whoever is there has typed a wrong code
        self.means = Means.TYPED_CODE  # how whoever has come in has accepted the terms

    def open_at(
        self, address: str, certificate_sha256: str, terms: str = "", *, client_key: str = ""
    ) -> None:
        """Note where the door is, which key leads there, and the terms (their sentences) by which it lets people in."""
        self.address, self.client_key = address, client_key
        self._fingerprint = certificate_sha256
        self._terms = " ".join(terms.split())

    def invite(self) -> Invitation:
        """Make a new code; it opens a door that was locked, once in a while. Raises PeerPresent, DoorLocked."""
        if self.peer.state is not PeerState.ABSENT:
            raise PeerPresent(session_id=self._session_id)
        now = self._clock.now()
        refuse_locked(self._wrong_codes, now)
        self._wrong_codes.open_again(now)
        self.tickets.renew()
        return self._invitation(self._keeper.invite(now))

    def invitation(self) -> Invitation | None:
        """Give the invitation that works now, if there is one."""
        now = self._clock.now()
        code = self._keeper.code(now)
        if code is None or self._is_shut or self._wrong_codes.locked_until(now) is not None:
            return None
        return self._invitation(code)

    @property
    def is_open(self) -> bool:
        """Whether somebody may come to it: with a code, or with a ticket."""
        return self.invitation() is not None or self.tickets.current is not None

    @property
    def is_taken(self) -> bool:
        """Whether somebody has come in."""
        return self.peer.state is PeerState.ADMITTED

    @property
    def wrong_codes(self) -> int:
        """How many codes were wrong since the last right one."""
        return self._wrong_codes.count(self._clock.now())

    @property
    def locked_until_utc_ms(self) -> int | None:
        """Until when nobody can come in; None when it is not locked."""
        now = self._clock.now()
        locked = self._wrong_codes.locked_until(now)
        return None if locked is None else (now.utc_ns + locked - now.mono_ns) // _MS_IN_NS

    @property
    def page(self) -> str:
        """What is read at the door: the terms, and what to do."""
        asked = AtDoor.WRONG if self.has_failed else AtDoor.TYPE
        return door_notice(AtDoor.AGREE if self._offered else asked, self._terms)

    # --- who comes ---------------------------------------------------------------------------

    def must_make_way(self, *, is_expected: bool, is_connected: bool, has_spoken: bool) -> bool:
        """Tell whether whoever is on the way, or at the door, must go for somebody who comes.

        It must for whoever is expected; for all others it may stay the longer the further it has come.
        """
        if self.is_taken or not (is_connected or self.peer.state is PeerState.AT_DOOR):
            return False
        return is_expected or self._waited_ns() >= self._may_stay_ns(has_spoken=has_spoken)

    def may_connect(self, *, is_expected: bool = False) -> bool:
        """Whether one more connection is taken; counts it, unless it is expected."""
        now = self._clock.now()
        is_free = self.peer.state is PeerState.ABSENT and self.is_open
        is_taken = is_free and (is_expected or self._connections.admit(now))
        if is_taken:
            self._since_ns = now.mono_ns
        return is_taken

    def overdue(self, now: Instant, *, is_connected: bool, has_spoken: bool) -> str:
        """Say why whoever is on the way, or at the door, must leave; empty when nobody has to.

        After it has said so, it waits as long again.
        """
        waited_ns = now.mono_ns - self._since_ns
        if self.peer.state is PeerState.ADMITTED:
            return ""
        if self.peer.state is PeerState.AT_DOOR:
            late = "not agreed in time" if self._offered else "no right code in time"
            reason = late if waited_ns >= AT_DOOR_NS else ""
        elif is_connected and not has_spoken and waited_ns >= SILENT_NS:
            reason = "a connection that says nothing"
        else:
            is_late = is_connected and waited_ns >= ARRIVING_NS
            reason = "it did not come to the door in time" if is_late else ""
        if reason:
            self._since_ns = now.mono_ns
        return reason

    def knocked(self) -> None:
        """Somebody is at the door."""
        now = self._clock.now()
        self._forget_visitor()
        self._since_ns = now.mono_ns
        self.peer = Peer(PeerState.AT_DOOR, "", now.utc_ns // _MS_IN_NS)

    def named(self, name: str) -> None:
        """Whoever is there says who it is; nobody has to believe it, but it must be fit to be shown."""
        if self.peer.state is not PeerState.ABSENT:
            known = plain_text(name, LONGEST_NAME)  # as in a receipt
            self.peer = Peer(self.peer.state, known, self.peer.since_utc_ms)

    def touched(self) -> None:
        """Whoever is at the door types."""
        self._is_touched = True

    # --- codes -------------------------------------------------------------------------------

    def look(self, code: str) -> Knock:
        """Look at a code without using it up; a wrong one counts."""
        return self._keeper.look(code, self._clock.now())

    def use_up(self, code: str) -> Knock:
        """Use a code up for an appliance that has accepted the terms."""
        return self._keeper.knock(code, self._clock.now())

    def try_code(self, typed: str, *, is_typed: bool = True) -> Knock:
        """Look at what came from the door; RIGHT lets the peer in, who has agreed to the terms then.

        A right code that the client sent by itself is no agreement: AGREE, and Enter alone is waited for. NOTHING is
        what Enter alone is without that.
        """
        if self._takes_ticket(typed):
            return Knock.RIGHT
        code, self.means = typed, Means.TYPED_CODE
        if is_typed and not typed:
            code, self._offered, self.means = self._offered, "", Means.PRESSED_ENTER
        if not code:
            return Knock.NOTHING
        now = self._clock.now()
        found = self._keeper.knock(code, now) if is_typed else self._keeper.look(code, now)
        self.has_failed = found is not Knock.RIGHT
        self._offered = "" if is_typed or self.has_failed else code
        self._is_touched = True
        if self._offered:
            return Knock.AGREE
        if found is Knock.RIGHT:
            self._admit(self.peer.name)
        return found

    def let_in(self) -> None:
        """Whoever has come in may act from now on: its consent is written down."""
        self.is_let_in = self.is_taken

    def left(self) -> None:
        """Nobody is there any more."""
        self.peer = Peer()
        self._forget_visitor()

    def shut(self) -> None:
        """Make every code worthless, for good."""
        self._is_shut = True
        self.tickets.shut()
        self._keeper.withdraw()

    def _invitation(self, code: Code) -> Invitation:
        return make_invitation(self.address, code, self._fingerprint, self.client_key)

    def _admit(self, name: str) -> None:
        self.peer = Peer(PeerState.ADMITTED, name, self._clock.now().utc_ns // _MS_IN_NS)

    def _takes_ticket(self, typed: str) -> bool:
        ticket = self.tickets.take(typed)
        if ticket is None:
            return False
        self.means = Means.SIGNED
        self._admit(ticket.name)
        return True

    def _waited_ns(self) -> int:
        return self._clock.now().mono_ns - self._since_ns

    def _may_stay_ns(self, *, has_spoken: bool) -> int:
        if self.peer.state is PeerState.AT_DOOR:
            return TYPING_NS if self._is_touched else UNTOUCHED_NS
        return ON_WAY_NS if has_spoken else BEGUN_NS

    def _forget_visitor(self) -> None:
        self.has_failed = self._is_touched = self.is_let_in = False
        self._offered = ""
