"""The door of a hosted session: who is in front of it, with which code, and for how long it stays shut."""

from __future__ import annotations

from core.api.hosting import Invitation, Peer, PeerState
from core.errors import DoorLocked, PeerPresent
from core.hosting.invitation import make_invitation
from core.permissions.limits import ConnectionLimit, DoorKeeper, Knock, WrongCodes
from core.runtime.clock import Clock

_MS_IN_NS = 1_000_000
_SECOND_NS = 1_000_000_000


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
        self.peer = Peer()
        self.has_failed = False  # whoever is there has typed a wrong code

    def open_at(self, address: str, certificate_sha256: str) -> None:
        """Note where the door is."""
        self._address, self._fingerprint = address, certificate_sha256

    def invite(self) -> Invitation:
        """Make a new code. Raises PeerPresent, DoorLocked."""
        if self.peer.state is not PeerState.ABSENT:
            raise PeerPresent(session_id=self._session_id)
        if (locked := self._wrong_codes.locked_until(self._clock.now())) is not None:
            left_ns = locked - self._clock.now().mono_ns
            raise DoorLocked(seconds=-(-left_ns // _SECOND_NS))
        return self._shown(make=True)

    def invitation(self) -> Invitation | None:
        """Give the invitation that works now, if there is one."""
        now = self._clock.now()
        if self._wrong_codes.locked_until(now) is not None or self._keeper.code(now) is None:
            return None
        return self._shown(make=False)

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
        is_free = self.peer.state is PeerState.ABSENT and self.is_open
        return is_free and self._connections.admit(self._clock.now())

    def knocked(self) -> None:
        """Somebody is at the door."""
        self.has_failed = False
        self.peer = Peer(PeerState.AT_DOOR, "", self._clock.now().utc_ns // _MS_IN_NS)

    def named(self, name: str) -> None:
        """Whoever is there says who it is."""
        self.peer = Peer(self.peer.state, name, self.peer.since_utc_ms)

    def try_code(self, typed: str) -> Knock:
        """Look at a code; a right one lets the peer in."""
        found = self._keeper.knock(typed, self._clock.now())
        self.has_failed = found is not Knock.RIGHT
        if found is Knock.RIGHT:
            now_ms = self._clock.now().utc_ns // _MS_IN_NS
            self.peer = Peer(PeerState.ADMITTED, self.peer.name, now_ms)
        return found

    def left(self) -> None:
        """Nobody is there any more."""
        self.peer = Peer()
        self.has_failed = False

    def shut(self) -> None:
        """Make every code worthless."""
        self._keeper.withdraw()

    def _shown(self, *, make: bool) -> Invitation:
        now = self._clock.now()
        code = self._keeper.invite(now) if make else self._keeper.code(now)
        assert code is not None  # noqa: S101 - both callers made sure
        return make_invitation(self._address, code, self._fingerprint)
