"""Hosting: a session that a remote peer can join, as a front end sees and steers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from core.api.client_auth import client_auth_line
from core.api.commands import Command
from core.api.events import Event
from core.api.network import ServicePhase
from core.api.permissions import Capability, PolicyRules, Profile, Rule, Zone


class PeerState(Enum):
    """Where the peer is."""

    ABSENT = "absent"  # nobody is connected
    AT_DOOR = "at_door"  # connected, and asked for the code
    ADMITTED = "admitted"  # the code was right; it may do what is granted


class AuditKind(Enum):
    """What an entry of the trail is about."""

    OPENED = "opened"  # the session was opened under its policy
    INVITED = "invited"  # a code was made
    KNOCKED = "knocked"  # somebody connected
    WRONG_CODE = "wrong_code"
    CONSENTED = "consented"  # somebody accepted the session's terms
    JOINED = "joined"
    LEFT = "left"
    REFUSED = "refused"  # a connection, a message or a channel that may not be
    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"
    REVOKED = "revoked"
    EXPIRED = "expired"  # a grant came to its end
    SHIELDED = "shielded"
    UNSHIELDED = "unshielded"
    HIDDEN = "hidden"  # a zone or a window is hidden from now on
    SHOWN = "shown"  # a zone or a window is no longer hidden
    FOCUS = "focus"  # another window has the focus
    CLIPBOARD = "clipboard"  # something was pasted in or taken away
    FILE = "file"  # a file was named, brought in or taken away
    INCIDENT = "incident"  # a limit or a rule about unusual behaviour was met
    VOIDED = "voided"  # the policy in force is not the one that was signed
    ENDED = "ended"


class AuditActor(Enum):
    """Who did it."""

    OWNER = "owner"
    PEER = "peer"
    OBSERVER = "observer"  # who may only watch
    POLICY = "policy"  # a rule decided
    APPLIANCE = "appliance"


@dataclass(frozen=True)
class AuditEntry:
    """One entry of the trail. ``at_s`` counts from the session's start; texts never hold what was typed."""

    sequence: int
    at_s: float
    utc_ms: int
    kind: AuditKind
    actor: AuditActor
    resource: str = ""  # a capability's value, a file's name, a window's title
    decision: str = ""  # "granted", "denied", "revoked"; empty where nothing was decided
    reason: str = ""
    consent: str = ""  # the signed receipt, as canonical JSON; only of a CONSENTED entry


@dataclass(frozen=True)
class KeyStroke:
    """A key that went down or up while the session ran; ``at_s`` counts from the session's start."""

    at_s: float
    keysym: int = field(repr=False)  # as X11 numbers it
    key: str = field(repr=False)  # the character, or the key's name such as "Return"
    is_pressed: bool


@dataclass(frozen=True)
class Invitation:
    """How a peer connects; ``code`` works once and for this session only."""

    address: str  # host:port
    code: str = field(repr=False)  # groups of four, such as "7KQM-4RTX"
    certificate_sha256: str  # lower-case hex
    expires_utc_ms: int
    link: str = field(repr=False)  # all of the above in one line, for a QR code
    # X25519 private key, base32, that opens the onion address; "" on this machine
    client_key: str = field(default="", repr=False)

    @property
    def client_auth(self) -> str:
        """The client key as any tor reads it from a file; "" on this machine."""
        return client_auth_line(self.address, self.client_key)


@dataclass(frozen=True)
class Peer:
    """The program at the other end, as it describes itself; none of it is proven."""

    state: PeerState = PeerState.ABSENT
    name: str = ""
    since_utc_ms: int = 0


@dataclass(frozen=True)
class Observing:
    """Somebody who may only watch, or is invited to; the owner is asked before anything is shown."""

    peer: Peer = Peer()
    invitation: Invitation | None = None  # None while nobody can come in
    until_utc_ms: int | None = None  # while it watches; None: until the session ends
    is_watching: bool = False
    reach: ServicePhase | None = (
        None  # of its own onion address; None: reached on this machine only
    )


@dataclass(frozen=True)
class Grant:
    """One capability as it stands."""

    capability: Capability
    rule: Rule
    is_granted: bool = False
    until_utc_ms: int | None = None  # None: until the session ends
    attempts: int = 0  # tried by this peer since it was last granted


@dataclass(frozen=True)
class Hosting:
    """A hosted session as it stands."""

    session_id: str
    profile: Profile
    width: int
    height: int
    peer: Peer
    grants: tuple[Grant, ...]  # one for each capability, in the order of Capability
    invitation: Invitation | None = None  # None while nobody can come in
    is_shielded: bool = False
    zones: tuple[Zone, ...] = ()
    hidden_windows: int = 0
    policy_hash: str = ""
    wrong_codes: int = 0
    locked_until_utc_ms: int | None = None  # too many wrong codes: nobody can come in until then
    observing: Observing | None = None  # None while nobody was invited to watch
    reach: ServicePhase | None = None  # of its onion address; None: reached on this machine only


@dataclass(frozen=True)
class HostSession(Command):
    """Open a session that a peer can join, and record it. Result: Hosting, with an invitation."""

    profile: Profile = Profile.STANDARD
    rules: PolicyRules | None = None  # for CUSTOM
    recipients: tuple[str, ...] = ()
    again: str = ""  # an earlier session, whose policy holds again unchanged; profile and rules do not count then
    is_local: bool = False  # reached on this machine only, though Tor is used


@dataclass(frozen=True)
class Invite(Command):
    """Make a new code; the one before it is worthless then. Result: Invitation. Refused while a peer is there."""

    session_id: str


@dataclass(frozen=True)
class Revoke(Command):
    """Take a grant back. Result: None, when it is in effect."""

    session_id: str
    capability: Capability


@dataclass(frozen=True)
class Shield(Command):
    """Blank the peer's view and the recording, or show them again. Result: None, when it is in effect."""

    session_id: str
    is_on: bool


@dataclass(frozen=True)
class HideZones(Command):
    """Hide these parts of the desktop, and no others. Result: None, when it is in effect."""

    session_id: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class DropPeer(Command):
    """Disconnect the peer. Result: None. A new code is needed to come back."""

    session_id: str


@dataclass(frozen=True)
class InviteObserver(Command):
    """Let a further peer watch, read-only: make a way in of its own. Result: Invitation."""

    session_id: str


@dataclass(frozen=True)
class DropObserver(Command):
    """Disconnect who watches, and close the way in. Result: None."""

    session_id: str


@dataclass(frozen=True)
class ReadHosting(Command):
    """Read the hosted session. Result: Hosting, or None where none runs."""


@dataclass(frozen=True)
class ReadTrail(Command):
    """Read a session's trail. Result: tuple[AuditEntry, ...], in order."""

    session_id: str


@dataclass(frozen=True)
class ReadKeys(Command):
    """Read what was typed. Result: tuple[KeyStroke, ...], in order; empty where its policy records none."""

    session_id: str


@dataclass(frozen=True)
class HostingChanged(Event):
    """The hosted session changed; None when it has ended."""

    hosting: Hosting | None


@dataclass(frozen=True)
class AuditRecorded(Event):
    """An entry was added to the running session's trail."""

    session_id: str
    entry: AuditEntry
