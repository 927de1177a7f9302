"""The door of a hosted session: who is in front of it, with which code, and for how long it stays shut."""

from __future__ import annotations

from core.api.hosting import Invitation, Peer, PeerState
from core.canonical.plain_text import plain_text
from core.errors import DoorLocked, PeerPresent
from core.hosting.invitation import make_invitation
from core.permissions.limits import ConnectionLimit, DoorKeeper, Knock, WrongCodes
from core.runtime.clock import Clock, Instant

_MS_IN_NS = 1_000_000
_SECOND_NS = 1_000_000_000
SILENT_NS = 10 * _SECOND_NS  # every RDP client speaks first, and at once
ARRIVING_NS = 120 * _SECOND_NS  # time to compare the certificate's fingerprint
AT_DOOR_NS = 120 * _SECOND_NS  # time to type a code


def refuse_locked(wrong_codes: WrongCodes, now: Instant) -> None:
    """Raise DoorLocked, with the seconds that are left, while there were too many wrong codes."""
    locked = wrong_codes.locked_until(now)
    if locked is not None:
        raise DoorLocked(seconds=-(-(locked - now.mono_ns) // _SECOND_NS))


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
        self._address = self._fingerprint = ""
        self._since_ns = 0  # since when somebody is on the way, or at the door
        self._is_shut = False
        self.peer = Peer()
        self.has_failed = False  # whoever is there has typed a wrong code

    def open_at(self, address: str, certificate_sha256: str) -> None:
        """Note where the door is."""
        self._address, self._fingerprint = address, certificate_sha256

    def invite(self) -> Invitation:
        """Make a new code. Raises PeerPresent, DoorLocked."""
        if self.peer.state is not PeerState.ABSENT:
            raise PeerPresent(session_id=self._session_id)
        now = self._clock.now()
        refuse_locked(self._wrong_codes, now)
        return make_invitation(self._address, self._keeper.invite(now), self._fingerprint)

    def invitation(self) -> Invitation | None:
        """Give the invitation that works now, if there is one."""
        now = self._clock.now()
        code = self._keeper.code(now)
        if code is None or self._is_shut or self._wrong_codes.locked_until(now) is not None:
            return None
        return make_invitation(self._address, code, self._fingerprint)

    @property
    def is_open(self) -> bool:
        """Whether somebody may come to it."""
        return self.invitation() is not None

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

    def may_connect(self) -> bool:
        """Whether one more connection is taken; counts it."""
        now = self._clock.now()
        is_free = self.peer.state is PeerState.ABSENT and self.is_open
        is_taken = is_free and self._connections.admit(now)
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
            reason = "no right code in time" if waited_ns >= AT_DOOR_NS else ""
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
        self.has_failed = False
        self._since_ns = now.mono_ns
        self.peer = Peer(PeerState.AT_DOOR, "", now.utc_ns // _MS_IN_NS)

    def named(self, name: str) -> None:
        """Whoever is there says who it is; nobody has to believe it, but it must be fit to be shown."""
        if self.peer.state is not PeerState.ABSENT:
            self.peer = Peer(self.peer.state, plain_text(name), self.peer.since_utc_ms)

    def try_code(self, typed: str) -> Knock:
        """Look at a code; a right one lets the peer in."""
        now = self._clock.now()
        found = self._keeper.knock(typed, now)
        self.has_failed = found is not Knock.RIGHT
        if found is Knock.RIGHT:
            self.peer = Peer(PeerState.ADMITTED, self.peer.name, now.utc_ns // _MS_IN_NS)
        return found

    def left(self) -> None:
        """Nobody is there any more."""
        self.peer = Peer()
        self.has_failed = False

    def shut(self) -> None:
        """Make every code worthless, for good."""
        self._is_shut = True
        self._keeper.withdraw()
